"""Rules are tested without a database."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from yimen.ground.kernel.calendar import Calendar
from yimen.ground.law.calendar import shipped_calendar


@pytest.fixture
def calendar() -> Calendar:
    return shipped_calendar()


@pytest.fixture
def shared_rows(shared: Path) -> Callable[[str], list[dict[str, str]]]:
    """`shared_rows("ids/ric_vectors.csv")` → the rows of that file of shared data."""

    def rows(name: str) -> list[dict[str, str]]:
        with (shared / "data" / name).open(encoding="utf-8-sig", newline="") as source:
            return list(csv.DictReader(source))

    return rows
