"""The law's state hangs on no job: the clock writes down what already holds, and a new calendar moves open cases."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.flows.world import House, at, make_house
from yimen.facts import worklists
from yimen.facts.cases import case_facts, why
from yimen.flows import calendar, clock
from yimen.flows.calendar import Moved
from yimen.ground.journal.models import Entry
from yimen.ground.journal.queries import history
from yimen.ground.kernel.errors import Refused
from yimen.ground.law import queries as law
from yimen.ground.law.models import YearNotice
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.queries import load, visible_to, with_law

TOO_LATE = at("2025-03-11T00:00")


def _facts(case: Case, when: datetime) -> dict[str, Any]:
    return case_facts(load(case.number), when)


# ------------------------------------------------------------------------------------------------- deemed acceptance


def test_the_last_moment_before_and_the_first_after(house: House) -> None:
    case = house.submit()
    assert _facts(case, at("2025-03-10T23:59:59"))["state"] == "received"
    facts = _facts(case, TOO_LATE)
    assert (facts["state"], facts["accepted_on"], facts["deemed_accepted"]) == ("accepted", date(2025, 3, 3), True)
    assert (facts["promised_due_on"], facts["statutory_due_on"]) == (date(2025, 3, 13), date(2025, 3, 31))
    assert load(case.number).state == "received"  # nothing was written by looking


def test_lists_see_it_before_the_clock(house: House) -> None:
    case, clerk = house.submit(), house.people["clerk"]
    assert [c.state for c in with_law(visible_to(clerk), at("2025-03-10T23:00"))] == ["received"]
    assert [c.state for c in with_law(visible_to(clerk), TOO_LATE)] == ["accepted"]
    assert worklists.counts(clerk, ["to_accept", "to_examine"], TOO_LATE) == {"to_accept": 0, "to_examine": 1}
    clock.tick(at=TOO_LATE)
    assert [c.state for c in with_law(visible_to(clerk), TOO_LATE)] == ["accepted"]
    assert worklists.counts(clerk, ["to_accept", "to_examine"], TOO_LATE) == {"to_accept": 0, "to_examine": 1}
    assert load(case.number).state == "accepted"


def test_facts_are_the_same_before_and_after_the_clock(house: House) -> None:
    case = house.submit()
    seen = {k: v for k, v in _facts(case, TOO_LATE).items() if k != "version"}
    clock.tick(at=TOO_LATE)
    assert {k: v for k, v in _facts(case, TOO_LATE).items() if k != "version"} == seen


def test_the_clock_runs_twice_and_writes_once(house: House) -> None:
    late, fresh = house.submit(), house.submit(when=at("2025-03-10T09:00"))
    told = house.do(house.submit(), "request_correction")
    assert clock.tick(at=TOO_LATE) == 1
    count = Entry.objects.count()
    assert clock.tick(at=TOO_LATE) == 0
    assert Entry.objects.count() == count
    states = [load(c.number).state for c in (late, fresh, told)]
    assert states == ["accepted", "received", "awaiting_correction"]


def test_a_clock_that_was_missing_for_days_dates_it_as_the_law_does(house: House) -> None:
    case = house.submit()
    clock.tick(at=at("2025-04-20T03:00"))
    entry = history(f"case:{case.number}")[-1]
    assert (entry.verb, entry.at) == ("deem_accepted", TOO_LATE)
    assert load(case.number).accepted_on == date(2025, 3, 3)


def test_a_clock_killed_in_the_middle_goes_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    cases, plain, calls = [house.submit() for _ in range(3)], clock.settle, []

    def killed(case: Case, when: datetime) -> None:
        calls.append(case.number)
        if len(calls) == 2:
            raise KeyboardInterrupt
        plain(case, when)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(clock, "settle", killed)
        clock.tick(at=TOO_LATE)
    assert [load(c.number).state for c in cases] == ["accepted", "received", "received"]
    assert clock.tick(at=TOO_LATE) == 2


def test_corrections_that_came_in_are_deemed_accepted_from_their_own_day(house: House) -> None:
    case = house.do(house.submit(), "request_correction")
    house.do(case, "submit_correction", at("2025-03-20T16:00"))
    assert _facts(case, at("2025-03-27T23:59"))["state"] == "received"
    facts = _facts(case, at("2025-03-28T00:00"))
    assert (facts["accepted_on"], facts["received_on"]) == (date(2025, 3, 20), date(2025, 3, 3))


def test_silence_starts_a_promise_in_hours_at_the_minute_of_receipt(db: None) -> None:
    house = make_house(promised_limit="4 hours")
    case = house.submit(when=at("2025-03-03T10:00"))
    facts = _facts(case, TOO_LATE)
    assert facts["promised_due_at"] == at("2025-03-03T15:30")  # two hours, a break, two hours
    assert (facts["overdue"], facts["promise_kept"]) == (True, False)
    clock.tick(at=TOO_LATE)
    assert _facts(case, TOO_LATE) | {"version": 0} == facts | {"version": 0}


@pytest.mark.parametrize("hour", ["00:00", "07:59", "08:00", "23:59"])
def test_a_day_is_the_centre_s_day_not_utc_s(house: House, hour: str) -> None:
    case = house.submit(when=at(f"2025-03-03T{hour}"))
    assert case.received_on == date(2025, 3, 3)
    done = house.do(case, "accept_application", at(f"2025-03-04T{hour}"))
    assert (done.accepted_on, done.promised_due_on) == (date(2025, 3, 4), date(2025, 3, 14))
    house.do(case, "examine_case", at(f"2025-03-14T{hour}"))
    decided = house.do(case, "approve_case", at(f"2025-03-14T{hour}"), decision="grant")
    assert (decided.decided_on, decided.promise_kept, decided.issue_due_on) == (
        date(2025, 3, 14),
        True,
        date(2025, 3, 28),
    )


def test_why_ends_on_the_day_that_the_facts_say(house: House) -> None:
    case = house.do(house.submit(), "accept_application")
    facts = _facts(case, house.now)
    for which in ("statutory", "promised"):
        assert why(load(case.number), which)[-1].day == facts[f"{which}_due_on"]
    assert why(load(case.number), "correction_notice")[-1].day == facts["correction_notice_due_on"]


# ------------------------------------------------------------------------------------------------- a case that ended


def test_withdrawn_while_paused(house: House) -> None:
    case = house.ready("end_special_procedure")
    house.do(case, "withdraw_application", at("2025-03-05T10:00"))
    facts = _facts(case, at("2025-05-05T10:00"))
    assert (facts["state"], facts["paused"], facts["overdue"], facts["statutory_overdue"]) == (
        "withdrawn",
        False,
        False,
        False,
    )
    assert facts["promise_kept"] is None
    assert list(case.special_procedures.values_list("ends_on", flat=True)) == [date(2025, 3, 5)]


@pytest.mark.parametrize("verb", ["withdraw_application", "terminate_case"])
def test_a_promise_broken_before_the_end_stays_broken(house: House, verb: str) -> None:
    case = house.do(house.submit(), "accept_application")
    house.do(case, verb, at("2025-03-14T10:00"))  # promised for the 13th
    facts = _facts(case, at("2025-06-01T10:00"))
    assert (facts["promise_kept"], facts["overdue"], facts["result"]) == (False, False, None)


def test_a_promise_broken_before_a_pause_stays_broken_while_paused(house: House) -> None:
    case = house.do(house.submit(), "accept_application")
    house.do(case, "start_special_procedure", at("2025-03-17T10:00"))
    facts = _facts(case, at("2025-03-18T10:00"))
    assert (facts["paused"], facts["overdue"], facts["promise_kept"]) == (True, False, False)
    assert (facts["promised_due_on"], facts["statutory_due_on"]) == (None, None)
    house.do(case, "end_special_procedure", at("2025-03-19T10:00"))
    facts = _facts(case, at("2025-03-19T11:00"))
    assert (facts["promised_due_on"], facts["overdue"], facts["statutory_due_on"]) == (
        date(2025, 3, 13),
        True,
        date(2025, 4, 2),
    )
    house.do(case, "examine_case", at("2025-03-20T10:00"))
    assert house.do(case, "approve_case", at("2025-03-20T11:00"), decision="grant").promise_kept is False


def test_no_decision_while_a_procedure_is_open(house: House) -> None:
    case = house.ready("end_special_procedure")
    house.do(case, "examine_case")
    with pytest.raises(Refused, match=r"special_procedure\.open"):
        house.do(case, "approve_case", decision="grant")


# -------------------------------------------------------------------------------------------------- a new calendar

DECEMBER = at("2026-12-21T10:00")
# A notice that takes the first working week of 2027 and gives Saturday the 9th to work.
NOTICE = [
    *({"day": f"2027-01-0{n}", "is_workday": False, "name": "元旦"} for n in range(1, 8)),
    {"day": "2027-01-09", "is_workday": True, "name": "元旦"},
]


def _enter(house: House) -> YearNotice:
    notice: YearNotice = calendar.enter_year_notice(
        year=2027, number="国办发明电〔2026〕9号", url="", days=NOTICE, by=house.people["committee"], at=DECEMBER
    )
    return notice


def _due(case: Case) -> tuple[date | None, date | None, date]:
    now = load(case.number)
    return now.statutory_due_on, now.promised_due_on, now.correction_notice_due_on


def _open_cases(house: House) -> dict[str, Case]:
    """Cases in every open state whose days reach into 2027, and one that doesn't."""
    house.now = DECEMBER
    cases = {"received": house.submit(when=at("2026-12-30T10:00"))}
    cases["accepted"] = house.do(house.submit(), "accept_application")
    cases["extended"] = house.do(house.do(house.submit(), "accept_application"), "extend_case")
    cases["paused"] = house.do(house.do(house.submit(), "accept_application"), "start_special_procedure")
    resumed = house.do(house.do(house.submit(), "accept_application"), "start_special_procedure")
    cases["resumed"] = house.do(resumed, "end_special_procedure", at("2026-12-25T10:00"))
    cases["decided"] = house.do(house.ready("approve_case"), "approve_case", decision="grant")
    return cases


