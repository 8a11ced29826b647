"""公示 Making a decision public, keeping it back, taking it back, putting it right (行政许可法 第五条、第四十条).

None of it is a step of the case: its state, its version and its clocks stay, so nobody's open form becomes stale.
"""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yimen.ground.engines import sql
from yimen.ground.engines.scrub import scrubbed
from yimen.ground.journal.actions import record
from yimen.ground.kernel.errors import Conflict, Refused
from yimen.ground.law import queries as law
from yimen.rooms.cases import policy, queries
from yimen.rooms.cases.actions._write import decided_in_name_of, iso, subject_of
from yimen.rooms.cases.models import Case, Publication
from yimen.rooms.cases.rules import publication as rules
from yimen.rooms.cases.rules.publication import PUBLISHING, Standing
from yimen.rooms.cases.rules.receipt import check_reason
from yimen.rooms.identity.actor import CLOCK, Actor
from yimen.rooms.identity.models import Applicant, Organ
from yimen.rooms.identity.rules.roles import Role
from yimen.rooms.identity.tenure import names_on

# The columns that anyone may read; they are empty while the decision is not public.
SHOWN = (
    "item_code",
    "item_name",
    "organ_code",
    "organ_name",
    "organ_name_en",
    "holder_kind",
    "holder",
    "credit_code",
    "result",
    "decided_on",
)


def await_publication(case: Case, *, decided_on: date) -> None:
    """Called with the decision: the day by which it must be public, seven working days on."""
    revision = getattr(case, "law_revision", None)
    days = law.parameter("publish_decision", decided_on, revision=revision).term.amount
    due_on = queries.calendar_of(case).after(decided_on, days)
    sql.insert(Publication, case_id=case.pk, number=case.number, due_on=due_on)


def publish(case: Case, *, by: Actor, at: datetime) -> None:
    """The decision becomes public as the record has it now; also one that was kept or taken back."""
    row = _row(case)
    PUBLISHING.target("publish_decision", row.standing)
    if by is CLOCK and row.standing != Standing.WAITING:
        raise Conflict(number=case.number)  # kept back while the clock was on its way
    changes = {"published_on": timezone.localdate(at), "corrected_on": None, "basis": "", "reason": "", **_facts(case)}
    _write(case, row, "publish_decision", {"due_on": iso(row.due_on)}, changes, by=by, at=at)


def correct(case: Case, *, reason: str, by: Actor, at: datetime) -> None:
    """Take the facts anew from the record that was put right; raises `publication.unchanged`, `reason.missing`."""
    row = _row(case)
    PUBLISHING.target("correct_publication", row.standing)
    check_reason(reason)
    facts = _facts(case)
    rules.check_changed({name: getattr(row, name) for name in SHOWN}, facts)
    changes = {"corrected_on": timezone.localdate(at), "reason": reason, **facts}
    _write(case, row, "correct_publication", {}, changes, by=by, at=at)


def hide(case: Case, verb: str, *, basis: str, reason: str, by: Actor, at: datetime) -> None:
    """`withhold_decision` before, `withdraw_publication` after publishing; raises `reason.missing`."""
    row = _row(case)
    PUBLISHING.target(verb, row.standing)
    check_reason(reason)
    empty = {name: None if name == "decided_on" else "" for name in SHOWN}
    _write(case, row, verb, {"basis": basis}, {"basis": basis, "reason": reason, **empty}, by=by, at=at)


def _row(case: Case) -> Publication:
    """Where the publication of the case's decision stands; raises `publication.no_decision`."""
    found: list[Publication] = sql.select(Publication, case_id=case.pk)
    if not found:
        raise Refused("publication.no_decision", number=case.number)
    return found[0]


def _facts(case: Case) -> dict[str, Any]:
    """What anyone may read of a decision, from the record of this moment; nothing that somebody wrote as free text."""
    applicant: Applicant = sql.select(Applicant, id=case.applicant_id)[0]
    organ: Organ = sql.select(Organ, id=decided_in_name_of(case))[0]
    version = queries.terms_of(case)
    assert case.decided_on is not None  # the row came with the decision
    name, name_en = names_on(organ.pk, case.decided_on, getattr(case, "law_revision", None))
    holder = rules.public_holder(applicant.kind, applicant.name, applicant.id_number, on=case.decided_on)
    return {
        "item_code": version.item_code,
        "item_name": version.item_name,
        "organ_code": organ.code,
        "organ_name": name,
        "organ_name_en": name_en,
        "holder_kind": holder.kind,
        # A number that was typed into a name must not go out with it.
        "holder": scrubbed(holder.name)[:200],
        "credit_code": holder.credit_code,
        "result": case.result,
        "decided_on": case.decided_on,
    }


def _write(
    case: Case, row: Publication, verb: str, facts: dict[str, Any], changes: dict[str, Any], *, by: Actor, at: datetime
) -> None:
    """One guarded write and one journal entry; raises `Conflict` when somebody else was first."""
    standing = Standing(PUBLISHING.target(verb, row.standing))
    changes |= {"standing": standing, "set_by_id": by.staff_id, "set_at": at}
    if not sql.guarded_update(Publication, row.pk, row.version, changes):
        raise Conflict(number=case.number)
    record(
        verb=verb,
        subject=subject_of(case),
        actor=by.id,
        role=Role.CLOCK if by is CLOCK else policy.permit(by, verb, case),
        organ=by.organ_code,
        at=at,
        facts={"version": case.version, "state": str(case.state), "standing": str(standing), **facts},
        request=by.request,
    )
