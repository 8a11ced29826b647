"""Which questions of an item's JSON Schema are asked, given the answers so far, and on which page each stands.

Conditions: `x-show-if` of a property ({"field": …, "equals": …} or {"field": …, "in": […]}), `if`/`then`/`else` (also
several under `allOf`), `dependentRequired`. Pages: `x-steps` of the schema ([{"title": …, "fields": […]}]); what it
does not name, or all without it, goes five to a page, in the order of `x-order` ([name, …]).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator

from yimen.faces.web.words import is_chinese

A_PAGE = 5

type Properties = dict[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """A page of questions: its title (may be empty) and the names of its fields."""

    title: str
    names: tuple[str, ...]


def _conditions(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if isinstance(schema.get("if"), Mapping):
        yield schema
    for part in schema.get("allOf") or []:
        if isinstance(part, Mapping):
            yield from _conditions(part)


def _parts(schema: Mapping[str, Any], form: Mapping[str, Any] | None, every: bool) -> Iterator[Mapping[str, Any]]:
    """The schema itself and the branches of its conditions that hold (`every`: all branches)."""
    yield schema
    for condition in _conditions(schema):
        holds = every or Draft202012Validator(condition["if"]).is_valid(dict(form or {}))
        for key, taken in (("then", holds), ("else", every or not holds)):
            branch = condition.get(key)
            if taken and isinstance(branch, Mapping):
                yield branch


def _is_shown(own: Mapping[str, Any], form: Mapping[str, Any]) -> bool:
    rule = own.get("x-show-if")
    if not isinstance(rule, Mapping):
        return True
    answer = form.get(str(rule.get("field")))
    if "in" in rule:
        return answer in rule["in"]
    if "equals" in rule:
        return bool(answer == rule["equals"])
    return answer not in (None, "", False)


def properties(
    schema: Mapping[str, Any], form: Mapping[str, Any] | None = None, *, every: bool = False
) -> tuple[Properties, set[str]]:
    """({name: schema} of the questions in their order, names that must be answered), given the answers.

    `every`: all that any answers could bring up, as a single page shows them.
    """
    found: Properties = {}
    required: set[str] = set()
    answers = form or {}
    for part in _parts(schema, answers, every):
        own = part.get("properties")
        for name, values in own.items() if isinstance(own, Mapping) else ():
            if isinstance(values, Mapping) and (name not in found or part is not schema):
                found[str(name)] = {**found.get(str(name), {}), **values}
        if not every or part is schema:
            required.update(str(name) for name in part.get("required") or [])
    for given, names in (schema.get("dependentRequired") or {}).items():
        if answers.get(given) not in (None, ""):
            required.update(names)
    # PostgreSQL's jsonb keeps the keys of an object in an order of its own, so a schema says its order as a list.
    order = [str(name) for name in schema.get("x-order") or [] if name in found]
    ordered = {name: found[name] for name in dict.fromkeys([*order, *found])}
    kept = {name: own for name, own in ordered.items() if every or _is_shown(own, answers)}
    return kept, required


def controllers(schema: Mapping[str, Any], name: str) -> set[str]:
    """The fields on whose answers it hangs whether `name` is asked or must be answered."""
    known, _required = properties(schema, None, every=True)
    rule = known.get(name, {}).get("x-show-if")
    found = {str(rule.get("field"))} if isinstance(rule, Mapping) else set()
    for condition in _conditions(schema):
        branches = [condition.get(key) or {} for key in ("then", "else")]
        if any(name in (b.get("properties") or {}) or name in (b.get("required") or []) for b in branches):
            found |= set(condition["if"].get("properties") or {}) | set(condition["if"].get("required") or [])
    return found - {name}


def asked_form(schema: Mapping[str, Any], form: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to the questions that are asked; an answer whose question a condition took away is left out."""
    known, _required = properties(schema, form)
    everything, _all = properties(schema, None, every=True)
    return {name: value for name, value in form.items() if name in known or name not in everything}


def steps(schema: Mapping[str, Any], form: Mapping[str, Any]) -> list[Step]:
    """The pages of questions. A question that hangs on another never stands on the same page before it is answered."""
    known, _required = properties(schema, form)
    made: list[Step] = []
    for title, names, most in _wanted(schema, known):
        page: list[str] = []
        for name in names:
            if page and (len(page) >= most or controllers(schema, name) & set(page)):
                made.append(Step(title, tuple(page)))
                page = []
            page.append(name)
        if page:
            made.append(Step(title, tuple(page)))
    return made


def _wanted(schema: Mapping[str, Any], known: Properties) -> list[tuple[str, list[str], int]]:
    """(title, names, most a page) as the schema groups them."""
    left = dict.fromkeys(known)
    groups = []
    for entry in schema.get("x-steps") or []:
        if isinstance(entry, Mapping):
            names = [str(n) for n in entry.get("fields") or [] if str(n) in left]
            for name in names:
                left.pop(name, None)
            english = None if is_chinese() else entry.get("x-title-en")
            groups.append((str(english or entry.get("title") or ""), names, len(known) + 1))
    return [*groups, ("", list(left), A_PAGE)]
