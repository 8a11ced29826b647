"""Two versions of a guide side by side, and what stands over a guide on a day: suspended, changed or cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

from yimen.ground.law import queries as law
from yimen.rooms.catalogue import terms
from yimen.rooms.catalogue.models import Item, ItemVersion, Material, Suspension
from yimen.rooms.catalogue.queries import suspension_of
from yimen.rooms.orders.models import Change, Order
from yimen.rooms.orders.queries import changes_of
from yimen.rooms.orders.rules.orders import ENDING

FIELDS = (
    *("statutory_limit", "promised_limit", "statutory_basis", "review", "approver", "organ", "supervising_organ"),
    *("conditions", "procedure", "charges", "extension", "special_procedures", "result_name", "validity_years"),
    *("quantity", "visits", "place", "directions", "hours", "telephone", "complaint_telephone", "questions"),
)


class Row(NamedTuple):
    """One field, or one material by its code: what it says in each version; None where the version has it not."""

    name: str
    old: Any
    new: Any

    @property
    def changed(self) -> bool:
        """Whether the two say something else."""
        return bool(self.old != self.new)


def compare(old: ItemVersion | None, new: ItemVersion | None) -> tuple[list[Row], list[Row]]:
    """(fields, materials) of two versions; a version that is None says nothing."""
    fields = [Row(name, _field(old, name), _field(new, name)) for name in FIELDS]
    before, after = _materials(old), _materials(new)
    codes = dict.fromkeys([*before, *after])
    return fields, [Row(code, before.get(code), after.get(code)) for code in codes]


def _field(version: ItemVersion | None, name: str) -> Any:
    if version is None:
        return None
    if name == "organ":
        return version.deciding_organ.name
    if name == "supervising_organ":
        return version.supervising_organ.name if version.supervising_organ else ""
    return getattr(version, name)


def _materials(version: ItemVersion | None) -> dict[str, dict[str, Any]]:
    names = ("name", "necessity", "form", "copies", "issuer", "note")
    rows: Sequence[Material] = list(version.materials.all()) if version else []
    return {m.code: {name: getattr(m, name) for name in names} for m in rows}


@dataclass(frozen=True, slots=True)
class Effect:
    """A line of an order with its two versions: what was in force on the eve and what is from the day on."""

    change: Change
    old: ItemVersion | None
    new: ItemVersion | None
    into: tuple[Item, ...]


def effects(order: Order) -> list[Effect]:
    """What an order changes, line by line; three queries whatever the number of lines."""
    lines = list(order.changes.select_related("item", "organ"))
    keys = {key for line in lines for key in (_old_key(line), line.starts_id or line.version_id) if key}
    found = (
        ItemVersion.objects.select_related("item__organ", "organ", "supervising_organ")
        .prefetch_related("materials")
        .in_bulk(list(keys))
    )
    items = {item.code: item for item in Item.objects.filter(code__in=[code for line in lines for code in line.into])}
    return [
        Effect(
            line,
            found.get(_old_key(line) or 0),
            found.get(line.starts_id or line.version_id or 0),
            tuple(items[code] for code in line.into if code in items),
        )
        for line in lines
    ]


def _old_key(line: Change) -> int | None:
    return line.ended[0][0] if line.ended else None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a guide says over its text: `suspension` on the day, the approved orders about the item (the last first),
    `cancelled`: the line that ended it by that day."""

    suspension: Suspension | None
    changes: tuple[Change, ...]
    cancelled: Change | None


@lru_cache(maxsize=4096)
def _standing(database: str, item_id: int, on: date, revision: int) -> Standing:
    changes = changes_of(item_id)
    ended = next((c for c in changes if c.action in ENDING and c.order.takes_effect_on <= on), None)  # type: ignore[operator]
    return Standing(suspension_of(item_id, on), tuple(changes), ended)


def standing_of(item_id: int, on: date, revision: int | None = None) -> Standing:
    """How an item stands on a day. Orders and suspensions give the law's data a new revision: what was read under one
    is kept in the process."""
    known = law.current_revision() if revision is None else revision
    return _standing(str(connection.settings_dict["NAME"]), item_id, on, known)


terms.on_forget(_standing.cache_clear)
