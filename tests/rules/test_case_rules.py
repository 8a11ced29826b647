"""The rules of casework by themselves: the table of steps, the two clocks, what Article 32 still allows."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.flows.registry import case_verbs
from yimen.ground.kernel.calendar import Calendar
from yimen.ground.kernel.clock import Pause
from yimen.ground.kernel.errors import Refused
from yimen.ground.law.calendar import shipped_calendar
from yimen.rooms.cases.rules import deadlines, decision, receipt
from yimen.rooms.cases.rules.lifecycle import ACCEPTED_STATES, CASEWORK, CLOSED, OPEN_STATES, UNDECIDED, State
from yimen.rooms.cases.rules.publication import PUBLISHING

CALENDAR: Calendar = shipped_calendar()
DAY = timedelta(days=1)
DAYS = st.dates(date(2006, 1, 1), date(2025, 6, 30))


def moment(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour)


# -------------------------------------------------------------------------------------------------------- the table


def test_every_step_is_listed_once_with_its_article() -> None:
    seen = Counter((e.verb, e.source, e.outcome) for e in CASEWORK.edges)
    assert [step for step, times in seen.items() if times > 1] == []
    assert [e for e in CASEWORK.edges if not e.basis.startswith("第") or "条" not in e.basis] == []
    assert {e.source for e in CASEWORK.edges} | {e.target for e in CASEWORK.edges} <= set(State)


def test_the_steps_are_those_of_the_verbs() -> None:
    own = {"submit_application", "deem_accepted", "apply_order"}  # the door, the law itself, and orders under it
    # papers are told in any state; the telling of a correction notice takes the edge of request_correction
    beside = {"record_telling", "reveal_personal_data", *(e.verb for e in PUBLISHING.edges)}
    assert {e.verb for e in CASEWORK.edges} - own == set(case_verbs()) - beside


def test_every_state_is_reached_and_only_the_archive_is_the_end() -> None:
    reached, todo = {str(State.DRAFT)}, [str(State.DRAFT)]
    while todo:
        here = todo.pop()
        for edge in CASEWORK.edges:
            if edge.source == here and edge.target not in reached:
                reached.add(edge.target)
                todo.append(edge.target)
    assert reached == set(State)
    assert {s for s in State if not CASEWORK.verbs_from(s)} == {State.ARCHIVED}


def test_nothing_leads_from_a_decision_back() -> None:
    after = set(State) - set(OPEN_STATES) - {State.DRAFT}
    assert [e for e in CASEWORK.edges if e.source in after and e.target in OPEN_STATES] == []


def test_a_decision_stands_on_an_acceptance_and_on_an_opinion_or_on_an_immediate_item() -> None:
    into = {(e.source, e.outcome) for e in CASEWORK.edges if e.target in (State.GRANTED, State.REFUSED)}
    assert into == {
        ("examined", "grant"),
        ("examined", "refuse"),
        ("accepted", "grant_at_once"),
        ("accepted", "refuse_at_once"),
    }


def test_the_groups_of_states_fit_each_other() -> None:
    assert set(UNDECIDED) < set(OPEN_STATES)
    assert set(UNDECIDED) < set(ACCEPTED_STATES)
    assert not set(CLOSED) & set(OPEN_STATES)


# -------------------------------------------------------------------------------------------------------- the clocks

LIMITS = st.builds("{} {}".format, st.integers(0, 60), st.sampled_from(["working_days", "natural_days"]))


def slow_due(limit: str, start: date, pauses: list[Pause], extra: int = 0) -> date:
    """Day by day with a pencil: what the clock's formula must agree with. Every pause has ended."""
    amount, unit = int(limit.split()[0]) + extra, limit.split()[1]

    def excluded(day: date) -> bool:
        return any(p.starts < day <= (p.ends or date.max) for p in pauses)

    day, used = start, 0
    while used < amount:
        day += DAY
        used += not excluded(day) and (unit == "natural_days" or CALENDAR.is_workday(day))
    if unit == "natural_days":
        while not CALENDAR.is_workday(day) or excluded(day):
            day += DAY
    return day


@st.composite
def paused(draw: st.DrawFn) -> tuple[date, list[Pause]]:
    """A start and up to four pauses that have ended, in any order, overlapping or not."""
    start = draw(DAYS)
    spans = draw(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30)), max_size=4))
    return start, [Pause("hearing", start + a * DAY, start + (a + n) * DAY) for a, n in spans]


