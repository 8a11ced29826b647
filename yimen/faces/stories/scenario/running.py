"""Runs a story: every step through the flow that the pages and the API use, every check against the same facts."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any, NotRequired, Required, get_args, get_origin, get_type_hints, is_typeddict

from pydantic import TypeAdapter, ValidationError

from yimen.faces.stories.scenario.comparing import find, same, shown
from yimen.faces.stories.scenario.database import story_database
from yimen.faces.stories.scenario.reading import read_scenario
from yimen.faces.stories.scenario.values import Check, Malformed, Scenario, Step
from yimen.faces.stories.scenario.world import World, build
from yimen.facts.cases import case_facts
from yimen.facts.registers import base
from yimen.flows import calendar
from yimen.flows.arguments import Of
from yimen.flows.registry import Verb, all_verbs
from yimen.ground.kernel.errors import Refused
from yimen.rooms.cases.queries import load

type Say = Callable[[str], None]
# Things that everybody knows by a name of their own; all others need a label from the step that made them.
BY_NAME = ("organ", "item", "staff", "hall")


class Difference(Exception):
    """What happened is not what the story tells; the message is the first difference."""


@dataclass
class Story:
    """A story while it runs: cases and other things by their labels."""

    world: World
    say: Say
    cases: dict[str, str] = field(default_factory=dict)
    things: dict[tuple[str, str], Any] = field(default_factory=dict)
    now: datetime | None = None

    def key_of(self, kind: str, label: str) -> str | None:
        """The key of the thing with this label; organs, items, people and windows may be called by their own names."""
        if kind == "case":
            return self.cases.get(label)
        known: str | None = self.things.get((kind, label))
        if known is None and label and kind in BY_NAME:
            return label
        return known


def run_file(path: Path, say: Say) -> str:
    """Run one file, saying a line for each step; returns "" when all holds, else the first difference."""
    try:
        scenario = read_scenario(path)
        with story_database():
            run(scenario, say)
    except (Malformed, Difference) as problem:
        return str(problem)
    except Exception as error:  # a fault of the program must be told like any other, and the next file run
        return f"the program failed: {type(error).__name__}: {error}"
    return ""


def run(scenario: Scenario, say: Say) -> None:
    """Run in the present default database; raises `Difference` or `Malformed`."""
    moments = [t for step in scenario.steps for t in (step.at, *(check.at for check in step.checks)) if t]
    acting = list(dict.fromkeys(step.by for step in scenario.steps if step.by))
    story = Story(build(scenario.given, min(moments), acting), say)
    story.things |= story.world.labels
    for step in scenario.steps:
        if step.by and not story.world.knows(step.by):
            raise Malformed(f"{step.place}: nobody is called {step.by!r}: name the person under given.staff")
    for step in scenario.steps:
        if step.do:
            _do(story, step)
        for check in step.checks:
            _check(story, step, check)


def _do(story: Story, step: Step) -> None:
    """One step with its line; a refusal that was not expected, or an expected one that did not come, is told."""
    assert step.at is not None
    story.now = story.world.now = step.at
    head = f"{step.at:%Y-%m-%d %H:%M}  {step.by}  {step.do}" + (f"  {step.case}" if step.case else "")
    try:
        _call(story, step, step.at)
    except Refused as refused:
        story.say(f"{head}: refused {refused.code}")
        if refused.code != step.refused:
            wanted = f"{step.refused} was expected" if step.refused else "it should have been done"
            facts = ", ".join(f"{k}={shown(v)}" for k, v in refused.facts.items())
            raise Difference(f"{step.place}, {step.do}: refused {refused.code} ({facts}), but {wanted}") from None
        return
    story.say(f"{head}: {_outcome(story, step)}")
    if step.refused:
        raise Difference(f"{step.place}, {step.do}: done, but refusal {step.refused} was expected")


def _outcome(story: Story, step: Step) -> str:
    if step.case not in story.cases or step.do == "tick":
        return "done"
    assert step.at is not None
    facts = case_facts(load(story.cases[step.case]), step.at)
    days = f"statutory {shown(facts['statutory_due_on'])}, promised {shown(facts['promised_due_on'])}"
    if facts["accepted_on"] is None:
        days = f"correction notice by {shown(facts['correction_notice_due_on'])}"
    return f"{facts['state']}; {days}"


def _call(story: Story, step: Step, at: datetime) -> None:
    verb = all_verbs()[step.do]
    by = story.world.actor(step.by)
    if step.do == "tick":
        _arguments(verb, step)
        verb.run(by=by, at=at)
    elif step.do == "submit_application":
        _submit(story, verb, step, at)
    elif verb.subject == "case":
        number = story.cases.get(step.case)
        if number is None:
            raise Malformed(f"{step.place}: there is no case {step.case!r} yet")
        verb.run(number, by=by, at=at, version=step.version, **_arguments(verb, step))
    else:
        _on_a_thing(story, verb, step, at)


def _submit(story: Story, verb: Verb, step: Step, at: datetime) -> None:
    """The first use of a label makes the case. A window applies for `applicant`, who has an account."""
    if not step.case:
        raise Malformed(f"{step.place}: submit_application needs a label for its case")
    if step.case in story.cases:
        raise Malformed(f"{step.place}: the case {step.case!r} exists already")
    given = dict(step.arguments)
    by = story.world.actor(step.by)
    name = str(given.pop("applicant", None) or (step.by if by.staff_id is None else "applicant"))
    if not story.world.knows(name):
        raise Malformed(f"{step.place}: nobody is called {name!r}")
    given.setdefault("item", story.world.given.items[0].code)
    case = verb.run(
        applicant=story.world.applicant_data(name),
        account=story.world.actor(name).user_id,
        by=by,
        at=at,
        **_arguments(verb, step, given, supplied=("applicant", "account")),
    )
    story.cases[step.case] = case.number


def _on_a_thing(story: Story, verb: Verb, step: Step, at: datetime) -> None:
    """A verb of a register or of the calendar: what it makes is kept under the step's label, what it works on is found
    there."""
    if verb.kind:
        _on_a_register(story, verb, step, at)
    elif verb.function.__module__ == calendar.__name__:
        _on_the_calendar(story, verb, step, at)
    else:
        raise Malformed(f"{step.place}: {step.do} is not a verb of a story")


def _on_a_register(story: Story, verb: Verb, step: Step, at: datetime) -> None:
    """`order: O` names the thing; organs, items, halls and people go by their own codes and names."""
    label = step.labels.get(verb.kind, "")
    given = {name: _resolved(story, verb.arguments.get(name), value) for name, value in step.arguments.items()}
    arguments = _arguments(verb, step, given)
    by = story.world.actor(step.by)
    if verb.makes:
        if label and (verb.kind, label) in story.things:
            raise Malformed(f"{step.place}: the {verb.kind} {label!r} exists already")
        made = verb.run(by=by, at=at, **arguments)
        story.things[verb.kind, label] = base.kind_of(verb.kind).key(made)
        return
    if verb.kind == "staff" and story.world.knows(label):
        story.world.actor(label)  # whoever is named is hired
    key = story.key_of(verb.kind, label)
    if key is None:
        raise Malformed(f"{step.place}: there is no {verb.kind} {label!r} yet")
    verb.run(key, by=by, at=at, version=step.version, **arguments)


def _resolved(story: Story, parameter: Any, value: Any) -> Any:
    """Labels of things, where the argument wants their keys; also within lists and records."""
    if parameter is None:
        return value
    return _keys_in(story, parameter.annotation, value)


def _keys_in(story: Story, annotation: Any, value: Any) -> Any:
    kinds = [mark.kind for mark in getattr(annotation, "__metadata__", ()) if isinstance(mark, Of)]
    if kinds and isinstance(value, str | int):
        if kinds[0] == "staff" and story.world.knows(str(value)):
            story.world.actor(str(value))  # whoever is named is hired
        return story.key_of(kinds[0], str(value)) or str(value)
    inner = get_args(annotation)
    if isinstance(value, list) and inner:
        listed = inner[0] if get_origin(annotation) is not Annotated else annotation.__origin__
        element = get_args(listed)[0] if get_args(listed) else listed
        return [_keys_in(story, element, part) for part in value]
    if isinstance(value, dict) and is_typeddict(annotation):
        hints = get_type_hints(annotation, include_extras=True)
        return {name: _keys_in(story, _bare(hints.get(name)), part) for name, part in value.items()}
    if hasattr(annotation, "__metadata__"):
        return _keys_in(story, annotation.__origin__, value)
    chosen = [part for part in inner if part is not type(None)]
    return _keys_in(story, chosen[0], value) if len(chosen) == 1 and value is not None else value


def _bare(annotation: Any) -> Any:
    """The type inside NotRequired[…]."""
    return get_args(annotation)[0] if get_origin(annotation) in (NotRequired, Required) else annotation


def _on_the_calendar(story: Story, verb: Verb, step: Step, at: datetime) -> None:
    key = next(iter(step.labels.items()), ("notice", ""))
    own = [n for n, p in verb.arguments.items() if p.kind is not inspect.Parameter.KEYWORD_ONLY]
    if own and key not in story.things:
        raise Malformed(f"{step.place}: there is no {key[0]} {key[1]!r} yet")
    things = [story.things[key]] if own else []
    result = verb.run(*things, by=story.world.actor(step.by), at=at, **_arguments(verb, step, supplied=tuple(own)))
    if not own:
        story.things[key] = result
    calendar.recompute_open_cases(cause=step.do, at=at)


def _arguments(
    verb: Verb, step: Step, given: dict[str, Any] | None = None, supplied: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The step's arguments in the verb's own types. A text or list left out is empty, so that the rule says what
    is missing; anything else left out, unknown or of another type is `Malformed`."""
    given = dict(step.arguments) if given is None else given
    known = {name: parameter for name, parameter in verb.arguments.items() if name not in supplied}
    for name in given:
        if name not in known:
            raise Malformed(f"{step.place}: {step.do} takes no argument {name!r} (known: {', '.join(known) or 'none'})")
    found = {}
    for name, parameter in known.items():
        if given.get(name) is not None:
            found[name] = _fitting(parameter.annotation, given[name], f"{step.place}, {step.do}: {name}")
        elif parameter.default is inspect.Parameter.empty:
            found[name] = _empty(parameter.annotation, f"{step.place}: {step.do} needs {name}")
    return found


