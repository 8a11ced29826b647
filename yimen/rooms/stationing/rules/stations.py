"""Utilities and intermediaries in the centre, and their decoupling from the organs (意见三（三）)."""

from datetime import date

from yimen.ground.kernel.errors import Refused

UTILITY = "utility"


def check_deadline(kind: str, *, affiliated: bool, monopoly: bool, decouple_by: date | None) -> None:
    """A monopoly, or a body of public service, that belongs to an organ has a day by which it is cut loose.

    Raises `station.deadline_missing`, `station.not_affiliated` (a deadline with nothing to cut).
    """
    if affiliated and (monopoly or kind == UTILITY) and decouple_by is None:
        raise Refused("station.deadline_missing", field="decouple_by")
    if decouple_by is not None and not affiliated:
        raise Refused("station.not_affiliated")


def check_decoupling(*, affiliated: bool, decoupled_on: date | None, on: date, today: date, evidence: str) -> None:
    """Raises `station.not_affiliated`, `station.decoupled`, `station.in_future`, `reason.missing`."""
    if not affiliated:
        raise Refused("station.not_affiliated")
    if decoupled_on is not None:
        raise Refused("station.decoupled", on=decoupled_on.isoformat())
    if on > today:
        raise Refused("station.in_future", today=today.isoformat())
    if not evidence.strip():
        raise Refused("reason.missing", field="evidence")


def overdue(decouple_by: date | None, decoupled_on: date | None, day: date) -> bool:
    """Whether the deadline is past on a day and nothing was cut by then."""
    if decouple_by is None or day <= decouple_by:
        return False
    return decoupled_on is None or day < decoupled_on
