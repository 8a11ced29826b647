"""The verbs of the house: what each is called, what it takes and what runs it."""

import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# Arguments that every flow has beside its own.
FRAME = ("by", "at", "version")


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb. `subject`: "case" when its first argument is a case number, "" when it makes its own thing."""

    name: str
    run: Callable[..., Any]
    function: Callable[..., Any]
    subject: str

    @property
    def arguments(self) -> dict[str, inspect.Parameter]:
        """The verb's own keyword arguments with their annotations and defaults."""
        own = inspect.signature(self.function, eval_str=True).parameters
        skip = {"case", *FRAME}
        return {name: parameter for name, parameter in own.items() if name not in skip}

    @property
    def summary(self) -> str:
        """The first line of the docstring."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]


VERBS: dict[str, Verb] = {}
MODULES = (
    "drafts",
    "intake",
    "examination",
    "outcome",
    "publication",
    "personal",
    "ready_texts",
    "calendar",
    "setup",
    "enterprises",
    "catalogue",
    "clock",
)


def register(function: Callable[..., Any], run: Callable[..., Any], subject: str) -> None:
    """Called by the decorators of `frame`."""
    name = function.__name__
    VERBS[name] = Verb(name, run, function, subject)


def all_verbs() -> dict[str, Verb]:
    """Every verb, with the modules that define them imported: in the order of `MODULES`, then of the source, whatever
    was imported first."""
    order = {}
    for place, module in enumerate(MODULES):
        importlib.import_module(f"yimen.flows.{module}")
        order[f"yimen.flows.{module}"] = place

    def where(verb: Verb) -> tuple[int, int]:
        return order.get(verb.function.__module__, len(order)), inspect.unwrap(verb.function).__code__.co_firstlineno

    return {verb.name: verb for verb in sorted(VERBS.values(), key=where)}


def case_verbs() -> dict[str, Verb]:
    """The verbs that act on one case."""
    return {name: verb for name, verb in all_verbs().items() if verb.subject == "case"}
