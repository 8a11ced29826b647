"""What everything else refers to: organs, items, people."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from yimen.facts.registers.base import Kind, describe, everything, is_clock, is_wide, own_organ
from yimen.rooms.catalogue.models import Item
from yimen.rooms.catalogue.queries import in_force, suspension_of
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ, Staff


def organ_facts(organ: Organ, at: datetime) -> dict[str, Any]:
    """What is told of an organ."""
    return {
        "code": organ.code,
        "name": organ.name,
        "name_en": organ.name_en,
        "credit_code": organ.credit_code,
        "confirmed": organ.confirmed,
    }


def item_facts(item: Item, at: datetime) -> dict[str, Any]:
    """What is told of an item; `version`: the number of the one in force, or None."""
    today = timezone.localdate(at)
    version = item.versions.filter(in_force(today)).select_related("organ").order_by().first()
    suspended, decider = suspension_of(item.pk, today), (version.organ if version else None) or item.organ
    return {
        "code": item.code,
        "name": item.name,
        "organ": decider.code,
        "kind": item.kind,
        "in_force": version is not None and suspended is None,
        "version": version.number if version else None,
        "suspended": suspended is not None,
        "suspended_until": suspended.until if suspended else None,
        "reason": suspended.reason if suspended else "",
    }


def staff_facts(staff: Staff, at: datetime) -> dict[str, Any]:
    """What is told of a person of the staff."""
    return {
        "staff": staff.user.username,
        "name": staff.name,
        "organ": staff.organ.code if staff.organ else None,
        "roles": [row.role for row in staff.roles.all()],
        "active": staff.active,
    }


def _staff(actor: Actor) -> QuerySet[Staff]:
    return own_organ(Staff)(actor).select_related("user", "organ")


describe(
    Kind(
        name="organ",
        model=Organ,
        visible=everything(Organ),
        facts=organ_facts,
        columns=("code", "confirmed"),
        key_field="code",
        newest_first=False,
        unknown="organ.unknown",
    )
)
describe(
    Kind(
        name="item",
        model=Item,
        visible=lambda actor: everything(Item)(actor).select_related("organ"),
        facts=item_facts,
        columns=("code", "organ", "in_force"),
        acts=lambda actor, _verb, item: is_clock(actor) or is_wide(actor) or item.organ_id == actor.organ_id,
        key_field="code",
        newest_first=False,
        unknown="item.unknown",
    )
)
describe(
    Kind(
        name="staff",
        model=Staff,
        visible=_staff,
        facts=staff_facts,
        columns=("staff", "organ", "roles"),
        title=lambda staff: staff.name,
        key_field="user__username",
        newest_first=False,
        unknown="staff.unknown",
    )
)
