"""Judges one row of somebody's list: what it says, or why it must wait in quarantine. Nothing is thrown away.

Identity of an item, in this order:
- the list has a column of item codes: that code; an empty one is quarantined (nothing else tells two rows apart);
- it has base codes only (基本编码 of twelve digits and the like): the base code is the item's code;
- it has neither (seq + name): `import:` and 24 hex digits of SHA-256 over name and organ, so that the same entry is
  the same item in every list, in whatever order. The sequence number stays an extra.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yimen.ground.kernel.text import gettext_noop as _
from yimen.rooms.catalogue.rules.codes import DERIVED_PREFIX, guess_scheme, is_damaged, mend
from yimen.rooms.catalogue.rules.columns import INTERMEDIARY_KIND, Columns

# Why a row waits (or is passed over), and what to do: shown by every face, next to the word.
REASONS: dict[str, str] = {
    "code.damaged": _("A spreadsheet turned the code into a number and lost digits; take the code from its source."),
    "code.duplicate": _("Another row of this file has the same code and says something else; keep the right one."),
    "code.missing": _("The row has no item code."),
    "name.missing": _("The row has no item name."),
    "organ.conflict": _("The item is published for another organ; a list can't move it."),
    "organ.missing": _("The row names no organ and no organ code."),
    "row.repeated": _("The same row stands above in this file."),
    "row.too_many_cells": _("The row has more cells than the header; a delimiter stands inside a text."),
    "row.unclosed_quote": _("A quotation mark is opened and not closed in this row."),
    "text.encoding": _("Some bytes are no text in the encoding of this file."),
    "text.nul_character": _("A cell holds a NUL character."),
    "value.too_long": _("A value is longer than can be kept."),
}
# Widths of the table's columns (characters); a test compares them with the model.
WIDTHS: dict[str, int] = {
    "code": 120,
    "name": 500,
    "organ": 200,
    "kind": 40,
    "main_item": 500,
    "base_code": 50,
    "area_code": 30,
    "organ_code": 50,
}
_SHORTEST_BASE_CODE = 8  # `Z` and `1J` name a class of items, not an item
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_INVISIBLE = str.maketrans({code: " " for code in [*range(1, 32), *range(127, 160), 0x2028, 0x2029]}) | {
    0x200B: None,
    0xFEFF: None,
}


@dataclass(frozen=True, slots=True)
class Imported:
    """A row that can be taken. `values` holds the fields whose columns the list has; `digest` is of the whole row."""

    code: str
    organ: str
    organ_code: str
    values: Mapping[str, str]
    extra: Mapping[str, str]
    digest: bytes


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A row that waits: `reason` is a stable word, `detail` completes it."""

    reason: str
    detail: str = ""


def judge(cells: Sequence[str], columns: Columns, damage: str = "") -> Imported | Quarantined:
    """What a row of a list says. `cells` has a cell for every column; `damage` is what the reader found wrong."""
    wrong = Quarantined(damage) if damage else _unstorable(cells, columns)
    if wrong:
        return wrong
    cells = [_clean(cell) for cell in cells]
    values = {name: cells[position] for name, position in columns.at.items()}
    if not values.get("name"):
        return Quarantined("name.missing")
    if columns.is_intermediary:
        values.setdefault("kind", INTERMEDIARY_KIND)
    organ, organ_code = values.pop("organ", ""), values.get("organ_code", "")
    if not organ and not organ_code:
        return Quarantined("organ.missing")
    code = _identify(values, organ or organ_code, has_codes="code" in columns.at)
    if isinstance(code, Quarantined):
        return code
    values.pop("code", None)
    too_long = _too_long({**values, "code": code, "organ": organ})
    if too_long:
        return too_long
    extra = {columns.header[p]: text for p in columns.extras if (text := cells[p])}
    if "code" in columns.at and (source := cells[columns.at["code"]]) != code:
        extra["code_in_source"] = source
    return Imported(code, organ, organ_code, values, extra, _digest(cells))


def _identify(values: Mapping[str, str], organ: str, *, has_codes: bool) -> str | Quarantined:
    if has_codes:
        code = mend(values["code"])
        if not code:
            return Quarantined("code.missing")
        return Quarantined("code.damaged", code[:200]) if is_damaged(code) else code
    base = mend(values.get("base_code", ""))
    if len(base) < _SHORTEST_BASE_CODE:
        return DERIVED_PREFIX + hashlib.sha256(f"{values['name']}\x1f{organ}".encode()).hexdigest()[:24]
    return Quarantined("code.damaged", base[:200]) if is_damaged(base) else base


def scheme_of(code: str) -> str:
    """The layout of an item's code, as stored."""
    return guess_scheme(code).value


def _clean(text: str) -> str:
    """One line without invisible characters; runs of white space (also the full-width space) become one space."""
    if text.isascii() and text.isalnum():
        return text
    return " ".join(text.translate(_INVISIBLE).split())


def _unstorable(cells: Sequence[str], columns: Columns) -> Quarantined | None:
    """NUL (no database text can hold it) and bytes that the file's encoding does not explain."""
    whole = "".join(cells)
    if "\x00" not in whole and (whole.isascii() or not _SURROGATE.search(whole)):
        return None
    for name, cell in zip(columns.header, cells, strict=False):
        if "\x00" in cell:
            return Quarantined("text.nul_character", name[:200])
        if _SURROGATE.search(cell):
            return Quarantined("text.encoding", name[:200])
    return Quarantined("text.encoding")


def _too_long(values: Mapping[str, str]) -> Quarantined | None:
    for name, width in WIDTHS.items():
        if len(values.get(name, "")) > width:
            return Quarantined("value.too_long", f"{name}: {len(values[name])} > {width}")
    return None


def _digest(cells: Sequence[str]) -> bytes:
    return hashlib.blake2b("\x1f".join(cells).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def visible(text: str) -> str:
    """The text as JSON in any database can hold it: NUL and broken bytes written out as `\\x00`, `\\xff`."""
    if text.isascii() and "\x00" not in text:
        return text
    return _SURROGATE.sub(lambda found: f"\\x{ord(found[0]) & 0xFF:02x}", text).replace("\x00", "\\x00")


class OneFile:
    """What was seen before in the same file: item codes, and how often each quarantined row came. 16 bytes a row."""

    def __init__(self) -> None:
        self._digest_of: dict[str, bytes] = {}
        self._times: dict[bytes, int] = {}

    def judge_again(self, row: Imported) -> Imported | Quarantined | None:
        """None: the same row came before (nothing to do). Another row with its code is quarantined, never written over
        the first: which of the two is right, only a person can tell.
        """
        before = self._digest_of.setdefault(row.code, row.digest)
        if before is row.digest:
            return row
        return None if before == row.digest else Quarantined("code.duplicate", row.code)

    def fingerprint(self, cells: Sequence[str]) -> str:
        """The fingerprint of a row that waits, as often as it came before in this file."""
        digest = _digest(cells)
        times = self._times[digest] = self._times.get(digest, 0) + 1
        return fingerprint(cells, times)


def fingerprint(cells: Sequence[str], times: int = 1) -> str:
    """Hex SHA-256 of a row's cells and of which of several equal rows of a file it is (1: the first)."""
    return hashlib.sha256(json.dumps([times, _digest(cells).hex()]).encode()).hexdigest()
