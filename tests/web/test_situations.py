"""The questions about the situation where somebody applies: online, at the counter, and on the pages of the case."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import factories
from yimen.rooms.cases import queries
from yimen.rooms.cases.models import Case, Draft
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.guides.models import GuideDetail
from yimen.rooms.identity.models import Staff, User

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.4a")]
type SignIn = Callable[[User | Staff], Client]
WHO = {"kind": "organisation", "name": "甲面馆", "id_number": factories.CREDIT_CODE}
KIND = {
    "code": "kind",
    "question": "办理哪一种？<script>",
    "answers": [
        {"code": "new", "text": "新办", "materials": {"M2": "required"}},
        {"code": "change", "text": "变更", "materials": {"M2": "not_needed"}, "charges": "工本费十元"},
    ],
}
PLACE = {
    "code": "place",
    "question": "场所有变化吗？",
    "answers": [{"code": "yes", "text": "有"}, {"code": "no", "text": "没有"}],
}
NEW, CHANGE = {"s.kind": "new", "s.place": "yes"}, {"s.kind": "change", "s.place": "no"}


@pytest.fixture
def asked(item: ItemVersion) -> ItemVersion:
    """Item S1, whose guide asks two questions; M2 is optional until an answer says otherwise."""
    version = factories.make_item("S1")
    GuideDetail.objects.create(version=version, situations=[KIND, PLACE])
    return version


@pytest.fixture
def client(asked: ItemVersion, signed_in: SignIn) -> Client:
    return signed_in(factories.make_user())


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def begin(client: Client, answers: dict[str, str] = NEW) -> str:
    """The path of a draft whose first page is answered."""
    where = str(client.post("/items/S1/apply/", answers)["Location"])
    assert where.endswith("/who/")
    return where.removesuffix("who/")


def content() -> Any:
    return queries.draft_content(Draft.objects.get())


def pdf(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, factories.PDF, "application/pdf")


def test_the_questions_come_first_and_are_escaped(client: Client) -> None:
    page = text(client, "/items/S1/apply/?s.kind=change").split("<main")[1]
    assert "办理哪一种？&lt;script&gt;" in page and "场所有变化吗？" in page and 'name="name"' not in page
    assert re.search(r'name="s.kind" value="change" checked', page)


def test_an_item_that_asks_nothing_begins_with_who(client: Client) -> None:
    page = text(client, "/items/X1/apply/")
    assert 'name="name"' in page and 'name="s.' not in page


@pytest.mark.parametrize("answers", [{}, {"s.kind": "new"}, {"s.kind": "other", "s.place": "yes"}])
def test_every_question_wants_an_answer_that_the_guide_knows(client: Client, answers: dict[str, str]) -> None:
    refused = client.post("/items/S1/apply/", answers)
    page = refused.content.decode()
    assert refused.status_code == 422 and not Draft.objects.exists()
    assert 'href="#situation-0"' in page or 'href="#situation-1"' in page


def test_the_pages_follow_the_answers_and_the_case_keeps_them(client: Client) -> None:
    draft = begin(client)
    client.post(draft + "who/", WHO)
    assert "补充说明" in text(client, draft + "m2/")
    client.post(draft + "m2/", {"file": pdf("说明.pdf")})
    client.post(draft + "m1/", {"file": pdf("申请书.pdf")})
    changed = client.post(draft + "situation/?from=check", CHANGE)
    assert changed["Location"] == draft + "check/"
    assert client.get(draft + "m2/").status_code == 302  # this situation does not ask for it
    page = text(client, draft + "check/")
    assert "补充说明" not in page and "变更" in page and "工本费十元" in page
    assert [file["name"] for file in content()["materials"]["M2"]] == ["说明.pdf"]  # kept for another answer
    assert client.post(draft + "check/").status_code == 302
    case = Case.objects.get()
    assert case.situation == {"kind": "change", "place": "no"}
    assert [m.code for m in case.materials.all()] == ["M1"]


def test_going_back_to_the_first_answer_brings_the_upload_back(client: Client) -> None:
    draft = begin(client)
    client.post(draft + "who/", WHO)
    client.post(draft + "m2/", {"file": pdf("说明.pdf")})
    for answers in (CHANGE, NEW):
        client.post(draft + "situation/", answers)
    assert "说明.pdf" in text(client, draft + "m2/")
    client.post(draft + "check/")
    assert [m.code for m in Case.objects.get().materials.all()] == ["M2"]


def test_what_an_answer_requires_is_told_as_missing(client: Client) -> None:
    draft = begin(client)
    client.post(draft + "who/", WHO)
    missing = text(client, draft + "check/").split('class="notice"')[-1]
    assert "补充说明" in missing
    client.post(draft + "situation/", CHANGE)
    assert "补充说明" not in text(client, draft + "check/")


def test_unanswered_questions_keep_an_application_back(client: Client) -> None:
    draft = begin(client)
    client.post(draft + "who/", WHO)
    client.post(draft + "situation/", {"s.kind": "new", "pause": "1"})
    refused = client.post(draft + "check/")
    assert refused.status_code == 422 and 'href="#situation-1"' in refused.content.decode()
    assert not Case.objects.exists()


def test_two_windows_show_both_situations(client: Client) -> None:
    draft = begin(client)
    page = text(client, draft + "situation/")
    old = dict(re.findall(r'name="(version|base)" id="[^"]*" value="([^"]*)"', page))
    client.post(draft + "situation/", CHANGE)
    answer = client.post(draft + "situation/", {**old, "s.kind": "new", "s.place": "no"})
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "新办" in shown and "变更" in shown and "没有" not in shown
    assert content()["situation"] == {"kind": "change", "place": "no"}


def test_the_pages_of_the_case_tell_the_situation_and_its_charges(asked: ItemVersion, signed_in: SignIn) -> None:
    user = factories.make_user()
    mine = signed_in(user)
    draft = begin(mine, CHANGE)
    mine.post(draft + "who/", WHO)
    mine.post(draft + "check/")
    number = Case.objects.get().number
    clerk = signed_in(factories.make_staff("window_clerk"))
    for page in (text(mine, f"/my/{number}/"), text(clerk, f"/cases/{number}/")):
        assert "办理哪一种？&lt;script&gt;" in page and "变更" in page and "工本费十元" in page
    assert "补充说明" not in text(clerk, f"/cases/{number}/")  # neither shown as missing nor offered


# At the counter.


@pytest.fixture
def desk(asked: ItemVersion, signed_in: SignIn) -> Client:
    return signed_in(factories.make_staff("window_clerk"))


def test_the_counter_asks_and_shows_the_list_of_the_situation(desk: Client) -> None:
    page = text(desk, "/desk/new/?item=S1")
    assert 'name="s.kind"' in page and "补充说明" in page
    given = {"item": "S1", **WHO, **CHANGE, "code-0": "M1", "code-1": "M2", "file-1": pdf("说明.pdf"), "situate": "1"}
    again = desk.post("/desk/new/", given).content.decode()
    assert "补充说明" not in again and not Case.objects.exists()
    (kept,) = re.findall(r'type="hidden" name="kept-1" value="([^"]+)"', again)
    back = {"item": "S1", **WHO, **NEW, "code-0": "M1", "code-1": "M2", "kept-1": kept, "situate": "1"}
    assert "说明.pdf" in desk.post("/desk/new/", back).content.decode()


def test_the_counter_receives_with_the_situation(desk: Client) -> None:
    codes = {"code-0": "M1", "code-1": "M2", "materials-0": "1", "materials-1": "1"}
    assert desk.post("/desk/new/", {"item": "S1", **WHO, **CHANGE, **codes}).status_code == 302
    case = Case.objects.get()
    assert case.situation == {"kind": "change", "place": "no"} and [m.code for m in case.materials.all()] == ["M1"]


def test_at_the_counter_no_answer_means_the_whole_list_and_half_of_them_nothing(desk: Client) -> None:
    codes = {"code-0": "M1", "code-1": "M2", "materials-1": "1"}
    half = desk.post("/desk/new/", {"item": "S1", **WHO, "s.kind": "new", **codes})
    assert half.status_code == 422 and 'href="#situation-1"' in half.content.decode()
    assert desk.post("/desk/new/", {"item": "S1", **WHO, **codes}).status_code == 302
    case = Case.objects.get()
    assert case.situation == {} and [m.code for m in case.materials.all()] == ["M2"]
