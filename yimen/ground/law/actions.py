"""The verbs of the law: what one person enters, another confirms. Each runs in its caller's transaction."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, router, transaction

from yimen.ground.journal.actions import record
from yimen.ground.kernel.clock import parse_office_hours
from yimen.ground.kernel.errors import Conflict, Refused
from yimen.ground.law.models import EmergencyDay, LegalParameter, YearNotice
from yimen.ground.law.revision import bump

type Request = tuple[str, str] | None

_FIRST_YEAR, _LAST_YEAR = 1990, 2100


def _days_of(year: int, days: Iterable[Mapping[str, Any]]) -> str:
    """Checked, ordered JSON text; `Refused("calendar.invalid")` names the first day that is wrong."""
    found: dict[date, dict[str, Any]] = {}
    for entry in days:
        try:
            day = date.fromisoformat(str(entry["day"]))
        except (KeyError, TypeError, ValueError):
            raise Refused("calendar.invalid", year=year, day=str(entry)[:100], why="not_a_day") from None
        works, name = entry.get("is_workday"), entry.get("name", "")
        if not isinstance(works, bool) or not isinstance(name, str) or len(name) > 80:
            raise Refused("calendar.invalid", year=year, day=day.isoformat(), why="incomplete")
        # A notice reaches into the last days of the year before and the first of the year after.
        if not date(year - 1, 12, 1) <= day <= date(year + 1, 1, 31):
            raise Refused("calendar.invalid", year=year, day=day.isoformat(), why="other_year")
        if day in found:
            raise Refused("calendar.invalid", year=year, day=day.isoformat(), why="twice")
        found[day] = {"day": day.isoformat(), "is_workday": works, "name": name}
    if not any(day.year == year and not entry["is_workday"] for day, entry in found.items()):
        raise Refused("calendar.invalid", year=year, day="", why="no_holiday")
    return json.dumps([found[day] for day in sorted(found)], ensure_ascii=False)


def enter_year_notice(
    *,
    year: int,
    number: str,
    url: str,
    days: Iterable[Mapping[str, Any]],
    by: str,
    role: str,
    organ: str,
    at: datetime,
    request: Request = None,
) -> YearNotice:
    """Save the whole list of a year's days off and make-up days; it counts only once another person confirms it."""
    number, url = number.strip(), url.strip()
    if not _FIRST_YEAR < year < _LAST_YEAR or not number or len(number) > 80 or len(url) > 300:
        raise Refused("calendar.invalid", year=year, day="", why="incomplete")
    if url and not url.startswith(("https://", "http://")):
        raise Refused("calendar.invalid", year=year, day="", why="not_an_address")
    notice = YearNotice.objects.create(
        year=year, number=number, url=url, days=_days_of(year, days), entered_by=by, entered_at=at
    )
    facts = {"year": year, "number": number, "days": len(json.loads(notice.days))}
    _record("enter_year_notice", notice, facts, by, role, organ, at, request)
    return notice


def confirm_year_notice(
    notice: YearNotice, *, by: str, role: str, organ: str, at: datetime, request: Request = None
) -> YearNotice:
    """The second person: from now on these days count, and an earlier notice of the year no longer does."""
    _second_person(notice, by)
    rows, facts = YearNotice.objects.filter(year=notice.year), {"year": notice.year, "number": notice.number}
    with transaction.atomic(using=router.db_for_write(YearNotice)):
        rows.filter(state="confirmed").update(state="replaced")
        _confirm(notice, by, at)
        _record("confirm_year_notice", notice, facts, by, role, organ, at, request)
    return notice