@given(paused(), LIMITS, LIMITS, st.integers(0, 15))
def test_both_clocks_are_a_slow_count(
    when: tuple[date, list[Pause]], statutory: str, promised: str, extension: int
) -> None:
    start, pauses = when
    read = deadlines.clocks(
        CALENDAR,
        moment(start),
        statutory_limit=statutory,
        promised_limit=promised,
        pauses=pauses,
        extension_days=extension,
    )
    assert read.statutory.on == slow_due(statutory, start, pauses, extension)
    assert read.promised.on == slow_due(promised, start, pauses)  # an extension moves the statutory day alone


@given(paused(), LIMITS, st.integers(0, 40))
def test_days_are_unknown_while_a_procedure_is_open(when: tuple[date, list[Pause]], limit: str, after: int) -> None:
    start, pauses = when
    pauses = [*pauses, Pause("testing", start + after * DAY, None)]
    read = deadlines.clocks(CALENDAR, moment(start), statutory_limit=limit, promised_limit=limit, pauses=pauses)
    assert (read.statutory.on, read.promised.on) == (None, None)


@given(paused(), LIMITS)
def test_a_procedure_never_brings_a_day_nearer_and_one_of_a_day_changes_nothing(
    when: tuple[date, list[Pause]], limit: str
) -> None:
    start, pauses = when

    def day(with_these: list[Pause]) -> date:
        read = deadlines.clocks(CALENDAR, moment(start), statutory_limit=limit, promised_limit=limit, pauses=with_these)
        assert read.statutory.on is not None
        return read.statutory.on

    plain = day([])
    assert day(pauses) >= plain
    assert day([Pause(p.kind, p.starts, p.starts) for p in pauses]) == plain
    assert day(pauses + pauses) == day(pauses)  # overlapping ones exclude each day once


@given(DAYS, st.integers(-3, 3), st.booleans())
def test_overdue_is_the_day_after_and_only_while_undecided(due: date, days: int, undecided: bool) -> None:
    today = due + days * DAY
    assert deadlines.is_overdue(due, today, undecided=undecided) == (undecided and days > 0)
    assert deadlines.is_overdue(None, today, undecided=undecided) is False


@given(DAYS, st.integers(-3, 3), st.integers(0, 23))
def test_a_promise_in_days_is_kept_until_midnight(due: date, days: int, hour: int) -> None:
    decided = moment(due + days * DAY, hour)
    kept = deadlines.promise_kept(decided_at=decided, decided_on=decided.date(), due_on=due, due_at=None)
    assert kept == (days <= 0)


@given(DAYS, st.integers(-120, 120))
def test_a_promise_in_hours_is_kept_to_the_minute(due: date, minutes: int) -> None:
    due_at = moment(due, 15)
    decided = due_at + timedelta(minutes=minutes)
    kept = deadlines.promise_kept(decided_at=decided, decided_on=due, due_on=due, due_at=due_at)
    assert kept == (minutes <= 0)


@pytest.mark.parametrize(("decided", "due"), [(None, date(2025, 1, 1)), (datetime(2025, 1, 1), None)])
def test_without_a_decision_or_a_day_nothing_is_said(decided: datetime | None, due: date | None) -> None:
    on = decided.date() if decided else None
    assert deadlines.promise_kept(decided_at=decided, decided_on=on, due_on=due, due_at=None) is None


# ------------------------------------------------------------------------------------------------ what may be refused


def code_of(check: Any, *args: Any, **named: Any) -> str:
    """The code with which a check refuses; empty when it lets pass."""
    try:
        check(*args, **named)
    except Refused as refused:
        return refused.code
    return ""


@given(DAYS, st.integers(-6, 6), st.sampled_from(sorted(State)))
def test_silence_accepts_from_the_day_after_and_only_what_is_received(due: date, days: int, state: str) -> None:
    assert receipt.is_deemed_accepted(state, due, due + days * DAY) == (state == "received" and days > 0)


@given(DAYS, st.integers(-6, 6), st.booleans(), st.booleans())
def test_one_notice_and_in_time(due: date, days: int, told: bool, accepted: bool) -> None:
    code = code_of(
        receipt.check_first_notice, told_before=told, accepted=accepted, notice_due_on=due, today=due + days * DAY
    )
    late = accepted and days > 0
    assert code == ("correction.too_late" if late else "correction.second_notice" if told else "")