def test_a_confirmed_notice_moves_every_open_case_and_says_so_in_each(house: House) -> None:
    cases = _open_cases(house)
    before = {name: _due(case) for name, case in cases.items()}
    assert _facts(cases["accepted"], DECEMBER)["provisional"] is True
    notice = _enter(house)
    with CaptureQueriesContext(connection) as queries:
        preview = calendar.preview_notice(notice)
    # The revision, what the process keeps, the pauses, the cases: nothing once a case.
    assert len(queries) <= 4 + len({case.item_version_id for case in cases.values()})
    assert {name: _due(case) for name, case in cases.items()} == before  # entering and looking move nothing
    calendar.confirm_year_notice(notice, by=house.people["committee2"], at=DECEMBER)
    moved = calendar.recompute_open_cases(cause=f"year_notice:{notice.pk}", at=DECEMBER)

    after = {name: _due(case) for name, case in cases.items()}
    assert {name for name in cases if after[name] != before[name]} == {"received", "accepted", "extended", "resumed"}
    for name, case in cases.items():
        last = history(f"case:{case.number}")[-1]
        told = last.verb == "recompute_deadlines"
        assert told == (after[name] != before[name]), name
        if told:
            assert (last.actor, last.facts["cause"]) == ("clock", f"year_notice:{notice.pk}")
            assert _facts(case, DECEMBER)["provisional"] is False
    assert moved == 4
    assert _as_dict(preview) == {
        (case.number, which): (old, new)
        for name, case in cases.items()
        for which, old, new in zip(
            ("statutory_due_on", "promised_due_on", "correction_notice_due_on"), before[name], after[name], strict=True
        )
        if old != new
    }


