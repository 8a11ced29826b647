"""The calendar that ships with the product, read from files: no database, no Django."""

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from yimen.ground.kernel.calendar import Calendar, DayKind, DayNote

DATA = Path(__file__).resolve().parents[2] / "data" / "calendar"


def _notes(name: str) -> Iterator[DayNote]:
    with (DATA / name).open(encoding="utf-8", newline="") as source:
        rows = csv.reader(source)
        next(rows)
        for day, works, kind, label, origin in rows:
            yield DayNote(date.fromisoformat(day), works == "1", DayKind(kind), label, origin)


@cache
def shipped_calendar() -> Calendar:
    """2001–2026 by notice, 2027–2060 provisional with its statutory holidays (data/calendar/SOURCES.md)."""
    noticed = list(_notes("exceptions.csv"))
    assumed = _notes("statutory_days_2027_2060.csv")
    return Calendar([*assumed, *noticed], noticed_years=frozenset(note.day.year for note in noticed))