@given(DAYS, st.integers(-6, 6), st.booleans())
def test_acceptance_is_refused_within_the_five_days_or_never(due: date, days: int, accepted: bool) -> None:
    code = code_of(receipt.check_may_refuse_acceptance, accepted=accepted, notice_due_on=due, today=due + days * DAY)
    assert code == ("acceptance.too_late" if accepted and days > 0 else "")


CODES = st.sets(st.sampled_from(["M1", "M2", "M3", "M9"]))


@given(CODES)
def test_only_required_materials_of_the_guide_are_demanded(codes: set[str]) -> None:
    guide = {"M1": "required", "M2": "optional", "M3": "required"}
    code = code_of(receipt.check_demand, sorted(codes), guide)
    wrong = codes - {"M1", "M3"}
    assert code == ("material.not_in_guide" if wrong else "" if codes else "reason.missing")


@given(CODES, CODES, DAYS, st.integers(-6, 6))
def test_a_hold_asks_for_nothing_new(codes: set[str], first: set[str], due: date, days: int) -> None:
    code = code_of(receipt.check_hold, codes, first, notice_due_on=due, today=due + days * DAY)
    assert code == ("correction.too_late" if days > 0 else "" if codes <= first else "correction.second_notice")


@pytest.mark.parametrize("method", ["", " ", "\t"])
def test_a_telling_names_its_method(method: str) -> None:
    assert code_of(receipt.check_method, method) == "reason.missing"


@pytest.mark.parametrize(("method", "word"), [("handed_over", "handed_over"), ("e-mail", "e-mail"), ("张三", "other")])
def test_the_journal_takes_a_machine_word(method: str, word: str) -> None:
    assert receipt.method_word(method) == word


EXTENSION = {"max": 10, "approver": "organ_head"}
ORDER = ["not_provided", "wrong_approver", "already_used", "too_late", "too_long"]


@given(st.sets(st.sampled_from(ORDER)))
def test_an_extension_is_checked_in_the_order_of_the_contract(faults: set[str]) -> None:
    today = date(2025, 3, 20)
    code = code_of(
        deadlines.check_extension,
        11 if "too_long" in faults else 10,
        provided=None if "not_provided" in faults else EXTENSION,
        roles=["examiner"] if "wrong_approver" in faults else ["examiner", "organ_head"],
        used="already_used" in faults,
        statutory_due_on=today - DAY if "too_late" in faults else today,
        today=today,
    )
    first = next((f for f in ORDER if f in faults), None)
    assert code == (f"extension.{first}" if first else "")


@pytest.mark.parametrize(
    ("kind", "due", "open_kinds", "code"),
    [
        ("hearing", date(2025, 3, 20), [], ""),
        ("hearing", None, ["testing"], ""),
        ("auction", date(2025, 3, 20), [], "special_procedure.not_in_item"),
        ("hearing", date(2025, 3, 19), [], "special_procedure.too_late"),
        ("hearing", date(2025, 3, 20), ["hearing"], "special_procedure.already_open"),
    ],
)
def test_a_special_procedure_starts(kind: str, due: date | None, open_kinds: list[str], code: str) -> None:
    found = code_of(
        deadlines.check_special_procedure,
        kind,
        provided=["hearing", "testing"],
        statutory_due_on=due,
        open_kinds=open_kinds,
        today=date(2025, 3, 20),
    )
    assert found == code


def test_which_procedure_ends() -> None:
    assert deadlines.which_to_end(None, ["hearing"]) == "hearing"
    assert deadlines.which_to_end("testing", ["hearing", "testing"]) == "testing"
    assert deadlines.which_to_end("testing", ["hearing"]) is None
    assert deadlines.which_to_end(None, []) is None
    assert code_of(deadlines.which_to_end, None, ["hearing", "testing"]) == "special_procedure.kind_needed"


@given(st.integers(1, 5), st.sets(st.integers(1, 5)))
def test_separation(approver: int, hands: set[int]) -> None:
    assert code_of(decision.check_separation, approver, hands) == (
        "separation.same_person" if approver in hands else ""
    )


@pytest.mark.parametrize(
    ("verdict", "given_reasons", "opinion", "found"),
    [
        ("refuse", "自己的理由", "grant", "自己的理由"),
        ("refuse", " ", "refuse", "审查理由"),
        ("refuse", "", "grant", ""),  # the examiner's reasons for granting are none for refusing
        ("grant", "", "grant", "审查理由"),
    ],
)
def test_reasons_of_a_decision(verdict: Any, given_reasons: str, opinion: str, found: str) -> None:
    assert decision.reasons_of(verdict, given_reasons, opinion, "审查理由") == found
