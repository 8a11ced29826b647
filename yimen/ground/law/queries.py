"""Reads of the law, cached in the process for as long as the revision stays."""

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db import connections, router
from django.db.models import Subquery

from yimen.ground.engines import sql
from yimen.ground.kernel.calendar import Calendar, DayKind, DayNote
from yimen.ground.kernel.clock import OfficeHours, parse_office_hours
from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.term import Term, Unit
from yimen.ground.law.calendar import shipped_calendar
from yimen.ground.law.models import EmergencyDay, LegalParameter, Revision, YearNotice

CONFIRMED = "confirmed"


def revision_subquery() -> Subquery:
    """For `.annotate(law_revision=revision_subquery())`: the revision without a query of its own."""
    return Subquery(Revision.objects.filter(pk=1).values("number")[:1])


REVISION_SQL = "(SELECT law_revision.number FROM law_revision WHERE law_revision.id = 1)"


def current_revision() -> int:
    """The revision, by one query; 0 before the first migrate's seed."""
    return sql.value(f"SELECT {REVISION_SQL}") or 0


def _database() -> tuple[str, str]:
    alias = router.db_for_read(Revision)
    return alias, str(connections[alias].settings_dict["NAME"])


def calendar(revision: int | None = None) -> Calendar:
    """The calendar in force: shipped days, confirmed notices, confirmed emergency days. One query when `revision`
    (read with the caller's own row) is given and known, none beyond it."""
    return _calendar(*_database(), current_revision() if revision is None else revision)


@lru_cache(maxsize=8)
def _calendar(alias: str, name: str, revision: int) -> Calendar:
    notices = YearNotice.objects.using(alias).filter(state=CONFIRMED).order_by("year", "pk")
    emergencies = EmergencyDay.objects.using(alias).filter(state=CONFIRMED)
    return with_notices(
        [note for notice in notices for note in notice_days(notice)],
        frozenset(notice.year for notice in notices),
        [DayNote(e.day, e.is_workday, DayKind.EMERGENCY, e.name, e.basis) for e in emergencies],
    )


def with_notices(
    days: list[DayNote], years: frozenset[int], emergencies: list[DayNote] | None = None, base: Calendar | None = None
) -> Calendar:
    """`base` (the shipped calendar) with notices on top and emergency days above them; days outside it fall away."""
    found = (base or shipped_calendar()).replaced(days, years) if days or years else base or shipped_calendar()
    return found.replaced(emergencies) if emergencies else found


def notice_days(notice: YearNotice) -> list[DayNote]:
    """The days of a notice; a day off is a holiday, a weekend day at work a make-up day."""
    source = notice.number or notice.url
    return [
        DayNote(date.fromisoformat(d["day"]), d["is_workday"], _kind(d), d["name"], source)
        for d in json.loads(notice.days)
    ]


def _kind(entry: dict[str, object]) -> DayKind:
    if not entry["is_workday"]:
        return DayKind.HOLIDAY
    weekend = date.fromisoformat(str(entry["day"])).weekday() >= 5
    return DayKind.MAKEUP_WORKDAY if weekend else DayKind.WORKDAY


def preview(notice: YearNotice) -> Calendar:
    """The calendar as it would be once `notice` is confirmed: for showing which open cases would move."""
    return calendar().replaced(notice_days(notice), frozenset({notice.year}))


@dataclass(frozen=True, slots=True)
class Parameter:
    """A legal parameter on a day: `amount` in `unit`, or a choice in `text`."""

    key: str
    amount: int | None
    unit: str
    text: str
    valid_from: date
    valid_to: date | None
    basis: str
    confidence: str

    @property
    def term(self) -> Term:
        """ValueError when the parameter is not counted in days or hours."""
        return Term(self.amount if self.amount is not None else -1, Unit(self.unit))


def parameter(key: str, on: date, *, revision: int | None = None) -> Parameter:
    """The row of `key` valid on `on`; `Refused("law.not_in_force")` when none is."""
    known = _parameters(*_database(), current_revision() if revision is None else revision)
    for row in known.get(key, ()):
        if row.valid_from <= on and (row.valid_to is None or on <= row.valid_to):
            return row
    raise Refused("law.not_in_force", parameter=key, day=on.isoformat())


@lru_cache(maxsize=8)
def _parameters(alias: str, name: str, revision: int) -> dict[str, tuple[Parameter, ...]]:
    fields = [*Parameter.__dataclass_fields__]
    found: dict[str, tuple[Parameter, ...]] = {}
    # Newest first: where the centre has entered a row that begins later, it wins over an open-ended older one.
    for row in LegalParameter.objects.using(alias).order_by("key", "-valid_from").values_list(*fields):
        found[row[0]] = (*found.get(row[0], ()), Parameter(*row))
    return found


def office_hours(on: date, *, revision: int | None = None) -> OfficeHours:
    """The hours in which a term of hours runs, as the centre keeps them on `on`."""
    return parse_office_hours(parameter("office_hours", on, revision=revision).text.split(","))


@dataclass(frozen=True, slots=True)
class Remedies:
    """What a refusal must tell (行政许可法 第三十八条): by the law of the day of decision."""

    reconsideration_days: int
    reconsideration_organ: str
    litigation_months: int
    online_channel: bool
    basis: str


def remedies(on: date, *, revision: int | None = None) -> Remedies:
    """The remedies against a decision of `on`. `reconsideration_organ` is `government` or `government_or_superior`;
    `online_channel`: an electronically served decision must name the online channel for reconsideration."""
    if revision is None:
        revision = current_revision()
    days, organ, online, months = (
        parameter(key, on, revision=revision)
        for key in ("reconsideration", "reconsideration_organ", "reconsideration_online_channel", "litigation")
    )
    rows = (days, organ, online, months) if online.text == "required" else (days, organ, months)
    return Remedies(
        reconsideration_days=days.amount or 0,
        reconsideration_organ=organ.text,
        litigation_months=months.amount or 0,
        online_channel=online.text == "required",
        basis="；".join(dict.fromkeys(row.basis for row in rows)),
    )


def notice(key: int) -> YearNotice:
    """A year notice by its id; raises `notice.not_found`."""
    found = YearNotice.objects.filter(pk=key).first()
    if found is None:
        raise Refused("notice.not_found", id=key)
    return found


def notices(year: int | None = None) -> list[YearNotice]:
    """Notices of a year (of all years), newest first, whatever their state."""
    found = YearNotice.objects.order_by("-pk")
    return list(found if year is None else found.filter(year=year))


def emergencies(year: int | None = None) -> list[EmergencyDay]:
    """Emergency days of a year (of all years), the newest entry first, whatever their state."""
    found = EmergencyDay.objects.order_by("-pk")
    return list(found if year is None else found.filter(day__year=year))


def days_as_entered(notice: YearNotice) -> list[dict[str, object]]:
    """[{"day": ISO date, "is_workday": bool, "name": text}] in order."""
    days: list[dict[str, object]] = json.loads(notice.days)
    return days
