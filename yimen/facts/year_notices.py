"""What the calendar page shows: notices and emergency days with the names of who entered and confirmed them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from yimen.facts.casefile import staff_names
from yimen.ground.kernel.calendar import DayNote
from yimen.ground.kernel.errors import Refused
from yimen.ground.law.models import EmergencyDay, YearNotice
from yimen.ground.law.queries import notice_days

MOST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Entered:
    """A notice or an emergency day with names in clear."""

    thing: YearNotice | EmergencyDay
    entered_by: str
    confirmed_by: str


def waiting_for(actor_id: str) -> int:
    """How many notices and emergency days this person may confirm: those that another one has entered."""
    entered = (kind.objects.filter(state="entered").exclude(entered_by=actor_id) for kind in (YearNotice, EmergencyDay))
    return sum(found.count() for found in entered)


def notices() -> list[Entered]:
    """The latest year notices, those that wait for a second person first."""
    return _named(YearNotice.objects.order_by("state", "-year", "-id")[:MOST_SHOWN], waiting_first=True)


def emergencies() -> list[Entered]:
    """The latest emergency days, those that wait for a second person first."""
    return _named(EmergencyDay.objects.order_by("-day", "-id")[:MOST_SHOWN], waiting_first=True)


def notice(key: int) -> tuple[Entered, Sequence[DayNote]]:
    """One notice and its days; raises `notice.not_found`."""
    found = YearNotice.objects.filter(pk=min(key, 2**62)).first()
    if found is None:
        raise Refused("notice.not_found", id=str(key)[:20])
    return _named([found])[0], sorted(notice_days(found), key=_day)


def emergency(key: int) -> EmergencyDay:
    """One emergency day; raises `notice.not_found`."""
    found = EmergencyDay.objects.filter(pk=min(key, 2**62)).first()
    if found is None:
        raise Refused("notice.not_found", id=str(key)[:20])
    return found


def _day(note: DayNote) -> date:
    return note.day


def _named(things: Iterable[YearNotice | EmergencyDay], *, waiting_first: bool = False) -> list[Entered]:
    rows = list(things)
    if waiting_first:
        rows.sort(key=lambda thing: thing.state != "entered")
    names = staff_names(actor for thing in rows for actor in (thing.entered_by, thing.confirmed_by))
    return [
        Entered(thing, names.get(thing.entered_by, thing.entered_by), names.get(thing.confirmed_by, thing.confirmed_by))
        for thing in rows
    ]
