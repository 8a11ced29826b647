"""职能调整: items are merged into the licensing section, with the people who handle them (意见二（二）)."""

from datetime import date
from enum import StrEnum

from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.lifecycle import Edge, Lifecycle


class State(StrEnum):
    """Where a proposal stands."""

    PROPOSED = "proposed"
    CONSENTED = "consented"
    APPROVED = "approved"
    REFUSED = "refused"


BASIS = "意见二（二）"
S = State
ADJUSTMENTS = Lifecycle(
    [
        Edge("consent_adjustment", S.PROPOSED, S.CONSENTED, BASIS),
        *(
            Edge(verb, source, target, BASIS, outcome)
            for verb in ("decide_adjustment", "record_upper_decision")
            for source, target, outcome in (
                (S.CONSENTED, S.APPROVED, "approve"),
                (S.CONSENTED, S.REFUSED, "refuse"),
                (S.PROPOSED, S.REFUSED, "refuse"),
            )
        ),
    ]
)


def check_proposal(organ: int, owners: dict[str, int], section_organ: int) -> None:
    """Raises `items.missing`, `adjustment.other_item`, `adjustment.other_section`. `owners`: {code of item: organ}."""
    if not owners:
        raise Refused("items.missing", field="items")
    if strange := [code for code, owner in owners.items() if owner != organ]:
        raise Refused("adjustment.other_item", items=strange)
    if section_organ != organ:
        raise Refused("adjustment.other_section", field="section")


def check_consent(state: str, decision: str) -> None:
    """The departments concerned take part in the proposal; raises `adjustment.no_consent`."""
    if state == State.PROPOSED and decision == "approve":
        raise Refused("adjustment.no_consent")


def check_route(*, vertical: bool, upper_decides: bool) -> None:
    """The city decides for its own organs, the upper level for vertically managed ones.

    Raises `adjustment.upper_level_decides`, `adjustment.not_vertical`.
    """
    if vertical and not upper_decides:
        raise Refused("adjustment.upper_level_decides")
    if upper_decides and not vertical:
        raise Refused("adjustment.not_vertical")


def check_in_time(effective_on: date, today: date, decision: str) -> None:
    """Powers don't change in the past; raises `adjustment.too_late`."""
    if decision == "approve" and effective_on < today:
        raise Refused("adjustment.too_late", effective_on=effective_on.isoformat())
