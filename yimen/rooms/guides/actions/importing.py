"""Writes judged rows of somebody's list: a chunk in a handful of statements, inside the flow's transaction."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, router
from django.db.models import Q

from yimen.ground.kernel.errors import Refused
from yimen.ground.law.revision import bump
from yimen.rooms.catalogue.models import ImportRun, Item, ItemVersion, Material, QuarantinedRow, VersionState
from yimen.rooms.catalogue.rules.columns import find_columns
from yimen.rooms.catalogue.rules.import_rows import Imported, Quarantined, judge, scheme_of, visible
from yimen.rooms.catalogue.search_words import search_words
from yimen.rooms.guides.rules.guide_text import GuideText, guide_text
from yimen.rooms.identity.actions import note_unconfirmed_organs
from yimen.rooms.identity.models import Organ

UNTOUCHED = 1  # the counter of a row that no verb has changed
# Cells beyond the header, as the importer named them; and reasons that go away by looking at the row alone.
BEYOND = re.compile(r"column_[0-9]+")
ONLY_BY_HAND = frozenset({"text.encoding", "text.nul_character", "row.unclosed_quote"})
IMPORTED, UPDATED, UNCHANGED = "imported", "updated", "unchanged"
# Fields of a row → columns of Item, where they differ.
_COLUMN = {"organ_code": "organ_code_in_item"}
_WRITTEN = ["name", "organ", "kind", "main_item", "base_code", "area_code", "organ_code_in_item", "basis", "extra"]
_WRITTEN += ["search_words"]


@dataclass(slots=True)
class Applied:
    """What became of a chunk: an outcome for each row, keys of the items written, the number of organs made."""

    outcomes: list[str | Quarantined]
    created: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    organs: int = 0


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A row for quarantine: where it stood, its cells by column, its fingerprint and why."""

    line: int
    cells: Mapping[str, str]
    fingerprint: str
    why: Quarantined