def _as_dict(moved: list[Moved]) -> dict[tuple[str, str], tuple[date | None, date | None]]:
    return {(m.number, m.which): (m.old, m.new) for m in moved}


def test_the_days_after_the_notice_are_those_of_a_slow_count(house: House) -> None:
    cases = _open_cases(house)
    notice = _enter(house)
    calendar.confirm_year_notice(notice, by=house.people["committee2"], at=DECEMBER)
    calendar.recompute_open_cases(cause="test", at=DECEMBER)
    works = law.calendar().is_workday
    assert not works(date(2027, 1, 4))
    assert works(date(2027, 1, 9))

    def count(n: int, start: date, out: tuple[date, ...] = ()) -> date:
        day = start
        while n:
            day = date.fromordinal(day.toordinal() + 1)
            n -= works(day) and day not in out
        return day

    monday = DECEMBER.date()
    paused = tuple(date(2026, 12, day) for day in (22, 23, 24, 25))
    assert _due(cases["accepted"])[:2] == (count(20, monday), count(8, monday))
    assert _due(cases["extended"])[:2] == (count(30, monday), count(8, monday))
    assert _due(cases["resumed"])[:2] == (count(20, monday, paused), count(8, monday, paused))
    assert _due(cases["paused"])[:2] == (None, None)
    assert _due(cases["received"])[2] == count(5, date(2026, 12, 30))


