"""Showing the personal data of a case in clear: an entry of the journal, and nothing of the case changes."""

from collections.abc import Sequence
from datetime import datetime

from yimen.ground.journal.actions import record
from yimen.rooms.cases import policy
from yimen.rooms.cases.actions._write import subject_of
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.rules.receipt import check_reason
from yimen.rooms.identity.actions import disclose
from yimen.rooms.identity.actor import Actor


def reveal(case: Case, *, columns: Sequence[str], purpose: str, reason: str, by: Actor, at: datetime) -> dict[str, str]:
    """{column: clear text} of the applicant. The version stays: nobody's open form becomes stale by a look.

    Raises `reason.missing`.
    """
    check_reason(reason)
    key, shown = disclose(
        case.applicant_id, subject=subject_of(case), columns=columns, purpose=purpose, reason=reason, by=by, at=at
    )
    record(
        verb="reveal_personal_data",
        subject=subject_of(case),
        actor=by.id,
        role=policy.permit(by, "reveal_personal_data", case),
        organ=by.organ_code,
        at=at,
        facts={
            "version": case.version,
            "state": str(case.state),
            "fields": list(columns),
            "purpose": purpose,
            "disclosure": key,
        },
        request=by.request,
    )
    return shown
