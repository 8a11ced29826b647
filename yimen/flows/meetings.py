"""会议与分管责任人: who answers for a unit's window work, and whether its leadership meets on it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, NotRequired, TypedDict

from annotated_types import Ge, Le, MaxLen

from yimen.flows import arguments
from yimen.flows.arguments import Day, Line, OrganCode, Organs, StaffName, Text, required
from yimen.flows.frame import maker, thing_verb
from yimen.ground.kernel.errors import Refused
from yimen.rooms.administration.actions import meetings
from yimen.rooms.administration.models import Leader, ManagementTerm, Meeting
from yimen.rooms.administration.policy import own_or_committee
from yimen.rooms.administration.rules.meetings import MeetingKind
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ

Lines = Annotated[Sequence[Line], MaxLen(100)]
Number = Annotated[int, Ge(1), Le(1000)]
Amount = Annotated[int, Ge(0), Le(3660)]


class DecisionTold(TypedDict):
    """What a meeting decided: `owner` is the unit that does it."""

    text: Text
    owner: OrganCode
    due_on: NotRequired[Day]


@maker("meeting")
def call_meeting(
    *,
    kind: Literal["unit_leadership", "joint"],
    organ: OrganCode | None = None,
    organs: Organs = (),
    on: Day,
    place: Line = "",
    agenda: Lines,
    by: Actor,
    at: datetime,
) -> Meeting:
    """Call a meeting: of one unit's leadership on its window work (`organ`; by the committee or the unit's own head),
    or a joint one of at least two units (`organs`; by the committee). Others: `meeting.organs`; an empty agenda:
    `reason.missing`."""
    named = _organs([organ] if organ else [], organs)
    joint = kind == "joint"
    if joint:
        own_or_committee(by, None, "call_meeting")
    for one in named:
        own_or_committee(by, None if joint else one.pk, "call_meeting")
    agenda = [line.strip() for line in agenda if line.strip()]
    required(agenda="".join(agenda))
    return meetings.call(kind=MeetingKind(kind), organs=named, on=on, place=place, agenda=agenda, by=by, at=at)


def _organs(first: list[str], others: Sequence[str]) -> list[Organ]:
    return [arguments.organ(code) for code in dict.fromkeys([*first, *others])]


@thing_verb("meeting")
def record_meeting(
    meeting: Meeting,
    *,
    attended: Lines,
    absent: Lines = (),
    minutes: Text,
    decisions: Annotated[Sequence[DecisionTold], MaxLen(60)] = (),
    by: Actor,
    at: datetime,
) -> None:
    """It was held: who attended and who was absent (names as text), the minutes, each decision with its owner and day.

    Before its day: `meeting.not_yet`. Nobody attended, or no minutes: `reason.missing`.
    """
    required(attended="".join(attended), minutes=minutes)
    decided = [meetings.Decided(one["text"], arguments.organ(one["owner"]), one.get("due_on")) for one in decisions]
    for one in decided:
        required(decisions=one.text)
    meetings.record(
        meeting, decided=decided, by=by, at=at, attended=list(attended), absent=list(absent), minutes=minutes
    )


@thing_verb("meeting")
def complete_meeting_decision(meeting: Meeting, *, number: Number, evidence: Text, by: Actor, at: datetime) -> None:
    """The unit that owns decision `number` of the meeting (or the committee) shows that it is done."""
    required(evidence=evidence)
    decided = meeting.decided.filter(number=number, done_on=None).first()
    if decided is None:
        raise Refused("meeting.no_such_decision", number=number)
    own_or_committee(by, decided.owner_id, "complete_meeting_decision")
    meetings.complete(meeting, decided, evidence=evidence, by=by, at=at)


@thing_verb("meeting")
def cancel_meeting(meeting: Meeting, *, reason: Text, by: Actor, at: datetime) -> None:
    """It will not be held, with the reason."""
    required(reason=reason)
    meetings.cancel(meeting, reason=reason, by=by, at=at)


@maker("leader")
def name_responsible_leader(*, organ: OrganCode, staff: StaffName, valid_from: Day, by: Actor, at: datetime) -> Leader:
    """Name who of the unit's leadership answers for its window work from a day on; the one before answers until the
    eve. By the committee or the unit's head. Of another unit: `leader.other_organ`; from a day that is not later than
    the present one's: `leader.overlap`."""
    unit = arguments.organ(organ)
    own_or_committee(by, unit.pk, "name_responsible_leader")
    return meetings.name_leader(organ=unit, staff=arguments.staff(staff), valid_from=valid_from, by=by, at=at)


@maker("management_term")
def set_management_term(
    *,
    name: Literal["unit_meeting_days", "check_in_minutes"],
    amount: Amount,
    valid_from: Day,
    basis: Line,
    by: Actor,
    at: datetime,
) -> ManagementTerm:
    """Set a term of the centre that no law establishes, from a day on. `unit_meeting_days`: natural days within which
    each unit's leadership meets on window work. `check_in_minutes`: minutes after the office opens on a half day from
    which a leader who has not checked in counts as absent. What is not set does not count."""
    required(basis=basis)
    return meetings.set_term(name=name, amount=amount, valid_from=valid_from, basis=basis, by=by, at=at)
