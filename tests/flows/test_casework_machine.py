"""Any verbs by anybody at any time: whatever happens to a case, the law holds after each step.

A machine plays random verbs through the flows and compares the facts of the case with a second, slow reading of the law
that knows nothing but the entries of the journal.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests import factories
from tests.flows.world import ACTS, START, ZONE, House
from yimen.facts.cases import case_facts
from yimen.flows import clock
from yimen.flows.evidence import seal_journal
from yimen.ground.journal.queries import Row, history
from yimen.ground.journal.verification import verify
from yimen.ground.kernel.errors import Refused
from yimen.ground.law.calendar import shipped_calendar
from yimen.rooms.cases.models import Hand
from yimen.rooms.cases.queries import load
from yimen.rooms.cases.rules.lifecycle import CASEWORK, UNDECIDED
from yimen.rooms.documents.models import Document
from yimen.rooms.identity.queries import actor_of_staff

DAY = timedelta(days=1)
WORKS = shipped_calendar().is_workday
STATUTORY, PROMISED, NOTICE = 20, 8, 5


def nth_working_day(start: date, n: int, pauses: "list[Pause]") -> date:
    """With a pencil: the n-th working day after `start` that lies in no pause."""
    day = start
    while n:
        day += DAY
        n -= WORKS(day) and not any(p.starts < day <= (p.ends or date.max) for p in pauses)
    return day


@dataclass
class Pause:
    kind: str
    starts: date
    ends: date | None = None


@dataclass
class Reading:
    """What the entries of one case say, read in order."""

    state: str = "draft"
    complete: date = date.min
    accepted: date | None = None
    decided: date | None = None
    pauses: list[Pause] = field(default_factory=list)
    extension: int = 0

    def take(self, entry: Row) -> None:
        """One entry more; AssertionError when it can't follow the ones before."""
        day, facts = entry.at.astimezone(ZONE).date(), entry.facts
        steps = {(e.source, e.target) for e in CASEWORK.edges if e.verb == entry.verb}
        if entry.verb == "record_telling" or facts.get("told") is False:
            steps = {("received", "awaiting_correction" if entry.verb == "record_telling" else "received")}
        assert (self.state, facts["state"]) in steps, entry
        if entry.verb == "submit_application" or (
            entry.verb == "submit_correction" and self.state == "awaiting_correction" and not facts["left"]
        ):
            self.complete = day
        if entry.verb == "accept_application":
            assert day <= self.notice_day, "accepted by a person after silence had accepted"
            self.accepted = day
        if entry.verb == "deem_accepted":
            assert entry.at.astimezone(ZONE) == datetime.combine(self.notice_day + DAY, datetime.min.time(), ZONE)
            self.accepted = self.complete
        self._take_clocks(entry, day)
        self.state = facts["state"]

    def _take_clocks(self, entry: Row, day: date) -> None:
        if entry.verb == "start_special_procedure":
            self.pauses.append(Pause(entry.facts["kind"], day))
        if entry.verb == "end_special_procedure":
            open_one = next(p for p in self.pauses if p.kind == entry.facts["kind"] and p.ends is None)
            open_one.ends = day
        if entry.verb == "extend_case":
            assert not self.extension
            self.extension = entry.facts["days"]
        if entry.verb == "approve_case":
            assert not self.paused
            self.decided = day

    @property
    def notice_day(self) -> date:
        return nth_working_day(self.complete, NOTICE, [])

    @property
    def paused(self) -> bool:
        return any(p.ends is None for p in self.pauses)

    def at(self, today: date) -> dict[str, Any]:
        """The facts that follow from the law on that day."""
        state, accepted = self.state, self.accepted
        if state == "received" and today > self.notice_day:
            state, accepted = "accepted", self.complete
        paused = self.paused and state in UNDECIDED
        due = self.due(accepted)
        return {
            "state": state,
            "accepted_on": accepted,
            "correction_notice_due_on": self.notice_day,
            "paused": paused,
            "statutory_due_on": due[0],
            "promised_due_on": due[1],
            "overdue": state in UNDECIDED and due[1] is not None and today > due[1],
            "statutory_overdue": state in UNDECIDED and due[0] is not None and today > due[0],
            "decided_on": self.decided,
        }

    def due(self, accepted: date | None) -> tuple[date | None, date | None]:
        if accepted is None or self.paused:
            return None, None
        return (
            nth_working_day(accepted, STATUTORY + self.extension, self.pauses),
            nth_working_day(accepted, PROMISED, self.pauses),
        )


VARIANTS: dict[str, list[dict[str, Any]]] = {
    "request_correction": [{"told": False}, {"missing": ["M2"]}],
    "submit_correction": [{"materials": ["M2"]}, {"materials": []}],
    "start_special_procedure": [{"kind": "testing"}, {"kind": "auction"}],
    "end_special_procedure": [{"kind": "hearing"}, {"kind": "testing"}],
    "examine_case": [{"opinion": "refuse", "reasons": "材料不实"}, {"opinion": "refuse", "reasons": ""}],
    "approve_case": [{"decision": "grant"}],
    "extend_case": [{"days": 3}, {"days": 11}],
}
ENDINGS = {"withdraw_application", "terminate_case", "declare_not_required", "refuse_acceptance", "confirm_void"}
LATER = st.one_of(st.integers(1, 600).map(lambda n: timedelta(minutes=n)), st.integers(1, 15).map(lambda n: n * DAY))
HOUSE: list[House] = []


