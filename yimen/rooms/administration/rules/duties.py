"""市政府决定的事项落到实处: open, reported, confirmed. Pure."""

from enum import StrEnum

from yimen.ground.kernel.lifecycle import Edge, Lifecycle

SUPERVISE = "意见七（二）监督检查"


class Done(StrEnum):
    """Where a duty stands."""

    OPEN = "open"
    REPORTED = "reported"
    CONFIRMED = "confirmed"


DUTY = Lifecycle(
    [
        Edge("report_duty", Done.OPEN, Done.REPORTED, SUPERVISE),
        Edge("confirm_duty", Done.REPORTED, Done.CONFIRMED, SUPERVISE),
        Edge("return_duty", Done.REPORTED, Done.OPEN, SUPERVISE),
    ]
)
