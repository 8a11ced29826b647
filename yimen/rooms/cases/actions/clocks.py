"""What moves the two clocks: special procedures, the extension, a change of the calendar (第四十二条、第四十五条)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from yimen.ground.kernel.calendar import Calendar
from yimen.ground.kernel.clock import Pause
from yimen.ground.kernel.errors import Refused
from yimen.ground.law import queries as law
from yimen.rooms.cases import queries
from yimen.rooms.cases.actions._write import give_notice, iso, move, write
from yimen.rooms.cases.models import Case, Extension, SpecialProcedure
from yimen.rooms.cases.rules import deadlines, receipt
from yimen.rooms.cases.rules.lifecycle import CASEWORK
from yimen.rooms.identity.actor import CLOCK, Actor


def _open_kinds(case: Case) -> list[str]:
    open_ones = SpecialProcedure.objects.filter(case=case, ends_on__isnull=True).order_by("id")
    return list(open_ones.values_list("kind", flat=True))


def _recomputed(case: Case, extension_days: int | None = None, more: Sequence[Pause] = ()) -> dict[str, Any]:
    """The days with the case's rows and with `more`, a pause that is about to be written."""
    days = case.extension_days if extension_days is None else extension_days
    assert case.accepted_at is not None  # the lifecycle lets nobody here before acceptance
    pauses = [*queries.pauses_of(case), *more]
    return queries.clock_values(case, queries.calendar_of(case), case.accepted_at, pauses, extension_days=days)


def start_special_procedure(case: Case, *, kind: str, expected_days: int, basis: str, by: Actor, at: datetime) -> None:
    """Stop both clocks from tomorrow; the applicant is told in writing the days that are needed."""
    today = timezone.localdate(at)
    deadlines.check_special_procedure(
        kind,
        provided=queries.terms_of(case).special_procedures,
        statutory_due_on=case.statutory_due_on,
        open_kinds=_open_kinds(case),
        today=today,
    )
    CASEWORK.target("start_special_procedure", case.state)
    broken = case.promise_broken_on
    if case.promised_due_on is not None and today > case.promised_due_on:
        broken = broken or case.promised_due_on
    expected_end = queries.calendar_of(case).after(today, expected_days)
    facts = {"kind": kind, "expected_end_on": iso(expected_end)}
    values = _recomputed(case, more=[Pause(kind, today, None)])
    move(case, "start_special_procedure", by=by, at=at, facts=facts, promise_broken_on=broken, **values)
    SpecialProcedure.objects.create(
        case=case,
        kind=kind,
        basis=basis,
        expected_days=expected_days,
        expected_end_on=expected_end,
        starts_on=today,
    )
    give_notice(case, "special_procedure", {**facts, "days": expected_days, "basis": basis}, at=at)


def end_special_procedure(case: Case, *, kind: str | None, by: Actor, at: datetime) -> None:
    """The clocks run again from tomorrow (unless another procedure is open)."""
    ending = deadlines.which_to_end(kind, _open_kinds(case))
    if ending is None:
        raise Refused("transition.not_allowed", verb="end_special_procedure", state=str(case.state))
    CASEWORK.target("end_special_procedure", case.state)
    SpecialProcedure.objects.filter(case=case, kind=ending, ends_on__isnull=True).update(ends_on=timezone.localdate(at))
    values = _recomputed(case)
    facts = {"kind": ending, "statutory_due_on": iso(values["statutory_due_on"])}
    move(case, "end_special_procedure", by=by, at=at, facts=facts, **values)
    give_notice(case, "special_procedure_end", facts, at=at)


def extend(case: Case, *, days: int, reason: str, by: Actor, at: datetime) -> None:
    """Lengthen the statutory term once; the promise does not move."""
    deadlines.check_extension(
        days,
        provided=queries.terms_of(case).extension,
        roles=by.roles,
        used=Extension.objects.filter(case=case).exists(),
        statutory_due_on=case.statutory_due_on,
        today=timezone.localdate(at),
    )
    receipt.check_reason(reason)
    CASEWORK.target("extend_case", case.state)
    values = _recomputed(case, days)
    facts = {"days": days, "statutory_due_on": iso(values["statutory_due_on"])}
    move(case, "extend_case", by=by, at=at, facts=facts, extension_days=days, **values)
    Extension.objects.create(
        case=case, days=days, reason=reason, approved_by_id=by.hand, approved_on=timezone.localdate(at)
    )
    give_notice(case, "extension", {**facts, "reason": reason}, at=at)


def computed(case: Case, calendar: Calendar, pauses: list[Pause] | None = None) -> dict[str, Any]:
    """The days of an open case by this calendar, as columns; `pauses`: its special procedures, if already read."""
    if case.accepted_at is None:
        day = timezone.localdate(case.complete_at)
        limit = law.parameter("correction_notice", day, revision=getattr(case, "law_revision", None)).term
        return {"correction_notice_due_on": calendar.after(day, limit.amount)}
    if pauses is None:
        pauses = queries.pauses_of(case)
    return queries.clock_values(case, calendar, case.accepted_at, pauses, extension_days=case.extension_days)


def recompute(case: Case, *, cause: str, at: datetime) -> bool:
    """The calendar changed: compute an open case's days anew; an entry tells it when any day moved."""
    new = computed(case, queries.calendar_of(case))
    moved = {name: value for name, value in new.items() if getattr(case, name) != value}
    if not moved:
        return False
    facts = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in moved.items()}
    write(case, "recompute_deadlines", by=CLOCK, at=at, facts={"cause": cause, **facts}, **moved)
    return True
