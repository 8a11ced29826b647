"""Writes an exported catalogue into a centre. What is there already is never overwritten: it is the same, or it is kept
and counted as such.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from yimen.ground.engines.bundles import as_records
from yimen.ground.kernel.errors import Refused
from yimen.rooms.catalogue.models import Item, ItemVersion, VersionState
from yimen.rooms.catalogue.search_words import search_words
from yimen.rooms.guides import exchange
from yimen.rooms.guides.exchange import ITEMS, ORGANS, STANDING, VERSIONS, Table
from yimen.rooms.identity.actions import note_unconfirmed_organs
from yimen.rooms.identity.models import Organ

CHUNK = 500
type Rows = Mapping[str, Sequence[Sequence[str]]]


@dataclass(slots=True)
class Taken:
    """What became of an exported catalogue. `kept`: `CODE` or `CODE#NUMBER` of what is there and says something else;
    `items`, `versions`: keys of what was made."""

    organs: int = 0
    items: list[int] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    unchanged: int = 0
    kept: list[str] = field(default_factory=list)


def take_catalogue(file: Rows, *, as_published: bool) -> Taken:
    """Enter everything of `file` that the centre has not. Versions come as drafts, unless `as_published`: then with
    their states and days, for they are law.

    Raises `catalogue.unreadable` (facts: table, line, column) for a row that can't be understood.
    """
    taken = Taken()
    organs = _organs(file.get(ORGANS, ()), taken)
    by_name = {table.name: table for table in exchange.tables()}
    items = _items(by_name[ITEMS], file.get(ITEMS, ()), organs, taken)
    versions, new = _versions(by_name[VERSIONS], file.get(VERSIONS, ()), organs, items, taken, as_published)
    new_items = set(taken.items)
    for table in exchange.tables()[2:]:
        if table.parent == "version":
            _hang(table, file.get(table.name, ()), versions, new, organs)
        elif as_published:  # a suspension is a fact of the item, not of a draft
            _hang(table, file.get(table.name, ()), items, new_items, organs)
    return taken


def _read(table: Table, rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, Mapping[str, str], dict[str, Any]]]:
    for line, record in enumerate(as_records(rows), 2):
        try:
            yield line, record, exchange.values_of(table, record)
        except ValueError as error:
            raise _unreadable(table.name, line, str(error)) from error


def _unreadable(table: str, line: int, column: str) -> Refused:
    return Refused("catalogue.unreadable", table=table, line=line, column=column[:80])


def _organs(rows: Sequence[Sequence[str]], taken: Taken) -> dict[str, int]:
    """{code: key}; organs that are not here are made, unconfirmed until somebody checks them."""
    records = [r for r in as_records(rows) if r.get("code") and r.get("name")]
    before = set(Organ.objects.filter(code__in=[r["code"] for r in records]).values_list("code", flat=True))
    new = {r["code"]: r for r in records if r["code"] not in before}
    more = {
        code: {"is_sample": r.get("is_sample") == "true"} | {n: r.get(n, "") for n in ("name_en", "credit_code")}
        for code, r in new.items()
    }
    note_unconfirmed_organs({code: r["name"] for code, r in new.items()}, more)
    taken.organs = len(new)
    return dict(Organ.objects.values_list("code", "pk"))


def _items(table: Table, rows: Sequence[Sequence[str]], organs: Mapping[str, int], taken: Taken) -> dict[str, int]:
    there = {item.code: item for item in Item.objects.all()}
    new: list[Item] = []
    for line, record, values in _read(table, rows):
        organ = organs.get(record.get("organ", ""))
        if not values.get("code") or not values.get("name") or organ is None:
            raise _unreadable(table.name, line, "organ" if values.get("code") and values.get("name") else "code")
        found = there.get(values["code"])
        if found is None:
            said = [values.get(name) or "" for name in ("name", "code", "main_item", "name_en")]
            there[values["code"]] = item = Item(organ_id=organ, search_words=search_words(*said), **values)
            new.append(item)
        elif found.organ_id == organ and exchange.same(found, values):
            taken.unchanged += 1
        else:
            taken.kept.append(values["code"])
    for chunk in batched(new, CHUNK):
        taken.items += [item.pk for item in Item.objects.bulk_create(chunk)]
    return dict(Item.objects.values_list("code", "pk"))


def _versions(
    table: Table,
    rows: Sequence[Sequence[str]],
    organs: Mapping[str, int],
    items: Mapping[str, int],
    taken: Taken,
    as_published: bool,
) -> tuple[dict[str, int], set[int]]:
    """({CODE#NUMBER: key}, keys of those that are new)."""
    there = {(v.item_id, v.number): v for v in ItemVersion.objects.all()}
    new: list[ItemVersion] = []
    for line, record, values in _read(table, rows):
        item = items.get(record.get("item", ""))
        if item is None or not values.get("number"):
            raise _unreadable(table.name, line, "item")
        links = {f"{name}_id": _organ(record, name, organs, line) for name in ("organ", "supervising_organ")}
        found = there.get((item, values["number"]))
        if found is None:
            if not as_published:
                values |= {"state": VersionState.DRAFT, "valid_from": None, "valid_to": None, "check_note": ""}
            made = ItemVersion(item_id=item, **links, **values)
            there[item, values["number"]] = made
            new.append(made)
        elif exchange.same(found, {**values, **links}, but=() if as_published else STANDING):
            taken.unchanged += 1
        else:
            taken.kept.append(f"{record['item']}#{values['number']}")
    for chunk in batched(new, CHUNK):
        taken.versions += [v.pk for v in ItemVersion.objects.bulk_create(chunk)]
    found_rows = ItemVersion.objects.values_list("item__code", "number", "pk")
    return {f"{code}#{number}": pk for code, number, pk in found_rows}, set(taken.versions)


def _organ(record: Mapping[str, str], name: str, organs: Mapping[str, int], line: int) -> int | None:
    code = record.get(name, "")
    if code and code not in organs:
        raise _unreadable(VERSIONS, line, name)
    return organs.get(code)


def _hang(
    table: Table,
    rows: Sequence[Sequence[str]],
    parents: Mapping[str, int],
    new: set[int],
    organs: Mapping[str, int],
) -> None:
    """Rows of versions (items) that were made just now; those of others are there already."""
    made = []
    for line, record, values in _read(table, rows):
        parent = parents.get(record.get(table.parent, ""))
        if parent is None:
            raise _unreadable(table.name, line, table.parent)
        if parent in new:
            links = _links(table, record, organs)
            made.append(table.model(**{f"{table.parent}_id": parent}, **links, **values))
    for chunk in batched(made, CHUNK):
        table.model._default_manager.bulk_create(chunk)


def _links(table: Table, record: Mapping[str, str], organs: Mapping[str, int]) -> dict[str, Any]:
    named: Iterable[Any] = (f for f in table.fields if f.is_relation and f.related_model is Organ)
    return {f.attname: organs.get(record.get(f.name, "")) for f in named}
