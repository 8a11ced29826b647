"""Due days for a whole CSV: a column is added, every row keeps its place, memory stays small.

The file may have a BOM, be UTF-8 or GB 18030 (so GBK too), and end its lines in any way; fields may be quoted and
span lines. Other columns are passed on letter by letter; the output is UTF-8 without a BOM.
"""

import csv
import io
import re
import shutil
import tempfile
from codecs import BOM_UTF8, getincrementaldecoder
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO, TextIO

from yimen.ground.kernel.calendar import Calendar
from yimen.ground.kernel.clock import due, due_back
from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.term import Term, Unit

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_AMOUNT = re.compile(r"\d{1,9}", re.ASCII)
_CHUNK = 1 << 16


class BadRow(Exception):
    """What is wrong with a row or a file, as a sentence."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every row: in which unit, forward or back."""

    unit: Unit
    back: bool = False

    def answer(self, calendar: Calendar, start: date, amount: int) -> date:
        """The due day; raises `BadRow` when the term or the day lies outside what can be counted."""
        try:
            term = Term(amount, self.unit)
            found = due_back(calendar, term, start) if self.back else due(calendar, term, start).on
        except ValueError:
            raise BadRow(f"期限 {amount} 超出范围（0 至 3660）") from None
        except Refused:
            raise BadRow(f"日期超出日历范围（{calendar.first_year} 至 {calendar.last_year} 年）") from None
        assert found is not None  # only an open pause hides the due day
        return found


def read_day(text: str) -> date:
    """`2025-01-20` → date; `BadRow` for everything else."""
    text = text.strip()
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadRow(f"不是有效日期：{text[:40]!r}，应写作 2025-01-20")


def read_amount(text: str) -> int:
    """`5` → 5; `BadRow` for everything else."""
    text = text.strip()
    if not _AMOUNT.fullmatch(text):
        raise BadRow(f"不是有效天数：{text[:40]!r}，应为不小于 0 的整数")
    return int(text)


def run_batch(path: Path, question: Question, calendar: Calendar, *, out: TextIO, err: TextIO) -> int:
    """Write the CSV at `path` with a column `due` to `out`; 0, or 1 when rows were bad, or 2 when the file is."""
    bad = 0
    try:
        with path.open("rb") as opened, _seekable(opened) as source:
            text = io.TextIOWrapper(source, _encoding(source), errors="surrogateescape", newline="")
            for line, answer, problem in _rows(_records(text), question, calendar):
                out.write(answer)
                if problem:
                    bad += 1
                    print(f"第 {line} 行：{problem}", file=err)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        print(f"yimen due: 无法读取 {path}：{error.strerror}", file=err)
        return 2
    except BadRow as error:
        print(f"yimen due: {path}：{error}", file=err)
        return 2
    if bad:
        print(f"yimen due: {bad} 行有误，due 列留空", file=err)
    return 1 if bad else 0


def _seekable(source: BinaryIO) -> BinaryIO:
    """`source`, or a copy of a pipe: the encoding is only known at the end of the file."""
    if source.seekable():
        return source
    copy = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    shutil.copyfileobj(source, copy)
    copy.seek(0)
    return copy


def _encoding(source: BinaryIO) -> str:
    """UTF-8 when every byte fits it, else GB 18030; leaves `source` after its BOM."""
    decoder = getincrementaldecoder("utf-8")()
    found = "utf-8"
    try:
        while chunk := source.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        found = "gb18030"
    source.seek(0)
    if source.read(len(BOM_UTF8)) != BOM_UTF8:
        source.seek(0)
    return found


@dataclass(slots=True)
class _Record:
    """One row: the line it begins on, its letters without the line end, that end, and its fields."""

    line: int
    text: str
    ending: str
    fields: list[str]


def _records(lines: Iterable[str]) -> Iterator[_Record]:
    """Rows as they stand in the file. A quote that is never closed spoils its own line only, not the rest."""
    taken: list[str] = []

    def remember() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    reader, number = csv.reader(remember(), strict=True), 1
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error:
            for line in taken:
                yield _record(number, line, next(csv.reader([line.rstrip("\r\n")]), []))
                number += 1
        else:
            yield _record(number, "".join(taken), fields)
            number += len(taken)
        taken.clear()


def _record(number: int, text: str, fields: list[str]) -> _Record:
    body = text.rstrip("\r\n")
    return _Record(number, body, text[len(body) :], fields)


def _rows(records: Iterator[_Record], question: Question, calendar: Calendar) -> Iterator[tuple[int, str, str]]:
    """`(line, output, problem)` for each row, the header first; a blank line is passed on."""
    header = next(records, None)
    if header is None:
        raise BadRow("文件是空的")
    names = [name.strip() for name in header.fields]
    for name in ("start_date", "working_days"):
        if names.count(name) != 1:
            raise BadRow(f"首行须有且只有一个 {name} 列")
    start, amount = names.index("start_date"), names.index("working_days")
    if "due" in names:
        raise BadRow("首行已有 due 列")
    ending = header.ending or "\n"
    yield header.line, f"{header.text},due{ending}", ""
    for record in records:
        if not record.fields:
            yield record.line, record.text + (record.ending or ending), ""
            continue
        answer = problem = ""
        try:
            if len(record.fields) > len(names):
                raise BadRow(f"有 {len(record.fields)} 个字段，多于首行的 {len(names)} 个")
            if len(record.fields) <= max(start, amount):
                raise BadRow(f"只有 {len(record.fields)} 个字段")
            day, days = read_day(record.fields[start]), read_amount(record.fields[amount])
            answer = question.answer(calendar, day, days).isoformat()
        except BadRow as error:
            problem = str(error)
        yield record.line, _with_due(record, len(names), answer) + (record.ending or ending), problem


def _with_due(record: _Record, width: int, answer: str) -> str:
    """The row with `answer` in the column after the header's last; only a row that is too long is written anew."""
    missing = width - len(record.fields)
    if missing >= 0:
        return f"{record.text}{',' * missing},{answer}"
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([*record.fields[:width], answer, *record.fields[width:]])
    return out.getvalue()
