"""What everything else refers to: organs, items, people."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from yimen.facts.presence import handled_in, three_in
from yimen.facts.registers.base import Kind, describe, everything, is_clock, is_wide, own_organ
from yimen.rooms.catalogue.models import Item
from yimen.rooms.catalogue.queries import in_force, suspension_of
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ, Section, Staff
from yimen.rooms.identity.queries import actor_of_staff, on_day
from yimen.rooms.identity.tenure import holder_of, names_on
from yimen.rooms.stationing.queries import section_of


def organ_facts(organ: Organ, at: datetime) -> dict[str, Any]:
    """What is told of an organ. `name`: the one of the day; `names`: all of them, [{name, valid_from}]; `upper`: who
    stands above it where it is vertically managed; `successors`: [{organ, on, items}], no items: all powers;
    `three_in`: {items, people, powers: {in, all, share in per cent}, decided_outside: items, complete}."""
    name, name_en = names_on(organ.pk, timezone.localdate(at))
    passed = organ.successions.order_by("day", "id").values_list("successor__code", "day", "items")
    return {
        "code": organ.code,
        "name": name,
        "name_en": name_en,
        "names": list(organ.names.order_by("id").values("name", "valid_from")),
        "credit_code": organ.credit_code,
        "confirmed": organ.confirmed,
        "upper": organ.upper or None,
        "licensing_section": organ.sections.filter(is_licensing=True).values_list("name", flat=True).first(),
        "successors": [{"organ": to, "on": on, "items": items} for to, on, items in passed],
        "three_in": three_in(organ, timezone.localdate(at)),
    }


def item_facts(item: Item, at: datetime) -> dict[str, Any]:
    """What is told of an item; `version`: the number of the one that is law, or None; `in_force`: whether it can be
    applied for, which it can't while `suspended` (`reason`, `suspended_until`); `organ`: who decides on the day;
    `handled_in`: centre, platform or nowhere (a violation); `section`: into which it was merged, or None."""
    today = timezone.localdate(at)
    version = item.versions.filter(in_force(today)).select_related("organ").order_by().first()
    suspended, decider = suspension_of(item.pk, today), (version.organ if version else None) or item.organ
    holder, section = holder_of(decider.pk, item.code, today), section_of(item.code, today)
    return {
        "code": item.code,
        "name": item.name,
        "organ": decider.code if holder == decider.pk else Organ.objects.get(pk=holder).code,
        "kind": item.kind,
        "in_force": version is not None and suspended is None,
        "version": version.number if version else None,
        "suspended": suspended is not None,
        "suspended_until": suspended.until if suspended else None,
        "reason": suspended.reason if suspended else "",
        "handled_in": handled_in(item.code, holder, today),
        "section": Section.objects.get(pk=section).name if section else None,
    }


def staff_facts(staff: Staff, at: datetime) -> dict[str, Any]:
    """What is told of a person of the staff on the day; `window` (hall and number) and `section`: where posted."""
    today = timezone.localdate(at)
    actor = actor_of_staff(staff, at=at)
    posted = staff.postings.filter(on_day(today)).select_related("window__hall", "section").order_by("starts", "id")
    return {
        "staff": staff.user.username,
        "name": staff.name,
        "organ": actor.organ_code or None,
        "roles": [str(role) for role in actor.roles],
        "window": next((str(p.window) for p in reversed(posted) if p.window), None),
        "section": next((p.section.name for p in reversed(posted) if p.section), None),
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
        columns=("staff", "organ", "roles", "window"),
        title=lambda staff: staff.name,
        key_field="user__username",
        journal_field="pk",
        newest_first=False,
        unknown="staff.unknown",
    )
)