class Casework(RuleBasedStateMachine):
    """One case; every example is rolled back."""

    def __init__(self) -> None:
        super().__init__()
        self.house, self.now = HOUSE[0], START
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.case = self.house.submit(when=START)

    def teardown(self) -> None:
        seal_journal(at=self.now)
        report = verify()
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)
        assert (report.ok, report.unsealed) == (True, 0)

    def _try(self, who: str, verb: str, arguments: dict[str, Any]) -> None:
        subject, self.now = f"case:{self.case.number}", self.now + timedelta(minutes=1)
        before = load(self.case.number).version, len(history(subject))
        try:
            self.house.act(self.case, who, verb, self.now, **arguments)
        except Refused:
            assert (load(self.case.number).version, len(history(subject))) == before

    def _next_verbs(self, variant: int) -> list[str]:
        """Verbs that may come next; those that end the story only one time in four."""
        state = case_facts(load(self.case.number), self.now)["state"]
        verbs = {"record_telling", *CASEWORK.verbs_from(state)} & set(ACTS)
        return sorted(verbs if variant == 3 else verbs - ENDINGS) or sorted(verbs)

    @rule(pick=st.randoms(use_true_random=False), variant=st.integers(0, 3))
    def what_may_come_next(self, pick: Any, variant: int) -> None:
        """A verb that leaves the present state, by the person whose act it is."""
        self._ordinary(pick.choice(self._next_verbs(variant)), variant)

    @rule(pick=st.randoms(use_true_random=False))
    def one_person_does_it_all(self, pick: Any) -> None:
        verb = pick.choice(self._next_verbs(0))
        self._try("both", verb, ACTS[verb][1])

    @rule(examiner=st.sampled_from(["examiner", "both"]), approver=st.sampled_from(["head", "both", "examiner"]))
    def examined_and_decided(self, examiner: str, approver: str) -> None:
        self._try("clerk", "accept_application", {})
        self._try(examiner, "examine_case", ACTS["examine_case"][1])
        self._try(approver, "approve_case", {"decision": "grant"})

    @rule(span=LATER)
    def asked_and_answered(self, span: timedelta) -> None:
        self._ordinary("request_correction", 0)
        self.now += span
        self._ordinary("submit_correction", 0)

    @rule(which=st.sampled_from(["correction_notice", "promised", "statutory"]), after=st.booleans())
    def the_edge_of_a_day(self, which: str, after: bool) -> None:
        """The last minutes of a due day, or the first minute after it."""
        due = case_facts(load(self.case.number), self.now)[f"{which}_due_on"]
        edge = (
            datetime.combine(due, datetime.min.time(), ZONE) + (DAY if after else timedelta(hours=23)) if due else START
        )
        self.now = max(self.now, edge)

    @rule(verb=st.sampled_from(sorted(ACTS)), variant=st.integers(0, 3))
    def any_verb(self, verb: str, variant: int) -> None:
        self._ordinary(verb, variant)

    def _ordinary(self, verb: str, variant: int) -> None:
        who, arguments = ACTS[verb]
        other = ({}, *VARIANTS.get(verb, []))
        self._try(who, verb, {**arguments, **(other[variant] if variant < len(other) else {})})

    @rule(verb=st.sampled_from(sorted(ACTS)), who=st.sampled_from(["head", "head2", "examiner", "stranger", "both"]))
    def by_anybody(self, verb: str, who: str) -> None:
        self._try(who, verb, ACTS[verb][1])

    @rule(span=LATER)
    def time_passes(self, span: timedelta) -> None:
        self.now += span

    @rule()
    def the_clock(self) -> None:
        clock.tick(at=self.now)

    @invariant()
    def the_law_holds(self) -> None:
        entries = history(f"case:{self.case.number}")
        reading = Reading()
        for entry in entries:
            reading.take(entry)
        case = load(self.case.number)
        assert (case.version, str(case.state)) == (len(entries), reading.state)
        facts, expected = case_facts(case, self.now), reading.at(self.now.astimezone(ZONE).date())
        if not reading.paused or reading.state in UNDECIDED:
            assert {name: facts[name] for name in expected} == expected

    @invariant()
    def no_hand_does_both(self) -> None:
        hands = list(Hand.objects.filter(case=self.case).values_list("act", "staff_id"))
        examined = {staff for act, staff in hands if act == "examine"}
        assert not examined & {staff for act, staff in hands if act == "approve"}

    @invariant()
    def one_correction_notice_is_told(self) -> None:
        notices = Document.objects.filter(subject=f"case:{self.case.number}", kind="correction")
        assert notices.filter(told_at__isnull=False).count() <= 1


def test_the_law_holds_whatever_happens(house: House) -> None:
    house.people["both"] = actor_of_staff(factories.make_staff("examiner", "window_head", organ="O1"))
    HOUSE[:] = [house]
    run_state_machine_as_test(
        Casework,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.reuse, Phase.generate],  # a failure is told at once; shrinking it would take minutes
        ),
    )


def test_the_slow_reading_agrees_with_known_days() -> None:
    """The second reading is itself checked against the contract's vector: 20 January 2025 and five working days."""
    assert nth_working_day(date(2025, 1, 20), 5, []) == date(2025, 1, 26)
    assert nth_working_day(date(2025, 1, 20), 20, []) == date(2025, 2, 21)
    assert nth_working_day(date(2025, 1, 20), 5, [Pause("hearing", date(2025, 1, 20), date(2025, 1, 22))]) == date(
        2025, 2, 5
    )
