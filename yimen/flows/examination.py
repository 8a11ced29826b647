"""From acceptance to the decision: one examines, another approves; what stops or moves the clock in between."""

from datetime import datetime
from typing import Annotated

from annotated_types import Ge, Le, MaxLen
from django.utils import timezone

from yimen.flows.authority import power_to_decide
from yimen.flows.frame import case_verb
from yimen.flows.intake import Line, Text
from yimen.flows.rota import on_duty
from yimen.ground.kernel.errors import Refused
from yimen.rooms.cases.actions import clocks, examination
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.queries import terms_of
from yimen.rooms.cases.rules.decision import Opinion
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.roles import Role
from yimen.rooms.stationing.queries import is_posted, section_of

# Whoever heads the organ, or decides for the city, is posted in no section.
ABOVE_SECTIONS = frozenset({Role.ORGAN_HEAD, Role.DUTY_LEADER, Role.GOVERNMENT})
Days = Annotated[int, Ge(1), Le(1000)]
Kind = Annotated[str, MaxLen(40)]


def check_section(case: Case, by: Actor, at: datetime) -> None:
    """An item that a function adjustment merged into a section is examined and decided by its people only: one query
    for such an item, none for any other. Raises `section.not_posted`."""
    today = timezone.localdate(at)
    section = section_of(terms_of(case).item_code, today, getattr(case, "law_revision", None))
    if section is None or set(by.roles) & ABOVE_SECTIONS:
        return
    if not is_posted(by.hand, section, today):
        raise Refused("section.not_posted")


@case_verb
def invite_supplement(case: Case, *, text: Text, by: Actor, at: datetime) -> None:
    """Invite a voluntary supplement: stops no clock, can't be a ground of refusal."""
    examination.invite_supplement(case, text=text, by=by, at=at)


@case_verb
def start_special_procedure(
    case: Case, *, kind: Kind, expected_days: Days, basis: Line = "", by: Actor, at: datetime
) -> None:
    """Stop both clocks for one of the procedures of Article 45 that the item provides."""
    clocks.start_special_procedure(case, kind=kind, expected_days=expected_days, basis=basis, by=by, at=at)


@case_verb
def end_special_procedure(case: Case, *, kind: Kind | None = None, by: Actor, at: datetime) -> None:
    """The procedure is over; both clocks go on from tomorrow."""
    clocks.end_special_procedure(case, kind=kind, by=by, at=at)


@case_verb
def extend_case(case: Case, *, days: Days, reason: Text = "", by: Actor, at: datetime) -> None:
    """The approver's one extension of the statutory limit (Article 42)."""
    clocks.extend(case, days=days, reason=reason, by=by, at=at)


@case_verb
def examine_case(case: Case, *, opinion: Opinion, reasons: Text = "", by: Actor, at: datetime) -> None:
    """The examiner's opinion; `section.not_posted` where the item was merged into a section that is not theirs."""
    check_section(case, by, at)
    examination.examine(case, opinion=opinion, reasons=reasons, by=by, at=at)


@case_verb
def return_to_examiner(case: Case, *, reason: Text, by: Actor, at: datetime) -> None:
    """Back to the examiner with a reason, by who may approve (`rota.not_on_duty`, `section.not_posted`); clocks go on.

    Where the item names the leader on duty: only by whoever is in charge at this half day. Of an item merged into a
    section: by its people only, or by the organ's head or the leader on duty.
    """
    check_section(case, by, at)
    examination.return_to_examiner(case, reason=reason, by=by, at=at, **on_duty(case, by, at))


@case_verb
def approve_case(case: Case, *, decision: Opinion, reasons: Text = "", by: Actor, at: datetime) -> None:
    """The decision, by another person than the examiner; a refusal with reasons and remedies.

    The deciding organ must be a subject in force for the item that day (`subject.not_in_force`), and a window head must
    be authorised for it (`authority.missing`). Where the item names the leader on duty (`approver: duty_leader`): only
    by whoever is in charge of the unit's shift at this half day, else `rota.not_on_duty`.
    """
    check_section(case, by, at)
    duty, ground = on_duty(case, by, at), power_to_decide(case, by, at)
    examination.approve(case, verdict=decision, reasons=reasons, ground=ground, by=by, at=at, **duty)
