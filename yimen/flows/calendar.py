"""The calendar changes: one person enters a notice, another confirms it, and every open case is computed anew."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yimen.flows.frame import plain_verb
from yimen.ground.kernel.calendar import Calendar
from yimen.ground.kernel.clock import Pause
from yimen.ground.kernel.errors import Conflict
from yimen.ground.law import actions as law
from yimen.ground.law import queries as law_queries
from yimen.ground.law.models import EmergencyDay, LegalParameter, YearNotice
from yimen.rooms.cases import queries
from yimen.rooms.cases.actions import clocks
from yimen.rooms.cases.actions._write import settle
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.rules.lifecycle import OPEN_STATES
from yimen.rooms.identity.actor import Actor


@dataclass(frozen=True, slots=True)
class Moved:
    """An open case whose day would move: `old` and `new` are the days before and after."""

    number: str
    which: str
    old: date | None
    new: date | None


def _hand(by: Actor, verb: str) -> dict[str, Any]:
    return {"by": by.id, "role": by.role_for(verb), "organ": by.organ_code, "request": by.request}


@plain_verb
def enter_year_notice(
    *, year: int, number: str, url: str, days: Iterable[Mapping[str, Any]], by: Actor, at: datetime
) -> YearNotice:
    """Save the State Council's notice for a year; it counts once another person has confirmed it."""
    return law.enter_year_notice(year=year, number=number, url=url, days=days, at=at, **_hand(by, "enter_year_notice"))


@plain_verb
def confirm_year_notice(notice: YearNotice, *, by: Actor, at: datetime) -> YearNotice:
    """The second person confirms; afterwards call `recompute_open_cases`."""
    return law.confirm_year_notice(notice, at=at, **_hand(by, "confirm_year_notice"))


@plain_verb
def declare_emergency_day(
    *, day: date, name: str, basis: str, is_workday: bool = False, by: Actor, at: datetime
) -> EmergencyDay:
    """Enter a local day off with the decision that orders it; it counts once confirmed."""
    return law.declare_emergency_day(
        day=day, name=name, basis=basis, is_workday=is_workday, at=at, **_hand(by, "declare_emergency_day")
    )


@plain_verb
def confirm_emergency_day(day: EmergencyDay, *, by: Actor, at: datetime) -> EmergencyDay:
    """The second person confirms; afterwards call `recompute_open_cases`."""
    return law.confirm_emergency_day(day, at=at, **_hand(by, "confirm_emergency_day"))


@plain_verb
def set_office_hours(*, spans: Sequence[str], valid_from: date, basis: str, by: Actor, at: datetime) -> LegalParameter:
    """The centre's office hours from a day on; afterwards call `recompute_open_cases`."""
    hand = {name: value for name, value in _hand(by, "set_office_hours").items() if name != "request"}
    return law.set_office_hours(spans=spans, valid_from=valid_from, basis=basis, at=at, **hand)


def preview_notice(notice: YearNotice) -> list[Moved]:
    """The open cases whose days would move if the notice were confirmed; few queries, however many there are."""
    calendar, pauses = law_queries.preview(notice), queries.pauses_of_open_cases()
    open_cases = Case.objects.filter(state__in=OPEN_STATES).defer("form", "reasons").order_by("id")
    moved: list[Moved] = []
    for case in open_cases.annotate(law_revision=law_queries.revision_subquery()).iterator():
        moved += _moves(case, calendar, pauses.get(case.pk, []))
    return moved


def _moves(case: Case, calendar: Calendar, pauses: list[Pause]) -> list[Moved]:
    new = clocks.computed(case, calendar, pauses)
    return [
        Moved(case.number, name, getattr(case, name), value)
        for name, value in new.items()
        if name.endswith("_due_on") and getattr(case, name) != value
    ]


def recompute_open_cases(*, cause: str, at: datetime) -> int:
    """Compute every open case anew after a change of the calendar; returns how many moved. Safe to run again."""
    numbers = list(Case.objects.filter(state__in=OPEN_STATES).order_by("id").values_list("number", flat=True))
    count = 0
    for number in numbers:
        try:
            with transaction.atomic():
                case = queries.load(number)
                settle(case, at)  # what the law has given already is not taken back by a later calendar
                count += clocks.recompute(case, cause=cause, at=at)
        except Conflict:
            continue
    return count
