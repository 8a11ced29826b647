"""The sample centre: right on any day, the same for the same day and seed, and with work for everybody."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from yimen.faces.stories.sample import book, load_sample
from yimen.faces.stories.sample.centre import MAIN_UNITS
from yimen.facts import worklists
from yimen.facts.cases import case_facts
from yimen.flows import setup
from yimen.flows.evidence import seal_journal
from yimen.ground.journal.models import Entry
from yimen.ground.journal.verification import verify
from yimen.ground.kernel.identifiers import check_credit_code, check_resident_id
from yimen.ground.law import queries as law
from yimen.rooms.cases import queries
from yimen.rooms.cases.models import Case, CaseMaterial, Publication
from yimen.rooms.cases.rules.lifecycle import State
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.catalogue.queries import published_items
from yimen.rooms.catalogue.terms import forget_terms
from yimen.rooms.documents.models import Document
from yimen.rooms.identity.models import Applicant, Centre, Organ, Staff
from yimen.rooms.identity.queries import actor_of_user, forget_centre
from yimen.rooms.identity.rules.roles import Role

CHINA = ZoneInfo("Asia/Shanghai")
SATURDAY = date(2026, 9, 5)
SPRING_FESTIVAL = date(2026, 2, 17)
AFTER_2026 = date(2027, 2, 15)
NEW_YEAR = date(2030, 1, 1)
DAYS = [SPRING_FESTIVAL, AFTER_2026, NEW_YEAR, date(2025, 1, 26), None]  # and SATURDAY, below

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Nothing remembered of another database with the same name."""
    forget_centre()
    forget_terms()
    yield
    forget_centre()
    forget_terms()


@pytest.fixture(scope="class")
def saturday(django_db_setup: None, django_db_blocker: Any) -> Iterator[datetime]:
    """One sample centre, as of a Saturday, for all tests of a class that only read it; its noon."""
    with django_db_blocker.unblock(), transaction.atomic():
        forget_centre()
        forget_terms()
        load_sample(as_of=SATURDAY)
        yield noon(SATURDAY)
        transaction.set_rollback(True)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), CHINA)


def facts_of_all(at: datetime) -> list[dict[str, Any]]:
    return [
        case_facts(queries.load(number), at) for number in Case.objects.order_by("id").values_list("number", flat=True)
    ]


def _the_journal_holds(at: datetime) -> None:
    seal_journal(at=at)
    report = verify()
    assert report.ok, report.reason
    assert report.sealed == report.entries == Entry.objects.count()


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_sample_is_right_on_any_day(day: date | None) -> None:
    as_of = day or timezone.localdate()
    load_sample(as_of=as_of)
    _is_right(as_of)


def _is_right(as_of: date) -> None:
    _every_state_and_every_turn_of_the_clock_is_there(facts_of_all(noon(as_of)))
    _nothing_lies_in_the_future_and_staff_work_on_working_days(as_of)
    _decisions_were_published_in_time()
    _every_persona_finds_work(noon(as_of))
    _the_journal_holds(noon(as_of))
    if as_of >= AFTER_2026:  # no notice of those years is known yet
        assert any(case["provisional"] for case in facts_of_all(noon(as_of)))


def _every_state_and_every_turn_of_the_clock_is_there(cases: list[dict[str, Any]]) -> None:
    assert {case["state"] for case in cases} == {str(s) for s in State} - {"draft"}
    assert any(case["deemed_accepted"] for case in cases)
    assert any(case["paused"] and not case["overdue"] for case in cases)
    assert any(case["overdue"] and not case["statutory_overdue"] for case in cases)
    assert any(case["statutory_overdue"] for case in cases)
    lawful = [case for case in cases if case["extension_days"] and case["promise_kept"] is False]
    assert {case["extension_days"] for case in lawful} == {10, 15}
    assert not any(case["statutory_overdue"] for case in lawful)
    decided_late = [case for case in cases if case["decided_on"] and case["promise_kept"] is False]
    assert decided_late and all(case["decided_on"] > case["promised_due_on"] for case in decided_late)
    assert Document.objects.filter(kind="held_correction").exists()
    refusal = Document.objects.filter(kind="decision", data__decision="refuse").first()
    assert refusal is not None and refusal.data["remedies"]["reconsideration_days"] == 60


def _nothing_lies_in_the_future_and_staff_work_on_working_days(as_of: date) -> None:
    midnight = datetime.combine(as_of, time(), CHINA)
    calendar = law.calendar()
    for verb, at, role in Entry.objects.values_list("verb", "at", "role"):
        assert at <= midnight, verb
        if role in ("window_clerk", "window_head", "examiner", "organ_head", "government"):
            assert calendar.is_workday(at.astimezone(CHINA).date()), (verb, at)
    due_today = [c for c in facts_of_all(midnight) if c["state"] == "received"]
    first_day_open = calendar.on_or_after(as_of)
    assert min(c["correction_notice_due_on"] for c in due_today) == first_day_open


def _decisions_were_published_in_time() -> None:
    published = Publication.objects.filter(standing="published")
    assert published.count() >= 5
    assert all(row.published_on <= row.due_on for row in published if row.published_on)


def _every_persona_finds_work(at: datetime) -> None:
    for role, lists in WORK.items():
        found = worklists.counts(actor_of_user(setup.persona(Role(role), at=at)), lists, at)
        assert all(found.values()), (role, found)


