"""How every verb of a case ends: one guarded write and one journal entry in the flow's transaction."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from yimen.ground.engines import sql
from yimen.ground.journal.actions import record
from yimen.ground.kernel.errors import Conflict
from yimen.rooms.authority.actions import seals
from yimen.rooms.authority.models import Seal
from yimen.rooms.authority.queries import ever_entrusted, seal_of
from yimen.rooms.cases import policy, queries
from yimen.rooms.cases.models import Case, Hand, OrderTreatment, SpecialProcedure
from yimen.rooms.cases.rules.lifecycle import CASEWORK, OPEN_STATES, State
from yimen.rooms.documents.actions import draw_up
from yimen.rooms.documents.models import Document
from yimen.rooms.identity.actor import CLOCK, Actor
from yimen.rooms.identity.rules.roles import Role
from yimen.rooms.orders.rules.orders import Running
from yimen.rooms.orders.standing import OrderLine


def subject_of(case: Case) -> str:
    """The journal's and the documents' name of a case."""
    return f"case:{case.number}"


def write(case: Case, verb: str, *, by: Actor, at: datetime, facts: dict[str, Any], **changes: Any) -> None:
    """Write `changes` if nobody else changed the case since it was read, and the entry that tells it.

    Raises `Conflict`. The object in memory carries the new values afterwards.
    """
    if case.state in OPEN_STATES and changes.get("state", case.state) not in OPEN_STATES:
        changes["ended_on"] = timezone.localdate(at)
    if not sql.guarded_update(Case, case.pk, case.version, changes):
        raise Conflict(number=case.number)
    case.version += 1
    for name, value in changes.items():
        setattr(case, name, value)
    role = Role.CLOCK if by is CLOCK else policy.permit(by, verb, case)
    record(
        verb=verb,
        subject=subject_of(case),
        actor=by.id,
        role=role,
        organ=by.organ_code,
        at=at,
        facts={"version": case.version, "state": str(case.state), **facts},
        request=by.request,
    )


def move(
    case: Case, verb: str, *, by: Actor, at: datetime, outcome: str = "", facts: dict[str, Any], **changes: Any
) -> None:
    """Take the lifecycle's edge for `verb`, then `write`."""
    state = State(CASEWORK.target(verb, case.state, outcome))
    write(case, verb, by=by, at=at, facts=facts, state=state, **changes)


def lay_hand(case: Case, act: str, *, by: Actor, at: datetime, opinion: str = "", reasons: str = "") -> None:
    """Note whose hand did it; a trigger refuses an examiner's hand that approves."""
    sql.insert(Hand, case_id=case.pk, act=act, staff_id=by.hand, opinion=opinion, reasons=reasons, at=at)


AT_ONCE = "at once"


def give_notice(case: Case, kind: str, data: dict[str, Any], *, at: datetime, told_by: str | None = AT_ONCE) -> int:
    """A paper of the case; `told_by` None: saved but not yet told, so it does not exist for the law.

    Told at once means shown on the case's page where the applicant came online, handed over otherwise.
    """
    if told_by == AT_ONCE:
        told_by = "online" if case.channel == Case.Channel.ONLINE else "handed_over"
    return draw_up(kind, subject_of(case), case.number, data, at=at, told_by=told_by)


def under_seal(case: Case, kind: str, sort: Seal.Sort, *, by: Actor, at: datetime) -> dict[str, str]:
    """What a paper says of the special seal under which it is made, which is noted in the register of use; {} where the
    organ has none. Called once for the paper, whose number is that of `documents.actions.draw_up`."""
    seal = seal_of(case.deciding_organ_id, sort, timezone.localdate(at), getattr(case, "law_revision", None))
    if seal is None:
        return {}
    seals.use(seal, f"{case.number}/{kind}", case=case.number, by=by, at=at)
    return {"seal": seal.name}


def decided_in_name_of(case: Case) -> int:
    """The key of the organ in whose name a case was decided: an entrusted one decides for another (第二十四条)."""
    if not ever_entrusted(case.deciding_organ_id, getattr(case, "law_revision", None)):
        return case.deciding_organ_id
    told = Document.objects.filter(number=f"{case.number}/decision").values_list("data", flat=True).first() or {}
    return int(told.get("in_name_of") or case.deciding_organ_id)


def settle(case: Case, at: datetime) -> None:
    """Write down the state that the law has already given the case (the clock's hand, dated when it took effect)."""
    moved = queries.succeeded(case, at)
    if moved is not None:
        # 职权承接: the powers passed at 00:00 of a day that the journal's entry of the succession names.
        write(case, "succeed_organ", by=CLOCK, at=at, facts={"organ": moved["deciding_organ_id"]}, **moved)
    for line in queries.orders_due(case, at):
        _deem_accepted(case, line.since)
        _apply_order(case, line)
    _deem_accepted(case, at)


def _apply_order(case: Case, line: OrderLine) -> None:
    """A change order treats the case as its line says; the row keeps any other hand from doing it again."""
    if case.state not in OPEN_STATES:
        return
    CASEWORK.target("apply_order", case.state, line.running)
    was_paused, facts = case.paused_since is not None, {"order": line.number, "treatment": line.running}
    changes = {**queries.order_changes(case, line), "ordered": True}
    write(case, "apply_order", by=CLOCK, at=line.since, facts=facts, **changes)
    OrderTreatment.objects.create(case=case, order_id=line.order_id, treatment=line.running, at=line.since)
    if line.running != Running.TERMINATE:
        return
    if was_paused:
        SpecialProcedure.objects.filter(case=case, ends_on__isnull=True).update(ends_on=line.day)
    # Online it is told by standing on the case's page; any other telling somebody must do and record.
    told_by = "online" if case.channel == Case.Channel.ONLINE else None
    give_notice(case, "termination", {"reason": case.reasons, "order": line.number}, at=line.since, told_by=told_by)


def _deem_accepted(case: Case, at: datetime) -> None:
    changes = queries.deemed_acceptance(case, at)
    if changes is None:
        return
    effective = timezone.make_aware(datetime.combine(case.correction_notice_due_on + timedelta(days=1), time()))
    write(
        case,
        "deem_accepted",
        by=CLOCK,
        at=effective,
        facts={"accepted_on": changes["accepted_on"].isoformat()},
        **changes,
    )


def iso(day: date | None) -> str | None:
    """A date as the journal and the papers write it."""
    return day.isoformat() if day else None
