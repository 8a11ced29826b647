"""一审一核: one examines, another approves; a refusal carries its reasons. Pure."""

from collections.abc import Collection
from typing import Literal

from yimen.ground.kernel.errors import Refused

Opinion = Literal["grant", "refuse"]


def check_opinion(opinion: Opinion, reasons: str) -> None:
    """A negative opinion or decision says why (第三十八条第二款)."""
    if opinion == "refuse" and not reasons.strip():
        raise Refused("reason.missing", field="reasons")


def check_separation(approver: int, hands: Collection[int]) -> None:
    """Whoever examined in any round (for an immediate item: accepted) may not approve (意见二（三）)."""
    if approver in hands:
        raise Refused("separation.same_person")


def reasons_of(decision: Opinion, given: str, examiner_opinion: str, examiner_reasons: str) -> str:
    """The approver's reasons, or the examiner's where both say the same."""
    if given.strip():
        return given
    return examiner_reasons if examiner_opinion == decision else ""


def outcome(decision: Opinion, *, immediate: bool) -> str:
    """The edge of the lifecycle that a decision takes."""
    return f"{decision}_at_once" if immediate else decision