WORK = {
    "window_clerk": ["to_accept", "corrections_back", "awaiting", "untold", "to_issue", "to_hand_out", "to_archive"],
    "window_head": ["to_approve", "void_requests"],
    "approver": ["to_approve"],
    "examiner": ["to_examine", "returned", "paused"],
    "section_head": ["running", "late"],
    "organ_head": ["running", "late"],
    "applicant": ["to_accept", "awaiting", "to_issue", "to_hand_out", "running", "finished"],
    "agent": ["running"],
    "committee": ["running", "late"],
    "legal_office": ["running"],
    "government": ["running", "late"],
    "supervision": ["late", "finished"],
    "auditor": ["finished"],
}


def _picture(as_of: date, seed: int) -> tuple[Any, ...]:
    """What must be the same again: cases with their facts, papers, and the journal without ids and recording times."""
    try:
        with transaction.atomic():
            load_sample(as_of=as_of, seed=seed)
            cases = facts_of_all(noon(as_of))
            entries = list(
                Entry.objects.filter(subject__startswith="case:")
                .order_by("id")
                .values_list("verb", "subject", "role", "organ", "at", "facts")
            )
            people = list(Applicant.objects.order_by("id").values_list("name", "id_number", "phone"))
            # Keys of the powers come from a sequence, which a rollback does not turn back.
            told = [(*entry[:-1], re.sub(r'"(authorisation|subject)":\d+', r'"\1":0', entry[-1])) for entry in entries]
            raise _Rollback(cases, told, people)
    except _Rollback as done:
        forget_centre()
        forget_terms()
        return done.args


class _Rollback(Exception):
    pass


def test_the_same_day_and_seed_make_the_same_centre() -> None:
    first = _picture(SATURDAY, 7)
    assert _picture(SATURDAY, 7) == first
    assert _picture(SATURDAY, 8)[2] != first[2]


def test_a_second_load_does_nothing_and_says_so() -> None:
    out = StringIO()
    call_command("load-sample", "--as-of", "2026-09-05", stdout=out)
    assert (
        out.getvalue().splitlines()[-1]
        == f"organs=41 items={len(book.items())} cases={Case.objects.count()} verbs={_verbs()}"
    )
    before = Entry.objects.count()
    out = StringIO()
    call_command("load-sample", stdout=out)
    assert out.getvalue().startswith("nothing loaded")
    assert Entry.objects.count() == before


def _verbs() -> int:
    """Acts of people on cases: everything but what the clock wrote down."""
    return Entry.objects.filter(subject__startswith="case:").exclude(role="clock").count()


def test_a_load_that_fails_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*, at: datetime) -> int:
        raise RuntimeError("the power went")

    monkeypatch.setattr("yimen.faces.stories.sample.load.clock.tick", broken)
    with pytest.raises(RuntimeError):
        load_sample(as_of=SATURDAY)
    assert not Entry.objects.exists() and not Centre.objects.exists()


def test_production_has_no_sample(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="demo mode"):
        call_command("load-sample")
    assert not Entry.objects.exists()


@pytest.mark.usefixtures("saturday")
class TestOnASaturday:
    """Reads of one centre: nothing here writes."""

    def test_it_is_right(self) -> None:
        _is_right(SATURDAY)

    def test_personas_are_the_people_of_the_cases(self) -> None:
        """Signing in as a role without naming an organ lands in the busiest unit, as a person who has worked there."""
        at = noon(SATURDAY)
        clerk = actor_of_user(setup.persona(Role.WINDOW_CLERK, at=at))
        busiest = Organ.objects.filter(items__versions__state="published").first()
        assert clerk.organ_code == MAIN_UNITS[0] == busiest.code
        assert Entry.objects.filter(actor=clerk.id, verb="accept_application").count() > 5
        names = list(Staff.objects.values_list("name", flat=True))
        assert len(names) == len(set(names))

    def test_every_fact_of_an_item_says_its_source(self) -> None:
        versions = list(published_items(SATURDAY))
        assert len(versions) >= 60
        assert sum(not v.form_schema["required"] for v in versions) >= 40
        for version in versions:
            for name in ("statutory_limit", "promised_limit", "materials", "conditions", "charges", "place"):
                assert version.sources[name], (version, name)
            assert bool(version.extension) == ("extension" in version.sources)
            assert bool(version.special_procedures) == ("special_procedures" in version.sources)
            assert bool(version.validity_years) == ("validity_years" in version.sources)
            assert (version.sources["charges"] == "样本") == ("样本" in version.charges)
            assert version.sources["place"] == "样本" and "样本" in version.place
            assert 3 <= len(version.form_schema["properties"]) <= 5
            assert version.materials.count()
        assert any(v.review == ItemVersion.Review.IMMEDIATE and v.promised_limit == "2 hours" for v in versions)
        assert any(v.extension and v.extension["approver"] == "government" for v in versions)

    def test_units_of_the_founding_document(self) -> None:
        six = ["市教育局", "市司法局", "市档案局", "市公用事业管理局", "市政府法制办", "市住房公积金管理中心"]
        assert list(Organ.objects.filter(code__startswith="B").order_by("code").values_list("name", flat=True)) == six
        assert Organ.objects.filter(code__startswith="A").count() == 35
        assert Centre.objects.get().is_sample

    def test_numbers_of_applicants_are_right_and_nobodys(self) -> None:
        for kind, number in Applicant.objects.values_list("id_kind", "id_number"):
            check = check_credit_code(number) if kind == "credit_code" else check_resident_id(number, today=SATURDAY)
            assert check is None and "379999" in number
        assert CaseMaterial.objects.filter(file_name="样本材料.pdf").exclude(file="").exists()
