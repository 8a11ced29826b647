"""Two windows, two clicks: one draft, one case, and no text that the other window overwrites."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.web.test_schema_form import SCHEMA
from yimen.rooms.cases import queries
from yimen.rooms.cases.models import Case, Draft
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity.models import Staff, User

type SignIn = Callable[[User | Staff], Client]

APPLY = "/items/R1/apply/"
WHO = {"kind": "organisation", "name": "甲面馆", "id_number": factories.CREDIT_CODE, "phone": "", "email": ""}


@pytest.fixture
def client(item: ItemVersion, signed_in: SignIn) -> Client:
    factories.make_item("R1", form_schema=SCHEMA)
    return signed_in(factories.make_user())


def hidden(client: Client, path: str) -> dict[str, str]:
    """What the page sends along: its key, or the version and the base that it was made from."""
    text = client.get(path).content.decode()
    found = re.findall(r'name="(request_key|version|base)"(?: id="[^"]*")? value="([^"]*)"', text)
    return dict(found)


def content() -> Any:
    return queries.draft_content(Draft.objects.get())


def test_two_clicks_begin_one_draft(client: Client) -> None:
    key = hidden(client, APPLY)
    assert set(key) == {"request_key"}
    first, second = (client.post(APPLY, WHO | key) for _click in range(2))
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Draft.objects.count() == 1
    # Another opened page is another application.
    client.post(APPLY, WHO | hidden(client, APPLY))
    assert Draft.objects.count() == 2


def test_going_back_and_sending_again_corrects_the_same_draft(client: Client) -> None:
    key = hidden(client, APPLY)
    client.post(APPLY, WHO | key)
    client.post(APPLY, {**WHO, **key, "name": "乙面馆"})
    assert content()["who"]["name"] == "乙面馆"
    # It went on meanwhile: both texts, and the one that is saved stays.
    answer = client.post(APPLY, {**WHO, **key, "name": "丙面馆"})
    text = answer.content.decode()
    assert answer.status_code == 409 and "乙面馆" in text and "丙面馆" in text
    assert content()["who"]["name"] == "乙面馆"


@pytest.fixture
def draft(client: Client) -> str:
    where = str(client.post(APPLY, WHO)["Location"])
    return where.rsplit("/", 2)[0] + "/"


def test_a_second_window_shows_both_texts_and_lets_choose(client: Client, draft: str) -> None:
    page = draft + "who/"
    mine = theirs = hidden(client, page)
    assert set(mine) == {"version", "base"}
    client.post(page, {**WHO, **theirs, "name": "甲二"})
    answer = client.post(page, {**WHO, **mine, "name": "甲一<b>"})
    text = answer.content.decode()
    assert answer.status_code == 409 and "甲二" in text and "甲一&lt;b&gt;" in text
    assert 'value="甲一&lt;b&gt;"' in text and "统一社会信用代码" not in text  # only what differs is shown
    assert content()["who"]["name"] == "甲二"
    now = dict(re.findall(r'name="(version|base)" value="([^"]*)"', text))
    assert client.post(page, {**WHO, **now, "name": "甲一<b>"}).status_code == 302
    assert content()["who"]["name"] == "甲一<b>"


def test_wrong_answers_do_not_hide_the_other_window(client: Client, draft: str) -> None:
    page, mine = draft + "who/", hidden(client, draft + "who/")
    client.post(page, {**WHO, "name": "甲二"})
    assert client.post(page, {**WHO, **mine, "id_number": "1"}).status_code == 409


def test_another_page_in_another_window_disturbs_nobody(client: Client, draft: str) -> None:
    old = hidden(client, draft + "q1/")
    client.post(draft + "who/", {**WHO, "name": "乙"})
    assert client.post(draft + "q1/", {**old, "form-kind": "shop"}).status_code == 302
    found = content()
    assert (found["who"]["name"], found["answers"]["kind"]) == ("乙", "shop")
    # The same text sent twice (a double click) is no quarrel either.
    assert client.post(draft + "q1/", {**old, "form-kind": "shop"}).status_code == 302


def test_a_page_saves_itself_quietly(client: Client, draft: str) -> None:
    old = hidden(client, draft + "q1/")
    answer = client.post(draft + "q1/", {**old, "form-kind": "shop", "form-rent": "x", "quiet": "1"})
    text = answer.content.decode()
    assert answer.status_code == 200 and 'id="saved"' in text and "<html" not in text
    assert content()["answers"]["kind"] == "shop"
    now = dict(re.findall(r'name="(version|base)" id="[^"]*" value="([^"]*)"', text))
    assert now["version"] == str(int(old["version"]) + 1)
    assert client.post(draft + "q1/", {**now, "form-kind": "stall", "quiet": "1"}).status_code == 200
    late = client.post(draft + "q1/", {**old, "form-kind": "shop", "form-rent": "9", "quiet": "1"})
    assert late.status_code == 409 and "<html" not in late.content.decode()
    assert content()["answers"]["kind"] == "stall"
    # Half an applicant may be kept on the way, too.
    assert client.post(draft + "who/", {"kind": "person", "name": "", "quiet": "1"}).status_code == 200


def test_two_clicks_hand_in_one_case(client: Client, draft: str) -> None:
    client.post(draft + "q1/", {"form-kind": "shop"})
    first, second = (client.post(draft + "check/") for _click in range(2))
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1
