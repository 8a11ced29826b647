"""A scenario file → `Scenario`; everything that can be wrong before anything happens is said here."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from yimen.faces.stories.scenario.document import items_of, moment, only, read_document, text
from yimen.faces.stories.scenario.given import read_given
from yimen.faces.stories.scenario.values import Check, Malformed, Scenario, Step
from yimen.facts.registers.base import all_kinds
from yimen.flows.registry import all_verbs

STEP_KEYS = ("at", "by", "do", "case", "with", "expect", "version", "then", "note")
# The calendar's own, and what later work will have verbs for.
OTHER_LABELS = ("notice", "day", "joint", "complaint", "certificate")


def labels() -> tuple[str, ...]:
    """Labels of other things that a verb may work on: the registers, and the calendar's notice and emergency day."""
    return (*OTHER_LABELS, *all_kinds())


def read_scenario(path: Path) -> Scenario:
    """Checked values of one file; raises `Malformed`."""
    keys = only(read_document(path), "the file", ("title", "clauses", "basis", "given", "steps", "note"))
    steps = tuple(_steps(items_of(keys.get("steps"), "steps")))
    if not steps:
        raise Malformed("there are no steps")
    return Scenario(
        title=text(keys.get("title") or path.stem, "title"),
        clauses=tuple(text(clause, "clauses") for clause in items_of(keys.get("clauses"), "clauses")),
        basis="；".join(text(part, "basis") for part in items_of(keys.get("basis"), "basis")),
        given=read_given(keys.get("given")),
        steps=steps,
    )


def _steps(entries: list[Any]) -> Iterator[Step]:
    now: datetime | None = None
    case = ""
    for position, entry in enumerate(entries, 1):
        step = _step(position, entry, case)
        if step.do and step.at is None:
            raise Malformed(f"{step.place}: {step.do} needs a time (at)")
        earliest = min([t for t in (step.at, *(check.at for check in step.checks)) if t], default=None)
        if now and earliest and earliest < now:
            raise Malformed(f"{step.place}: steps are in order of time, but {earliest:%Y-%m-%d %H:%M} lies before")
        if now is None and any(check.at is None for check in step.checks) and step.at is None:
            raise Malformed(f"{step.place}: then has no step before it and no time of its own")
        now = step.at or now
        case = step.case or next((check.case for check in reversed(step.checks) if not check.kind), case)
        yield step


def _step(position: int, entry: Any, last_case: str) -> Step:
    where = f"step {position}"
    keys = only(entry, where, (*STEP_KEYS, *labels()))
    if "do" not in keys and "then" not in keys:
        raise Malformed(f"{where}: neither do nor then")
    at = moment(keys["at"], f"{where}: at") if keys.get("at") is not None else None
    case = text(keys["case"], f"{where}: case") if keys.get("case") is not None else ""
    checks = tuple(_checks(keys["then"], where, case or last_case)) if "then" in keys else ()
    if "do" not in keys:
        for key in ("by", "with", "expect", "version"):
            if key in keys:
                raise Malformed(f"{where}: {key} without do")
        # The time of a mere check is the check's own: it does not move the story on.
        checks = tuple(replace(check, at=check.at or at) for check in checks)
        return Step(position, checks=checks)
    do = text(keys["do"], f"{where}: do")
    if do not in all_verbs():
        raise Malformed(f"{where}: there is no verb {do!r}")
    by = text(keys["by"], f"{where}: by") if keys.get("by") is not None else ("clock" if do == "tick" else "")
    if not by:
        raise Malformed(f"{where}: who does it (by)?")
    labelled = all_verbs()[do].kind == "version"
    arguments = keys.get("with") or {}
    if not isinstance(arguments, dict):
        raise Malformed(f"{where}: with must be a mapping")
    return Step(
        position,
        at=at,
        by=by,
        do=do,
        case=case,
        arguments={("on" if k is True else str(k)): v for k, v in arguments.items()},
        refused=_refused(keys.get("expect"), where),
        version=None if labelled and isinstance(keys.get("version"), str) else _version(keys.get("version"), where),
        labels={name: text(keys[name], f"{where}: {name}") for name in labels() if _is_label(name, keys.get(name))},
        checks=checks,
    )


def _is_label(name: str, value: Any) -> bool:
    """A number under `version` is the one that was read (as If-Match); a text is the label of a version of a guide."""
    return value is not None and (name != "version" or isinstance(value, str))


def _refused(found: Any, where: str) -> str:
    keys = only(found, f"{where}: expect", ("refused",))
    return text(keys["refused"], f"{where}: expect.refused") if keys.get("refused") is not None else ""


def _version(found: Any, where: str) -> int | None:
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int):
        raise Malformed(f"{where}: version must be a whole number, not {found!r}")
    return found


def _checks(found: Any, where: str, last_case: str) -> Iterator[Check]:
    for entry in found if isinstance(found, list) else [found]:
        if not isinstance(entry, dict):
            raise Malformed(f"{where}: then must be a mapping of facts")
        kind = _kind_named(entry)
        facts = {str(key): value for key, value in entry.items() if key not in ("case", "at", kind)}
        label = entry.get(kind) if kind else entry.get("case")
        case = text(label, f"{where}: then.{kind or 'case'}") if label is not None else last_case
        if not case:
            raise Malformed(f"{where}: then names no case")
        if not facts:
            raise Malformed(f"{where}: then compares nothing")
        at = moment(entry["at"], f"{where}: then.at") if entry.get("at") is not None else None
        yield Check(case, tuple(facts.items()), at, kind)


def _kind_named(entry: dict[Any, Any]) -> str:
    """The register whose thing is compared, when the first key names one: `{order: O, state: published}`. A case has
    facts of such names too (`item`): later keys, or keys beside `case`, are facts."""
    first = str(next(iter(entry), ""))
    known = "case" not in entry and first in all_kinds() and isinstance(entry[first], str | int)
    known = known and _is_label(first, entry[first])
    return first if known else ""