def test_recomputing_again_changes_nothing(house: House) -> None:
    _open_cases(house)
    notice = _enter(house)
    calendar.confirm_year_notice(notice, by=house.people["committee2"], at=DECEMBER)
    assert calendar.recompute_open_cases(cause="test", at=DECEMBER) == 4
    count = Entry.objects.count()
    assert calendar.recompute_open_cases(cause="test", at=DECEMBER) == 0
    assert Entry.objects.count() == count


def test_a_notice_that_changes_no_day_still_takes_the_doubt_away(house: House) -> None:
    house.now = DECEMBER
    case = house.do(house.submit(), "accept_application")
    before = _due(case)
    plain = law.calendar()
    off = [d for d in (date(2027, 1, n) for n in range(1, 32)) if d.weekday() < 5 and not plain.is_workday(d)]
    days = [{"day": d.isoformat(), "is_workday": False, "name": "元旦"} for d in off]
    notice = calendar.enter_year_notice(
        year=2027, number="国办发明电〔2026〕9号", url="", days=days, by=house.people["committee"], at=DECEMBER
    )
    assert calendar.preview_notice(notice) == []
    calendar.confirm_year_notice(notice, by=house.people["committee2"], at=DECEMBER)
    assert calendar.recompute_open_cases(cause="test", at=DECEMBER) == 1
    assert (_due(case), load(case.number).provisional) == (before, False)


def test_an_emergency_day_gives_a_day_more(house: House) -> None:
    case, received = house.do(house.submit(), "accept_application"), house.submit()
    day = calendar.declare_emergency_day(
        day=date(2025, 3, 6), name="暴雪", basis="应急指挥部令第1号", by=house.people["committee"], at=house.now
    )
    assert calendar.recompute_open_cases(cause="test", at=house.now) == 0  # not confirmed yet
    with pytest.raises(Refused, match=r"separation\.same_person"):
        calendar.confirm_emergency_day(day, by=house.people["committee"], at=house.now)
    calendar.confirm_emergency_day(day, by=house.people["committee2"], at=house.now)
    assert calendar.recompute_open_cases(cause="test", at=house.now) == 2
    assert _due(case)[:2] == (date(2025, 4, 1), date(2025, 3, 14))
    assert _due(received)[2] == date(2025, 3, 11)


def test_a_later_calendar_does_not_take_back_what_silence_gave(house: House) -> None:
    """Deemed accepted on 11 March by law, whether or not the clock had written it down by then."""
    unwritten = house.submit()
    day = calendar.declare_emergency_day(
        day=date(2025, 3, 6), name="暴雪", basis="应急指挥部令第1号", by=house.people["committee"], at=TOO_LATE
    )
    calendar.confirm_emergency_day(day, by=house.people["committee2"], at=TOO_LATE)
    calendar.recompute_open_cases(cause="test", at=TOO_LATE)
    now = load(unwritten.number)
    assert (now.state, now.accepted_on, now.promised_due_on) == ("accepted", date(2025, 3, 3), date(2025, 3, 14))
