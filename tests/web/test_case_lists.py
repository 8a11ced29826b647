"""The list of cases with many rows: every case once over its pages, found by text, never beyond the own scope."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from yimen.facts import worklists
from yimen.rooms.cases import policy, queries
from yimen.rooms.cases.models import Case
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.documents.models import Document
from yimen.rooms.identity.models import Applicant, Organ, Staff, User
from yimen.rooms.identity.queries import actor_of_user
from yimen.rooms.identity.rules.applicants import ApplicantData

type SignIn = Callable[[User | Staff], Client]
ROW = re.compile(r'<a href="/cases/([\w-]+)/" class="num')
NEXT = re.compile(r'href="\?([^"]*after=[^"]*)"')


def copies(case: Case, many: int) -> list[str]:
    """So many more rows like this case, two on each day of receipt; their numbers."""
    fields = {f.attname: getattr(case, f.attname) for f in Case._meta.concrete_fields if not f.primary_key}
    rows = []
    for n in range(many):
        day = case.received_on - timedelta(days=n // 2)
        rows.append(Case(**fields | {"number": f"COPY-{n:04}", "received_on": day}))
    return [row.number for row in Case.objects.bulk_create(rows)]


def rows_of(client: Client, address: str) -> tuple[list[str], str]:
    text = client.get(address).content.decode()
    following = NEXT.search(text)
    return ROW.findall(text), following[1].replace("&amp;", "&") if following else ""


@pytest.mark.parametrize("name", ["", "running", "to_accept"])
def test_every_case_stands_once_on_the_pages(item: ItemVersion, signed_in: SignIn, name: str) -> None:
    case = factories.make_case(state="received")
    numbers = [case.number, *copies(case, 60)]
    clerk = signed_in(factories.make_staff("window_clerk"))
    first, following = rows_of(clerk, f"/cases/?list={name}")
    second, end = rows_of(clerk, f"/cases/?{following}")
    assert (len(first), len(second), end) == (50, 11, "")
    assert sorted(first + second) == sorted(numbers)
    days = dict(Case.objects.values_list("number", "received_on"))
    shown = [days[number] for number in first + second]
    assert name or shown == sorted(shown, reverse=True)
    assert rows_of(clerk, "/cases/?after=2020-13-77_x")[0] == rows_of(clerk, "/cases/")[0]


def test_a_page_costs_the_same_with_one_row_and_with_three(item: ItemVersion, signed_in: SignIn) -> None:
    clerk = signed_in(factories.make_staff("window_clerk"))
    case = factories.make_case(state="received", at=factories.now() - timedelta(days=30))  # by silence: accepted
    asked = []
    for more in (0, 0, 2):  # the first fills what the process keeps
        copies(case, more)
        with CaptureQueriesContext(connection) as captured:
            assert clerk.get("/cases/").status_code == 200
        asked.append(len(captured))
    assert asked[1] == asked[2]
    assert not any("id_number" in query["sql"] or '"form"' in query["sql"] for query in captured.captured_queries)


def test_a_row_says_what_the_law_says(item: ItemVersion) -> None:
    case = factories.make_case(state="received", at=factories.now() - timedelta(days=30))
    at = factories.now()
    seen = queries.as_the_law_sees(queries.load(case.number), at)
    (row,) = worklists.page(queries.visible_to(factories.make_actor("supervision")), at)
    assert (row.state, row.due_on) == ("accepted", seen.promised_due_on)
    assert row.days_left is not None and row.days_left < 0 and row.overdue
    assert row.turn == "examiner"


def test_names_are_shown_as_text_and_organs_in_the_readers_language(item: ItemVersion, signed_in: SignIn) -> None:
    factories.make_case(applicant=ApplicantData("<b>甲</b>", id_number=factories.RESIDENT_ID))
    Organ.objects.filter(code="O1").update(name="示例局", name_en="Sample Bureau")
    clerk = signed_in(factories.make_staff("window_clerk"))
    text = clerk.get("/cases/").content.decode()
    assert "&lt;b&gt;甲" in text and "<b>甲" not in text and "· 示例局" in text
    clerk.cookies["django_language"] = "en"
    assert "· Sample Bureau" in clerk.get("/cases/").content.decode()


@pytest.mark.parametrize("many", [500, 0])
def test_a_text_finds_number_or_name_within_the_scope(
    item: ItemVersion, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(worklists, "MANY", many)
    factories.make_item("Y1", organ="O2")
    mine = factories.make_case(applicant=ApplicantData("聊城张三餐饮", "organisation"))
    other = factories.make_case(item="Y1", applicant=ApplicantData("李四餐饮abc", "organisation"))
    clerk = signed_in(factories.make_staff("window_clerk"))
    supervisor = signed_in(factories.make_staff("supervision"))
    assert rows_of(clerk, "/cases/?q=餐饮")[0] == [mine.number]
    assert sorted(rows_of(supervisor, "/cases/?q=餐饮")[0]) == sorted([mine.number, other.number])
    assert rows_of(supervisor, "/cases/?q=ABC")[0] == [other.number]
    assert rows_of(clerk, f"/cases/?q={mine.number[7:]}")[0] == [mine.number]
    assert rows_of(clerk, f"/cases/?q={other.number}")[0] == []
    assert rows_of(clerk, "/cases/?q=%25")[0] == rows_of(clerk, "/cases/?q=nobody")[0] == []
    assert rows_of(clerk, "/cases/?q=张三&state=archived")[0] == []


@pytest.fixture
def three(item: ItemVersion) -> list[Case]:
    """A received case with an untold notice, one awaiting correction, one that ended; all but the last of O1."""
    factories.make_item("Y1", organ="O2")
    made = [factories.make_case(state=state) for state in ("received", "awaiting_correction")]
    Document.objects.create(
        kind="correction", number="T-1", subject=f"case:{made[0].number}", data={}, made_at=factories.now()
    )
    return [*made, factories.make_case(state="delivered", item="Y1")]


def test_counts_say_how_long_each_list_is(three: list[Case]) -> None:
    at = factories.now()
    for role in ("supervision", "window_head", "examiner", "duty_leader"):
        actor = factories.make_actor(role)
        with CaptureQueriesContext(connection) as captured:
            counted = worklists.counts(actor, list(worklists.LISTS), at)
        assert len([query for query in captured.captured_queries if "cases_case" in query["sql"]]) == 1
        assert counted == {name: worklists.narrowed(actor, at, name=name).count() for name in worklists.LISTS}
    assert worklists.counts(factories.make_actor("supervision"), ["untold"], at) == {"untold": 1}
    assert worklists.counts(factories.make_actor("supervision"), [], at) == {}


def test_the_overview_of_organs_counts_open_and_finished(three: list[Case]) -> None:
    with CaptureQueriesContext(connection) as captured:
        first, second = worklists.overview(factories.make_actor("supervision"), factories.now())
    assert (first["code"], first["total"], first["running"], first["awaiting"], first["finished"]) == ("O1", 2, 2, 1, 0)
    assert (second["code"], second["total"], second["running"], second["finished"]) == ("O2", 1, 0, 1)
    assert len([query for query in captured.captured_queries if "cases_case" in query["sql"]]) == 2
    (own,) = worklists.overview(factories.make_actor("window_head"), factories.now())
    assert own["total"] == 2


def test_an_account_sees_its_own_cases_by_every_way_and_no_other(item: ItemVersion) -> None:
    user = factories.make_user()
    handed_in, named, foreign = factories.make_case(user=user), factories.make_case(), factories.make_case()
    Applicant.objects.filter(pk=named.applicant_id).update(user=user)
    actor = actor_of_user(user, at=timezone.now())
    assert set(queries.visible_to(actor)) == {handed_in, named}
    assert [policy.may_see(actor, case) for case in (handed_in, named, foreign)] == [True, True, False]
    assert list(queries.visible_to(actor).filter(state="received").order_by("-id")[:1]) == [named]
