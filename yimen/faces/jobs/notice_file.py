"""Reads the file of a year notice: CSV `date,is_workday,name`, or JSON as the public project holiday-cn writes it."""

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TRUE, FALSE = ("1", "true", "yes", "是", "班"), ("0", "false", "no", "否", "休")


class Unreadable(Exception):
    """The file is no list of days; the text says where."""


@dataclass(frozen=True, slots=True)
class NoticeFile:
    """`days` as the flow takes them; `year` and `url` where the file says them."""

    days: list[dict[str, Any]]
    year: int | None = None
    url: str = ""


def read(path: Path) -> NoticeFile:
    """Raises `Unreadable`, OSError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("not UTF-8") from error
    return _from_json(text) if text.lstrip()[:1] in ("{", "[") else _from_csv(text)


def _from_json(text: str) -> NoticeFile:
    """`{"year": …, "papers": [url], "days": [{"name", "date", "isOffDay"}]}`; only `days` is needed."""
    try:
        found = json.loads(text)
        days = [
            {"day": str(d["date"]), "is_workday": not _flag(d["isOffDay"]), "name": str(d.get("name", ""))}
            for d in (found["days"] if isinstance(found, dict) else found)
        ]
        year = found.get("year") if isinstance(found, dict) else None
        papers = found.get("papers") if isinstance(found, dict) else None
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable(f"JSON: {type(error).__name__} {error}") from error
    url = str(papers[0]) if isinstance(papers, list) and papers else ""
    return NoticeFile(days, year if isinstance(year, int) else None, url)


def _from_csv(text: str) -> NoticeFile:
    rows = csv.DictReader(io.StringIO(text))
    missing = {"date", "is_workday"} - set(rows.fieldnames or [])
    if missing:
        raise Unreadable(f"CSV: no column {', '.join(sorted(missing))}")
    days = []
    for line, row in enumerate(rows, 2):
        word = (row["is_workday"] or "").strip().lower()
        if word not in (*TRUE, *FALSE):
            raise Unreadable(f"CSV line {line}: is_workday is {word!r}, not 1 or 0")
        days.append(
            {"day": (row["date"] or "").strip(), "is_workday": word in TRUE, "name": (row.get("name") or "").strip()}
        )
    return NoticeFile(days)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"isOffDay is {value!r}, not true or false")
    return value
