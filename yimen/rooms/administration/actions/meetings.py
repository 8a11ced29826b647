"""会议、分管责任人、管理期限: called, recorded, completed; named; set."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from yimen.ground.journal.actions import change, enter, note
from yimen.ground.kernel.errors import Refused
from yimen.rooms.administration.models import Leader, ManagementTerm, Meeting, MeetingDecision
from yimen.rooms.administration.rules.meetings import MEETING, Held, MeetingKind, check_organs
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ, Staff


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision of a meeting, as recorded."""

    text: str
    owner: Organ
    due_on: date | None


def call(
    *, kind: MeetingKind, organs: Sequence[Organ], on: date, place: str, agenda: list[str], by: Actor, at: datetime
) -> Meeting:
    """Enter a meeting that is to be; raises `meeting.organs`."""
    check_organs(kind, organs)
    made = Meeting(kind=kind, on=on, place=place, agenda=agenda, state=Held.CALLED)
    codes = [organ.code for organ in organs]
    enter(made, "call_meeting", by=by, at=at, kind=str(kind), organs=codes, on=on.isoformat())
    made.organs.set(organs)
    return made


def record(meeting: Meeting, *, decided: Sequence[Decided], by: Actor, at: datetime, **columns: Any) -> None:
    """Who was there and what was decided; raises `meeting.not_yet` before its day."""
    if timezone.localdate(at) < meeting.on:
        raise Refused("meeting.not_yet", on=meeting.on.isoformat())
    state = MEETING.target("record_meeting", meeting.state)
    change(meeting, "record_meeting", {"state": state, **columns}, by=by, at=at, decisions=len(decided))
    for number, one in enumerate(decided, 1):
        meeting.decided.create(number=number, text=one.text, owner=one.owner, due_on=one.due_on)


def complete(meeting: Meeting, decided: MeetingDecision, *, evidence: str, by: Actor, at: datetime) -> None:
    """One decision of a meeting is done."""
    MEETING.target("complete_meeting_decision", meeting.state)
    changed = meeting.decided.filter(pk=decided.pk, done_on=None)
    if changed.update(done_on=timezone.localdate(at), evidence=evidence) != 1:
        raise Refused("meeting.no_such_decision", number=decided.number)
    note(meeting, "complete_meeting_decision", by=by, at=at, number=decided.number)


def cancel(meeting: Meeting, *, reason: str, by: Actor, at: datetime) -> None:
    """It will not be held."""
    state = MEETING.target("cancel_meeting", meeting.state)
    change(meeting, "cancel_meeting", {"state": state, "cancelled_because": reason}, by=by, at=at)


def name_leader(*, organ: Organ, staff: Staff, valid_from: date, by: Actor, at: datetime) -> Leader:
    """From that day on; the one before answers until the eve. Raises `leader.other_organ`, `leader.overlap`."""
    if staff.organ_id != organ.pk:
        raise Refused("leader.other_organ", staff=staff.user.username)
    before = Leader.objects.filter(organ=organ).order_by("-valid_from").first()
    if before and before.valid_from >= valid_from:
        raise Refused("leader.overlap", valid_from=before.valid_from.isoformat())
    if before and before.valid_to is None:
        Leader.objects.filter(pk=before.pk, valid_to=None).update(valid_to=valid_from - timedelta(days=1))
    made = Leader(organ=organ, staff=staff, valid_from=valid_from)
    facts = {"staff": staff.pk, "before": before.key if before else None}
    enter(made, "name_responsible_leader", by=by, at=at, organ_code=organ.code, **facts)
    return made


def set_term(*, name: str, amount: int, valid_from: date, basis: str, by: Actor, at: datetime) -> ManagementTerm:
    """A term of the centre from a day on; raises `term.exists`."""
    if ManagementTerm.objects.filter(name=name, valid_from=valid_from).exists():
        raise Refused("term.exists", name=name, valid_from=valid_from.isoformat())
    made = ManagementTerm(name=name, amount=amount, valid_from=valid_from, basis=basis)
    enter(made, "set_management_term", by=by, at=at, name=name, amount=amount, valid_from=valid_from.isoformat())
    return made
