"""Figures of a month by organ and by hall: each is as long as its list, in any role; taken away, no cell computes."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tests import factories
from yimen.facts import overview
from yimen.facts.overview import FIGURES, Month
from yimen.ground.engines import sheets
from yimen.rooms.cases.models import Case
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity.models import Hall, Organ, Staff, User, Window
from yimen.rooms.identity.rules.applicants import ApplicantData
from yimen.rooms.identity.rules.roles import CENTRE_WIDE, GRANTS

type SignIn = Callable[[User | Staff], Client]
COMPANY = ApplicantData("示例公司", "organisation", "credit_code", factories.CREDIT_CODE, "13800000000")
OVERSEERS = [role for role, verbs in GRANTS.items() if "view_figures" in verbs]
STATES = ("received", "awaiting_correction", "voided", "paused", "granted", "refused", "withdrawn", "archived")


@pytest.fixture
def cases(item: ItemVersion) -> dict[str, Case]:
    """A case in each state, one of another organ, and two of the month before of which one was decided late."""
    factories.make_item("Y1", organ="O2")
    made = {state: factories.make_case(state=state) for state in STATES}
    made["other"] = factories.make_case(item="Y1", state="accepted", applicant=COMPANY)
    month = Month.of(date.today())
    before = month.before.first + timedelta(days=14)
    for name, state in (("old", "accepted"), ("late", "granted")):
        made[name] = factories.make_case(state=state)
        Case.objects.filter(pk=made[name].pk).update(received_on=before)
    Case.objects.filter(pk=made["late"].pk).update(promise_kept=False)
    return made


def shown(text: str) -> set[str]:
    return set(re.findall(r'href="/cases/(\d{6}-[\d-]+)/"', text))


def numbers(cases: dict[str, Case], *names: str) -> set[str]:
    return {cases[name].number for name in names}


def test_what_each_figure_counts(cases: dict[str, Case]) -> None:
    actor, month = factories.make_actor("supervision"), Month.of(date.today())

    def found(figure: str, which: Month = month, **more: str) -> set[str]:
        return set(overview.cases(actor, figure, which, **more).values_list("number", flat=True))

    ended = numbers(cases, "granted", "refused", "withdrawn", "archived", "late")
    still = numbers(cases, "received", "awaiting_correction", "paused", "other", "old")
    assert found("received") == (ended | still) - numbers(cases, "old", "late")
    assert found("received", month.before) == numbers(cases, "old", "late")
    assert found("running") == still
    assert found("running", month.before) == numbers(cases, "old", "late")
    assert found("finished") == ended
    assert found("early") == numbers(cases, "granted", "refused", "archived")
    assert found("late") == numbers(cases, "late")
    assert found("corrections") == numbers(cases, "awaiting_correction")
    assert found("pauses") == numbers(cases, "paused")
    assert found("running", applicant="organisation") == numbers(cases, "other")
    assert found("running", organ="O2") == numbers(cases, "other")
    assert not found("finished", month.before)


def test_on_the_promised_day_is_neither_early_nor_late(cases: dict[str, Case]) -> None:
    case = cases["granted"]
    Case.objects.filter(pk=case.pk).update(promised_due_on=Case.objects.get(pk=case.pk).decided_on)
    actor, month = factories.make_actor("supervision"), Month.of(date.today())
    for figure in ("early", "late"):
        assert case.number not in set(overview.cases(actor, figure, month).values_list("number", flat=True))


def test_a_case_keeps_the_day_on_which_it_ended(cases: dict[str, Case]) -> None:
    for name, case in cases.items():
        fresh = Case.objects.get(pk=case.pk)
        is_open = fresh.state in ("received", "awaiting_correction", "accepted", "examined")
        assert (fresh.ended_on is None) == is_open, name


@pytest.mark.parametrize("role", OVERSEERS)
def test_every_figure_of_every_role_counts_its_list(role: str, cases: dict[str, Case]) -> None:
    actor, month = factories.make_actor(role), Month.of(date.today())
    lines = overview.by_organ(actor, month)
    assert [line.code for line in lines] == (["O1", "O2", ""] if role in CENTRE_WIDE else ["O1"])
    for line in lines:
        for figure, (now, before) in line.figures.items():
            for number, which in ((now, month), (before, month.before)):
                assert overview.cases(actor, figure, which, organ=line.code).count() == number, (line.code, figure)


@pytest.mark.parametrize("role", ["organ_head", "supervision"])
def test_every_figure_opens_its_cases(role: str, cases: dict[str, Case], signed_in: SignIn) -> None:
    client = signed_in(factories.make_staff(role))
    text = client.get("/office/overview/").content.decode()
    links = re.findall(r'<a href="([a-z]+/\?[^"]+)"[^>]* aria-label="[^"]*: (\d+)"', text)
    assert len(links) == len(FIGURES) * (3 if role in CENTRE_WIDE else 1)
    for href, number in links[-len(FIGURES) :]:
        page = client.get(f"/office/overview/{href.replace('&amp;', '&')}").content.decode()
        assert len(shown(page)) == int(number), href
    others = client.get("/office/overview/running/?organ=O2").content.decode()
    assert (cases["other"].number in others) == (role in CENTRE_WIDE)


@pytest.fixture
def halls(cases: dict[str, Case]) -> dict[str, Hall]:
    """Two windows of the first hall and one of a platform; most cases are at no window."""
    first = Hall.objects.create(name="一楼大厅")
    platform = Hall.objects.create(name="环保审批平台", is_secondary_platform=True)
    organ = Organ.objects.get(code="O1")
    for hall, number, names in (
        (first, "01", ("received", "late")),
        (first, "02", ("granted",)),
        (platform, "01", ("paused", "other")),
    ):
        window = Window.objects.create(hall=hall, number=number, organ=organ)
        Case.objects.filter(pk__in=[cases[name].pk for name in names]).update(handling_window=window)
    return {"first": first, "platform": platform}


@pytest.mark.clause("3.1c")
@pytest.mark.parametrize("role", OVERSEERS)
def test_every_figure_of_every_hall_counts_its_list(role: str, cases: dict[str, Case], halls: dict[str, Hall]) -> None:
    actor, month = factories.make_actor(role), Month.of(date.today())
    lines = overview.by_hall(actor, month)
    first, platform = str(halls["first"].pk), str(halls["platform"].pk)
    assert [(line.code, line.platform) for line in lines] == [
        (first, False),
        (platform, True),
        (overview.NO_HALL, False),
        ("", False),
    ]
    for line in lines:
        for figure, (now, before) in line.figures.items():
            for number, which in ((now, month), (before, month.before)):
                assert overview.cases(actor, figure, which, hall=line.code).count() == number, (line.code, figure)
    found = set(overview.cases(actor, "received", month, hall=platform).values_list("number", flat=True))
    assert found == numbers(cases, "paused", *(["other"] if role in CENTRE_WIDE else []))
    assert lines[0].figures["finished"] == (2, 0) and lines[0].figures["late"] == (1, 0)
    whole = overview.by_organ(actor, month)[-1]
    assert lines[-1].figures == whole.figures  # no case is in two halls, and none in no line


@pytest.mark.clause("3.1c")
def test_the_halls_page_opens_its_lists_and_is_taken_away(
    cases: dict[str, Case], halls: dict[str, Hall], signed_in: SignIn
) -> None:
    client = signed_in(factories.make_staff("supervision"))
    text = client.get("/office/overview/?by=hall").content.decode()
    assert "环保审批平台" in text and "一楼大厅" in text and "部门O2" not in text
    links = re.findall(r'<a href="([a-z]+/\?[^"]+)"[^>]* aria-label="[^"]*: (\d+)"', text)
    assert len(links) == len(FIGURES) * 4
    for href, number in links:
        page = client.get(f"/office/overview/{href.replace('&amp;', '&')}").content.decode()
        assert len(shown(page)) == int(number), href
    rows = list(csv.reader(io.StringIO(client.get("/office/overview/?by=hall&as=csv").content.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:3]] == ["一楼大厅", "环保审批平台"] and len(rows) == 5
    assert rows[1][0] != rows[2][0] and rows[3][0] == ""
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/office/overview/?by=hall&as=xlsx").content))
    assert book.get_sheet_by_index(0).to_python()[2][1] == "环保审批平台"
    for junk in ("x", "0", "9" * 30, "²", "%00"):
        assert not shown(client.get(f"/office/overview/received/?hall={junk}&by=hall").content.decode())


def test_one_hall_costs_as_many_queries_as_three(cases: dict[str, Case], halls: dict[str, Hall]) -> None:
    actor, lines, costs = factories.make_actor("committee"), [], []
    for moved in (False, True):
        if moved:
            Case.objects.update(handling_window=Window.objects.order_by("pk").first())
        with CaptureQueriesContext(connection) as asked:
            lines.append(len(overview.by_hall(actor, Month.of(date.today()))))
        costs.append(len(asked))
    assert (lines, costs) == ([4, 1], [15, 15])


@pytest.mark.parametrize("role", ["window_clerk", "examiner", "approver", "inspector", "admin", "finance"])
def test_who_answers_for_own_work_only_has_no_figures(role: str, item: ItemVersion, signed_in: SignIn) -> None:
    client = signed_in(factories.make_staff(role))
    for address in ("/office/overview/", "/office/overview/late/", "/office/overview/?as=csv"):
        assert client.get(address).status_code == 403
    assert "/office/overview/" not in client.get("/office/").content.decode()


def test_one_organ_costs_as_many_queries_as_three(cases: dict[str, Case]) -> None:
    committee, head = factories.make_actor("committee"), factories.make_actor("organ_head", organ="O2")
    lines, costs = [], []
    for actor in (head, committee):
        with CaptureQueriesContext(connection) as asked:
            lines.append(len(overview.by_organ(actor, Month.of(date.today()))))
        costs.append(len(asked))
    assert (lines, costs) == ([1, 3], [15, 15])


@pytest.mark.parametrize("junk", ["", "2026-13", "abcd", "1989-12", "9999-01", "２０２６-０１", "2026-1-1", "\x00"])
def test_a_month_that_is_none_is_this_month(junk: str) -> None:
    assert Month.parse(junk, date(2026, 11, 24)) == Month(date(2026, 11, 1))


def test_months_follow_each_other() -> None:
    december = Month(date(2026, 12, 1))
    assert (december.last, december.after.first, december.before.last) == (
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2026, 11, 30),
    )
    assert Month.parse("2024-02", date(2026, 1, 1)).last == date(2024, 2, 29)


def test_taken_away_no_cell_is_a_formula(cases: dict[str, Case], signed_in: SignIn) -> None:
    Organ.objects.filter(code="O1").update(name='=HYPERLINK("http://x";"甲")')
    client = signed_in(factories.make_staff("committee"))
    answer = client.get("/office/overview/?as=csv")
    assert answer["Content-Type"] == sheets.CSV and "attachment" in answer["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][:2] == ["O1", '\'=HYPERLINK("http://x";"甲")'] and len(rows) == 4
    assert len(rows[0]) == 2 + 2 * len(FIGURES)
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/office/overview/?as=xlsx").content))
    sheet = book.get_sheet_by_index(0).to_python()
    assert sheet[1][1].startswith("=HYPERLINK") and isinstance(sheet[1][2], float | int)
    listed = client.get("/office/overview/running/?as=csv").content.decode("utf-8-sig")
    assert cases["other"].number in listed and "示例公司" not in listed and "张三" not in listed
    assert client.get("/office/overview/?as=exe").status_code == 404
    assert client.get("/office/overview/nothing/").status_code == 404


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", " =1", "＝1", "\r1"])
def test_what_a_spreadsheet_would_compute_gets_an_apostrophe(text: str) -> None:
    assert sheets.harmless(text) == f"'{text}"
    assert (sheets.harmless(-1), sheets.harmless("1-2"), sheets.harmless(None)) == ("-1", "1-2", "")
