"""A log's two files as values: `PREFIX.cases.csv` (one row a case) and `PREFIX.events.csv[.gz]` (one row an event)."""

import csv
import gzip
import zlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import IO

NEEDED = ("case_id", "timestamp", "activity")
# The licensing law is in force from 2004-07-01 (第八十三条); a moment far from any log's is a slip of its writer.
FIRST_DAY, LAST_DAY = date(2004, 7, 1), date(2090, 1, 1)
# A cell longer than this is no name of anything; csv's own limit would stop the whole file.
LONGEST_CELL = 2**24


class Unreadable(Exception):
    """The files are not a log; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event: `at` is aware and in the centre's zone; `resource` and `role` are empty where the log names nobody."""

    case_id: str
    at: datetime
    order: tuple[int, int]
    activity: str
    resource: str
    role: str


@dataclass(slots=True)
class Log:
    """The whole log: events merged in time order, each case's own events in their order, attributes of the cases."""

    events: list[Event] = field(default_factory=list)
    by_case: dict[str, list[Event]] = field(default_factory=dict)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    unreadable: int = 0
    has_cases_file: bool = True

    @property
    def without_events(self) -> int:
        """Cases that only cases.csv knows: nothing happened, so nothing is replayed."""
        return sum(case_id not in self.by_case for case_id in self.attributes)


def read_log(prefix: str, zone: tzinfo) -> Log:
    """A bad row is counted, not fatal. Raises `Unreadable`: no events file, no such column, a damaged archive."""
    log = Log()
    path = _events_path(prefix)
    with suppress(FileNotFoundError):
        for row in _rows(Path(f"{prefix}.cases.csv")):
            if case_id := row.get("case_id", ""):
                log.attributes[case_id] = row
    log.has_cases_file = Path(f"{prefix}.cases.csv").exists()
    for index, row in enumerate(_rows(path, NEEDED)):
        event = _event(row, index, zone)
        if event is None:
            log.unreadable += 1
        else:
            log.events.append(event)
    # Equal moments: the log's own number of the event decides, then its place in the file.
    log.events.sort(key=lambda event: (event.at, event.order))
    by_case = defaultdict(list)
    for event in log.events:
        by_case[event.case_id].append(event)
    log.by_case = dict(by_case)
    return log


def _events_path(prefix: str) -> Path:
    for suffix in (".events.csv.gz", ".events.csv"):
        if (path := Path(prefix + suffix)).is_file():
            return path
    raise Unreadable(f"{prefix}.events.csv.gz (or .events.csv): no such file")


def _rows(path: Path, needed: tuple[str, ...] = ()) -> Iterator[dict[str, str]]:
    """Rows as {column: text}, both trimmed; missing cells are empty."""
    before = csv.field_size_limit(LONGEST_CELL)  # a setting of the whole process: put back for the other readers
    try:
        with _open(path) as source:
            reader = csv.DictReader(line.replace("\0", "") for line in source)
            lost = [name for name in needed if name not in (reader.fieldnames or [])]
            if lost:
                raise Unreadable(f"{path.name}: no column {', '.join(lost)}")
            for row in reader:
                yield {key: (value or "").strip() for key, value in row.items() if key and not isinstance(value, list)}
    except (EOFError, zlib.error, gzip.BadGzipFile, csv.Error) as error:
        raise Unreadable(f"{path.name}: {error}") from error
    finally:
        csv.field_size_limit(before)


def _open(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="replace", newline="")
    return path.open(encoding="utf-8-sig", errors="replace", newline="")


def _event(row: dict[str, str], index: int, zone: tzinfo) -> Event | None:
    """None when the row names no case or no moment under the law."""
    try:
        at = datetime.fromisoformat(row["timestamp"])
        # A log without zone is taken to be in the centre's own time.
        at = at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)
    except (ValueError, OverflowError):
        return None
    if not row["case_id"] or not FIRST_DAY <= at.date() <= LAST_DAY:
        return None
    seq = row.get("seq", "")
    number = int(seq) if seq.isascii() and seq.isdigit() and len(seq) < 10 else index
    role = row.get("role") or row.get("group") or ""
    return Event(row["case_id"], at, (number, index), row["activity"], row.get("resource", ""), role)
