"""Several tables in one file that can be read back without loss: a ZIP of CSV files, or a spreadsheet.

A cell is text or nothing. Nothing in the file is ever a formula: what a program could compute has an apostrophe in
front, which the reader takes away again. Characters that a spreadsheet can't hold, and texts longer than a cell, are
written as JSON over as many rows of the sheet `_long` as it takes. The same tables give the same bytes.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from yimen.ground.engines.delimited import Unreadable
from yimen.ground.engines.sheets import _COMPUTED as COMPUTED
from yimen.ground.kernel.text import gettext_noop as _

type Tables = Iterable[tuple[str, Iterable[Sequence[str]]]]

LONG = "_long"
MOST_CHARACTERS = 30_000  # a spreadsheet's cell holds 32,767
LONGEST_CELL = 16 * 1024**2
MOST_UNPACKED_BYTES = 1024**3
_FIXED = datetime(2026, 1, 1)
_JSON = "json:"
# Control characters, halves of pairs, what spreadsheets take for an escape, and spaces at an end.
_STRANGE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|^\s|\s$")


def written(text: str) -> str:
    """The text as a cell holds it."""
    if _STRANGE.search(text) or text.startswith(_JSON):
        return _JSON + json.dumps(text)
    return f"'{text}" if text.startswith(("'", *COMPUTED)) else text


def read(cell: str) -> str:
    """The text that `written` made a cell of; ValueError for a JSON that is none."""
    if cell.startswith(_JSON):
        return str(json.loads(cell.removeprefix(_JSON)))
    return cell.removeprefix("'")


def write_zip(out: BinaryIO, tables: Tables) -> None:
    """A CSV file for each table (UTF-8 with a byte order mark), the first row its header."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables:
            member = zipfile.ZipInfo(f"{name}.csv", _FIXED.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(member, "w") as raw, io.TextIOWrapper(raw, "utf-8-sig", newline="") as text:
                csv.writer(text).writerows([written(cell) for cell in row] for row in rows)


def write_xlsx(out: BinaryIO, tables: Tables) -> None:
    """A sheet for each table, its first row kept in sight."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, {"constant_memory": True, **options})
    book.set_properties({"created": _FIXED})
    long: list[tuple[str, int, int, str]] = []
    for name, rows in tables:
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell:
                    kept = written(cell)
                    sheet.write_string(at, column, kept[:MOST_CHARACTERS])
                    long += [(name, at, column, part) for part in _rest(kept)]
    if long:
        sheet = book.add_worksheet(LONG)
        for at, piece in enumerate([("sheet", "row", "column", "text"), *long]):
            for column, part in enumerate(piece):
                # A piece of a cell may begin with anything, spaces too.
                sheet.write_string(at, column, f"'{part}'" if column == 3 and at else str(part))
    book.close()


def _rest(text: str) -> Iterator[str]:
    for start in range(MOST_CHARACTERS, len(text), MOST_CHARACTERS):
        yield text[start : start + MOST_CHARACTERS]


def unreadable() -> Unreadable:
    """What is raised for a file that is something else."""
    return Unreadable(_("The file is no exported catalogue."))


def opened(path: Path) -> dict[str, list[list[str]]]:
    """{table: rows with the header} of a file that `write_zip` or `write_xlsx` made; raises `Unreadable`."""
    try:
        if not zipfile.is_zipfile(path):
            raise unreadable()
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED_BYTES:
                raise Unreadable(_("The spreadsheet is too large when unpacked."))
            names = archive.namelist()
            if "xl/workbook.xml" not in names:
                return {Path(n).stem: _csv_rows(archive, n) for n in names if n.endswith(".csv")}
        return _sheets(path)
    except (OSError, ValueError, zipfile.BadZipFile, csv.Error) as error:
        raise unreadable() from error


def _csv_rows(archive: zipfile.ZipFile, name: str) -> list[list[str]]:
    with archive.open(name) as raw, io.TextIOWrapper(raw, "utf-8-sig", newline="") as text:
        before = csv.field_size_limit(LONGEST_CELL)  # a setting of the whole process: put back for the other readers
        try:
            return [[read(cell) for cell in row] for row in csv.reader(text)]
        finally:
            csv.field_size_limit(before)


def _sheets(path: Path) -> dict[str, list[list[str]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        raw: dict[str, list[list[Any]]] = {
            name: [list(row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
            for name in book.sheet_names
        }
    except CalamineError as error:
        raise unreadable() from error
    for sheet, at, column, part in raw.pop(LONG, [])[1:]:
        raw[sheet][int(at)][int(column)] += str(part)[1:-1]
    return {name: [[read(_text(cell)) for cell in row] for row in rows] for name, rows in raw.items()}


def _text(cell: Any) -> str:
    """A cell that somebody typed over may have become a number; whole ones are written without a fraction."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def as_records(rows: Sequence[Sequence[str]]) -> Iterator[Mapping[str, str]]:
    """Rows under their header; missing cells are empty, wholly empty rows are none."""
    header = rows[0] if rows else []
    for row in rows[1:]:
        if any(row):
            yield dict(zip(header, [*row, *[""] * (len(header) - len(row))], strict=False))
