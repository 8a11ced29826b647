"""Reads delimited text (CSV and its relatives) of any usual encoding, without losing a row to a stray quote."""

import codecs
import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from yimen.ground.kernel.text import gettext_noop as _

DELIMITERS = (",", "\t", ";", "|", "，", "；")
MOST_LINES = 500  # of one record: more than that is a quote that was never closed
MOST_CHARACTERS = 1_000_000  # of one line
_SAMPLE_BYTES = 65536
_BLOCK_BYTES = 1024 * 1024
Score = Callable[[Sequence[str]], int]


class Row(NamedTuple):
    """`line` in the file (from 1), the cells as text, and what is wrong with the row ("" for nothing).

    damage: `row.unclosed_quote`, `row.too_many_cells`.
    """

    line: int
    cells: list[str]
    damage: str


class Unreadable(Exception):
    """The file is no table. `message` is a msgid with %(name)s places that `facts` fill."""

    def __init__(self, message: str, **facts: str) -> None:
        super().__init__(message % facts)
        self.message = message
        self.facts = facts


@contextmanager
def opened(path: Path, *, score: Score, depth: int) -> Iterator[tuple[tuple[str, ...], Iterator[Row]]]:
    """(header, rows) of the text file at `path`; `score` counts the headings that are known in a row."""
    encoding = find_encoding(path)
    # surrogateescape: one broken byte marks its own row (the importer sees the surrogate), not the whole file.
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        top = [line for line in (file.readline(MOST_CHARACTERS) for _line in range(depth)) if line]
        delimiter, skip, header = _find_layout(top, score)
        file.seek(0)
        lines = _Lines(file)
        for _record in range(skip):
            next(csv.reader(lines, delimiter=delimiter), None)
        yield header, _rows(lines, delimiter, len(header))


def find_encoding(path: Path) -> str:
    """The encoding in which the whole file makes sense; the one with the fewest broken bytes when none does.

    Unreadable when it is no text at all.
    """
    with path.open("rb") as file:
        head = file.read(_SAMPLE_BYTES)
    marked = _marked_encoding(head)
    for encoding in [marked] if marked else ["utf-8", "gb18030"]:
        if _broken_bytes(path, encoding, stop=1) == 0:
            return _checked(encoding, head)
    if marked and marked != "utf-8-sig":
        raise Unreadable(_("The file is not text and no spreadsheet."))
    broken = {encoding: _broken_bytes(path, encoding) for encoding in ("utf-8", "gb18030")}
    best = min(broken, key=lambda encoding: broken[encoding])
    if broken[best] * 20 > path.stat().st_size:
        raise Unreadable(_("The file is not text and no spreadsheet."))
    return _checked("utf-8-sig" if marked and best == "utf-8" else best, head)


def _marked_encoding(head: bytes) -> str | None:
    """From a byte order mark, or from the zero bytes that UTF-16 leaves beside every ASCII character."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd, half = head[0::2].count(0), head[1::2].count(0), max(len(head) // 2, 1)
    if odd > half // 20 and even * 10 < odd:
        return "utf-16-le"
    if even > half // 20 and odd * 10 < even:
        return "utf-16-be"
    return None


def _checked(encoding: str, head: bytes) -> str:
    """Unreadable when the sample, though it decodes, is mostly control characters (a program, a picture)."""
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    controls = sum(c < " " and c not in "\t\r\n\f\v" for c in text)
    if controls * 50 > max(len(text), 100):
        raise Unreadable(_("The file is not text and no spreadsheet."))
    return encoding


def _broken_bytes(path: Path, encoding: str, stop: int = 0) -> int:
    """How many bytes can't be decoded; counts to `stop` only, if given."""
    broken = 0

    def count(error: UnicodeError) -> tuple[str, int]:
        nonlocal broken
        assert isinstance(error, UnicodeDecodeError)
        broken += error.end - error.start
        return "", error.end

    codecs.register_error("yimen.count", count)
    decoder = codecs.getincrementaldecoder(encoding)("yimen.count")
    with path.open("rb") as file:
        try:
            while (block := file.read(_BLOCK_BYTES)) and not (stop and broken >= stop):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeError:  # UTF-16 without its mark
            return broken + 1
    return broken


