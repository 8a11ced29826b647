"""服务承诺: drafted, published, withdrawn; a report of a breach is open until it is answered. Pure."""

from enum import StrEnum

from yimen.ground.kernel.lifecycle import Edge, Lifecycle

PROMISE_SYSTEM = "意见四（三）告知承诺制、责任追究制"


class Promised(StrEnum):
    """Where a promise stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Reported(StrEnum):
    """Where a report of a breach stands."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


PROMISE = Lifecycle(
    [
        Edge("publish_promise", Promised.DRAFT, Promised.PUBLISHED, PROMISE_SYSTEM),
        Edge("withdraw_promise", Promised.DRAFT, Promised.WITHDRAWN, PROMISE_SYSTEM),
        Edge("withdraw_promise", Promised.PUBLISHED, Promised.WITHDRAWN, PROMISE_SYSTEM),
    ]
)
BREACH = Lifecycle(
    [
        Edge("answer_breach", Reported.OPEN, Reported.UPHELD, PROMISE_SYSTEM, "upheld"),
        Edge("answer_breach", Reported.OPEN, Reported.DISMISSED, PROMISE_SYSTEM, "dismissed"),
    ]
)
