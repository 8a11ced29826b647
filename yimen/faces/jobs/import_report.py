"""The report of an import: every row of the file with what became of it, as CSV or as a spreadsheet (by its ending).

Cells are written as they stood, so that a mended report can be imported again; in a spreadsheet they are texts, never
formulas.
"""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from yimen.flows.importing import RowResult
from yimen.rooms.catalogue.rules.columns import REPORT_HEADINGS
from yimen.rooms.catalogue.rules.import_rows import REASONS, visible

Write = Callable[[tuple[str, ...], list[RowResult]], None]
MOST_SHEET_ROWS = 1_048_576
MOST_CELL_CHARACTERS = 32_767


@contextmanager
def written(path: Path) -> Iterator[Write]:
    """A function that takes (header, results) chunk by chunk; the file is complete when the block ends."""
    with _spreadsheet(path) if path.suffix.lower() == ".xlsx" else _csv(path) as write_row:
        begun = False

        def write(header: tuple[str, ...], results: list[RowResult]) -> None:
            nonlocal begun
            if not begun:
                write_row([*REPORT_HEADINGS, *header])
                begun = True
            for result in results:
                write_row(_cells(result))

        yield write


def _cells(result: RowResult) -> list[Any]:
    sentence = _(REASONS[result.reason]) if result.reason else ""
    explanation = f"{sentence} {result.detail}".strip()
    return [result.line, result.outcome, result.reason, *(visible(text) for text in (explanation, *result.cells))]


@contextmanager
def _csv(path: Path) -> Iterator[Callable[[list[Any]], Any]]:
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        yield csv.writer(out).writerow


@contextmanager
def _spreadsheet(path: Path) -> Iterator[Callable[[list[Any]], Any]]:
    """Rows go to the next sheet when one is full."""
    import xlsxwriter

    with path.open("wb"):  # fails now, not after the import
        pass
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet, at = book.add_worksheet(), 0

    def write_row(cells: list[Any]) -> None:
        nonlocal sheet, at
        if at == MOST_SHEET_ROWS:
            sheet, at = book.add_worksheet(), 0
        for column, cell in enumerate(cells):
            sheet.write_string(at, column, str(cell)[:MOST_CELL_CHARACTERS])
        at += 1

    try:
        yield write_row
    finally:
        book.close()
