"""The clock against published vectors, its conventions, and a slow count written another way."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yimen.ground.kernel.calendar import Calendar, DayKind, DayNote
from yimen.ground.kernel.clock import OFFICE_HOURS, Due, Pause, due, due_back, explain, is_past, parse_office_hours
from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.term import Term, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE = timedelta(days=1)


def on(text: str) -> date:
    return date.fromisoformat(text)


def working(n: int) -> Term:
    return Term(n, Unit.WORKING_DAYS)


def natural(n: int) -> Term:
    return Term(n, Unit.NATURAL_DAYS)


def hours(n: int) -> Term:
    return Term(n, Unit.HOURS)


VECTORS = """
2025-01-20 5 2025-01-26
2025-01-20 20 2025-02-21
2025-09-25 5 2025-10-09
2025-09-25 20 2025-10-29
2026-01-30 20 2026-03-05
2026-02-13 5 2026-02-27
2026-02-14 1 2026-02-24
2026-04-28 10 2026-05-14
2026-09-18 20 2026-10-22
2026-09-25 45 2026-12-03
2025-12-22 10 2026-01-06
2005-11-21 20 2005-12-19
2005-09-26 20 2005-10-27
2005-02-03 5 2005-02-08
"""


@pytest.mark.parametrize("line", VECTORS.strip().splitlines())
def test_published_vectors(calendar, line):
    start, n, expected = line.split()
    assert due(calendar, working(int(n)), on(start)).on == on(expected)


def test_shared_sample(calendar, shared_rows):
    rows = shared_rows("calendar/due_date_cases_sample.csv")
    assert len(rows) > 200
    wrong = [
        r for r in rows if due(calendar, working(int(r["working_days"])), on(r["start_date"])).on != on(r["due_date"])
    ]
    assert wrong == []


def test_natural_days_roll_over_a_holiday(calendar):
    # 24 January + 7 = 31 January 2025, in the Spring Festival; 5 February is the first working day.
    assert due(calendar, natural(7), on("2025-01-24")).on == on("2025-02-05")
    assert due(calendar, natural(2), on("2025-01-24")).on == on("2025-01-26")  # a Sunday, but a make-up day


def test_zero_is_the_day_itself(calendar):
    assert due(calendar, working(0), on("2025-01-25")).on == on("2025-01-25")
    assert due(calendar, natural(0), on("2025-01-25")).on == on("2025-01-26")
    moment = datetime(2025, 1, 25, 3, 4, 5, tzinfo=SHANGHAI)
    assert due(calendar, hours(0), moment).at == moment.replace(second=0)


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2025-03-03T08:00", 1, "2025-03-03T09:30"),  # before opening
        ("2025-03-03T11:00", 1, "2025-03-03T12:00"),  # ends exactly at closing, not at 13:30
        ("2025-03-03T11:30", 1, "2025-03-03T14:00"),  # over the noon break
        ("2025-03-03T12:30", 4, "2025-03-03T17:30"),
        ("2025-03-03T17:30", 1, "2025-03-04T09:30"),
        ("2025-03-03T16:30", 9, "2025-03-05T09:00"),  # a day has seven and a half hours
        ("2025-03-07T17:00", 1, "2025-03-10T09:00"),  # Friday evening to Monday
        ("2025-01-24T17:00", 1, "2025-01-26T09:00"),  # to the make-up Sunday
        ("2025-03-08T10:00", 7, "2025-03-10T17:00"),  # a Saturday gives nothing
    ],
)
def test_hours(calendar, start, n, end):
    result = due(calendar, hours(n), datetime.fromisoformat(start).replace(tzinfo=SHANGHAI))
    assert result.at == datetime.fromisoformat(end).replace(tzinfo=SHANGHAI)
    assert result.on == result.at.date() == result.exhausted_on


def test_hours_need_a_moment(calendar):
    with pytest.raises(ValueError, match="moment"):
        due(calendar, hours(1), on("2025-01-20"))


def test_a_pause_excludes_the_days_after_its_start_up_to_its_end(calendar):
    start = on("2025-03-03")
    plain = due(calendar, working(5), start).on
    same_day = due(calendar, working(5), start, pauses=[Pause("hearing", on("2025-03-05"), on("2025-03-05"))])
    assert same_day.on == plain == on("2025-03-10")
    two = [Pause("hearing", on("2025-03-04"), on("2025-03-06"))]
    assert due(calendar, working(5), start, pauses=two).on == on("2025-03-12")
    overlapping = [*two, Pause("testing", on("2025-03-05"), on("2025-03-07"))]
    assert due(calendar, working(5), start, pauses=overlapping).on == on("2025-03-13")
    # After the term has run out nothing moves it.
    late = [Pause("hearing", on("2025-03-10"), on("2025-04-10"))]
    assert due(calendar, working(5), start, pauses=late).on == plain


def test_an_open_pause_hides_the_due_day_unless_the_term_had_run_out(calendar):
    start = on("2025-03-03")
    held = due(calendar, working(5), start, pauses=[Pause("hearing", on("2025-03-07"), None)])
    assert held == Due(None, None, None, False, True)
    broken = due(calendar, working(5), start, pauses=[Pause("hearing", on("2025-03-10"), None)])
    assert broken == Due(None, None, on("2025-03-10"), False, True)


def test_the_explanation_stops_at_the_first_open_pause(calendar):
    pauses = [Pause("testing", on("2025-03-07"), None), Pause("hearing", on("2025-03-05"), None)]
    lines = explain(calendar, working(20), on("2025-03-03"), pauses=pauses)
    assert [line.note for line in lines] == ["start", "counted", "counted", "excluded:hearing"]


def test_natural_days_do_not_end_inside_a_pause(calendar):
    # 3 + 5 = Saturday 8 March; a pause from 8 to 12 excludes Monday to Wednesday.
    pauses = [Pause("testing", on("2025-03-08"), on("2025-03-12"))]
    assert due(calendar, natural(5), on("2025-03-03"), pauses=pauses).on == on("2025-03-13")
    held = due(calendar, natural(5), on("2025-03-03"), pauses=[Pause("testing", on("2025-03-08"), None)])
    assert held.paused
    assert held.exhausted_on is None


def test_extension_makes_the_term_longer(calendar):
    assert due(calendar, working(20), on("2025-01-20"), extra=10).on == due(calendar, working(30), on("2025-01-20")).on
    with pytest.raises(ValueError, match="extension"):
        due(calendar, natural(20), on("2025-01-20"), extra=-1)


def test_years_without_notice_are_provisional(calendar):
    assert due(calendar, working(5), on("2026-12-01")).provisional is False
    assert due(calendar, working(30), on("2026-12-01")).provisional is True
    # Exactly up to the last noticed day.
    assert due(calendar, working(1), on("2026-12-30")).provisional is False
    assert due(calendar, working(2), on("2026-12-30")).provisional is True
    assert due(calendar, natural(40), on("2026-12-01")).provisional is True
    assert due(calendar, working(0), on("2027-03-01")).provisional is False
    # Natural days look at the last day only: December 2000 has no notice, January 2001 has.
    assert due(calendar, natural(10), on("2000-12-25")).provisional is False
    assert due(calendar, working(5), on("2000-12-27")).provisional is True


def test_counting_back(calendar):
    assert due_back(calendar, working(7), on("2025-02-10")) == on("2025-01-24")
    assert due_back(calendar, working(1), on("2025-01-27")) == on("2025-01-26")
    assert due_back(calendar, natural(30), on("2025-03-03")) == on("2025-02-01")  # a holiday: it does not roll
    with pytest.raises(ValueError, match="back"):
        due_back(calendar, hours(3), on("2025-02-10"))


def test_a_term_ends_at_midnight():
    assert not is_past(on("2025-01-26"), on("2025-01-26"))
    assert is_past(on("2025-01-26"), on("2025-01-27"))
    assert not is_past(None, on("2025-01-27"))


def test_beyond_the_calendar_is_refused(calendar):
    for attempt in (
        lambda: due(calendar, working(1), on("1989-12-31")),
        lambda: due(calendar, working(3000), on("2099-01-01")),
        lambda: due(calendar, natural(3000), on("2099-01-01")),
        lambda: due(calendar, natural(3660), date(9999, 1, 1)),
        lambda: due_back(calendar, working(100), on("1990-02-01")),
        lambda: due_back(calendar, natural(400), date(1, 1, 2)),
        lambda: calendar.after(on("1989-01-01"), 3),
        lambda: calendar.note(on("2101-01-01")),
    ):
        with pytest.raises(Refused) as refusal:
            attempt()
        assert refusal.value.code == "clock.out_of_range"


def test_terms_are_bounded_and_carry_a_unit():
    assert Term.parse("20 working_days") == working(20)
    assert str(natural(60)) == "60 natural_days"
    for text in (
        "20",
        "working_days",
        "20 weeks",
        "-1 hours",
        "1.5 hours",
        "99999 hours",
        "3661 natural_days",
        "٣ hours",
    ):
        with pytest.raises(ValueError):
            Term.parse(text)
    with pytest.raises(ValueError):
        Term(True, Unit.HOURS)


def test_office_hours_are_read_strictly():
    assert parse_office_hours(["08:30-12:00", "13:30-17:30"]) == OFFICE_HOURS
    for spans in ([], ["8-12"], ["12:00-08:30"], ["08:30-12:00", "11:00-13:00"], ["08:30-25:00"]):
        with pytest.raises(ValueError):
            parse_office_hours(spans)


# --- against a slow count, written day by day and minute by minute -------------------------------------------------

FIRST = date(2024, 1, 1)


@st.composite
def calendars(draw):
    """A calendar of four years with up to 60 random exceptions; 2026 and 2027 may lack their notice."""
    offsets = draw(st.dictionaries(st.integers(0, 1000), st.booleans(), max_size=60))
    notes = [
        DayNote(FIRST + timedelta(days=o), w, DayKind.MAKEUP_WORKDAY if w else DayKind.HOLIDAY, "", "")
        for o, w in offsets.items()
    ]
    noticed = frozenset({2023, 2024, 2025} | draw(st.sets(st.sampled_from([2026, 2027, 2028, 2029]))))
    return Calendar(notes, noticed_years=noticed, first_year=2023, last_year=2032)


@st.composite
def pause_lists(draw):
    pauses = []
    for _ in range(draw(st.integers(0, 4))):
        starts = FIRST + timedelta(days=draw(st.integers(-20, 250)))
        length = draw(st.one_of(st.integers(0, 40), st.none()))
        kind = draw(st.sampled_from(["hearing", "testing", "auction"]))
        pauses.append(Pause(kind, starts, None if length is None else starts + timedelta(days=length)))
    return pauses


def left_out(day: date, pauses: list[Pause]) -> bool:
    return any(p.starts < day and (p.ends is None or day <= p.ends) for p in pauses)


def slow_due(calendar: Calendar, n: int, unit: Unit, start, pauses):
    """The due day (for hours the minute) or None, by walking; also the days that were looked at."""
    if unit is Unit.HOURS:
        return slow_hours(calendar, n, start, pauses)
    day, left, looked = start, n, []
    while left:
        day += ONE
        if day > start + timedelta(days=1500):
            return None, looked
        looked.append(day)
        if not left_out(day, pauses) and (unit is Unit.NATURAL_DAYS or calendar.is_workday(day)):
            left -= 1
    if unit is Unit.NATURAL_DAYS:
        looked = [day]
        while not calendar.is_workday(day) or left_out(day, pauses):
            day += ONE
            if day > start + timedelta(days=1500):
                return None, looked
            looked.append(day)
    return day, looked


def slow_hours(calendar, n, start, pauses):
    moment, left, looked = start.replace(second=0, microsecond=0), n * 60, [start.date()] if n else []
    while left:
        day, clock = moment.date(), moment.time()
        if day > start.date() + timedelta(days=1500):
            return None, looked
        looked.append(day)
        if not calendar.is_workday(day) or left_out(day, pauses):
            moment = datetime.combine(day + ONE, time(0), start.tzinfo)
            continue
        if any(opens <= clock < closes for opens, closes in OFFICE_HOURS):
            left -= 1
        moment += timedelta(minutes=1)
        if moment.time() > time(17, 30):
            moment = datetime.combine(day + ONE, time(0), start.tzinfo)
    return moment, looked


@settings(max_examples=250)
@given(
    calendar=calendars(),
    pauses=pause_lists(),
    unit=st.sampled_from(Unit),
    amount=st.integers(0, 90),
    extra=st.integers(0, 15),
    offset=st.integers(0, 200),
    minute=st.integers(0, 1439),
)
def test_the_clock_agrees_with_a_slow_count(calendar, pauses, unit, amount, extra, offset, minute):
    day = FIRST + timedelta(days=offset)
    start = datetime.combine(day, time(minute // 60, minute % 60), UTC) if unit is Unit.HOURS else day
    result = due(calendar, Term(amount, unit), start, pauses=pauses, extra=extra)
    expected, looked = slow_due(calendar, amount + extra, unit, start, pauses)
    reached = expected.date() if isinstance(expected, datetime) else expected
    assert result.exhausted_on == reached
    assert result.paused == any(p.ends is None for p in pauses)
    assert result.on == (None if result.paused else reached)
    if unit is Unit.HOURS and not result.paused:
        assert result.at == expected
    if reached is not None:
        assert result.provisional == any(d.year not in calendar.noticed_years for d in looked)


@settings(max_examples=200)
@given(
    calendar=calendars(),
    pauses=pause_lists(),
    unit=st.sampled_from(Unit),
    amount=st.integers(0, 60),
    offset=st.integers(0, 200),
    minute=st.integers(0, 1439),
)
def test_the_explanation_is_the_due_day(calendar, pauses, unit, amount, offset, minute):
    day = FIRST + timedelta(days=offset)
    start = datetime.combine(day, time(minute // 60, minute % 60), UTC) if unit is Unit.HOURS else day
    result = due(calendar, Term(amount, unit), start, pauses=pauses)
    lines = explain(calendar, Term(amount, unit), start, pauses=pauses)
    assert [line.day for line in lines] == [day + timedelta(days=i) for i in range(len(lines))]
    counted = [line.counted for line in lines if line.counted is not None]
    assert counted == sorted(counted)
    assert ["excluded" in line.note for line in lines[1:]] == [left_out(line.day, pauses) for line in lines[1:]]
    assert all(("provisional" in line.note) == calendar.is_provisional(line.day) for line in lines)
    assert [line.day for line in lines if "due" in line.note.split()] == [result.exhausted_on][
        : bool(result.exhausted_on)
    ]
    if result.exhausted_on:
        assert lines[-1].day == result.exhausted_on
        assert (counted or [0])[-1] == amount * (60 if unit is Unit.HOURS else 1)
    else:
        assert lines[-1].note.startswith("excluded:")


@settings(max_examples=200)
@given(calendar=calendars(), n=st.integers(1, 120), offset=st.integers(0, 700))
def test_forward_and_back_meet(calendar, n, offset):
    day = calendar.on_or_after(FIRST + timedelta(days=offset + 200))
    assert calendar.before(calendar.after(day, n), n) == day
    back = due_back(calendar, working(n), day)
    assert sum(calendar.is_workday(back + timedelta(days=i)) for i in range((day - back).days)) == n
    assert calendar.count(back, day) == n


def test_the_fast_explanation_says_what_the_general_one_says(calendar):
    for n in (0, 1, 20):
        for start in (on("2025-01-20"), on("2025-01-25"), on("2025-12-22")):
            nothing = [Pause("hearing", start, start)]  # excludes nothing, but takes the general way
            assert explain(calendar, working(n), start) == explain(calendar, working(n), start, pauses=nothing)
