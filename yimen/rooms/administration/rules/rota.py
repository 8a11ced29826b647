"""分管领导窗口带班: half days, who is in charge at a moment, what of a shift may still change. Pure.

意见二（三） names no frequency, no hours and no grace: the rota and the terms of the centre are data.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from yimen.ground.kernel.clock import OfficeHours
from yimen.ground.kernel.errors import Refused


class Half(StrEnum):
    """The two half days of the office."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


class Charge(StrEnum):
    """Who decides on a shift at a moment."""

    LEADER = "leader"
    SUBSTITUTE = "substitute"
    NOBODY = "nobody"


class Absence(StrEnum):
    """Why the leader is not there."""

    NONE = ""
    REPORTED = "reported"
    NOT_CHECKED_IN = "not_checked_in"


@dataclass(frozen=True, slots=True)
class Presence:
    """What the record says of a shift: each None until it happened."""

    checked_in_at: datetime | None
    absence_at: datetime | None
    has_substitute: bool


def half_of(local: datetime, hours: OfficeHours) -> Half:
    """The half day of a local moment: the morning lasts until the first span of the office hours is over."""
    return Half.MORNING if local.time() < hours[0][1] else Half.AFTERNOON


def begins(on: date, half: Half, hours: OfficeHours, zone: datetime) -> datetime:
    """When the office opens on a half day, in the zone of the local moment `zone`."""
    opens = hours[0][0] if half == Half.MORNING else hours[-1][0] if len(hours) > 1 else hours[0][1]
    return datetime.combine(on, opens, zone.tzinfo)


def absence(presence: Presence, starts: datetime, at: datetime, grace: int | None) -> Absence:
    """Reported counts at once; without a report the leader is missed once `grace` minutes of the half day are over
    (None: the centre has set no grace, so only a report counts)."""
    if presence.absence_at is not None and presence.absence_at <= at:
        return Absence.REPORTED
    if presence.checked_in_at is not None and presence.checked_in_at <= at:
        return Absence.NONE
    if grace is not None and at > starts + timedelta(minutes=grace):
        return Absence.NOT_CHECKED_IN
    return Absence.NONE


def in_charge(presence: Presence, starts: datetime, at: datetime, grace: int | None) -> Charge:
    """Who decides: the leader, the substitute while the leader is absent, or nobody."""
    if absence(presence, starts, at, grace) is Absence.NONE:
        return Charge.LEADER
    return Charge.SUBSTITUTE if presence.has_substitute else Charge.NOBODY


def check_ahead(on: date, half: Half, now: tuple[date, Half], *, begun: bool = False) -> None:
    """Raises `rota.past` for a half day that is over (`begun`: or has begun)."""
    order = [Half.MORNING, Half.AFTERNOON]
    then, present = (on, order.index(half)), (now[0], order.index(now[1]))
    if then < present or (begun and then == present):
        raise Refused("rota.past", on=on.isoformat(), half=str(half))


def check_now(on: date, half: Half, now: tuple[date, Half]) -> None:
    """Raises `rota.wrong_time` unless the half day is the present one."""
    if (on, half) != now:
        raise Refused("rota.wrong_time", on=on.isoformat(), half=str(half))