def _fitting(annotation: Any, value: Any, where: str) -> Any:
    try:
        return _adapter(annotation).validate_python(_plain(value))
    except ValidationError as error:
        first = error.errors()[0]
        raise Malformed(f"{where}: {shown(value)} does not fit: {first['msg']}") from None


def _plain(value: Any) -> Any:
    """Codes that YAML read as numbers, and a single code instead of a list, as the verbs want them."""
    if isinstance(value, list):
        return [str(v) if isinstance(v, int) and not isinstance(v, bool) else _plain(v) for v in value]
    return value


@cache
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)


def _empty(annotation: Any, complaint: str) -> Any:
    base = get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation
    if base is str:
        return ""
    if get_origin(base) in (list, tuple) or getattr(get_origin(base), "__name__", "") == "Sequence":
        return []
    raise Malformed(complaint)


def _check(story: Story, step: Step, check: Check) -> None:
    """Compare at the check's own time, else at that of the step before."""
    story.now = check.at or story.now
    at = story.now
    assert at is not None  # reading has seen to it
    for name, expected, actual in _facts(story, step, check, at):
        if not same(expected, actual):
            raise Difference(
                f"{step.place}, then {check.what} at {at:%Y-%m-%d %H:%M}: {name} is {shown(actual)},"
                f" but {shown(expected)} was expected"
            )
    told = ", ".join(f"{name} {shown(expected)}" for name, expected in check.facts)
    story.say(f"{at:%Y-%m-%d %H:%M}  then {check.what}: {told}")


def _facts(story: Story, step: Step, check: Check, at: datetime) -> Iterator[tuple[str, Any, Any]]:
    facts = _facts_of_thing(story, step, check, at) if check.kind else _facts_of_case(story, step, check, at)
    for name, expected in check.facts:
        try:
            yield name, expected, find(facts, name)
        except KeyError:
            raise Malformed(f"{step.place}: a {check.kind or 'case'} has no fact {name!r}") from None


def _facts_of_case(story: Story, step: Step, check: Check, at: datetime) -> Any:
    number = story.cases.get(check.case)
    if number is None:
        raise Malformed(f"{step.place}: there is no case {check.case!r} yet")
    return case_facts(load(number), at)


def _facts_of_thing(story: Story, step: Step, check: Check, at: datetime) -> Any:
    if check.kind == "staff" and story.world.knows(check.case):
        story.world.actor(check.case)  # whoever is asked about is hired
    key = story.key_of(check.kind, check.case)
    if key is None:
        raise Malformed(f"{step.place}: there is no {check.kind} {check.case!r} yet")
    return base.kind_of(check.kind).facts(base.thing(check.kind, key), at)