class OrganBook:
    """The organs of a list by name. One department may have several codes and one code several departments, so a code
    decides only where the list names no department.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], int] = {}

    def find_or_note(self, rows: Iterable[Imported]) -> tuple[dict[tuple[str, str], int], int]:
        """({(name, code when there is no name): key of the organ}, number of organs made) for these rows."""
        wanted = {key for row in rows if (key := self.key(row)) not in self._known}
        if not wanted:
            return self._known, 0
        self._find(wanted)
        new = {made_code(key): shown_name(key) for key in wanted if key not in self._known}
        keys = note_unconfirmed_organs(new) if new else {}
        self._known.update((key, keys[made_code(key)]) for key in wanted if key not in self._known)
        return self._known, len(new)

    def forget(self) -> None:
        """After a transaction was rolled back: the organs it made are gone."""
        self._known.clear()

    @staticmethod
    def key(row: Imported) -> tuple[str, str]:
        return (row.organ, "" if row.organ else row.organ_code)

    def _find(self, wanted: set[tuple[str, str]]) -> None:
        """By name, by the code that an earlier import made (the organ may have been renamed since), by credit code.

        Of several organs of one name the confirmed one, then the oldest, is meant; a shared credit code says nothing.
        """
        names = {name for name, _ in wanted if name}
        codes = {code for name, code in wanted if not name}
        found = Organ.objects.filter(
            Q(name__in=names) | Q(code__in={made_code(key) for key in wanted} | codes) | Q(credit_code__in=codes)
        ).order_by("-confirmed", "pk")
        by_name: dict[str, int] = {}
        by_code: dict[str, int] = {}
        by_credit: dict[str, list[int]] = {}
        for organ in found:
            by_name.setdefault(organ.name, organ.pk)
            by_code[organ.code] = organ.pk
            by_credit.setdefault(organ.credit_code, []).append(organ.pk)
        for name, code in wanted:
            alone = by_credit.get(code, []) if code else []
            pk = (by_name.get(name) if name else by_code.get(code)) or by_code.get(made_code((name, code)))
            if pk is None and len(alone) == 1:
                pk = alone[0]
            if pk is not None:
                self._known[name, code] = pk


def made_code(key: tuple[str, str]) -> str:
    """The code of an organ that only a list knows; stable, so that a renamed organ is found again."""
    return "import:" + hashlib.sha256("\x1f".join(key).encode()).hexdigest()[:16]


def shown_name(key: tuple[str, str]) -> str:
    """The name of a new organ; a list that gives codes only leaves the name to whoever confirms the organ."""
    name, code = key
    return name or f"部门代码 {code}"


def apply_rows(rows: Sequence[Imported], organs: OrganBook) -> Applied:
    """Write `rows` (every code at most once): new items with an empty first draft, changed ones, the rest untouched.

    A dozen statements for a chunk at most, whatever its size. An item with a published version keeps its organ: a list
    can't change who decides on running cases (`organ.conflict`).
    """
    known, made = organs.find_or_note(rows)
    there = {item.code: item for item in Item.objects.filter(code__in=[row.code for row in rows])}
    applied = Applied([], organs=made)
    new: list[Item] = []
    changed: list[Item] = []
    moved = _published_elsewhere(rows, there, known)
    for row in rows:
        organ_id, item = known[OrganBook.key(row)], there.get(row.code)
        if item is None:
            new.append(Item(code=row.code, code_scheme=scheme_of(row.code), organ_id=organ_id, **_columns(row)))
            applied.outcomes.append(IMPORTED)
        elif row.code in moved:
            applied.outcomes.append(Quarantined("organ.conflict", row.organ or row.organ_code))
        elif _changed(item, row, organ_id):
            changed.append(item)
            applied.outcomes.append(UPDATED)
        else:
            applied.outcomes.append(UNCHANGED)
    applied.created = _create(new)
    applied.updated = _update(changed)
    if written := [*new, *changed]:
        _say_in_drafts({row.code: row for row in rows}, written)
    return applied


def _columns(row: Imported, name_en: str = "") -> dict[str, Any]:
    """The columns of Item that the row says; no list gives an English name, so the item keeps its own."""
    found: dict[str, Any] = {
        **{_COLUMN.get(name, name): text for name, text in row.values.items()},
        "extra": dict(row.extra),
    }
    if "name" in found:
        found["search_words"] = search_words(found["name"], row.code, found.get("main_item", ""), name_en)
    return found


def _changed(item: Item, row: Imported, organ_id: int) -> bool:
    """Bring `item` to what the row says; True when that changes it. Fields that the list has not stay as they are."""
    wanted = _columns(row, item.name_en) | {"organ_id": organ_id, "extra": {**item.extra, **row.extra}}
    differing = {name: value for name, value in wanted.items() if getattr(item, name) != value}
    for name, value in differing.items():
        setattr(item, name, value)
    return bool(differing)


def _published_elsewhere(
    rows: Sequence[Imported], there: Mapping[str, Item], known: Mapping[tuple[str, str], int]
) -> set[str]:
    """Codes of published items for which the list names another organ."""
    moving = {
        item.pk: row.code
        for row in rows
        if (item := there.get(row.code)) and item.organ_id != known[OrganBook.key(row)]
    }
    if not moving:
        return set()
    published = ItemVersion.objects.filter(item_id__in=moving, state=VersionState.PUBLISHED)
    return {moving[pk] for pk in published.values_list("item_id", flat=True)}


def _create(new: list[Item]) -> list[int]:
    if not new:
        return []
    keys = [item.pk for item in Item.objects.bulk_create(new)]
    _draft(keys)
    return keys


def _draft(item_ids: Sequence[int]) -> None:
    """The empty first draft of each new item, in one statement: an object for each would cost more than the item."""
    quote = connection.ops.quote_name
    fields = [f for f in ItemVersion._meta.concrete_fields if f.attname not in ("id", "item_id", "number")]
    values = [f.get_db_prep_save(f.get_default(), connection) for f in fields]
    columns = ", ".join(quote(str(f.column)) for f in fields)
    marks, keys = ", ".join(["%s"] * len(fields)), ", ".join(["%s"] * len(item_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(ItemVersion._meta.db_table)} (item_id, number, {columns}) "
            f"SELECT id, 1, {marks} FROM {quote(Item._meta.db_table)} WHERE id IN ({keys})",
            [*values, *item_ids],
        )


def _say_in_drafts(rows: Mapping[str, Imported], items: Sequence[Item]) -> None:
    """What the list says about the guide, into those drafts on which nobody has worked yet."""
    said = {item.pk: text for item in items if (text := guide_text(rows[item.code].extra)) != GuideText()}
    if not said:
        return
    drafts = list(
        ItemVersion.objects.filter(
            item_id__in=said, number=1, state=VersionState.DRAFT, drafted_by=None, checked_by=None, version=UNTOUCHED
        )
    )
    for draft in drafts:
        text = said[draft.item_id]
        draft.statutory_limit, draft.promised_limit = text.statutory_limit, text.promised_limit
        draft.charges, draft.check_note = text.charges, text.note
    ItemVersion.objects.bulk_update(
        drafts, ["statutory_limit", "promised_limit", "charges", "check_note"], batch_size=100
    )
    Material.objects.filter(version__in=drafts).delete()
    Material.objects.bulk_create(
        Material(version=draft, code=f"M{n}", name=name, position=n)
        for draft in drafts
        for n, name in enumerate(said[draft.item_id].materials, 1)
    )


def _update(changed: list[Item]) -> list[int]:
    """Other processes keep an item's name with its terms: a new revision of the law's data makes them read it anew."""
    if changed:
        Item.objects.bulk_update(changed, _WRITTEN, batch_size=100)
        bump(router.db_for_write(Item))
    return [item.pk for item in changed]


def resolve(fingerprints: Sequence[str], *, at: datetime) -> int:
    """Rows that waited and could be taken now (another map, an organ set right) wait no more; their number."""
    return QuarantinedRow.objects.filter(fingerprint__in=fingerprints, resolved_at=None).update(resolved_at=at)


def keep_quarantined(run: ImportRun, rows: Sequence[WaitingRow]) -> int:
    """Keep these rows; the number that was not kept before. One that came again waits again, with today's reason,
    unless somebody laid it aside."""
    there = QuarantinedRow.objects.in_bulk([row.fingerprint for row in rows], field_name="fingerprint")
    new = []
    for row in rows:
        kept = there.get(row.fingerprint)
        wanted = {"reason": row.why.reason, "detail": visible(row.why.detail)[:500]}
        if kept is None:
            raw = {visible(name): visible(text) for name, text in row.cells.items()}
            new.append(QuarantinedRow(run=run, line=row.line, raw=raw, fingerprint=row.fingerprint, **wanted))
        elif not kept.dismissed and (
            kept.resolved_at or (kept.reason, kept.detail) != (wanted["reason"], wanted["detail"])
        ):
            QuarantinedRow.objects.filter(pk=kept.pk).update(**wanted, resolved_at=None)
    QuarantinedRow.objects.bulk_create(new)
    return len(new)


def settle(row: QuarantinedRow, *, dismissed: str = "", at: datetime) -> None:
    """The row waits no more. Raises `row.settled` when somebody was faster."""
    waiting = QuarantinedRow.objects.filter(pk=row.pk, resolved_at=None)
    if waiting.update(resolved_at=at, dismissed=dismissed) != 1:
        raise Refused("row.settled")


def judge_anew(row: QuarantinedRow, cells: Mapping[str, str] | None) -> Imported | Quarantined:
    """What a row that waits says now; `cells` {column: text} in place of what the file said. What was no text cannot be
    taken before somebody has looked at it."""
    said = {name: str((cells or {}).get(name, text)) for name, text in row.raw.items()}
    if said == row.raw and row.reason in ONLY_BY_HAND:
        return Quarantined(row.reason, row.detail)
    header = [name for name in said if not BEYOND.fullmatch(name)]
    if any(text.strip() for name, text in said.items() if BEYOND.fullmatch(name)):
        return Quarantined("row.too_many_cells")
    return judge([said[name] for name in header], find_columns(header, row.run.mapping))