def find_header(top: Sequence[Sequence[str]], score: Score) -> tuple[int, tuple[str, ...], int]:
    """(index, header, points) of the row in which most headings are known; the first row with cells when none is."""
    scored = [(score(cells), -at) for at, cells in enumerate(top)]
    points, negative = max(scored, default=(0, 0))
    at = -negative
    if not points:
        at = next((at for at, cells in enumerate(top) if any(cells)), 0)
    return at, named(top[at] if top else ()), points


def named(cells: Sequence[str]) -> tuple[str, ...]:
    """A header whose names are all there and all different: `column_3`, `name__2`; empty ones at the end are cut."""
    cells = [cell.strip().strip("\ufeff").replace("\x00", "") for cell in cells]
    while cells and not cells[-1]:
        cells.pop()
    taken: dict[str, int] = {}
    names = []
    for position, cell in enumerate(cells, start=1):
        name = cell or f"column_{position}"
        taken[name] = taken.get(name, 0) + 1
        names.append(name if taken[name] == 1 else f"{name}__{taken[name]}")
    return tuple(names)


def fitted(cells: list[str], width: int) -> list[str]:
    """At least `width` cells; empty ones beyond it are cut."""
    while len(cells) > width and not cells[-1]:
        cells.pop()
    return cells + [""] * (width - len(cells))


def _find_layout(top: list[str], score: Score) -> tuple[str, int, tuple[str, ...]]:
    """(delimiter, records up to and with the header, header): the delimiter under which most headings are known."""
    found = []
    for delimiter in DELIMITERS:
        at, header, points = find_header(_first_records(top, delimiter), score)
        found.append((points, len(header), delimiter, at + 1, header))
    _points, _width, delimiter, skip, header = max(found, key=lambda layout: layout[:2])
    if not header:
        raise Unreadable(_("The file holds no text."))
    return delimiter, skip, header


def _first_records(top: list[str], delimiter: str) -> list[list[str]]:
    """The records of the first lines, up to one that can't be read (it is no header)."""
    records = []
    with suppress(csv.Error):
        for record in csv.reader(top, delimiter=delimiter):
            records.append(record)
    return records


class _EndlessRecord(Exception):
    """A record went on for more than MOST_LINES lines."""


class _Lines:
    """The lines of a file, with those of the present record kept so that they can be read again."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._again: list[str] = []
        self.taken: list[str] = []
        self.number = 0
        self.at_end = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MOST_LINES:
            raise _EndlessRecord
        line = self._again.pop() if self._again else self._file.readline(MOST_CHARACTERS)
        if not line:
            self.at_end = True
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        return line

    def give_back_all_but_first(self) -> str:
        """The record's first line; the others come again."""
        first, *rest = self.taken
        self._again.extend(reversed(rest))
        self.number -= len(rest)
        self.taken, self.at_end = [], False
        return first


def _rows(lines: _Lines, delimiter: str, width: int) -> Iterator[Row]:
    """Every record below the header. A quote that swallows lines damages its own line only."""
    reader: Any = csv.reader(lines, delimiter=delimiter)
    while True:
        lines.taken = []
        try:
            cells = next(reader, None)
            swallowed = cells is not None and _swallowed(lines, cells, delimiter, width)
        except (csv.Error, _EndlessRecord):
            cells, swallowed = [], True
        if cells is None:
            return
        if swallowed:
            line = lines.give_back_all_but_first()
            yield Row(lines.number, fitted(line.rstrip("\r\n").split(delimiter), width), "row.unclosed_quote")
            reader = csv.reader(lines, delimiter=delimiter)
        elif cells:
            cells = fitted(cells, width)
            yield Row(lines.number - len(lines.taken) + 1, cells, "row.too_many_cells" if len(cells) > width else "")


def _swallowed(lines: _Lines, cells: list[str], delimiter: str, width: int) -> bool:
    """True when a record can't be meant: of several lines with a wrong number of cells or with text right after a
    closing quote (the quote was another row's), or open at the end of the file.
    """
    if len(lines.taken) == 1 and not lines.at_end:
        return False
    if lines.at_end and sum(line.count('"') for line in lines.taken) % 2 == 1:
        return True
    if len(lines.taken) == 1:
        return False
    try:
        list(csv.reader(lines.taken, delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    return len(cells) != width
