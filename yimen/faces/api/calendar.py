"""/calendar: the special days of a year; year notices and emergency days: one person enters, another confirms."""

from datetime import date
from typing import Annotated, Any

from annotated_types import Ge, Le, MaxLen
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router
from ninja.responses import Status
from pydantic import BaseModel, ConfigDict, Field

from yimen.faces.api.auth import IdempotencyKey, acting
from yimen.faces.api.reading import BIGGEST
from yimen.faces.api.schemas import (
    Confirmed,
    EmergencyConfirmed,
    EmergencyList,
    EmergencyOut,
    NoticeList,
    NoticeOut,
    Preview,
    YearOut,
)
from yimen.faces.api.showing import mark_replayed
from yimen.facts import year_notices
from yimen.flows import calendar as flows
from yimen.flows.frame import answer_once
from yimen.ground.kernel.calendar import DayKind
from yimen.ground.kernel.errors import Refused
from yimen.ground.law import queries
from yimen.ground.law.models import EmergencyDay, YearNotice

router = Router(tags=["calendar"])
Year = Annotated[int, Path(ge=1990, le=2100)]
Id = Annotated[int, Path(ge=1, le=BIGGEST)]
# A text, not a date: pydantic would also take a number of seconds for one.
IsoDay = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"})]
ORDINARY = (DayKind.WORKDAY, DayKind.WEEKEND)


class DayIn(BaseModel):
    """A day off or, on a weekend, a day at work."""

    model_config = ConfigDict(extra="forbid", strict=True)

    day: IsoDay
    is_workday: bool
    name: Annotated[str, MaxLen(80)] = ""


class NoticeIn(BaseModel):
    """The State Council's notice of a year, whole."""

    model_config = ConfigDict(extra="forbid", strict=True)

    year: Annotated[int, Ge(1991), Le(2099)]
    number: Annotated[str, MaxLen(80)]
    url: Annotated[str, MaxLen(300)] = ""
    days: Annotated[list[DayIn], MaxLen(400)]


class EmergencyIn(BaseModel):
    """A local day off (or, `is_workday`, a day at work) with the decision that orders it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    day: IsoDay
    name: Annotated[str, MaxLen(80)]
    basis: Annotated[str, MaxLen(200)]
    is_workday: bool = False


@router.get("/calendar/notices", response=NoticeList, operation_id="list_year_notices")
def list_notices(request: HttpRequest, year: Annotated[int, Query(ge=0, le=2100)] = 0) -> dict[str, Any]:
    """Entered, confirmed and replaced notices; `year` 0: of every year."""
    acting(request).role_for("confirm_year_notice")
    return {"notices": [_shown(notice) for notice in queries.notices(year or None)]}


@router.post("/calendar/notices", response={201: NoticeOut}, operation_id="enter_year_notice")
def enter(
    request: HttpRequest, response: HttpResponse, body: NoticeIn, idempotency_key: str = IdempotencyKey
) -> Status[dict[str, Any]]:
    """Enter a year's notice; it counts once another person confirms it. `calendar.invalid` names the wrong day."""
    by, at = acting(request, idempotency_key), timezone.now()
    notice = answer_once(
        by, "enter_year_notice", lambda: flows.enter_year_notice(**body.model_dump(), by=by, at=at), _recall
    )
    mark_replayed(response, by=by, at=at)
    response.headers["Location"] = f"{request.path}/{notice.pk}/preview"
    return Status(201, _shown(notice))


@router.get("/calendar/notices/{notice_id}/preview", response=Preview, operation_id="preview_year_notice")
def preview(request: HttpRequest, notice_id: Id) -> dict[str, Any]:
    """The open cases whose days would move."""
    acting(request).role_for("confirm_year_notice")
    moved = flows.preview_notice(queries.notice(notice_id))
    return {"moved": [{"number": m.number, "which": m.which, "old": m.old, "new": m.new} for m in moved]}


@router.post("/calendar/notices/{notice_id}/confirm", response=Confirmed, operation_id="confirm_year_notice")
def confirm(
    request: HttpRequest, response: HttpResponse, notice_id: Id, idempotency_key: str = IdempotencyKey
) -> dict[str, Any]:
    """The second person confirms; every open case is computed anew. `separation.same_person`."""
    by, at = acting(request, idempotency_key), timezone.now()
    by.role_for("confirm_year_notice")
    notice = answer_once(
        by,
        "confirm_year_notice",
        lambda: flows.confirm_year_notice(queries.notice(notice_id), by=by, at=at),
        _recall,
    )
    mark_replayed(response, by=by, at=at)
    moved = flows.recompute_open_cases(cause=f"year_notice:{notice.pk}", at=at)
    return {**_shown(notice), "moved": moved}


