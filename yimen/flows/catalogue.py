"""The catalogue changes: an item is registered, its guide is drafted, published and ended."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from yimen.flows.frame import plain_verb
from yimen.rooms.catalogue import actions
from yimen.rooms.catalogue.actions import MaterialText
from yimen.rooms.catalogue.models import Item, ItemVersion
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ


@plain_verb
def register_item(
    *,
    code: str,
    name: str,
    name_en: str = "",
    organ: Organ,
    kind: str = "",
    basis: str = "",
    is_sample: bool = False,
    by: Actor,
    at: datetime,
) -> Item:
    """A new item of an organ, without a guide yet."""
    return actions.register_item(
        code=code,
        name=name,
        name_en=name_en,
        organ=organ,
        kind=kind,
        basis=basis,
        is_sample=is_sample,
        by=by,
        at=at,
    )


@plain_verb
def define_item_version(
    item: Item, *, materials: Sequence[MaterialText] = (), by: Actor, at: datetime, **guide: Any
) -> ItemVersion:
    """A draft of the item's guide; `guide` as `catalogue.actions.define_version` names it."""
    return actions.define_version(item, materials=materials, by=by, at=at, **guide)


@plain_verb
def publish_item_version(
    version: ItemVersion, *, valid_from: date, valid_to: date | None = None, by: Actor, at: datetime
) -> ItemVersion:
    """The draft becomes law for its days, both ends included."""
    return actions.publish_version(version, valid_from=valid_from, valid_to=valid_to, by=by, at=at)


@plain_verb
def end_item_version(version: ItemVersion, *, valid_to: date, by: Actor, at: datetime) -> ItemVersion:
    """Set the last day of a published version."""
    return actions.end_version(version, valid_to=valid_to, by=by, at=at)
