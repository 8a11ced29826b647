"""The pages of an application with a rich form: conditions, groups, addresses; both languages; what it costs."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.web.test_schema_form import SCHEMA
from yimen.rooms.cases import queries
from yimen.rooms.cases.models import Case, Draft
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity.models import Staff, User

type SignIn = Callable[[User | Staff], Client]

WHO = {"kind": "organisation", "name": "<script>alert(1)</script>面馆", "id_number": factories.CREDIT_CODE}
MOST_QUERIES = 14


@pytest.fixture
def client(item: ItemVersion, signed_in: SignIn) -> Client:
    factories.make_item("R1", form_schema=SCHEMA)
    return signed_in(factories.make_user())


def begin(client: Client) -> str:
    where = client.post("/items/R1/apply/", WHO)["Location"]
    return str(where).rsplit("/", 2)[0] + "/"


def page_with(client: Client, draft: str, field: str) -> str:
    """The path of the page that asks for `field`."""
    for number in range(1, 9):
        answer = client.get(f"{draft}q{number}/")
        if answer.status_code == 200 and f'name="{field}"' in answer.content.decode():
            return f"{draft}q{number}/"
    raise AssertionError(f"no page asks for {field}")


def content() -> Any:
    return queries.draft_content(Draft.objects.get())


def test_a_condition_brings_a_page_and_takes_it_away(client: Client) -> None:
    draft = begin(client)
    client.post(draft + "q1/", {"form-kind": "stall", "pause": "1"})
    market = page_with(client, draft, "form-market")
    client.post(market, {"form-market": "东关市场"})
    assert content()["answers"]["market"] == "东关市场"
    client.post(draft + "q1/", {"form-kind": "shop"})
    with pytest.raises(AssertionError):
        page_with(client, draft, "form-market")
    page_with(client, draft, "form-rent")
    assert client.post(draft + "check/").status_code == 302
    assert Case.objects.get().form == {"kind": "shop"}


def test_rows_and_lists_work_without_scripts(client: Client) -> None:
    draft = begin(client)
    page = page_with(client, draft, "form-staff.rows")
    kind = {"form-kind": "shop"} if 'name="form-kind"' in client.get(page).content.decode() else {}
    again = client.post(page, {**kind, "form-staff.rows": "1", "form-staff.0.name": "甲", "row": "add:form-staff"})
    assert again["Location"] == page
    text = client.get(page).content.decode()
    assert 'name="form-staff.1.name"' in text and 'value="甲"' in text
    client.post(page, {**kind, "form-staff.rows": "2", "form-staff.1.name": "乙", "row": "remove:form-staff.0"})
    assert content()["answers"]["staff"] == [{"name": "乙"}]
    place = page_with(client, draft, "form-place")
    client.post(place, {**kind, "form-place": "37", "refine": "form-place"})
    assert ">聊城市</option>" in client.get(place).content.decode()
    refused = client.post(place, {**kind, "form-place": "37", "form-place.1": "3715"})
    assert refused.status_code == 422 and 'href="#form-place"' in refused.content.decode()
    client.post(place, {**kind, "form-place": "37", "form-place.1": "3715", "form-place.2": "371502"})
    client.post(
        draft + "q1/", {"form-kind": "shop", "form-place": "37", "form-place.1": "3715", "form-place.2": "371502"}
    )
    assert "山东省聊城市东昌府区" in client.get(draft + "check/").content.decode()


def test_what_is_typed_never_runs(client: Client) -> None:
    draft = begin(client)
    evil = '"><img src=x onerror=alert(1)>'
    client.post(
        draft + "q1/", {"form-kind": evil, "form-capital": evil, "form-staff.rows": "1", "form-staff.0.name": evil}
    )
    for page in ("who/", "q1/", "m1/", "check/"):
        text = client.get(draft + page).content.decode()
        assert "<script>alert" not in text and "<img src=x" not in text


def test_pages_in_english_hold_no_chinese_of_ours(client: Client) -> None:
    draft = begin(client)
    client.post("/language/", {"language": "en", "next": "/"})
    for page in ("who/", "q1/", "m1/", "check/", "discard/"):
        text = client.get(draft + page).content.decode()
        for word in ("草稿", "保存", "继续", "修改", "删除", "核对", "提交", "材料", "上传"):
            assert word not in re.sub(r'lang="zh-Hans">[^<]*<', "", text), (page, word)


def test_one_page_costs_few_questions(client: Client) -> None:
    draft = begin(client)
    client.get(draft + "q1/")
    for page in ("who/", "q1/", "m1/", "check/"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(draft + page)
        assert len(asked) <= MOST_QUERIES, (page, [q["sql"][:90] for q in asked])


def test_a_page_that_is_not_there_leads_on(client: Client) -> None:
    draft = begin(client)
    for junk in ("q99/", "nonsense/", "m0/"):
        assert client.get(draft + junk)["Location"].startswith(draft)
    assert client.get("/drafts/zz/").status_code == 404


def test_a_guide_that_changed_meanwhile_is_said(client: Client) -> None:
    draft = begin(client)
    assert "指南有变化" not in client.get(draft + "who/").content.decode()
    old = ItemVersion.objects.get(item__code="R1")
    Draft.objects.update(item_version=ItemVersion.objects.exclude(pk=old.pk).first())
    # (A draft of X1 now: its own guide is what is shown, and nothing has changed for it.)
    assert "示例许可" in client.get(draft + "who/").content.decode()


def test_the_counter_keeps_its_single_page(client: Client, signed_in: SignIn) -> None:
    clerk = signed_in(factories.make_staff("window_clerk"))
    where = "/desk/new/?item=R1"
    text = clerk.get(where).content.decode()
    assert 'name="form-staff.rows"' in text and 'name="form-place"' in text
    typed = {
        "item": "R1",
        "kind": "person",
        "name": "王五",
        "form-kind": "shop",
        "form-place": "37",
        "form-staff.rows": "1",
    }
    drawn = clerk.post(where, {**typed, "row": "add:form-staff"})
    assert drawn.status_code == 200 and 'name="form-staff.1.name"' in drawn.content.decode()
    assert ">聊城市</option>" in drawn.content.decode() and "王五" in drawn.content.decode()
    assert Case.objects.count() == 0
