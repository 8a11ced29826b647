"""The clock: from a term, a start and the pauses to a due day, with an explanation day by day. Pure.

行政许可法 第四十二条至第四十五条, 第八十二条. The day of the event never counts (民法典 第二百零一条); a term that
ends on a day off ends on the next working day (民法典 第二百零三条). Where the law leaves room, the conventions of
docs/algorithms/clock.md decide.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from yimen.ground.kernel.calendar import Calendar, DayKind
from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.term import Term, Unit

type OfficeHours = tuple[tuple[time, time], ...]

OFFICE_HOURS: OfficeHours = ((time(8, 30), time(12, 0)), (time(13, 30), time(17, 30)))
_SPAN = re.compile(r"\s*(\d\d):(\d\d)\s*-\s*(\d\d):(\d\d)\s*", re.ASCII)
_DAY = timedelta(days=1)


def parse_office_hours(spans: Sequence[str]) -> OfficeHours:
    """`["08:30-12:00", "13:30-17:30"]` → spans in order; ValueError when out of order or none."""
    hours: list[tuple[time, time]] = []
    for span in spans:
        match = _SPAN.fullmatch(span)
        if match is None:
            raise ValueError(f"not office hours: {span!r}; write for example '08:30-12:00'")
        opens, closes = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
        if opens >= closes or (hours and opens < hours[-1][1]):
            raise ValueError(f"office hours out of order: {span!r}")
        hours.append((opens, closes))
    if not hours:
        raise ValueError("no office hours")
    return tuple(hours)


@dataclass(frozen=True, slots=True)
class Pause:
    """Excluded time (第四十五条): the days after `starts` up to and including `ends`; `ends` None is still open.

    Starting and ending on one day excludes nothing. `kind` is a machine word such as `hearing`.
    """

    kind: str
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class Due:
    """`on`, `at`: the due day and, for hours, its minute (in the zone of the start); None while a pause is open.

    `exhausted_on`: the due day that the term really reached, even if a pause was opened afterwards; None if the open
    pause keeps it from being reached. `provisional`: a day was looked at whose year has no notice yet.
    """

    on: date | None
    at: datetime | None
    exhausted_on: date | None
    provisional: bool
    paused: bool


class _Gap(NamedTuple):
    first: date
    last: date  # date.max for an open pause


def _gaps(pauses: Sequence[Pause]) -> list[_Gap]:
    """The excluded days as ordered spans that neither touch nor overlap."""
    gaps: list[_Gap] = []
    for pause in sorted(pauses, key=lambda p: p.starts):
        first, last = pause.starts + _DAY, pause.ends or date.max
        if last < first:
            continue
        if gaps and (gaps[-1].last == date.max or first <= gaps[-1].last + _DAY):
            gaps[-1] = _Gap(gaps[-1].first, max(gaps[-1].last, last))
        else:
            gaps.append(_Gap(first, last))
    return gaps


def _excluded(gaps: list[_Gap], day: date) -> bool:
    return any(first <= day <= last for first, last in gaps)


def _plus(day: date, n: int, calendar: Calendar) -> date:
    try:
        return day + timedelta(days=n)
    except OverflowError:
        raise Refused(
            "clock.out_of_range",
            day=day.isoformat(),
            first_year=calendar.first_year,
            last_year=calendar.last_year,
        ) from None


def _working(calendar: Calendar, start: date, n: int, gaps: list[_Gap]) -> date | None:
    """The n-th working day after `start` outside the gaps; None when an open gap comes first."""
    day = start
    for first, last in gaps:
        if last <= day:
            continue
        first = max(first, day + _DAY)
        if n == 0:
            return day
        left = n - calendar.count(day, first - _DAY)
        if left <= 0:
            break
        if last == date.max:
            return None
        n, day = left, last
    return calendar.after(day, n)


def _run_out(calendar: Calendar, start: date, n: int, gaps: list[_Gap]) -> date | None:
    """The day on which n natural days outside the gaps have run out, before any rolling."""
    day = start
    for first, last in gaps:
        if last <= day:
            continue
        left = n - (max(first, day + _DAY) - day).days + 1
        if left <= 0:
            break
        if last == date.max:
            return None
        n, day = left, last
    return _plus(day, n, calendar)


def _roll(calendar: Calendar, day: date, gaps: list[_Gap]) -> date | None:
    """The first working day on or after `day` outside the gaps."""
    day = calendar.on_or_after(day)
    for first, last in gaps:
        if first <= day <= last:
            if last == date.max:
                return None
            day = calendar.on_or_after(last + _DAY)
    return day


def _minutes(start: time, end: time) -> int:
    return (end.hour - start.hour) * 60 + end.minute - start.minute


def _reach(minutes: int, spans: Sequence[tuple[time, time]]) -> time:
    """The moment at which `minutes` ≥ 1 of office time are used up; a span's closing minute ends that span."""
    for opens, closes in spans:
        length = _minutes(opens, closes)
        if minutes <= length:
            total = opens.hour * 60 + opens.minute + minutes
            return time(total // 60, total % 60)
        minutes -= length
    raise AssertionError("more minutes than the day has")


def _left_today(start: datetime, hours: OfficeHours) -> list[tuple[time, time]]:
    now = time(start.hour, start.minute)
    return [(max(opens, now), closes) for opens, closes in hours if closes > now]


def _hours(calendar: Calendar, start: datetime, n: int, gaps: list[_Gap], hours: OfficeHours) -> datetime | None:
    minutes, today = n * 60, start.date()
    if minutes == 0:
        return start.replace(second=0, microsecond=0)
    if calendar.is_workday(today) and not _excluded(gaps, today):
        spans = _left_today(start, hours)
        length = sum(_minutes(*span) for span in spans)
        if minutes <= length:
            return datetime.combine(today, _reach(minutes, spans), start.tzinfo)
        minutes -= length
    a_day = sum(_minutes(*span) for span in hours)
    days = -(-minutes // a_day)
    day = _working(calendar, today, days, gaps)
    if day is None:
        return None
    return datetime.combine(day, _reach(minutes - (days - 1) * a_day, hours), start.tzinfo)


def _provisional(calendar: Calendar, first: date, last: date) -> bool:
    noticed = calendar.noticed_years
    if first.year == last.year:
        return first.year not in noticed
    return any(year not in noticed for year in range(first.year, last.year + 1))


def due(
    calendar: Calendar,
    term: Term,
    start: date | datetime,
    *,
    pauses: Sequence[Pause] = (),
    extra: int = 0,
    office_hours: OfficeHours = OFFICE_HOURS,
) -> Due:
    """When `term` + `extra` (an extension, in the term's unit) that starts with an event at `start` runs out.

    Working days: the n-th working day after `start` that no pause excludes. Natural days: n such days after `start`,
    and if the last is a day off or excluded, the next working day that is not. Hours (needs a datetime): office hours
    of working days from the minute of `start`. ValueError for hours from a date; `clock.out_of_range` beyond the
    calendar.
    """
    n, unit = term.amount + extra, term.unit
    if extra < 0:
        raise ValueError("an extension is 0 or more")
    day = start.date() if isinstance(start, datetime) else start
    if unit is Unit.WORKING_DAYS and not pauses:
        on = calendar.after(day, n)
        return Due(on, None, on, bool(n) and _provisional(calendar, day + _DAY, on), False)
    gaps = _gaps(pauses)
    paused = any(pause.ends is None for pause in pauses)
    looked_from, at, reached = day, None, None
    if unit is Unit.WORKING_DAYS:
        reached, looked_from = _working(calendar, day, n, gaps), _plus(day, 1, calendar)
    elif unit is Unit.NATURAL_DAYS:
        end = _run_out(calendar, day, n, gaps)
        if end is not None:
            reached, looked_from = _roll(calendar, end, gaps), end
    elif isinstance(start, datetime):
        at = _hours(calendar, start, n, gaps, office_hours)
        reached = at.date() if at else None
    else:
        raise ValueError("hours are counted from a moment, not from a day")
    # A term that an open pause holds up has been looked at up to that pause.
    looked_to = reached or min(p.starts for p in pauses if p.ends is None)
    provisional = looked_from <= looked_to and _provisional(calendar, looked_from, looked_to)
    if paused:
        return Due(None, None, reached, provisional, True)
    return Due(reached, at, reached, provisional, False)


def due_back(calendar: Calendar, term: Term, before: date) -> date:
    """The last lawful day of a term counted back from `before`: the n-th day before it, that day not counted.

    Natural days do not roll. ValueError for hours.
    """
    if term.unit is Unit.WORKING_DAYS:
        return calendar.before(before, term.amount)
    if term.unit is Unit.NATURAL_DAYS:
        return _plus(before, -term.amount, calendar)
    raise ValueError("hours are not counted back")


def is_past(due_on: date | None, today: date) -> bool:
    """A term ends at 24:00 of its due day; an unknown day is never past."""
    return due_on is not None and today > due_on


class Line(NamedTuple):
    """One day of an explanation.

    `counted` is how many units have been used up by the end of that day (minutes where the term is in hours), None for
    a day that does not count. `note` holds machine words with a space between them: first what the day is for the term
    (`start`, `counted`, `day_off`, `excluded:KIND`, `rolled`: run out on a day that does not end a term, `due`), for a
    due day that is also the start both; last `provisional` where the year has no notice.
    """

    day: date
    kind: DayKind
    name: str
    counted: int | None
    note: str


def explain(
    calendar: Calendar,
    term: Term,
    start: date | datetime,
    *,
    pauses: Sequence[Pause] = (),
    extra: int = 0,
    office_hours: OfficeHours = OFFICE_HOURS,
) -> tuple[Line, ...]:
    """Every day from the start to the due day, both included.

    While an open pause keeps the term from being reached the list ends with the first day that it excludes.
    """
    result = due(calendar, term, start, pauses=pauses, extra=extra, office_hours=office_hours)
    if term.unit is Unit.WORKING_DAYS and not pauses and not result.provisional and result.on is not None:
        return _plain(calendar, start.date() if isinstance(start, datetime) else start, result.on)
    return tuple(_lines(calendar, term, start, result.exhausted_on, pauses, extra, office_hours))


def _plain(calendar: Calendar, first: date, last: date) -> tuple[Line, ...]:
    """What `_lines` says of working days without pauses, known by notice: nearly every case, several times faster."""
    make, used = tuple.__new__, 0
    lines: list[Line] = []
    for day, works, kind, name in calendar.span(first, last)[1:]:
        if works:
            used += 1
            lines.append(make(Line, (day, kind, name, used, "counted")))
        else:
            lines.append(make(Line, (day, kind, name, None, "day_off")))
    note = calendar.note(first)
    words = "start" if lines else "start due"
    if first.year not in calendar.noticed_years:
        words += " provisional"
    if lines:
        lines[-1] = lines[-1]._replace(note="due")
    return (Line(first, note.kind, note.name, None, words), *lines)


def _lines(
    calendar: Calendar,
    term: Term,
    start: date | datetime,
    reached: date | None,
    pauses: Sequence[Pause],
    extra: int,
    hours: OfficeHours,
) -> Iterator[Line]:
    first = start.date() if isinstance(start, datetime) else start
    last = reached or max(first, min(p.starts for p in pauses if p.ends is None)) + _DAY
    total = (term.amount + extra) * (60 if term.unit is Unit.HOURS else 1)
    natural, a_day = term.unit is Unit.NATURAL_DAYS, 1
    used = 0
    if term.unit is Unit.HOURS and isinstance(start, datetime):
        a_day = sum(_minutes(*span) for span in hours)
        if calendar.is_workday(first) and not _excluded(_gaps(pauses), first):
            used = min(total, sum(_minutes(*span) for span in _left_today(start, hours)))
    noticed = calendar.noticed_years
    for day, works, kind, name in calendar.span(first, last):
        if day == first:
            counted: int | None = used or None
            note = "start due" if day == reached else "start"
        elif pauses and (excluded := _pause_on(pauses, day)):
            counted, note = None, "excluded:" + excluded
        elif not (works or natural) or (natural and used >= total and day != reached):
            counted, note = None, "day_off"
        else:
            used = min(total, used + a_day)
            counted, note = used, "due" if day == reached else "counted"
            if natural and used == total and day != reached:
                note = "rolled"
        if day.year not in noticed:
            note += " provisional"
        yield Line(day, kind, name, counted, note)


def explain_back(calendar: Calendar, term: Term, before: date) -> tuple[Line, ...]:
    """Every day from `before` down to the last lawful day of a term counted back; words as in `Line`."""
    last, used = due_back(calendar, term, before), 0
    cells, lines = calendar.span(last, before), []
    for day, works, kind, name in reversed(cells):
        counts = day != before and (works or term.unit is Unit.NATURAL_DAYS)
        used += counts
        words = ["start"] if day == before else []
        if day == last:
            words.append("due")
        elif day != before:
            words.append("counted" if counts else "day_off")
        if calendar.is_provisional(day):
            words.append("provisional")
        lines.append(Line(day, kind, name, used if counts else None, " ".join(words)))
    return tuple(lines)


def _pause_on(pauses: Sequence[Pause], day: date) -> str:
    """The kind of the first pause that excludes `day`, else an empty string."""
    for pause in pauses:
        if pause.starts < day and (pause.ends is None or day <= pause.ends):
            return pause.kind
    return ""
