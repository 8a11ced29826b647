"""二级审批平台: an item that can't enter the hall, by leave of the city government (意见三（一）)."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.lifecycle import Edge, Lifecycle


class State(StrEnum):
    """Where an application for a platform stands; a granted one has `ended` when its last day is past."""

    APPLIED = "applied"
    EXAMINED = "opinion_given"
    GRANTED = "granted"
    REFUSED = "refused"
    ENDED = "ended"


BASIS = "意见三（一）"
PLATFORMS = Lifecycle(
    [
        Edge("give_platform_opinion", State.APPLIED, State.EXAMINED, BASIS),
        Edge("decide_platform", State.EXAMINED, State.GRANTED, BASIS, "grant"),
        Edge("decide_platform", State.EXAMINED, State.REFUSED, BASIS, "refuse"),
        Edge("end_platform", State.GRANTED, State.GRANTED, BASIS),
    ]
)


def check_items(organ: int, owners: dict[str, int]) -> None:
    """Raises `items.missing`, `platform.other_item`: an organ applies for its own items. `owners`: {code: organ}."""
    if not owners:
        raise Refused("items.missing", field="items")
    if strange := [code for code, owner in owners.items() if owner != organ]:
        raise Refused("platform.other_item", items=strange)


def check_free(wanted: Collection[str], taken: Collection[str]) -> None:
    """Raises `platform.exists` when an item waits for a decision, or is on a platform, already."""
    if twice := sorted(set(wanted) & set(taken)):
        raise Refused("platform.exists", items=twice)


def check_decision(decision: str, document_number: str, reasons: str, valid_from: date | None) -> None:
    """A decision has its document; a grant its first day, a refusal its reasons. Raises `reason.missing`."""
    if not document_number.strip():
        raise Refused("reason.missing", field="document_number")
    if decision == "refuse" and not reasons.strip():
        raise Refused("reason.missing", field="reasons")
    if decision == "grant" and valid_from is None:
        raise Refused("reason.missing", field="valid_from")


def check_days(first: date, last: date | None) -> None:
    """Raises `platform.days` for days that end before they begin."""
    if last is not None and last < first:
        raise Refused("platform.days", valid_from=first.isoformat())


def in_force(state: str, first: date | None, last: date | None, ended_on: date | None, day: date) -> bool:
    """Whether a platform works on a day: `last` is its last day, `ended_on` the first day on which it is ended."""
    if state != State.GRANTED or first is None or day < first:
        return False
    return (last is None or day <= last) and (ended_on is None or day < ended_on)


def state_on(state: str, last: date | None, ended_on: date | None, day: date) -> State:
    """The state that the day gives: nothing has to be written for a platform to end."""
    over = (last is not None and day > last) or (ended_on is not None and day >= ended_on)
    return State.ENDED if state == State.GRANTED and over else State(state)
