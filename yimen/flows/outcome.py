"""From the decision to the archive, and the two ways in which a case ends without one."""

from datetime import datetime
from typing import Literal

from yimen.flows.examination import check_section
from yimen.flows.frame import case_verb
from yimen.flows.intake import Text
from yimen.flows.rota import on_duty
from yimen.rooms.cases.actions import outcome
from yimen.rooms.cases.models import Case
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.queries import centre


@case_verb
def issue_certificate(case: Case, *, by: Actor, at: datetime) -> None:
    """The certificate of a granted case, within ten working days (Article 44)."""
    outcome.issue_certificate(case, area_code=centre().area_code, by=by, at=at)


@case_verb
def deliver_result(case: Case, *, method: Literal["window", "post", "electronic"], by: Actor, at: datetime) -> None:
    """The certificate, or the refusal, reaches the applicant."""
    outcome.deliver(case, method=method, by=by, at=at)


@case_verb
def withdraw_application(case: Case, *, reason: Text = "", by: Actor, at: datetime) -> None:
    """The applicant withdraws before the decision; it takes effect at once."""
    outcome.withdraw(case, reason=reason, by=by, at=at)


@case_verb
def terminate_case(case: Case, *, reason: Text, by: Actor, at: datetime) -> None:
    """Handling ends without a decision, by who may approve (`rota.not_on_duty`, `section.not_posted`).

    Where the item names the leader on duty: only by whoever is in charge at this half day. Of an item merged into a
    section: by its people only, or by the organ's head or the leader on duty.
    """
    check_section(case, by, at)
    outcome.terminate(case, reason=reason, by=by, at=at, **on_duty(case, by, at))


@case_verb
def archive_case(case: Case, *, by: Actor, at: datetime) -> None:
    """File a finished case."""
    outcome.archive(case, by=by, at=at)
