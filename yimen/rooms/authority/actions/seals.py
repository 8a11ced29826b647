"""审批专用章 A seal is entered, handed over, retired; each paper made under it is written into its register of use."""

from datetime import date, datetime

from django.db import IntegrityError, connection, transaction

from yimen.ground.engines import sql
from yimen.ground.journal.actions import change, enter
from yimen.ground.kernel.errors import Refused
from yimen.ground.law.revision import bump
from yimen.rooms.authority.models import Seal, SealUse
from yimen.rooms.authority.rules import days
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ, Staff


def register(*, organ: Organ, name: str, sort: str, keeper: Staff, valid_from: date, by: Actor, at: datetime) -> Seal:
    """A new seal; an organ has one of a kind in use."""
    _check_keeper(organ.pk, keeper)
    made = Seal(organ=organ, name=name.strip(), sort=sort, keeper=keeper, valid_from=valid_from)
    try:
        with transaction.atomic():
            enter(made, "register_seal", by=by, at=at, organ=organ.code, kind=sort, keeper=keeper.pk)
    except IntegrityError:
        if by.request is None or Seal.objects.filter(organ=organ, sort=sort, ended_on=None).exists():
            raise Refused("seal.exists", organ=organ.code, kind=sort) from None
        raise  # the same request once more: it is answered as before
    bump(connection.alias)  # every process reads its seals anew
    return made


def hand_over(seal: Seal, *, keeper: Staff, by: Actor, at: datetime) -> None:
    """Another person of the organ keeps it from now on."""
    if seal.ended_on is not None:
        raise Refused("authority.ended", on=seal.ended_on.isoformat())
    if keeper.pk == seal.keeper_id:
        raise Refused("seal.same_keeper", staff=keeper.user.username)
    _check_keeper(seal.organ_id, keeper)
    before = seal.keeper_id
    change(seal, "hand_over_seal", {"keeper_id": keeper.pk}, by=by, at=at, giver=before, keeper=keeper.pk)
    seal.keeper = keeper


def retire(seal: Seal, *, on: date, reason: str, by: Actor, at: datetime) -> None:
    """`on`: the first day on which nothing is made under it."""
    days.check_end(seal.span, on)
    changes = {"ended_on": on, "reason": reason.strip()}
    change(seal, "retire_seal", changes, by=by, at=at, on=on.isoformat())
    bump(connection.alias)


def use(seal: Seal, document: str, *, case: str, by: Actor, at: datetime) -> None:
    """Write a paper into the register of use; called with the paper, whose verb leaves the journal's entry."""
    sql.insert(SealUse, seal_id=seal.pk, case_number=case, document=document, staff_id=by.hand, at=at)


def _check_keeper(organ_id: int, keeper: Staff) -> None:
    if keeper.organ_id != organ_id:
        raise Refused("seal.other_organ", staff=keeper.user.username)
