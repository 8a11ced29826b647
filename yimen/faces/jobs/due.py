"""`yimen due`: due days on the command line, from the shipped calendar. No Django, no database: it starts at once.

Standard output is UTF-8 and holds nothing but the answer; whatever goes wrong is said on standard error.
"""

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TextIO

from yimen.faces.jobs.due_batch import BadRow, Question, read_amount, read_day, run_batch
from yimen.ground.kernel.calendar import Calendar, DayKind
from yimen.ground.kernel.clock import Line, explain, explain_back
from yimen.ground.kernel.term import Term, Unit
from yimen.ground.law.calendar import shipped_calendar

_WEEKDAYS = "一二三四五六日"
_UNITS = {Unit.WORKING_DAYS: "个工作日", Unit.NATURAL_DAYS: "日"}
_KINDS = {DayKind.MAKEUP_WORKDAY: "调休上班", DayKind.WEEKEND: "周末", DayKind.HOLIDAY: "节假日"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments, for plain argparse and for Django's parser."""
    parser.add_argument("--from", dest="start", metavar="YYYY-MM-DD", type=_argument(read_day), help="起始日，当日不计")
    parser.add_argument("--days", metavar="N", type=_argument(read_amount), help="期限天数，0 为当日")
    units = [unit.value for unit in _UNITS]
    parser.add_argument("--unit", choices=units, default=units[0], help=f"默认 {units[0]}")
    parser.add_argument("--back", action="store_true", help="从起始日向前倒推，当日不计")
    parser.add_argument(
        "--batch", metavar="FILE.csv", type=Path, help="含 start_date、working_days 列的 CSV：加一列 due"
    )


def _argument[T](read: Callable[[str], T]) -> Callable[[str], T]:
    def convert(text: str) -> T:
        try:
            return read(text)
        except BadRow as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return convert


def answer(
    *, start: date | None, days: int | None, unit: str, back: bool, batch: Path | None, out: TextIO, err: TextIO
) -> int:
    """Do what the arguments ask; the exit code: 0, 1 with bad rows, 2 with bad arguments."""
    question, calendar = Question(Unit(unit), back), shipped_calendar()
    if batch is not None:
        if start is not None or days is not None:
            print("yimen due: --batch 不能与 --from、--days 同用", file=err)
            return 2
        return run_batch(batch, question, calendar, out=out, err=err)
    if start is None or days is None:
        print("yimen due: 请给出 --from 和 --days，或者 --batch FILE.csv（详见 --help）", file=err)
        return 2
    try:
        found = question.answer(calendar, start, days)
    except BadRow as error:
        print(f"yimen due: {error}", file=err)
        return 2
    out.write(f"{found.isoformat()}\n")
    for line in _lines(question, calendar, start, days):
        out.write(line + "\n")
    return 0


def _lines(question: Question, calendar: Calendar, start: date, days: int) -> list[str]:
    """One sentence a day, from the start to the due day."""
    term = Term(days, question.unit)
    explained = explain_back(calendar, term, start) if question.back else explain(calendar, term, start)
    rolled, sentences = False, []
    for line in explained:
        words = line.note.split()
        # A term of 0 days that starts on a day off rolls from its start.
        rolled = rolled or "rolled" in words or (question.unit is Unit.NATURAL_DAYS and not days and not question.back)
        why = _why(line, words, question, rolled)
        if "provisional" in words:
            why += "（暂定：该年放假安排尚未公布）"
        sentences.append(f"{line.day.isoformat()} 星期{_WEEKDAYS[line.day.weekday()]} {why}")
    return sentences


def _why(line: Line, words: list[str], question: Question, rolled: bool) -> str:
    kind = _KINDS.get(line.kind, "")
    if line.name and line.kind is DayKind.HOLIDAY:
        kind = line.name
    if "start" in words:
        end = ("，即最后一日" if question.back else "，即届满日") if "due" in words else ""
        return "起始日，不计入" + (f"（{kind}）" if kind else "") + end
    if "day_off" in words:
        return f"休息日（{kind}），不计入"
    if "due" in words and rolled:
        return "顺延后的首个工作日" + (f"（{kind}）" if kind else "") + "，期限届满"
    counted = f"{'倒数' if question.back else ''}第 {line.counted} {_UNITS[question.unit]}"
    counted += f"（{kind}）" if kind else ""
    if "rolled" in words:
        return counted + "，逢休息日顺延"
    if "due" in words:
        return counted + ("，最后一日" if question.back else "，期限届满")
    return counted


def main(arguments: Sequence[str]) -> int:
    """`yimen due ARGUMENTS`: parse, answer on the standard streams, return the exit code."""
    parser = argparse.ArgumentParser(prog="yimen due", description="计算期限届满日，并逐日说明。", allow_abbrev=False)
    add_arguments(parser)
    options = vars(parser.parse_args(arguments))
    out = io.TextIOWrapper(sys.stdout.buffer, "utf-8", errors="surrogateescape", newline="")
    try:
        code = answer(**options, out=out, err=sys.stderr)
        out.flush()
    except BrokenPipeError:
        # Whoever read us has seen enough (`| head`); nothing is left to say, not even at the interpreter's end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 0
    finally:
        out.detach()
    return code
