"""Working days: a table of days built once, so that a due day is two look-ups.

A weekday is a working day and a weekend is not, unless an exception (a holiday, a make-up working day, a local
emergency day) says otherwise:
行政许可法 第八十二条, 全国年节及纪念日放假办法, the yearly notice of the State Council.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

from yimen.ground.kernel.errors import Refused


class DayKind(StrEnum):
    WORKDAY = "workday"
    MAKEUP_WORKDAY = "makeup_workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    EMERGENCY = "emergency"


class DayNote(NamedTuple):
    """What one day is, and who says so."""

    day: date
    is_workday: bool
    kind: DayKind
    name: str
    source: str


type Cell = tuple[date, bool, DayKind, str]


class Calendar:
    """Immutable. Days outside `first_year`…`last_year` are refused with `clock.out_of_range`.

    A year outside `noticed_years` is provisional: its notice has not come out, so its days may still change.
    """

    def __init__(
        self,
        exceptions: Iterable[DayNote],
        *,
        noticed_years: frozenset[int],
        first_year: int = 1990,
        last_year: int = 2100,
    ) -> None:
        self.first_year, self.last_year = first_year, last_year
        self.noticed_years = frozenset(noticed_years)
        first, end = date(first_year, 1, 1), date(last_year + 1, 1, 1)
        self._base, self._size = first.toordinal(), end.toordinal() - first.toordinal()
        self._exceptions = {note.day: note for note in exceptions if first <= note.day < end}
        self._build()

    def _build(self) -> None:
        work = bytearray(self._size)
        weekday = date.fromordinal(self._base).weekday()
        for offset in range(5 - weekday if weekday < 5 else 0):
            work[offset] = 1
        for start in range((7 - weekday) % 7 or 7, self._size, 7):
            stop = min(start + 5, self._size)
            work[start:stop] = b"\x01" * (stop - start)
        for day, note in self._exceptions.items():
            work[day.toordinal() - self._base] = note.is_workday
        self._work = bytes(work)
        self._cells: dict[int, list[Cell]] = {}
        # _rank[i]: working days before day i; _days: every working day in order.
        self._rank, count = [0], 0
        for flag in work:
            count += flag
            self._rank.append(count)
        self._days = [date.fromordinal(self._base + i) for i, flag in enumerate(work) if flag]

    def _offset(self, day: date) -> int:
        offset = day.toordinal() - self._base
        if not 0 <= offset < self._size:
            raise self._outside(day)
        return offset

    def _outside(self, day: date) -> Refused:
        return Refused("clock.out_of_range", day=day.isoformat(), first_year=self.first_year, last_year=self.last_year)

    def is_workday(self, day: date) -> bool:
        return self._work[self._offset(day)] == 1

    def note(self, day: date) -> DayNote:
        """What `day` is; ordinary weekdays and weekends have no name and no source."""
        note = self._exceptions.get(day)
        if note is not None:
            return note
        if self._work[self._offset(day)]:
            return DayNote(day, True, DayKind.WORKDAY, "", "")
        return DayNote(day, False, DayKind.WEEKEND, "", "")

    def is_provisional(self, day: date) -> bool:
        return day.year not in self.noticed_years

    def after(self, day: date, n: int) -> date:
        """The n-th working day after `day`, which does not count; n = 0 is `day`."""
        offset = day.toordinal() - self._base
        try:
            if offset >= 0 < n:
                return self._days[self._rank[offset + 1] + n - 1]
        except IndexError:
            raise self._outside(day) from None
        return self._no_step(day, n)

    def before(self, day: date, n: int) -> date:
        """The n-th working day before `day`, which does not count; n = 0 is `day`."""
        index = self._rank[self._offset(day)] - n
        if n > 0 and index >= 0:
            return self._days[index]
        if n > 0:
            raise self._outside(day)
        return self._no_step(day, n)

    def _no_step(self, day: date, n: int) -> date:
        self._offset(day)
        if n:
            raise ValueError(f"days are counted by 0 or more, not {n}")
        return day

    def on_or_after(self, day: date) -> date:
        """The first working day on or after `day`."""
        index = self._rank[self._offset(day)]
        if index >= len(self._days):
            raise self._outside(day)
        return self._days[index]

    def count(self, after: date, until: date) -> int:
        """How many working days lie after `after`, up to and including `until`."""
        return self._rank[self._offset(until) + 1] - self._rank[self._offset(after) + 1]

    def span(self, first: date, last: date) -> list[Cell]:
        """The days from `first` to `last`, both included, as `(day, is_workday, kind, name)`."""
        self._offset(first)
        self._offset(last)
        if first.year == last.year:
            origin = date(first.year, 1, 1).toordinal()
            return self._year(first.year)[first.toordinal() - origin : last.toordinal() - origin + 1]
        ends = [first, *(date(year, 1, 1) for year in range(first.year + 1, last.year + 1)), last]
        spans = (self.span(a, date(a.year, 12, 31)) for a in ends[:-2])
        return [*chain.from_iterable(spans), *self.span(ends[-2], last)]

    def _year(self, year: int) -> list[Cell]:
        cells = self._cells.get(year)
        if cells is None:  # made when the first explanation asks for it
            start = date(year, 1, 1).toordinal()
            notes = (self.note(date.fromordinal(day)) for day in range(start, date(year + 1, 1, 1).toordinal()))
            cells = self._cells[year] = [(note.day, note.is_workday, note.kind, note.name) for note in notes]
        return cells

    def replaced(self, exceptions: Iterable[DayNote], noticed_years: frozenset[int] = frozenset()) -> "Calendar":
        """A new calendar with `exceptions` on top of this one.

        A year that only now gets its notice loses the holidays that were assumed for it: the notice says them all.
        Emergency days stay.
        """
        new = noticed_years - self.noticed_years
        kept = {d: n for d, n in self._exceptions.items() if d.year not in new or n.kind is DayKind.EMERGENCY}
        kept.update((note.day, note) for note in exceptions)
        return Calendar(
            kept.values(),
            noticed_years=self.noticed_years | noticed_years,
            first_year=self.first_year,
            last_year=self.last_year,
        )
