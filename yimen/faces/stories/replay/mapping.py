"""Which verbs an activity of a log stands for: the shipped files `yimen/data/replay/*.yaml`, checked when read.

An activity has rules; the first whose conditions hold says what is done, and where none holds the event is noted only.
Conditions: `state` (any of the case's situations), `earlier` / `never_earlier` / `later` / `never_later` (patterns of
activities of the same log case before or after this event).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from yimen.rooms.cases.rules.lifecycle import State

FOLDER = Path(__file__).resolve().parents[3] / "data" / "replay"
BY = ("log", "applicant", "clerk", "examiner", "head")
# A case's state, or none before it came in, and what else is true of it (running._File.situation).
SITUATIONS = frozenset({str(state) for state in State} | {"none", "corrected", "deemed", "invited", "paused"})


class BadMapping(Exception):
    """The mapping file can't be used; the message says where it is wrong."""


@dataclass(frozen=True, slots=True)
class Step:
    """One verb: `by` a word of BY; `deputy` acts when the log's person is barred; `go_on`: a refusal ends nothing."""

    verb: str
    by: str = "log"
    deputy: str = ""
    go_on: bool = False
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions (empty: always) and what is then done."""

    steps: tuple[Step, ...]
    state: frozenset[str] = frozenset()
    earlier: tuple[str, ...] = ()
    never_earlier: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    never_later: tuple[str, ...] = ()

    def holds(self, situation: Collection[str], before: Sequence[str], after: Sequence[str]) -> bool:
        """Whether every condition holds for a case in these situations with these activities before and after."""
        return (
            (not self.state or not self.state.isdisjoint(situation))
            and (not self.earlier or _any(before, self.earlier))
            and not _any(before, self.never_earlier)
            and (not self.later or _any(after, self.later))
            and not _any(after, self.never_later)
        )


@dataclass(frozen=True, slots=True)
class Activity:
    """`submits`: this is how an application comes in."""

    rules: tuple[Rule, ...]
    submits: bool = False

    def steps(self, situation: Collection[str], before: Sequence[str], after: Sequence[str]) -> tuple[Step, ...]:
        """The steps of the first rule that holds; none when no rule does."""
        return next((rule.steps for rule in self.rules if rule.holds(situation, before, after)), ())


@dataclass(frozen=True, slots=True)
class Mapping:
    """One family of logs. `anonymous`: values of `resource` that name nobody; `channels`: a case's channel → ours."""

    name: str
    logs: tuple[str, ...]
    organ: dict[str, str]
    item: dict[str, Any]
    activities: dict[str, Activity]
    anonymous: frozenset[str]
    channels: dict[str, str]

    def activity(self, name: str) -> Activity | None:
        """By its exact name, else by the first pattern that fits; None: unmapped."""
        return self.activities.get(name) or next(
            (found for pattern, found in self.activities.items() if fnmatchcase(name, pattern)), None
        )


def choose(prefix: str, activities: Iterable[str], folder: Path = FOLDER) -> Mapping:
    """The mapping that knows most of the log's activities, among equals the one written for logs of this name.

    Raises `BadMapping` when none knows any.
    """
    names, base = set(activities), Path(prefix).name
    known = [read(path) for path in sorted(folder.glob("*.yaml"))]
    best = max(known, key=lambda m: (_coverage(m, names), _any([base], m.logs)), default=None)
    if best is None or not _coverage(best, names):
        families = ", ".join(m.name for m in known)
        raise BadMapping(f"no mapping knows any activity of this log; known families: {families}")
    return best


def _coverage(mapping: Mapping, names: Collection[str]) -> int:
    return sum(mapping.activity(name) is not None for name in names)


def read(path: Path) -> Mapping:
    """Raises `BadMapping` for an unknown key, situation or actor."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Mapping(
            name=path.stem,
            logs=tuple(found["logs"]),
            organ=found["organ"],
            item=found["item"],
            activities={name: _activity(entry, f"{path.name}: {name}") for name, entry in found["activities"].items()},
            anonymous=frozenset(found.get("anonymous", ())) | {""},
            channels=found.get("channels", {}),
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise BadMapping(f"{path.name}: {type(error).__name__}: {error}") from error


def _activity(entry: dict[str, Any], where: str) -> Activity:
    _only(entry, {"note", "submits", "rules"}, where)
    return Activity(tuple(_rule(rule, where) for rule in entry.get("rules", ())), bool(entry.get("submits")))


def _rule(entry: dict[str, Any], where: str) -> Rule:
    conditions = ("earlier", "never_earlier", "later", "never_later")
    _only(entry, {"do", "state", "note", *conditions}, where)
    state = frozenset(entry.get("state", ()))
    if not state <= SITUATIONS:
        raise BadMapping(f"{where}: unknown state {sorted(state - SITUATIONS)}")
    patterns = {name: tuple(entry.get(name, ())) for name in conditions}
    return Rule(tuple(_step(step, where) for step in entry["do"]), state, **patterns)


def _step(entry: str | dict[str, Any], where: str) -> Step:
    if isinstance(entry, str):
        return Step(entry)
    _only(entry, {"verb", "by", "deputy", "go_on", "with"}, where)
    by, deputy = entry.get("by", "log"), entry.get("deputy", "")
    if by not in BY or deputy not in ("", *BY):
        raise BadMapping(f"{where}: by and deputy are one of {', '.join(BY)}")
    return Step(entry["verb"], by, deputy, bool(entry.get("go_on")), entry.get("with") or {})


def _only(entry: dict[str, Any], keys: set[str], where: str) -> None:
    if unknown := set(entry) - keys:
        raise BadMapping(f"{where}: unknown key {', '.join(sorted(unknown))}")


def _any(names: Iterable[str], patterns: tuple[str, ...]) -> bool:
    return bool(patterns) and any(fnmatchcase(name, pattern) for name in names for pattern in patterns)
