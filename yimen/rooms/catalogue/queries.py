"""Reads of the catalogue."""

from datetime import date

from django.db.models import Q

from yimen.ground.kernel.errors import Refused
from yimen.rooms.catalogue.models import Item, ItemVersion


def version_in_force(item_code: str, on: date) -> ItemVersion:
    """The published version of an item on a day; raises `item.unknown` or `item.not_in_force`."""
    in_force = Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    version = ItemVersion.objects.filter(in_force, item__code=item_code, state="published").first()
    if version is None:
        known = Item.objects.filter(code=item_code).exists()
        raise Refused("item.not_in_force" if known else "item.unknown", item=item_code[:120], on=on.isoformat())
    return version
