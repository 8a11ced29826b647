"""Disclosure sets: what must be public of items, windows and organs."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from yimen.facts.registers.base import Kind, describe, everything
from yimen.rooms.guides.models import DisclosureSet
from yimen.rooms.guides.queries import active_on


def set_facts(found: DisclosureSet, at: datetime) -> dict[str, Any]:
    """What is told of a disclosure set. `active`: whether it is the set in force today for what it `applies_to` (item,
    window, organ); `active_from`: its first day, None until it is activated; `fields`: what must not be empty."""
    return {
        "name": found.name,
        "applies_to": str(found.applies_to),
        "fields": found.fields,
        "basis": found.basis,
        "active_from": found.active_from,
        "active": active_on(found, timezone.localdate(at)),
    }


describe(
    Kind(
        name="disclosure_set",
        model=DisclosureSet,
        visible=everything(DisclosureSet),
        facts=set_facts,
        columns=("name", "applies_to", "active_from", "active"),
        title=lambda found: found.name,
        allows=lambda _verb, found: found.active_from is None,
    )
)
