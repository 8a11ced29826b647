"""What is true of a case at a moment: the facts that the API shows, the pages read and the scenarios compare."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Subquery
from django.utils import timezone

from yimen.ground.kernel.calendar import Calendar
from yimen.ground.kernel.clock import Line, explain
from yimen.ground.kernel.term import Term
from yimen.ground.law import queries as law
from yimen.rooms.cases import queries
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.rules.deadlines import is_overdue
from yimen.rooms.cases.rules.lifecycle import UNDECIDED
from yimen.rooms.certificates.queries import of_ground
from yimen.rooms.documents.queries import papers_of
from yimen.rooms.identity.models import Applicant, Organ


def clock_facts(case: Case, at: datetime) -> dict[str, Any]:
    """State and clocks of a case (already as the law sees it): dates as dates, unknown as None."""
    today = timezone.localdate(at)
    undecided = case.state in UNDECIDED
    paused = undecided and case.paused_since is not None
    overdue = is_overdue(case.promised_due_on, today, undecided=undecided)
    kept = case.promise_kept
    if kept is None and undecided and (overdue or case.promise_broken_on):
        kept = False
    return {
        "state": str(case.state),
        "received_on": case.received_on,
        "correction_notice_due_on": case.correction_notice_due_on,
        "accepted_on": case.accepted_on,
        "deemed_accepted": case.deemed_accepted,
        "statutory_due_on": case.statutory_due_on,
        "promised_due_on": case.promised_due_on,
        "promised_due_at": case.promised_due_at,
        "provisional": case.provisional,
        "paused": paused,
        "overdue": overdue,
        "statutory_overdue": is_overdue(case.statutory_due_on, today, undecided=undecided),
        "promise_kept": kept,
        "extension_days": case.extension_days,
        "decided_on": case.decided_on,
        "result": case.result or None,
        "issue_due_on": case.issue_due_on,
        "delivered_on": case.delivered_on,
    }


def case_facts(case: Case, at: datetime) -> dict[str, Any]:
    """All facts of one case at `at`, brought to the state that the law gives it; nothing is written."""
    case = queries.as_the_law_sees(case, at)
    version = queries.terms_of(case)
    # A notice that was saved but not told does not exist for the law, so it asks for nothing.
    asked = case.demands.filter(is_open=True, notice__told_at__isnull=False).order_by("id")
    certificate = of_ground(f"case:{case.number}") if case.result == "granted" else None
    code = Organ.objects.filter(pk=case.deciding_organ_id).values("code")
    applicant, organ = Applicant.objects.values_list("name", Subquery(code)).get(pk=case.applicant_id)
    return {
        "number": case.number,
        "version": case.version,
        **clock_facts(case, at),
        "item": version.item_code,
        "item_name": version.item_name,
        "item_version": version.number,
        "organ": organ,
        "applicant": applicant,
        "channel": case.channel,
        "reasons": case.reasons,
        "materials": [
            {"code": code, "file": bool(file)}
            for code, file in case.materials.filter(superseded=False).order_by("id").values_list("code", "file")
        ],
        "situation": case.situation,
        "materials_required": [code for code, necessity in version.guide.items() if necessity == "required"],
        "missing": list(asked.values_list("code", flat=True)),
        "certificate": certificate.number if certificate else None,
        **_told_by_decision(case),
        "orders": _orders(case),
    }


def _orders(case: Case) -> list[dict[str, Any]]:
    """The change orders that took effect while the case ran, and what each made of it (finish, terminate, move)."""
    done = case.treatments.values_list("order__document_number", "treatment") if case.ordered else ()
    pending = [(line.number, line.running) for line in case.orders_pending]  # type: ignore[attr-defined]
    return [{"order": number, "treatment": treatment} for number, treatment in [*done, *pending]]


def _told_by_decision(case: Case) -> dict[str, Any]:
    """What the paper of the decision says: the remedies of its day where it was a refusal, the written authorisation
    under which and the seal with which it was signed, None where there is none; `in_name_of`: the organ whose power an
    entrusted one used (行政许可法 第二十四条)."""
    told: dict[str, Any] = {}
    if case.result:
        told = next((p.data for p in reversed(papers_of(f"case:{case.number}")) if p.kind == "decision"), {})
    return {
        "remedies": told.get("remedies") if case.result == "refused" else None,
        "authorisation": told.get("authorisation"),
        "seal": told.get("seal"),
        "in_name_of": _code_of(told["in_name_of"]) if told.get("in_name_of") else None,
    }


def _code_of(organ_id: int) -> str:
    return str(Organ.objects.values_list("code", flat=True).get(pk=organ_id))


def why(case: Case, which: str) -> Sequence[Line]:
    """Day by day, why the `statutory` or `promised` day (or the `correction_notice` day) is that day."""
    calendar = queries.calendar_of(case)
    statutory_limit, limit = queries.limits_of(case)
    if which == "correction_notice":
        day = timezone.localdate(case.complete_at)
        return explain(calendar, law.parameter("correction_notice", day).term, day)
    if case.accepted_at is None:
        return ()
    extra = 0
    if which == "statutory":
        limit, extra = statutory_limit, case.extension_days
    start = timezone.localtime(case.accepted_at)
    hours = law.office_hours(start.date(), revision=getattr(case, "law_revision", None))
    return explain(calendar, Term.parse(limit), start, pauses=queries.pauses_of(case), extra=extra, office_hours=hours)


def days_left(due_on: date | None, case: Case, at: datetime) -> int | None:
    """Working days from the day of `at` to `due_on` (0 on the day itself, negative when it has passed)."""
    return working_days_left(due_on, timezone.localdate(at), queries.calendar_of(case)) if due_on else None


def working_days_left(due_on: date | None, today: date, calendar: Calendar) -> int | None:
    """The same for a list, whose caller has read the calendar once."""
    if due_on is None:
        return None
    return calendar.count(today, due_on) if due_on >= today else -calendar.count(due_on, today)