def declare_emergency_day(
    *,
    day: date,
    name: str,
    basis: str,
    is_workday: bool = False,
    by: str,
    role: str,
    organ: str,
    at: datetime,
    request: Request = None,
) -> EmergencyDay:
    """Enter a local day off (or, `is_workday`, a day at work) with the decision that orders it; another confirms it."""
    if not date(_FIRST_YEAR, 1, 1) <= day <= date(_LAST_YEAR, 12, 31):
        raise Refused("clock.out_of_range", day=day.isoformat(), first_year=_FIRST_YEAR, last_year=_LAST_YEAR)
    name, basis = name.strip(), basis.strip()
    if not name or not basis or len(name) > 80 or len(basis) > 200:
        raise Refused("calendar.invalid", year=day.year, day=day.isoformat(), why="incomplete")
    found = EmergencyDay.objects.create(
        day=day, name=name, basis=basis, is_workday=is_workday, entered_by=by, entered_at=at
    )
    facts = {"day": day.isoformat(), "is_workday": is_workday, "basis": basis}
    _record("declare_emergency_day", found, facts, by, role, organ, at, request)
    return found


def confirm_emergency_day(
    day: EmergencyDay, *, by: str, role: str, organ: str, at: datetime, request: Request = None
) -> EmergencyDay:
    """The second person; an earlier declaration for the same day no longer counts."""
    _second_person(day, by)
    rows = EmergencyDay.objects.filter(day=day.day)
    with transaction.atomic(using=router.db_for_write(EmergencyDay)):
        rows.filter(state="confirmed").update(state="replaced")
        _confirm(day, by, at)
        facts = {"day": day.day.isoformat(), "is_workday": day.is_workday}
        _record("confirm_emergency_day", day, facts, by, role, organ, at, request)
    return day


def set_office_hours(
    *, spans: Sequence[str], valid_from: date, basis: str, by: str, role: str, organ: str, at: datetime
) -> LegalParameter:
    """The centre's office hours from a day on, as `["08:30-12:00", "13:30-17:30"]`; terms of hours run in them."""
    text, basis = ",".join(span.strip() for span in spans), basis.strip()
    try:
        parse_office_hours(spans)
    except ValueError:
        raise Refused("calendar.invalid", year=valid_from.year, day=text[:100], why="not_office_hours") from None
    if not basis or len(basis) > 200 or len(text) > 60:
        raise Refused("calendar.invalid", year=valid_from.year, day=text[:100], why="incomplete")
    found, _ = LegalParameter.objects.update_or_create(
        key="office_hours",
        valid_from=valid_from,
        defaults={"unit": "choice", "text": text, "basis": basis, "confidence": "found", "shipped": False},
    )
    bump(router.db_for_write(LegalParameter))
    record(
        verb="set_office_hours",
        subject="law:office_hours",
        actor=by,
        role=role,
        organ=organ,
        at=at,
        facts={"hours": text, "valid_from": valid_from.isoformat(), "basis": basis},
    )
    return found


def _second_person(thing: YearNotice | EmergencyDay, by: str) -> None:
    if thing.state != "entered":
        raise Refused("transition.not_allowed", verb="confirm", state=thing.state)
    if thing.entered_by == by:
        raise Refused("separation.same_person", entered_by=by)


def _confirm(thing: YearNotice | EmergencyDay, by: str, at: datetime) -> None:
    """Guarded: of two who confirm at once one wins, the other gets `Conflict`."""
    rows = type(thing)._default_manager.filter(pk=thing.pk, state="entered")
    try:
        done = rows.update(state="confirmed", confirmed_by=by, confirmed_at=at)
    except IntegrityError:
        raise Conflict(kind=thing._meta.model_name, id=thing.pk) from None
    if done != 1:
        raise Conflict(kind=thing._meta.model_name, id=thing.pk)
    bump(router.db_for_write(type(thing)))
    thing.state, thing.confirmed_by, thing.confirmed_at = "confirmed", by, at


def _record(
    verb: str,
    thing: YearNotice | EmergencyDay,
    facts: dict[str, Any],
    by: str,
    role: str,
    organ: str,
    at: datetime,
    request: Request,
) -> None:
    kind = "year_notice" if isinstance(thing, YearNotice) else "emergency_day"
    record(
        verb=verb,
        subject=f"{kind}:{thing.pk}",
        actor=by,
        role=role,
        organ=organ,
        at=at,
        facts=facts,
        request=request,
    )
