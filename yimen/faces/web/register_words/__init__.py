"""What the pages call registers, their verbs, questions, facts and values: msgids, one module a field of work.

Each module may hold any of these tables; `joined` puts them together:

* `KINDS`      {kind: (one, many, what an empty list would hold)}
* `VERBS`      {verb: the button's words}
* `WARNINGS`   {verb: the sentence above the button of an act that can't be undone}
* `QUESTIONS`  {argument or "verb.argument": (question, hint)}
* `FACTS`      {fact or "kind.fact": label}
* `VALUES`     {value or "fact.value": word}
* `PAGES`      {kind: (name of the page of its own, its words, verbs of which the reader holds one; none: anybody)}
* `GROUPS`     ((heading, (kinds, …)), …) for the page of all registers
"""

import importlib
from functools import cache
from typing import Any

from yimen.faces.web.desk_words import ROLES

MODULES: tuple[str, ...] = (
    "general",
    "catalogue",
    "guides",
    "orders",
    "authority",
    "committee",
    "places",
    "stationing",
    "consultation",
)


@cache
def joined(table: str) -> dict[str, Any]:
    """One table of all modules."""
    found: dict[str, Any] = {}
    for module in MODULES:
        found |= getattr(_module(module), table, {})
    return found


@cache
def groups() -> tuple[tuple[Any, tuple[str, ...]], ...]:
    """The headings of the page of all registers with their kinds."""
    return tuple(group for module in MODULES for group in getattr(_module(module), "GROUPS", ()))


def _module(name: str) -> Any:
    return importlib.import_module(f"yimen.faces.web.register_words.{name}")


@cache
def _home(table: str, key: str) -> str:
    """The module that speaks for a register (`KINDS`) or a verb (`VERBS`); "" for none."""
    return next((module for module in MODULES if key in getattr(_module(module), table, {})), "")


def _said(table: str, home: str, *keys: str) -> Any:
    """The words under the first of `keys`, the closest first: what the module of the register says itself, then the
    words that all share, then any other's. A word such as `amount` or `owner` means another thing in each field."""
    own = (getattr(_module(home), table, {}),) if home else ()
    for words in (*own, getattr(_module("general"), table, {}), joined(table)):
        found = next((words[key] for key in keys if key in words), None)
        if found is not None:
            return found
    return None


def verb_words(verb: str) -> str:
    """The button's words."""
    return str(joined("VERBS").get(verb, verb))


def question(verb: str, argument: str) -> tuple[str, str]:
    """(question, hint) of an argument."""
    label, hint = _said("QUESTIONS", _home("VERBS", verb), f"{verb}.{argument}", argument) or (argument, "")
    return str(label), str(hint)


def fact_words(kind: str, fact: str) -> str:
    """The label of a fact of a register."""
    return str(_said("FACTS", _home("KINDS", kind), f"{kind}.{fact}", fact) or fact)


def value_words(fact: str, value: str, kind: str = "", verb: str = "") -> str:
    """A value that is a word of the house (of the register or the verb), or a role, in the reader's language; any other
    text as it is."""
    home = _home("KINDS", kind) or _home("VERBS", verb)
    return str(_said("VALUES", home, f"{fact}.{value}", value) or ROLES.get(value, value))


def title_words(title: str) -> str:
    """What a record is called; somebody who is named after a role, as personas are, by the role's word."""
    return str(ROLES.get(title, title))
