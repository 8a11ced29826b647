"""Ways into the catalogue for somebody who does not know what a thing is called: everyday words, departments."""

from datetime import date
from typing import NamedTuple

from django.db.models import Count

from yimen.rooms.catalogue.queries import published_items
from yimen.rooms.catalogue.search_words import everyday_and_official


class Said(NamedTuple):
    """What people say, and the name of the first item in force that they mean by it."""

    words: str
    item: str


def everyday(on: date, limit: int) -> list[Said]:
    """At most `limit` things that people say for items in force on a day: one for each kind of item, in the order of
    `yimen/data/catalogue/synonyms.csv`."""
    names = list(published_items(on).values_list("item__name", flat=True))
    found: dict[str, Said] = {}
    for said, official in everyday_and_official():
        item = next((name for name in names if official in name), "")
        if item and official not in found and all(item != other.item for other in found.values()):
            found[official] = Said(said, item)
        if len(found) == limit:
            break
    return list(found.values())


class Department(NamedTuple):
    """An organ and how many items in force it has."""

    name: str
    name_en: str
    items: int


def departments(on: date) -> list[Department]:
    """Every organ with items in force on a day, by its code."""
    organs = published_items(on).order_by("item__organ__code").values_list("item__organ__name", "item__organ__name_en")
    return [Department(name, name_en, n) for name, name_en, n in organs.annotate(n=Count("pk"))]
