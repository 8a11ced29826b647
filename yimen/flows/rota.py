"""带班: the rota of units' deputy leaders at their windows, and whose a decision is at this half day."""

from datetime import datetime
from typing import Annotated, Any, Literal

from annotated_types import MaxLen

from yimen.facts.registers import base as registers
from yimen.flows import arguments
from yimen.flows.arguments import Day, Line, Of, OrganCode, StaffName, Text, required
from yimen.flows.frame import maker, thing_verb
from yimen.ground.kernel.errors import Refused
from yimen.rooms.administration import queries
from yimen.rooms.administration.actions import rota
from yimen.rooms.administration.models import Rota, Shift
from yimen.rooms.administration.policy import own_or_committee
from yimen.rooms.administration.rules.rota import Charge, Half
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.queries import terms_of
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.roles import Role

ShiftKey = Annotated[str, MaxLen(20), Of("shift")]


@maker("shift")
def plan_shift(
    *,
    organ: OrganCode,
    on: Day,
    half: Literal["morning", "afternoon"],
    leader: StaffName,
    substitute: StaffName | None = None,
    by: Actor,
    at: datetime,
) -> Shift:
    """Plan who leads at a unit's windows on a half day, and who instead when that person is absent; by the committee or
    the unit's head. Both hold the role duty_leader in the unit (`rota.not_a_leader`) and are two people
    (`separation.same_person`); one shift a unit and half day (`rota.planned_already`); not for a half day that is over
    (`rota.past`). Items whose approver is duty_leader are decided by whoever is in charge of the shift."""
    unit = arguments.organ(organ)
    own_or_committee(by, unit.pk, "plan_shift")
    return rota.plan(
        organ=unit,
        on=on,
        half=Half(half),
        leader=arguments.staff(leader),
        substitute=arguments.staff(substitute) if substitute else None,
        by=by,
        at=at,
    )


@maker("rota")
def publish_rota(*, organ: OrganCode, valid_from: Day, valid_to: Day, by: Actor, at: datetime) -> Rota:
    """Make a unit's planned shifts of these days public (page /duty/); none planned: `rota.empty`. A later swap or
    absence of a public shift is public at once."""
    unit = arguments.organ(organ)
    own_or_committee(by, unit.pk, "publish_rota")
    return rota.publish(organ=unit, valid_from=valid_from, valid_to=valid_to, by=by, at=at)


@thing_verb("shift")
def ask_shift_swap(shift: Shift, *, other: ShiftKey, by: Actor, at: datetime) -> None:
    """The leader of the shift asks the leader of another one (`other`) of the unit to change places. Not the leader's
    own: `rota.not_yours`; another unit's or the same leader's: `rota.no_swap`; begun: `rota.past`."""
    wanted: Shift = registers.seen("shift", other, by)
    rota.ask_swap(shift, wanted, by=by, at=at)


@thing_verb("shift")
def accept_shift_swap(shift: Shift, *, by: Actor, at: datetime) -> None:
    """The leader of the other shift consents: the two change places at once. Nothing was asked: `rota.no_swap`."""
    rota.accept_swap(shift, by=by, at=at)


@thing_verb("shift")
def refuse_shift_swap(shift: Shift, *, by: Actor, at: datetime) -> None:
    """The leader of the other shift does not consent; both stay."""
    rota.refuse_swap(shift, by=by, at=at)


@thing_verb("shift")
def check_in_shift(shift: Shift, *, hall: Line = "", by: Actor, at: datetime) -> None:
    """The leader is there, at the hall, on that half day (else `rota.wrong_time`). Somebody else: `rota.not_yours`; the
    substitute checks in while the leader is absent; after a reported absence the leader can't (`rota.absent`)."""
    rota.check_in(shift, hall=hall, by=by, at=at)


@thing_verb("shift")
def report_shift_absence(
    shift: Shift, *, reason: Text, substitute: StaffName | None = None, by: Actor, at: datetime
) -> None:
    """The leader will not be there: the planned substitute, or the one named now, is in charge from now on. By the
    leader, the unit's head or the committee."""
    required(reason=reason)
    if by.staff_id != shift.leader_id and not {Role.ORGAN_HEAD, Role.COMMITTEE} & set(by.roles):
        raise Refused("rota.not_yours")
    who = arguments.staff(substitute) if substitute else None
    rota.report_absence(shift, reason=reason, substitute=who, by=by, at=at)


def on_duty(case: Case, by: Actor, at: datetime) -> dict[str, Any]:
    """What the journal says of the shift under which a case is decided: {} unless the item names the leader on duty.

    Raises `rota.not_on_duty` for anybody but the leader in charge at this half day. No query for other approvers.
    """
    if terms_of(case).approver != Role.DUTY_LEADER:
        return {}
    # The organ that acts today: a successor decides with the rota of its own.
    found = queries.shift_at(by.organ_id, at)
    on, half = queries.half_day(at)
    if found is None:
        raise Refused("rota.not_on_duty", on=on.isoformat(), half=str(half), planned=False)
    shift, standing = found
    if standing.person is None or standing.person.pk != by.staff_id:
        raise Refused("rota.not_on_duty", on=on.isoformat(), half=str(half), planned=True)
    facts: dict[str, Any] = {"shift": shift.key}
    if standing.charge is Charge.SUBSTITUTE:
        facts |= {"acting_for": f"staff:{shift.leader_id}", "absence": str(standing.absence)}
    return facts
