"""A year notice as people paste it: lines `2027-01-01 off 元旦` (off/work or 休/班), or a JSON list of days."""

import json
from datetime import date
from typing import Any

from yimen.ground.kernel.errors import Refused

OFF = frozenset({"off", "休", "放假", "休息"})
WORK = frozenset({"work", "班", "上班", "调休上班"})
MOST_DAYS = 200


def days_of(text: str, year: int) -> list[dict[str, Any]]:
    """[{"day", "is_workday", "name"}]; raises `calendar.invalid` with the first line that isn't understood."""
    text = text.strip()
    found = _from_json(text, year) if text.startswith(("[", "{")) else _from_lines(text, year)
    if len(found) > MOST_DAYS:
        raise Refused("calendar.invalid", year=year, day="", why="too_many")
    return found


def _from_lines(text: str, year: int) -> list[dict[str, Any]]:
    days = []
    for line in text.splitlines():
        if not (parts := line.replace("\t", " ").replace("，", " ").split(maxsplit=2)):
            continue
        kind = parts[1].lower() if len(parts) > 1 else ""
        try:
            day = date.fromisoformat(parts[0])
        except ValueError:
            raise Refused("calendar.invalid", year=year, day=line[:100], why="not_a_day") from None
        if kind not in OFF and kind not in WORK:
            raise Refused("calendar.invalid", year=year, day=line[:100], why="off_or_work")
        days.append({"day": day.isoformat(), "is_workday": kind in WORK, "name": parts[2] if len(parts) > 2 else ""})
    return days


def _from_json(text: str, year: int) -> list[dict[str, Any]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused("calendar.invalid", year=year, day=text[:100], why="not_json") from None
    if isinstance(found, dict):
        found = found.get("days")
    if not isinstance(found, list) or not all(isinstance(day, dict) for day in found):
        raise Refused("calendar.invalid", year=year, day=text[:100], why="not_a_list")
    return found
