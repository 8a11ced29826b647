"""Reads of the catalogue."""

from datetime import date

from django.db.models import Q, QuerySet

from yimen.ground.kernel.errors import Refused
from yimen.rooms.catalogue.models import Item, ItemVersion, Material, VersionState


def in_force(on: date) -> Q:
    """The condition of a published version on a day; both ends of its days count."""
    return Q(state=VersionState.PUBLISHED, valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gte=on))


def version_in_force(item_code: str, on: date) -> ItemVersion:
    """The published version of an item on a day, with its item and organ, in one query.

    Raises `item.unknown` or `item.not_in_force`.
    """
    if "\x00" in item_code:  # PostgreSQL can't even be asked for it
        raise Refused("item.unknown", item="", on=on.isoformat())
    found = ItemVersion.objects.filter(in_force(on), item__code=item_code).select_related("item__organ")
    version = next(iter(found.order_by()[:1]), None)
    if version is None:
        known = Item.objects.filter(code=item_code).exists()
        raise Refused("item.not_in_force" if known else "item.unknown", item=item_code[:120], on=on.isoformat())
    return version


def published_items(on: date) -> QuerySet[ItemVersion]:
    """Every version in force on a day, with item and organ, by organ and code."""
    versions = ItemVersion.objects.filter(in_force(on)).select_related("item__organ")
    return versions.order_by("item__organ__code", "item__code")


def search(text: str, on: date) -> QuerySet[ItemVersion]:
    """Versions in force whose name, main item, organ or code contains every word of `text`; all for an empty text."""
    found = published_items(on)
    for word in text.replace("\x00", " ").split()[:8]:
        found = found.filter(
            Q(item__name__icontains=word)
            | Q(item__code__icontains=word)
            | Q(item__main_item__icontains=word)
            | Q(item__organ__name__icontains=word)
        )
    return found


def materials(version: ItemVersion) -> list[Material]:
    """The material list of a version, in its order."""
    return list(version.materials.all())
