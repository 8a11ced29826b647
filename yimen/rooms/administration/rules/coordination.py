"""协调: asked, answered, escalated, closed. Pure."""

from enum import StrEnum

from yimen.ground.kernel.lifecycle import Edge, Lifecycle

COORDINATE = "意见二（一）业务协调"


class Asked(StrEnum):
    """Where a request for coordination stands."""

    ASKED = "asked"
    ANSWERED = "answered"
    ESCALATED = "escalated"
    CLOSED = "closed"


COORDINATION = Lifecycle(
    [
        Edge("answer_coordination", Asked.ASKED, Asked.ANSWERED, COORDINATE),
        Edge("answer_coordination", Asked.ESCALATED, Asked.ANSWERED, COORDINATE),
        Edge("escalate_coordination", Asked.ASKED, Asked.ESCALATED, COORDINATE),
        Edge("escalate_coordination", Asked.ANSWERED, Asked.ESCALATED, COORDINATE),
        Edge("close_coordination", Asked.ASKED, Asked.CLOSED, COORDINATE),
        Edge("close_coordination", Asked.ANSWERED, Asked.CLOSED, COORDINATE),
        Edge("close_coordination", Asked.ESCALATED, Asked.CLOSED, COORDINATE),
    ]
)
# Still waiting for the unit that was asked.
UNANSWERED = (Asked.ASKED, Asked.ESCALATED)