@router.get("/calendar/emergencies", response=EmergencyList, operation_id="list_emergency_days")
def list_emergencies(request: HttpRequest, year: Annotated[int, Query(ge=0, le=2100)] = 0) -> dict[str, Any]:
    """Entered, confirmed and replaced emergency days, newest first; `year` 0: of every year."""
    acting(request).role_for("confirm_emergency_day")
    return {"emergencies": [_emergency(day) for day in queries.emergencies(year or None)]}


@router.post("/calendar/emergencies", response={201: EmergencyOut}, operation_id="declare_emergency_day")
def declare(
    request: HttpRequest, response: HttpResponse, body: EmergencyIn, idempotency_key: str = IdempotencyKey
) -> Status[dict[str, Any]]:
    """Enter a local emergency day; it counts once another person confirms it.

    `calendar.invalid` for a day that does not exist or a blank name or basis, `clock.out_of_range` for a year without
    a calendar.
    """
    by, at = acting(request, idempotency_key), timezone.now()
    by.role_for("declare_emergency_day")
    given = {**body.model_dump(), "day": _day(body.day)}
    day = answer_once(
        by, "declare_emergency_day", lambda: flows.declare_emergency_day(**given, by=by, at=at), _recall_emergency
    )
    mark_replayed(response, by=by, at=at)
    response.headers["Location"] = request.path
    return Status(201, _emergency(day))


@router.post(
    "/calendar/emergencies/{emergency_id}/confirm", response=EmergencyConfirmed, operation_id="confirm_emergency_day"
)
def confirm_emergency(
    request: HttpRequest, response: HttpResponse, emergency_id: Id, idempotency_key: str = IdempotencyKey
) -> dict[str, Any]:
    """The second person confirms; every open case is computed anew. `separation.same_person`."""
    by, at = acting(request, idempotency_key), timezone.now()
    by.role_for("confirm_emergency_day")
    day = answer_once(
        by,
        "confirm_emergency_day",
        lambda: flows.confirm_emergency_day(year_notices.emergency(emergency_id), by=by, at=at),
        _recall_emergency,
    )
    mark_replayed(response, by=by, at=at)
    moved = flows.recompute_open_cases(cause=f"emergency_day:{day.pk}", at=at)
    return {**_emergency(day), "moved": moved}


@router.get("/calendar/{year}", auth=None, response=YearOut, operation_id="get_calendar_year")
def get_year(request: HttpRequest, year: Year) -> dict[str, Any]:
    """Holidays, make-up working days and local emergency days of a year. Public."""
    calendar = queries.calendar()
    first = date(year, 1, 1)
    special = [cell[0] for cell in calendar.span(first, date(year, 12, 31)) if cell[2] not in ORDINARY]
    days = [calendar.note(day)._asdict() for day in special]
    return {"year": year, "provisional": calendar.is_provisional(first), "days": days}


def _recall(subject: str) -> YearNotice:
    return queries.notice(int(subject.partition(":")[2]))


def _shown(notice: YearNotice) -> dict[str, Any]:
    return {
        "id": notice.pk,
        "year": notice.year,
        "number": notice.number,
        "url": notice.url,
        "state": str(notice.state),
        "entered_by": notice.entered_by,
        "confirmed_by": notice.confirmed_by,
        "days": queries.days_as_entered(notice),
    }


def _day(text: str) -> date:
    """The day of an ISO text; raises `calendar.invalid` for one that does not exist, as 2031-02-30."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("calendar.invalid", year=int(text[:4]), day=text, why="not_a_day") from None


def _recall_emergency(subject: str) -> EmergencyDay:
    return year_notices.emergency(int(subject.partition(":")[2]))


def _emergency(day: EmergencyDay) -> dict[str, Any]:
    return {
        "id": day.pk,
        "day": day.day,
        "is_workday": day.is_workday,
        "name": day.name,
        "basis": day.basis,
        "state": str(day.state),
        "entered_by": day.entered_by,
        "confirmed_by": day.confirmed_by,
    }
