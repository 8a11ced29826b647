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


def verb_words(verb: str) -> str:
    """The button's words."""
    return str(joined("VERBS").get(verb, verb))


def question(verb: str, argument: str) -> tuple[str, str]:
    """(question, hint) of an argument."""
    table = joined("QUESTIONS")
    label, hint = table.get(f"{verb}.{argument}") or table.get(argument) or (argument, "")
    return str(label), str(hint)


def fact_words(kind: str, fact: str) -> str:
    """The label of a fact."""
    table = joined("FACTS")
    return str(table.get(f"{kind}.{fact}") or table.get(fact, fact))


def value_words(fact: str, value: str) -> str:
    """A value that is a word of the house, in the reader's language; any other text as it is."""
    table = joined("VALUES")
    return str(table.get(f"{fact}.{value}") or table.get(value, value))
