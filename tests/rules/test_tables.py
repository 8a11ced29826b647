"""Reading somebody's table: encodings, delimiters, quotes, spreadsheets. No database."""

import random
from datetime import date, datetime, time
from pathlib import Path

import pytest
import xlsxwriter

from yimen.ground.engines import delimited, tables
from yimen.ground.engines.tables import Unreadable, cell_text
from yimen.rooms.catalogue.rules.columns import known_headings

HEADER = "department,item_name,item_code"
BODY = "甲局,建设许可,X1\n乙局,经营许可,X2\n"


def read(path: Path):
    with tables.opened(path, score=known_headings) as table:
        return table.header, list(table.rows), table.remarks


@pytest.fixture
def file(tmp_path):
    def make(content: str | bytes, name: str = "list.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return make


@pytest.fixture
def book(tmp_path):
    def make(*sheets: list[list[object]], name: str = "list.xlsx") -> Path:
        path = tmp_path / name
        workbook = xlsxwriter.Workbook(str(path))
        for rows in sheets:
            sheet = workbook.add_worksheet()
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
        workbook.close()
        return path

    return make


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_usual_encoding_gives_the_same_rows(file, encoding):
    header, rows, _ = read(file(f"{HEADER}\n{BODY}", encoding=encoding))
    assert header == ("department", "item_name", "item_code")
    assert rows == [(2, ["甲局", "建设许可", "X1"], ""), (3, ["乙局", "经营许可", "X2"], "")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "，"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_delimiter_and_line_end_gives_the_same_rows(file, delimiter, newline):
    text = f"{HEADER}\n{BODY}".replace(",", delimiter).replace("\n", newline)
    header, rows, _ = read(file(text))
    assert header == ("department", "item_name", "item_code")
    assert [row.cells for row in rows] == [["甲局", "建设许可", "X1"], ["乙局", "经营许可", "X2"]]


def test_a_title_above_the_header_is_no_row(file):
    header, rows, _ = read(file(f"某区事项清单,,\n\n{HEADER}\n{BODY}"))
    assert header == ("department", "item_name", "item_code")
    assert [row.line for row in rows] == [4, 5]


def test_a_header_without_names_or_with_the_same_twice_still_tells_its_columns_apart(file):
    header, rows, _ = read(file("item_name,,note,note,,\n甲,1,2,3\n"))
    assert header == ("item_name", "column_2", "note", "note__2")
    assert rows[0].cells == ["甲", "1", "2", "3"]


def test_short_rows_are_filled_empty_ones_kept_and_long_ones_marked(file):
    _, rows, _ = read(file(f"{HEADER}\n甲局\n,,\n\n甲局,许可,X1,,\n甲局,许,可,X2\n"))
    assert [(row.line, len(row.cells), row.damage) for row in rows] == [
        (2, 3, ""),
        (3, 3, ""),
        (5, 3, ""),
        (6, 4, "row.too_many_cells"),
    ]


def test_a_text_of_several_lines_is_one_cell(file):
    _, rows, _ = read(file(f'{HEADER}\n甲局,"建设\n许可",X1\n乙局,"他说""好""",X2\n'))
    assert [(row.line, row.cells[1]) for row in rows] == [(2, "建设\n许可"), (4, '他说"好"')]


def test_a_quote_never_closed_damages_its_own_row_only(file):
    rest = "".join(f"乙局,许可{n},Y{n}\n" for n in range(1200))
    _, rows, _ = read(file(f'{HEADER}\n甲局,"建设许可,X1\n{rest}'))
    assert len(rows) == 1201
    assert rows[0] == (2, ["甲局", '"建设许可', "X1"], "row.unclosed_quote")
    assert [row.line for row in rows[1:]] == list(range(3, 1203))
    assert not any(row.damage for row in rows[1:])


def test_a_quote_that_another_row_closes_swallows_none_of_them(file):
    _, rows, _ = read(file(f'{HEADER}\n甲局,"建设许可,X1\n乙局,"经营许可",X2\n丙局,许可,X3\n'))
    assert [row.line for row in rows] == [2, 3, 4]
    assert rows[2].cells == ["丙局", "许可", "X3"]


def test_a_quote_open_in_the_last_row_keeps_the_row(file):
    _, rows, _ = read(file(f'{HEADER}\n甲局,建设许可,"X1'))
    assert [(row.line, row.damage) for row in rows] == [(2, "row.unclosed_quote")]


def test_an_inch_mark_inside_a_text_is_a_character(file):
    _, rows, _ = read(file(f'{HEADER}\n甲局,5" 管道,X1\n乙局,许可,X2\n'))
    assert [row.cells[1] for row in rows] == ['5" 管道', "许可"]


def test_a_cell_larger_than_any_reader_takes_damages_its_row_only(file):
    _, rows, _ = read(file(f"{HEADER}\n甲局,{'许' * 200_000},X1\n乙局,许可,X2\n"))
    assert [row.damage for row in rows] == ["row.unclosed_quote", ""]
    assert len(rows[0].cells[1]) == 200_000


def test_one_broken_byte_spoils_one_row_not_the_file(file):
    good = "".join(f"乙局,经营许可{n},Y{n}\n" for n in range(100))
    content = f"{HEADER}\n{good}".encode("gb18030") + b"\xbc\xd7\xbe\xd6,\xff\xff,X1\n" + good.encode("gb18030")
    _, rows, _ = read(file(content))
    assert len(rows) == 201
    assert [n for n, row in enumerate(rows) if any("\udc80" <= c <= "\udcff" for c in "".join(row.cells))] == [100]
    assert rows[200].cells[1] == "经营许可99"


def test_what_is_no_table_is_refused_in_words(file, tmp_path, book):
    noise = random.Random(1).randbytes(100_000)
    whole = book([["item_name"], ["甲"]]).read_bytes()
    for content in (b"", noise, b"\x7fELF" + bytes(1000), b"\xff\xfe\x00\xd8\x00", whole[:-50], b"PK\x03\x04junk"):
        with pytest.raises(Unreadable) as error:
            read(file(content, name="junk"))
        assert str(error.value)
    for path in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(Unreadable):
            read(path)


def test_a_spreadsheet_gives_codes_as_they_stood(book):
    path = book(
        [
            ["某区事项清单"],
            ["department", "item_name", "item_code", "seq"],
            ["甲局", "许可", "115113010833722043", 1],
            ["甲局", "许可", 210973001000, 2.5],
            [],
            ["甲局", "许可", 330104741801091000004, True],
        ]
    )
    header, rows, _ = read(path)
    assert header == ("department", "item_name", "item_code", "seq")
    assert [(row.line, *row.cells[2:]) for row in rows] == [
        (3, "115113010833722043", "1"),
        (4, "210973001000", "2.5"),
        (6, "3.30104741801091e+20", "TRUE"),
    ]


def test_sheets_of_the_same_header_are_read_and_others_named(book):
    first = [["department", "item_name"], ["甲局", "许可"]]
    path = book([["说明"], ["请勿修改"]], first, [["department", "item_name"], ["乙局", "确认"]])
    _, rows, remarks = read(path)
    assert [row.cells for row in rows] == [["甲局", "许可"], ["乙局", "确认"]]
    assert remarks[0][1] == {"sheets": "Sheet1"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (2.0**53 - 1, "9007199254740991"),
        (2.0**53, "9.00719925474099e+15"),
        (datetime(2025, 1, 2), "2025-01-02"),
        (datetime(2025, 1, 2, 3, 4), "2025-01-02T03:04:00"),
        (date(2025, 1, 2), "2025-01-02"),
        (time(8, 30), "08:30:00"),
        (False, "FALSE"),
    ],
)
def test_a_cell_becomes_text(value, text):
    assert cell_text(value) == text


def test_a_spreadsheet_that_unpacks_to_too_much_is_refused(book, monkeypatch):
    monkeypatch.setattr(tables, "MOST_UNPACKED_BYTES", 100)
    with pytest.raises(Unreadable, match="too large"):
        read(book([["item_name"], ["甲"]]))


def test_a_long_line_without_end_is_read_in_pieces(file, monkeypatch):
    monkeypatch.setattr(delimited, "MOST_CHARACTERS", 1000)
    _, rows, _ = read(file(f"{HEADER}\n{'甲' * 5000}\n"))
    assert sum(len(cell) for row in rows for cell in row.cells) == 5000
