"""Reads a table that somebody sent, CSV or spreadsheet, whatever its encoding and delimiter, row by row as text.

A cell is text or nothing: a code of thirty digits must come out as it went in. What can't be read as a table raises
`Unreadable`; a single bad row never does, it comes out marked.
"""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

from yimen.ground.engines import delimited
from yimen.ground.engines.delimited import Row, Score, Unreadable
from yimen.ground.kernel.text import gettext_noop as _

__all__ = ["Row", "Table", "Unreadable", "cell_text", "opened"]

HEADER_DEPTH = 10  # a title and a remark often stand above the header
MOST_UNPACKED_BYTES = 1024**3  # a small spreadsheet can unpack to terabytes
_EXACT = 2.0**53  # beyond it a spreadsheet's number has lost digits
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


@dataclass(frozen=True, slots=True)
class Table:
    """A header, its rows (read once, in order) and what the reader left out, in words for people (msgid, facts)."""

    header: tuple[str, ...]
    rows: Iterator[Row]
    remarks: tuple[tuple[str, dict[str, str]], ...] = field(default=())


@contextmanager
def opened(path: Path, *, score: Score) -> Iterator[Table]:
    """The table in `path`. `score(cells)` counts the headings that the caller knows: the best of the first ten rows is
    the header, the first row when none is known.
    """
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise Unreadable(_("The file can't be opened: %(why)s."), why=error.strerror or str(error)) from error
    if not start:
        raise Unreadable(_("The file is empty (0 bytes)."))
    if start.startswith(_SPREADSHEETS):
        yield _spreadsheet(path, score)
    else:
        with delimited.opened(path, score=score, depth=HEADER_DEPTH) as (header, rows):
            yield Table(header, rows)


def cell_text(value: Any) -> str:
    """A spreadsheet's cell as text: whole numbers exactly, those that lost digits as 3.3e+20, dates as ISO."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if isinstance(value, int | float):
        return str(value) if abs(value) < _EXACT else f"{float(value):.14e}"
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _spreadsheet(path: Path, score: Score) -> Table:
    """The sheet whose header is known best; sheets with the same header follow it, others are named in a remark."""
    from python_calamine import CalamineError, CalamineWorkbook

    _check_unpacked_size(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        found = [(name, *_header_of(book, name, score)) for name in book.sheet_names]
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable(_("The file is no spreadsheet that can be read: %(why)s."), why=str(error)) from error
    found = [sheet for sheet in found if sheet[2]]
    if not found:
        raise Unreadable(_("The spreadsheet holds no rows."))
    _name, _line, header, _points = max(found, key=lambda sheet: sheet[3])
    chosen = {name: line for name, line, heads, _points in found if heads == header}
    left = ", ".join(name for name, *_rest in found if name not in chosen)
    remark = (_("Sheets that were not read, because their header differs: %(sheets)s."), {"sheets": left})
    return Table(header, _sheet_rows(book, chosen, len(header)), (remark,) if left else ())


def _header_of(book: Any, name: str, score: Score) -> tuple[int, tuple[str, ...], int]:
    """(row number from 1, header, points) of a sheet; an empty header for an empty sheet."""
    numbered = ((n, [cell_text(c) for c in row]) for n, row in enumerate(book.get_sheet_by_name(name).iter_rows(), 1))
    top = list(islice((pair for pair in numbered if any(pair[1])), HEADER_DEPTH))
    if not top:
        return 0, (), 0
    at, header, points = delimited.find_header([cells for _n, cells in top], score)
    return top[at][0], header, points


def _sheet_rows(book: Any, chosen: dict[str, int], width: int) -> Iterator[Row]:
    """Rows below each header. Wholly empty ones are formatting, not rows; line = the sheet's own row number."""
    for name, header_line in chosen.items():
        for line, values in enumerate(book.get_sheet_by_name(name).iter_rows(), 1):
            if line <= header_line:
                continue
            cells = [cell_text(value) for value in values]
            if any(cells):
                fitted = delimited.fitted(cells, width)
                yield Row(line, fitted, "row.too_many_cells" if len(fitted) > width else "")


def _check_unpacked_size(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Unreadable(_("The file is no spreadsheet that can be read: %(why)s."), why=str(error)) from error
    if size > MOST_UNPACKED_BYTES:
        raise Unreadable(_("The spreadsheet is too large when unpacked."))
