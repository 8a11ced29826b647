"""带班: planned, published, swapped, checked in, absent."""

from datetime import date, datetime

from yimen.ground.journal.actions import change, enter
from yimen.ground.kernel.errors import Conflict, Refused
from yimen.rooms.administration import queries
from yimen.rooms.administration.models import Rota, Shift
from yimen.rooms.administration.rules import rota
from yimen.rooms.administration.rules.rota import Charge, Half
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ, Staff
from yimen.rooms.identity.rules.roles import Role


def check_leader(staff: Staff, organ: Organ) -> None:
    """Raises `rota.not_a_leader` unless the person leads at this unit's windows."""
    if staff.organ_id != organ.pk or not staff.roles.filter(role=Role.DUTY_LEADER).exists():
        raise Refused("rota.not_a_leader", staff=staff.user.username)


def plan(
    *, organ: Organ, on: date, half: Half, leader: Staff, substitute: Staff | None, by: Actor, at: datetime
) -> Shift:
    """Enter a shift of a half day that is not over; one a unit and half day."""
    rota.check_ahead(on, half, queries.half_day(at))
    check_leader(leader, organ)
    if substitute is not None:
        check_leader(substitute, organ)
        if substitute.pk == leader.pk:
            raise Refused("separation.same_person")
    if Shift.objects.filter(organ=organ, on=on, half=half).exists():
        raise Refused("rota.planned_already", on=on.isoformat(), half=str(half))
    made = Shift(organ=organ, on=on, half=half, leader=leader, substitute=substitute)
    facts = {"leader": leader.pk, "substitute": substitute.pk if substitute else None}
    enter(made, "plan_shift", by=by, at=at, organ_code=organ.code, on=on.isoformat(), half=str(half), **facts)
    return made


def publish(*, organ: Organ, valid_from: date, valid_to: date, by: Actor, at: datetime) -> Rota:
    """The unit's shifts of these days become public; raises `rota.empty`."""
    if valid_to < valid_from:
        raise Refused("period.ends_before", valid_to=valid_to.isoformat())
    shifts = Shift.objects.filter(organ=organ, on__range=(valid_from, valid_to))
    if not (count := shifts.update(published=True)):
        raise Refused("rota.empty", organ=organ.code)
    made = Rota(organ=organ, valid_from=valid_from, valid_to=valid_to)
    facts = {"from": valid_from.isoformat(), "to": valid_to.isoformat(), "shifts": count}
    enter(made, "publish_rota", by=by, at=at, organ_code=organ.code, **facts)
    return made


def ask_swap(shift: Shift, other: Shift, *, by: Actor, at: datetime) -> None:
    """The leader of a shift asks the leader of another one of the unit; neither has begun."""
    _check_mine(shift, by)
    if other.organ_id != shift.organ_id or other.leader_id == shift.leader_id:
        raise Refused("rota.no_swap", other=other.key)
    for one in (shift, other):
        _check_unbegun(one, at)
    change(shift, "ask_shift_swap", {"swap_with": other}, by=by, at=at, other=other.key)


def accept_swap(shift: Shift, *, by: Actor, at: datetime) -> None:
    """The leader of the other shift agrees: the two leaders change places."""
    other = _asked_of(shift, by)
    for one in (shift, other):
        _check_unbegun(one, at)
    theirs, mine = shift.leader, other.leader
    rows = Shift.objects.filter(pk=other.pk, version=other.version)
    own = _substitute(other, theirs)
    if rows.update(leader=theirs, substitute=own, swap_with=None, version=other.version + 1) != 1:
        raise Conflict(thing=other.subject)
    changes = {"leader": mine, "substitute": _substitute(shift, mine), "swap_with": None}
    change(shift, "accept_shift_swap", changes, by=by, at=at, other=other.key, leaders=[theirs.pk, mine.pk])


def refuse_swap(shift: Shift, *, by: Actor, at: datetime) -> None:
    """The leader of the other shift does not agree: both stay where they are."""
    other = _asked_of(shift, by)
    change(shift, "refuse_shift_swap", {"swap_with": None}, by=by, at=at, other=other.key)


def check_in(shift: Shift, *, hall: str, by: Actor, at: datetime) -> None:
    """The leader is at the hall; while the leader is absent, the substitute."""
    rota.check_now(shift.on, Half(shift.half), queries.half_day(at))
    standing = queries.standing(shift, at, queries.term(queries.CHECK_IN_MINUTES, shift.on))
    if by.staff_id == shift.leader_id:
        if shift.absence_at is not None:
            raise Refused("rota.absent")
        changes = {"checked_in_at": shift.checked_in_at or at, "hall": hall}
    elif by.staff_id == shift.substitute_id and standing.charge is Charge.SUBSTITUTE:
        changes = {"stood_in_at": shift.stood_in_at or at, "hall": hall}
    else:
        raise Refused("rota.not_yours")
    change(shift, "check_in_shift", changes, by=by, at=at, charge=str(standing.charge))


def report_absence(shift: Shift, *, reason: str, substitute: Staff | None, by: Actor, at: datetime) -> None:
    """The leader will not be there: the substitute decides from now on."""
    if shift.absence_at is not None:
        raise Refused("rota.absent")
    rota.check_ahead(shift.on, Half(shift.half), queries.half_day(at))
    if substitute is not None:
        check_leader(substitute, shift.organ)
        if substitute.pk == shift.leader_id:
            raise Refused("separation.same_person")
    who = substitute or shift.substitute
    changes = {"absence_at": at, "absence": reason, "substitute": who}
    change(shift, "report_shift_absence", changes, by=by, at=at, substitute=who.pk if who else None)


def _check_mine(shift: Shift, by: Actor) -> None:
    if by.staff_id != shift.leader_id:
        raise Refused("rota.not_yours")


def _check_unbegun(shift: Shift, at: datetime) -> None:
    rota.check_ahead(shift.on, Half(shift.half), queries.half_day(at), begun=True)
    if shift.absence_at is not None:
        raise Refused("rota.absent")


def _asked_of(shift: Shift, by: Actor) -> Shift:
    """The shift whose leader was asked, when that leader acts."""
    if shift.swap_with is None:
        raise Refused("rota.no_swap", shift=shift.key)
    other: Shift = shift.swap_with
    _check_mine(other, by)
    return other


def _substitute(shift: Shift, leader: Staff) -> Staff | None:
    """The substitute of a shift under its new leader: nobody stands in for himself."""
    return None if shift.substitute_id == leader.pk else shift.substitute
