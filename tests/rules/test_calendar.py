"""The shipped calendar, day by day, and what a notice or an emergency day does to it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.ground.kernel.calendar import Calendar, DayKind, DayNote
from yimen.ground.law.calendar import shipped_calendar


def test_every_day_of_26_years(calendar, shared_rows):
    rows = shared_rows("calendar/cn_workdays_2001_2026.csv")
    assert len(rows) == (date(2027, 1, 1) - date(2001, 1, 1)).days
    wrong = []
    for row in rows:
        day = date.fromisoformat(row["date"])
        note = calendar.note(day)
        if (note.kind, note.is_workday, calendar.is_workday(day)) != (
            row["kind"],
            row["is_workday"] == "1",
            note.is_workday,
        ):
            wrong.append(row)
    assert wrong == []


@pytest.mark.parametrize(
    ("day", "works", "kind"),
    [
        (date(2005, 12, 31), True, DayKind.MAKEUP_WORKDAY),  # other libraries have it wrong
        (date(2025, 1, 26), True, DayKind.MAKEUP_WORKDAY),
        (date(2025, 1, 28), False, DayKind.HOLIDAY),
        (date(2025, 3, 8), False, DayKind.WEEKEND),
        (date(2025, 3, 10), True, DayKind.WORKDAY),
        (date(2027, 10, 1), False, DayKind.HOLIDAY),  # statutory, though its notice is not out
    ],
)
def test_known_days(calendar, day, works, kind):
    assert calendar.is_workday(day) is works
    assert calendar.note(day).kind is kind


def test_2025_and_2026_have_248_working_days(calendar):
    for year in (2025, 2026):
        assert calendar.count(date(year - 1, 12, 31), date(year, 12, 31)) == 248


def test_years_with_and_without_notice(calendar):
    assert not calendar.is_provisional(date(2001, 1, 1))
    assert not calendar.is_provisional(date(2026, 12, 31))
    assert calendar.is_provisional(date(2027, 1, 1))
    assert calendar.is_provisional(date(2000, 12, 31))


def test_later_years_have_their_statutory_days(calendar):
    # 13 days a year (全国年节及纪念日放假办法, 2024), plus a working day for each that falls on a weekend.
    for year in (2027, 2040, 2060):
        holidays = [d for d in days_of(year) if calendar.note(d).kind is DayKind.HOLIDAY]
        assert 13 <= len(holidays) <= 20
        assert date(year, 1, 1) in holidays
        assert date(year, 5, 2) in holidays


def days_of(year):
    return [date(year, 1, 1) + timedelta(days=i) for i in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


def test_a_notice_replaces_what_was_assumed_for_its_year(calendar):
    notice = [
        DayNote(date(2027, 1, 4), False, DayKind.HOLIDAY, "元旦", "notice"),
        DayNote(date(2027, 1, 9), True, DayKind.MAKEUP_WORKDAY, "元旦", "notice"),
    ]
    emergency = [DayNote(date(2027, 6, 2), False, DayKind.EMERGENCY, "暴雨", "local")]
    before = calendar.replaced(emergency)
    after = before.replaced(notice, frozenset({2027}))
    assert before.is_provisional(date(2027, 1, 4))
    assert not after.is_provisional(date(2027, 1, 4))
    assert not after.is_workday(date(2027, 1, 4))
    assert after.is_workday(date(2027, 1, 9))
    assert after.is_workday(date(2027, 10, 1))  # the notice does not name it
    assert not after.is_workday(date(2027, 6, 2))
    assert calendar.is_workday(date(2027, 1, 4))  # the first calendar has not changed
    assert after.note(date(2025, 1, 26)) == calendar.note(date(2025, 1, 26))


def test_the_shipped_calendar_is_made_once():
    assert shipped_calendar() is shipped_calendar()


@given(first=st.integers(1995, 2005), more=st.integers(0, 6), offset=st.integers(0, 365))
def test_ordinary_days_follow_the_week(first, more, offset):
    calendar = Calendar([], noticed_years=frozenset(), first_year=first, last_year=first + more)
    day = date(first, 1, 1) + timedelta(days=offset % 365)
    assert calendar.is_workday(day) == (day.weekday() < 5)
    last = date(first + more, 12, 31)
    assert calendar.is_workday(last) == (last.weekday() < 5)
    assert [cell[0] for cell in calendar.span(day, last)] == [
        day + timedelta(days=i) for i in range((last - day).days + 1)
    ]
