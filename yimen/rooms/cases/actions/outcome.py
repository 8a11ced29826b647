"""How a case ends: certificate and delivery, withdrawal, termination, archive (第四十四条、第六十一条)."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from yimen.ground.engines import sql
from yimen.rooms.cases import queries
from yimen.rooms.cases.actions._write import decided_in_name_of, give_notice, move, subject_of
from yimen.rooms.cases.models import Case, SpecialProcedure
from yimen.rooms.cases.rules import receipt
from yimen.rooms.cases.rules.lifecycle import CASEWORK
from yimen.rooms.certificates import actions as certificates
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Applicant


def issue_certificate(case: Case, *, area_code: str, by: Actor, at: datetime) -> str:
    """The certificate of a granted case; returns its number."""
    CASEWORK.target("issue_certificate", case.state)
    holder = sql.select(Applicant, id=case.applicant_id)[0]
    version = queries.terms_of(case)
    number = certificates.issue(
        area_code=area_code,
        holder_kind=holder.kind,
        holder_name=holder.name,
        item_code=version.item_code,
        item_name=version.item_name,
        organ_id=decided_in_name_of(case),
        validity_years=version.validity_years,
        ground=subject_of(case),
        day=timezone.localdate(at),
    )
    move(case, "issue_certificate", by=by, at=at, facts={"certificate": number})
    return number


def deliver(case: Case, *, method: str, by: Actor, at: datetime) -> None:
    """The result reaches the applicant."""
    move(
        case,
        "deliver_result",
        by=by,
        at=at,
        facts={"method": method},
        delivered_on=timezone.localdate(at),
        delivery_method=method,
    )


def archive(case: Case, *, by: Actor, at: datetime) -> None:
    """The case is closed for good; nothing is edited, ever."""
    move(case, "archive_case", by=by, at=at, facts={})


def _close_procedures(case: Case, at: datetime) -> None:
    """A procedure does not outlive its case."""
    open_ones = SpecialProcedure.objects.filter(case=case, ends_on__isnull=True)
    open_ones.update(ends_on=timezone.localdate(at))


def _ended(case: Case, at: datetime) -> dict[str, Any]:
    """A promise that was already broken stays broken; a procedure that was open stops with the case."""
    today = timezone.localdate(at)
    late = case.promised_due_on is not None and today > case.promised_due_on
    return {"promise_kept": False if late or case.promise_broken_on else None, "paused_since": None}


def withdraw(case: Case, *, reason: str, by: Actor, at: datetime) -> None:
    """Before the decision a withdrawal takes effect on receipt; nobody has to grant it."""
    paused = case.paused_since is not None
    move(case, "withdraw_application", by=by, at=at, facts={}, **({"reasons": reason} | _ended(case, at)))
    if paused:
        _close_procedures(case, at)


def terminate(case: Case, *, reason: str, by: Actor, at: datetime, **duty: Any) -> None:
    """Handling ends without a decision, with a reason that the applicant is told. `duty`: facts of a leader's shift."""
    receipt.check_reason(reason)
    paused = case.paused_since is not None
    move(case, "terminate_case", by=by, at=at, facts=duty, **({"reasons": reason} | _ended(case, at)))
    if paused:
        _close_procedures(case, at)
    give_notice(case, "termination", {"reason": reason}, at=at)
