"""The office: several cases at once with a result for each, the next case, ready texts, the supervisor's first view."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from tests import factories
from yimen.facts import worklists
from yimen.flows import calendar
from yimen.ground.journal.models import Entry
from yimen.ground.law import queries as law
from yimen.rooms.cases.models import Case
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity.models import Staff, User
from yimen.rooms.identity.queries import actor_of_staff
from yimen.rooms.identity.rules.roles import GRANTS, Role

type SignIn = Callable[[User | Staff], Client]
KEY = "k" * 24


def state(case: Case) -> str:
    return str(Case.objects.get(pk=case.pk).state)


def ticked(*cases: Case, **more: str) -> dict[str, object]:
    versions = {f"version-{c.number}": str(Case.objects.get(pk=c.pk).version) for c in cases}
    return {"case": [c.number for c in cases], "request_key": KEY, **versions, **more}


def test_several_are_approved_and_each_has_its_result(item: ItemVersion, signed_in: SignIn) -> None:
    first, second = factories.make_case(state="examined"), factories.make_case(state="examined")
    stale = factories.make_case(state="examined")
    head = signed_in(factories.make_staff("window_head"))
    assert first.number in head.get("/office/bulk/approve_case/").content.decode()
    body = ticked(first, second, stale, **{"reasons-ready": "1"}) | {f"version-{stale.number}": "1"}
    text = head.post("/office/bulk/approve_case/", body).content.decode()
    assert [state(c) for c in (first, second, stale)] == ["granted", "granted", "examined"]
    assert "同意审查意见" in Case.objects.get(pk=first.pk).reasons
    assert len(re.findall("未办理", text)) == 1 and "共 3 件，已办 2 件" in text and "2 / 3" in text
    before = Entry.objects.count()
    assert "3 / 3" not in head.post("/office/bulk/approve_case/", body).content.decode()
    assert Entry.objects.count() == before


def test_who_examined_gets_a_refusal_in_the_row(item: ItemVersion, signed_in: SignIn) -> None:
    both = factories.make_staff("examiner", "approver")
    case = factories.make_case(state="accepted")
    client = signed_in(both)
    client.post("/office/bulk/examine_case/", ticked(case))
    assert state(case) == "examined"
    answer = client.post("/office/bulk/approve_case/", ticked(case) | {"request_key": "l" * 24})
    assert answer.status_code == 200 and "未办理" in answer.content.decode()
    assert state(case) == "examined"


def test_no_tick_is_a_mistake_at_the_field_and_nobody_else_gets_in(item: ItemVersion, signed_in: SignIn) -> None:
    factories.make_case(state="examined")
    head = signed_in(factories.make_staff("window_head"))
    answer = head.post("/office/bulk/approve_case/", {"request_key": KEY, "reasons": "<b>typed</b>"})
    assert answer.status_code == 422 and 'href="#case-0"' in answer.content.decode()
    assert "&lt;b&gt;typed" in answer.content.decode()
    clerk = signed_in(factories.make_staff("window_clerk"))
    assert clerk.get("/office/bulk/approve_case/").status_code == 404
    assert clerk.get("/office/bulk/archive_case/").status_code == 200
    assert signed_in(factories.make_user()).get("/office/bulk/approve_case/").status_code == 403
    assert head.get("/office/bulk/terminate_case/").status_code == 404


def test_another_organs_case_is_not_done_in_bulk(item: ItemVersion, signed_in: SignIn) -> None:
    factories.make_item("Y1", organ="O2")
    other = factories.make_case(item="Y1", state="examined")
    head = signed_in(factories.make_staff("window_head"))
    assert other.number not in head.get("/office/bulk/approve_case/").content.decode()
    text = head.post("/office/bulk/approve_case/", ticked(other)).content.decode()
    assert "未办理" in text and state(other) == "examined"


def test_a_ready_text_is_added_without_a_script(item: ItemVersion, signed_in: SignIn) -> None:
    case = factories.make_case(state="accepted")
    examiner = signed_in(factories.make_staff("examiner"))
    assert "申请材料齐全" in examiner.get(f"/cases/{case.number}/do/examine_case/").content.decode()
    body = {"opinion": "grant", "reasons": "另见照片", "reasons-ready": "1", "request_key": KEY}
    assert examiner.post(f"/cases/{case.number}/do/examine_case/", body).status_code == 302
    assert case.hands.get(act="examine").reasons.startswith("另见照片\n申请材料齐全")
    for junk in ("0", "99", "x", "-1", "١"):
        assert examiner.post(f"/cases/{case.number}/do/examine_case/", body | {"reasons-ready": junk}).status_code < 500


def test_the_next_case_is_another_one_until_none_is_left(item: ItemVersion, signed_in: SignIn) -> None:
    cases = [factories.make_case(state="accepted") for _ in range(3)]
    examiner = signed_in(factories.make_staff("examiner"))
    seen, number = [], ""
    for _ in range(3):
        number = examiner.get(f"/office/next/?after={number}")["Location"].split("/")[2]
        seen.append(number)
    assert sorted(seen) == sorted(case.number for case in cases)
    other = signed_in(factories.make_staff("window_head"))
    assert other.get(f"/office/next/?after={cases[0].number}")["Location"] == "/office/"


@pytest.fixture
def late_and_soon(item: ItemVersion) -> tuple[Case, Case]:
    """A case past its promised day and one whose promise ends on the next working day."""
    now = factories.now()
    late = factories.make_case(state="accepted", at=now - timedelta(days=60))
    soon = factories.make_case(state="accepted")
    day = law.calendar().after(now.astimezone().date(), 1)
    Case.objects.filter(pk=soon.pk).update(promised_due_on=day, promised_due_at=None)
    return late, soon


def test_the_supervisor_sees_late_and_soon_by_organ(late_and_soon: tuple[Case, Case], signed_in: SignIn) -> None:
    late, soon = late_and_soon
    factories.make_case(state="accepted")
    supervisor = signed_in(factories.make_staff("supervision"))
    text = supervisor.get("/office/").content.decode()
    assert late.number in text and soon.number in text
    actor = factories.make_actor("supervision")
    (row,) = worklists.overview(actor, factories.now())
    assert (row["late"], row["due_soon"], row["total"]) == (1, 1, 3)
    for name, case in (("late", late), ("due_soon", soon)):
        link = f"/cases/?organ=O1&amp;list={name}"
        assert link in text
        shown = supervisor.get(link.replace("&amp;", "&")).content.decode()
        assert set(re.findall(r'href="/cases/(\d{6}-[\d-]+)/"', shown)) == {case.number}


def test_a_leader_on_duty_sees_what_only_a_leader_may_decide(item: ItemVersion, signed_in: SignIn) -> None:
    factories.make_item("H1", approver="organ_head")
    case, ordinary = (factories.make_case(item=code, state="examined") for code in ("H1", "X1"))
    client = signed_in(factories.make_staff("duty_leader"))
    assert set(worklists.LISTS) >= {"for_a_leader"}
    shown = client.get("/cases/?list=for_a_leader").content.decode()
    assert case.number in shown and ordinary.number not in shown
    page = client.get("/office/").content.decode()
    assert case.number in page and "待领导决定" in page
    assert client.get(f"/cases/{case.number}/do/approve_case/").status_code in (403, 404)
    other = signed_in(factories.make_staff("duty_leader", organ="O2"))
    assert (
        other.get(f"/cases/{case.number}/").status_code == 404
        and case.number not in other.get("/office/").content.decode()
    )


def test_an_inspector_reads_the_cases_of_the_own_organ_and_does_nothing(item: ItemVersion, signed_in: SignIn) -> None:
    case = factories.make_case(state="accepted")
    client = signed_in(factories.make_staff("inspector"))
    assert case.number in client.get("/office/").content.decode()
    text = client.get(f"/cases/{case.number}/").content.decode()
    assert "/do/" not in text and factories.RESIDENT_ID not in text
    assert signed_in(factories.make_staff("inspector", organ="O2")).get(f"/cases/{case.number}/").status_code == 404


TURNS = {
    "received": "window_clerk",
    "awaiting_correction": "applicant",
    "accepted": "examiner",
    "paused": "procedure",
    "examined": "window_head",
    "granted": "window_clerk",
    "withdrawn": "",
}


def test_whose_turn_it_is_is_told_in_lists_over_several_organs(item: ItemVersion, signed_in: SignIn) -> None:
    factories.make_item("N1", review="immediate", promised_limit="0 working_days")
    made = {state: factories.make_case(state=state) for state in TURNS}
    at_once = factories.make_case(item="N1", state="accepted")
    actor, now = factories.make_actor("supervision"), factories.now()
    turns = {row.number: row.turn for row in worklists.page(worklists.narrowed(actor, now), now)}
    assert turns == {made[state].number: who for state, who in TURNS.items()} | {at_once.number: "window_head"}
    text = signed_in(factories.make_staff("supervision")).get("/cases/").content.decode()
    assert text.count("轮到：首席代表（窗口负责人）") == 2


FIRST_PAGES = [role for role in Role if role not in (Role.CLOCK, Role.SYSTEM, Role.APPLICANT, Role.AGENT)]


@pytest.mark.parametrize("role", FIRST_PAGES)
def test_no_first_page_is_an_empty_dead_end(role: Role, item: ItemVersion, signed_in: SignIn) -> None:
    """Where there is a case, whoever may see cases has a way to it; whoever has none is told so, and where to go."""
    case = factories.make_case(state="accepted", at=factories.now() - timedelta(days=60))
    text = signed_in(factories.make_staff(role)).get("/office/").content.decode()
    if "view_case" in GRANTS.get(role, ()):
        assert case.number in text or "/cases/?organ=O1" in text or "/cases/?list=" in text
    elif "view_questions" in GRANTS.get(role, ()):
        assert "/office/questions/?list=unowned" in text and case.number not in text
    else:
        assert 'href="/items/"' in text.split("<main")[1] and case.number not in text


def test_who_may_confirm_a_notice_is_told_that_one_waits(item: ItemVersion, signed_in: SignIn) -> None:
    enters, confirms = factories.make_staff("committee"), factories.make_staff("legal_office")
    day = date(2030, 2, 4)
    calendar.declare_emergency_day(
        day=day, name="暴雪", basis="示例政发〔2030〕1号", by=actor_of_staff(enters), at=factories.now()
    )
    assert "等待您复核" in signed_in(confirms).get("/office/").content.decode()
    for person in (enters, factories.make_staff("supervision")):
        assert "等待您复核" not in signed_in(person).get("/office/").content.decode()
