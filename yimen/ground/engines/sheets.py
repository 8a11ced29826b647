"""Tables that people take away: CSV and spreadsheet, in which no cell is ever a formula.

A name that begins with = + - @ (also in their wide forms, or a tab, a line's end) would be computed by the program that
opens the file, with the rights of its reader (OWASP, "CSV Injection"). In CSV it gets an apostrophe in front; in a
spreadsheet texts are texts.
"""

import csv
import io
from collections.abc import Iterable, Sequence

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_CELL_CHARACTERS = 32_767
_COMPUTED = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")

type Cell = str | int | None


def harmless(cell: Cell) -> str:
    """The cell as CSV may hold it; numbers and nothing as they are."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if isinstance(cell, str) and text.lstrip(" ").startswith(_COMPUTED) else text


def as_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with a byte order mark, which spreadsheet programs need to read Chinese."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[Sequence[Cell]], *, widths: Sequence[int] = ()) -> bytes:
    """One sheet, the first row kept in sight; `widths` in characters."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(at, column, cell)
            elif cell:
                sheet.write_string(at, column, cell[:MOST_CELL_CHARACTERS])
    book.close()
    return out.getvalue()
