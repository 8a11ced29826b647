"""The two clocks of a case: stored days, recomputed by every event (行政许可法 第四十二条至第四十五条、第八十二条).

Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yimen.ground.kernel.calendar import Calendar
from yimen.ground.kernel.clock import OFFICE_HOURS, Due, OfficeHours, Pause, due
from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.term import Term

SPECIAL_PROCEDURES = (
    "hearing",
    "tender",
    "auction",
    "inspection",
    "testing",
    "quarantine",
    "appraisal",
    "expert_review",
)  # 第四十五条: a closed list of eight; an item may add what a law or administrative regulation names for it
DEFAULT_EXTENSION: dict[str, Any] = {"max": 10, "approver": "organ_head", "basis": "行政许可法 第四十二条第一款"}


@dataclass(frozen=True, slots=True)
class Clocks:
    """Both clocks of an accepted case."""

    statutory: Due
    promised: Due


def clocks(
    calendar: Calendar,
    accepted_at: datetime,
    *,
    statutory_limit: str,
    promised_limit: str,
    pauses: Sequence[Pause] = (),
    extension_days: int = 0,
    office_hours: OfficeHours = OFFICE_HOURS,
) -> Clocks:
    """Due days of a case accepted at `accepted_at` (local time of the centre).

    An extension lengthens the statutory term only; a special procedure excludes its days from both.
    """
    statutory, promised = Term.parse(statutory_limit), Term.parse(promised_limit)
    return Clocks(
        statutory=due(calendar, statutory, accepted_at, pauses=pauses, extra=extension_days, office_hours=office_hours),
        promised=due(calendar, promised, accepted_at, pauses=pauses, office_hours=office_hours),
    )


def better_limits(
    calendar: Calendar,
    accepted_at: datetime,
    old: tuple[str, str],
    new: tuple[str, str],
    office_hours: OfficeHours = OFFICE_HOURS,
) -> tuple[str, str]:
    """Which of the old (statutory, promised) limits a case keeps when it comes under new ones: those that end earlier;
    "" where the new one is not worse (行政许可案件规定 第九条: new rules don't make it worse for who has applied)."""
    before, after = (
        clocks(calendar, accepted_at, statutory_limit=s, promised_limit=p, office_hours=office_hours)
        for s, p in (old, new)
    )
    return (
        old[0] if _ends(before.statutory) < _ends(after.statutory) else "",
        old[1] if _ends(before.promised) < _ends(after.promised) else "",
    )


def _ends(found: Due) -> tuple[date, str]:
    """A term in hours ends within its day, before one that ends with the day."""
    assert found.on is not None  # nothing pauses here
    return found.on, found.at.isoformat() if found.at else "9"


def is_overdue(due_on: date | None, today: date, *, undecided: bool) -> bool:
    """True from the day after `due_on` while undecided; never while paused (`due_on` is then None)."""
    return undecided and due_on is not None and today > due_on


def promise_kept(
    *, decided_at: datetime | None, decided_on: date | None, due_on: date | None, due_at: datetime | None
) -> bool | None:
    """Whether the decision came within the promise; a promise in hours is kept to the minute."""
    if decided_at is None or decided_on is None or due_on is None:
        return None
    return decided_at <= due_at if due_at else decided_on <= due_on


def check_special_procedure(
    kind: str, *, provided: Sequence[str], statutory_due_on: date | None, open_kinds: Sequence[str], today: date
) -> None:
    """第四十五条: only what the item provides, not after the statutory day, one of a kind at a time."""
    if kind not in provided:
        raise Refused("special_procedure.not_in_item", kind=kind)
    if statutory_due_on is not None and today > statutory_due_on:
        raise Refused("special_procedure.too_late", due_on=statutory_due_on.isoformat())
    if kind in open_kinds:
        raise Refused("special_procedure.already_open", kind=kind)


def which_to_end(kind: str | None, open_kinds: Sequence[str]) -> str | None:
    """The open procedure that ends; None when there is none of that kind."""
    if kind is None and len(open_kinds) > 1:
        raise Refused("special_procedure.kind_needed", open=list(open_kinds))
    if kind is None:
        return open_kinds[0] if open_kinds else None
    return kind if kind in open_kinds else None


def check_extension(
    days: int,
    *,
    provided: Mapping[str, Any] | None,
    roles: Sequence[str],
    used: bool,
    statutory_due_on: date | None,
    today: date,
) -> None:
    """第四十二条: provided for the item, by its approver, once, before the statutory day has passed, not too long."""
    if not provided:
        raise Refused("extension.not_provided")
    if provided["approver"] not in roles:
        raise Refused("extension.wrong_approver", approver=provided["approver"])
    if used:
        raise Refused("extension.already_used")
    if statutory_due_on is not None and today > statutory_due_on:
        raise Refused("extension.too_late", due_on=statutory_due_on.isoformat())
    if days > provided["max"]:
        raise Refused("extension.too_long", max=provided["max"])
