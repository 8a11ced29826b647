"""The verbs of the house: what each is called, what it takes and what runs it."""

import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# Arguments that every flow has beside its own.
FRAME = ("by", "at", "version")


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb. `subject`: "case" when its first argument is a case number, the kind of a register when it is the key
    of a thing of it, "" otherwise. `makes`: the kind of the thing that it answers, for the verbs that enter one."""

    name: str
    run: Callable[..., Any]
    function: Callable[..., Any]
    subject: str
    makes: str = ""

    @property
    def arguments(self) -> dict[str, inspect.Parameter]:
        """The verb's own keyword arguments with their annotations and defaults."""
        own = inspect.signature(self.function, eval_str=True).parameters
        skip = {"case", *FRAME}
        if self.kind and self.subject:
            skip.add(next(iter(own)))
        return {name: parameter for name, parameter in own.items() if name not in skip}

    @property
    def kind(self) -> str:
        """The register to which the verb belongs, or ""."""
        return self.makes or ("" if self.subject == "case" else self.subject)

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
    "guides",
    "orders",
    "authority",
    "places",
    "stationing",
    "consultation",
    "coordination",
    "meetings",
    "rota",
    "duties",
    "promises",
    "notices",
    "budget",
    "clock",
)


def register(function: Callable[..., Any], run: Callable[..., Any], subject: str, makes: str = "") -> None:
    """Called by the decorators of `frame`."""
    name = function.__name__
    VERBS[name] = Verb(name, run, function, subject, makes)


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


def register_verbs(kind: str) -> dict[str, Verb]:
    """The verbs of one register: those that enter a thing first, then those that act on one."""
    own = [verb for verb in all_verbs().values() if verb.kind == kind]
    return {verb.name: verb for verb in sorted(own, key=lambda verb: not verb.makes)}


# What the clock does beside the cases: each takes the moment and says how many things it changed.
CLOCKWORK: list[Callable[[datetime], int]] = []


def clockwork(function: Callable[[datetime], int]) -> Callable[[datetime], int]:
    """Let `tick` run `function(at)` after the cases: in transactions of its own, harmless when run again."""
    CLOCKWORK.append(function)
    return function
