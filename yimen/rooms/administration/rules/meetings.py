"""领导班子定期研究窗口工作: called, held, cancelled; when the next one is due. Pure."""

from collections.abc import Sized
from datetime import date, timedelta
from enum import StrEnum

from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.lifecycle import Edge, Lifecycle

LEADERSHIP = "意见七（一）组织领导到位"


class MeetingKind(StrEnum):
    """A unit's leadership on its window work, or several units together."""

    UNIT_LEADERSHIP = "unit_leadership"
    JOINT = "joint"


class Held(StrEnum):
    """Where a meeting stands."""

    CALLED = "called"
    HELD = "held"
    CANCELLED = "cancelled"


MEETING = Lifecycle(
    [
        Edge("record_meeting", Held.CALLED, Held.HELD, LEADERSHIP),
        Edge("cancel_meeting", Held.CALLED, Held.CANCELLED, LEADERSHIP),
        Edge("complete_meeting_decision", Held.HELD, Held.HELD, LEADERSHIP),
    ]
)


def check_organs(kind: MeetingKind, organs: Sized) -> None:
    """Raises `meeting.organs` unless one unit's leadership, or at least two units, meet."""
    if len(organs) != 1 if kind == MeetingKind.UNIT_LEADERSHIP else len(organs) < 2:
        raise Refused("meeting.organs", kind=str(kind))


def due_on(last: date | None, since: date, period: int | None) -> date | None:
    """The day by which the leadership meets next: `period` natural days after the last meeting, or after the day from
    which somebody answers for it (`since`); None where the centre has set no period."""
    if period is None:
        return None
    return max(last or since, since) + timedelta(days=period)
