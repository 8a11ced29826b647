"""一审一核: examination by one person, decision by another (行政许可法 第三十四条至第三十八条)."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils import timezone

from yimen.ground.engines import sql
from yimen.ground.kernel.errors import Refused
from yimen.ground.law import queries as law
from yimen.rooms.authority.models import Seal
from yimen.rooms.authority.queries import Grounds
from yimen.rooms.cases import queries
from yimen.rooms.cases.actions._write import give_notice, iso, lay_hand, move, under_seal, write
from yimen.rooms.cases.actions.publication import await_publication
from yimen.rooms.cases.models import Case, Hand
from yimen.rooms.cases.rules import deadlines, decision, receipt
from yimen.rooms.cases.rules.lifecycle import CASEWORK, State
from yimen.rooms.identity.actor import Actor


def examine(case: Case, *, opinion: decision.Opinion, reasons: str, by: Actor, at: datetime) -> None:
    """The examiner's opinion; a negative one says why."""
    decision.check_opinion(opinion, reasons)
    move(case, "examine_case", by=by, at=at, facts={"opinion": opinion})
    lay_hand(case, "examine", by=by, at=at, opinion=opinion, reasons=reasons)


def return_to_examiner(case: Case, *, reason: str, by: Actor, at: datetime, **duty: Any) -> None:
    """Back to examination; the clocks go on. `duty`: facts of the shift under which a leader acts."""
    receipt.check_reason(reason)
    move(case, "return_to_examiner", by=by, at=at, facts=duty)
    lay_hand(case, "return", by=by, at=at, reasons=reason)


def invite_supplement(case: Case, *, text: str, by: Actor, at: datetime) -> None:
    """A voluntary supplement: stops no clock and can't be a ground of refusal."""
    receipt.check_reason(text, "text")
    move(case, "invite_supplement", by=by, at=at, facts={})
    give_notice(case, "supplement", {"text": text}, at=at)


def approve(
    case: Case,
    *,
    verdict: decision.Opinion,
    reasons: str,
    ground: Grounds,
    by: Actor,
    at: datetime,
    **duty: Any,
) -> None:
    """The decision, by a person who neither examined nor (immediate item) accepted; a refusal tells the remedies.

    `ground`: on what it stands (`flows.authority.power_to_decide`); `duty`: facts of the shift under which a leader
    acts.
    """
    immediate = queries.terms_of(case).immediate
    hands: list[Hand] = sql.select(Hand, case_id=case.pk)
    barred = {hand.staff_id for hand in hands if hand.act == "examine" or (immediate and hand.act == "accept")}
    decision.check_separation(by.hand, barred)
    examined = [hand for hand in hands if hand.act == "examine"]
    last = examined[-1] if examined else None
    reasons = decision.reasons_of(verdict, reasons, last.opinion if last else "", last.reasons if last else "")
    decision.check_opinion(verdict, reasons)
    if case.paused_since is not None:
        raise Refused("special_procedure.open", since=case.paused_since.isoformat())
    at_once = immediate and case.state == State.ACCEPTED
    target = State(CASEWORK.target("approve_case", case.state, decision.outcome(verdict, immediate=at_once)))
    _decide(case, target, verdict, reasons, ground, duty, by=by, at=at)


def _decide(
    case: Case,
    target: State,
    verdict: decision.Opinion,
    reasons: str,
    ground: Grounds,
    duty: dict[str, Any],
    *,
    by: Actor,
    at: datetime,
) -> None:
    today = timezone.localdate(at)
    result = "granted" if verdict == "grant" else "refused"
    # 第四十四条: the certificate within ten working days of the decision.
    revision = getattr(case, "law_revision", None)
    days = law.parameter("issue_certificate", today, revision=revision).term.amount
    issue_due_on = queries.calendar_of(case).after(today, days) if verdict == "grant" else None
    kept = deadlines.promise_kept(
        decided_at=at, decided_on=today, due_on=case.promised_due_on, due_at=case.promised_due_at
    )
    write(
        case,
        "approve_case",
        by=by,
        at=at,
        facts={"decision": verdict, "issue_due_on": iso(issue_due_on), **_standing(ground), **duty},
        state=target,
        result=result,
        reasons=reasons,
        decided_at=at,
        decided_on=today,
        promise_kept=kept,
        issue_due_on=issue_due_on,
    )
    lay_hand(case, "approve", by=by, at=at, opinion=verdict, reasons=reasons)
    await_publication(case, decided_on=today)
    data: dict[str, Any] = {"decision": verdict, "reasons": reasons}
    if ground.authorisation:
        data["authorisation"] = ground.document_number
    if ground.in_name_of:
        data["in_name_of"] = ground.in_name_of
    data |= under_seal(case, "decision", Seal.Sort.APPROVAL, by=by, at=at)
    if verdict == "refuse":
        data["remedies"] = asdict(law.remedies(today, revision=revision))
    give_notice(case, "decision", data, at=at)


def _standing(ground: Grounds) -> dict[str, Any]:
    """The keys of what a decision stands on, for the journal."""
    named = {"subject": ground.subject, "authorisation": ground.authorisation}
    return {name: key for name, key in named.items() if key is not None}
