"""Applying, correcting and withdrawing through the pages, with the bad input of issue 2."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import factories
from yimen.ground.engines.secrets import query_password
from yimen.rooms.cases import queries
from yimen.rooms.cases.models import Case, Draft
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity.models import Staff, User

type SignIn = Callable[[User | Staff], Client]

SCHEMA = {
    "type": "object",
    "properties": {
        "shop": {"type": "string", "title": "店名", "x-title-en": "Shop", "maxLength": 20},
        "seats": {"type": "integer", "title": "座位数", "minimum": 1},
        "area": {"type": "number", "title": "面积"},
        "kind": {"enum": ["a", "b"], "title": "类别"},
        "opens": {"type": "string", "format": "date", "title": "开业日"},
        "sure": {"type": "boolean", "title": "确认"},
    },
    "required": ["shop", "seats"],
    "x-order": ["shop", "seats", "area", "kind", "opens", "sure"],
}
WHO = {"kind": "person", "name": "李四", "id_number": factories.RESIDENT_ID, "phone": "13800000000"}
FIRST = {"form-shop": "小店", "form-seats": "4", "form-area": "1.5"}
REST = {"form-sure": "true"}
GOOD = {**WHO, **FIRST, **REST}
APPLY = "/items/F1/apply/"


def pdf(name: str = "申请.pdf", content: bytes = factories.PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


@pytest.fixture
def client(item: ItemVersion, signed_in: SignIn) -> Client:
    factories.make_item("F1", form_schema=SCHEMA)
    return signed_in(factories.make_user())


def key_of(page: Any) -> str:
    found = re.search(r'name="request_key" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


def begin(client: Client, **who: str) -> str:
    """The path of a new draft, "who" answered."""
    answer = client.post(APPLY, {**WHO, **who})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"]).rsplit("/", 2)[0] + "/"


def filled(client: Client, *files: SimpleUploadedFile) -> str:
    """A draft that lacks nothing but the handing in."""
    draft = begin(client)
    assert client.post(draft + "q1/", FIRST)["Location"] == draft + "q2/"
    assert client.post(draft + "q2/", REST)["Location"] == draft + "m1/"
    assert client.post(draft + "m1/", {"file": list(files or [pdf()])})["Location"] == draft + "m2/"
    assert client.post(draft + "m2/")["Location"] == draft + "check/"
    return draft


def test_apply_to_the_confirmation_and_the_receipt(client: Client) -> None:
    draft = filled(client)
    check = client.get(draft + "check/").content.decode()
    assert [word in check for word in ("李四", "小店", "1.5", "申请.pdf", "草稿")] == [True] * 5
    assert Case.objects.count() == 0
    answer = client.post(draft + "check/", follow=True)
    case = Case.objects.get()
    text = answer.content.decode()
    assert case.number in text and query_password(case.number) in text
    assert case.form == {"shop": "小店", "seats": 4, "area": 1.5, "sure": True}
    assert [(m.code, m.file_name) for m in case.materials.all()] == [("M1", "申请.pdf")]
    receipt = client.get(f"/cases/{case.number}/receipt/").content.decode()
    assert "申请.pdf" in receipt and query_password(case.number) in receipt
    assert client.get(f"/my/{case.number}/").status_code == 200


def test_a_second_click_makes_no_second_case(client: Client) -> None:
    draft = filled(client)
    first, second = client.post(draft + "check/"), client.post(draft + "check/")
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1
    # What was handed in can't be changed any more, and lies nowhere twice.
    for page in ("who/", "q1/", "check/"):
        assert client.post(draft + page, GOOD)["Location"] == first["Location"]
    assert client.post(draft + "discard/").status_code == 409
    assert Draft.objects.get().content == ""


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"id_number": "110105194912310021"}, "id_number"),
        ({"kind": "organisation", "id_number": "91350100M000100Y44"}, "id_number"),
        ({"kind": "martian"}, "kind"),
        ({"name": ""}, "name"),
        ({"name": "名" * 10_000}, "name"),
        ({"phone": "1" * 31}, "phone"),
    ],
)
def test_who_is_checked_first(client: Client, changed: dict[str, str], field: str) -> None:
    answer = client.post(APPLY, {**WHO, **changed})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#{field}"' in text and f'id="{field}"' in text
    assert "李四" in text or field == "name"
    assert Draft.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"form-shop": ""}, "form-shop"),
        ({"form-shop": "很" * 21}, "form-shop"),
        ({"form-seats": "many"}, "form-seats"),
        ({"form-seats": "0"}, "form-seats"),
        ({"form-seats": "9" * 5_000}, "form-seats"),
        ({"form-area": "1e999"}, "form-area"),
        ({"form-kind": "c"}, "form-kind"),
        ({"form-opens": "2026-13-45"}, "form-opens"),
    ],
)
def test_bad_answers_are_named_and_nothing_typed_is_lost(client: Client, changed: dict[str, str], field: str) -> None:
    draft = begin(client)
    answer = client.post(draft + "q1/", {**FIRST, **changed})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#{field}"' in text and f'id="{field}"' in text
    assert "小店" in text or field == "form-shop"
    # Wrong or not, it is saved: another day it stands there again, and the last page does not let it pass.
    typed = changed[field]
    assert typed[:15] in client.get(draft + "q1/").content.decode()
    last = client.post(draft + "check/")
    assert last.status_code == 422 and f'href="#{field}"' in last.content.decode()
    assert Case.objects.count() == 0
    assert client.post(draft + "q1/", FIRST).status_code == 302
    assert client.post(draft + "check/").status_code == 302


def test_all_that_is_wrong_is_said_at_once(client: Client) -> None:
    draft = begin(client)
    client.post(draft + "who/", {"name": "", "pause": "1"})
    client.post(draft + "q1/", {"form-seats": "x"})
    text = client.post(draft + "check/").content.decode()
    assert [f'href="#{name}"' in text for name in ("name", "form-shop", "form-seats")] == [True] * 3


def test_a_draft_is_left_and_found_again(client: Client) -> None:
    draft = begin(client)
    left = client.post(draft + "q1/", {"form-shop": "小店", "pause": "1"}, follow=True).content.decode()
    assert "已保存" in left and "尚未提交" in left and draft in left
    assert client.get(draft)["Location"] == draft + "q1/"
    assert "小店" in client.get(draft + "q1/").content.decode()
    assert draft in client.get(APPLY).content.decode()
    asked = client.get(draft + "discard/").content.decode()
    assert "不能撤销" in asked
    assert client.post(draft + "discard/").status_code == 302
    assert client.get(draft).status_code == 404
    assert draft not in client.get("/my/").content.decode()


def test_an_edit_from_the_last_page_comes_back_to_it(client: Client) -> None:
    draft = filled(client)
    assert f"{draft}q1/?from=check" in client.get(draft + "check/").content.decode()
    changed = client.post(draft + "q1/?from=check", {**FIRST, "form-shop": "大店"})
    assert changed["Location"] == draft + "check/"
    assert "大店" in client.get(draft + "check/").content.decode()


def test_drafts_are_ones_own(client: Client, signed_in: SignIn) -> None:
    draft = filled(client)
    stranger, clerk = signed_in(factories.make_user()), signed_in(factories.make_staff("window_clerk"))
    for page in ("", "who/", "q1/", "m1/", "check/", "discard/"):
        assert stranger.get(draft + page).status_code == 404
        assert clerk.get(draft + page).status_code == 403
        if page:
            assert stranger.post(draft + page, GOOD).status_code == 404
    assert draft not in stranger.get("/my/").content.decode()
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("file", "status"),
    [
        (pdf(content=b""), 422),
        (pdf("x.pdf", b"MZ\x90\x00\x03\x00\x00\x00\x04"), 422),
        (pdf("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), 422),
        (pdf("../../etc/passwd.pdf"), 302),
        (pdf("名" * 10_000 + ".pdf"), 302),
        (pdf("😀.pdf"), 302),
    ],
)
def test_odd_files(client: Client, file: SimpleUploadedFile, status: int) -> None:
    file.seek(0)
    draft = begin(client)
    assert client.post(draft + "m1/", {"file": [pdf("good.pdf"), file]}).status_code == status
    files = queries.draft_content(Draft.objects.get())["materials"]["M1"]
    assert files[0]["name"] == "good.pdf" and len(files) == (2 if status == 302 else 1)
    assert all("/" not in kept["name"] and 0 < len(kept["name"]) <= 255 for kept in files)


def test_files_are_removed_and_counted(client: Client) -> None:
    draft = filled(client, pdf("a.pdf"), pdf("b.pdf"))
    files = queries.draft_content(Draft.objects.get())["materials"]["M1"]
    assert client.post(draft + "m1/", {"remove": files[0]["file"]})["Location"] == draft + "m1/"
    many = client.post(draft + "m1/", {"file": [pdf(f"{n}.pdf") for n in range(10)]})
    assert many.status_code == 422 and "9.pdf：" in many.content.decode() and "10" in many.content.decode()
    kept = queries.draft_content(Draft.objects.get())["materials"]["M1"]
    assert [file["name"] for file in kept] == ["b.pdf", *(f"{n}.pdf" for n in range(9))]  # those that fit are kept
    for file in kept[1:]:
        client.post(draft + "m1/", {"remove": file["file"]})
    assert client.post(draft + "m1/", {"file": pdf("c.pdf"), "more": "1"})["Location"] == draft + "m1/"
    assert client.post(draft + "check/").status_code == 302
    assert [m.file_name for m in Case.objects.get().materials.order_by("id")] == ["b.pdf", "c.pdf"]


def test_a_file_too_large_is_refused(client: Client, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 1000
    draft = begin(client)
    answer = client.post(draft + "m1/", {"file": pdf(content=factories.PDF + b" " * 2000)})
    assert answer.status_code in (413, 422)
    assert queries.draft_content(Draft.objects.get())["materials"] == {}
    whole = client.post(draft + "m1/", {"file": pdf(content=factories.PDF + b" " * 20_000)})
    assert whole.status_code == 413
    assert "413" in whole.content.decode()


def test_unknown_items_and_items_not_in_force(client: Client) -> None:
    factories.make_item("LATER", valid_from=date(2090, 1, 1))
    assert client.get("/items/NOPE/").status_code == 404
    assert client.post("/items/NOPE/apply/", GOOD).status_code == 404
    assert client.get("/drafts/0123456789abcdef/q1/").status_code == 404
    assert client.get("/items/LATER/").status_code == 422
    assert client.post("/items/LATER/apply/", GOOD).status_code == 422


def test_own_cases_only(client: Client, signed_in: SignIn, item: ItemVersion) -> None:
    case = factories.make_case(item=item)
    for path in (f"/my/{case.number}/", f"/my/{case.number}/withdraw/", f"/cases/{case.number}/receipt/"):
        assert client.get(path).status_code == 404
    assert client.post(f"/my/{case.number}/withdraw/").status_code == 404
    assert client.post(f"/my/{case.number}/correction/", {"code-0": "M1", "file-0": pdf()}).status_code == 404
    assert client.get("/my/nonsense/").status_code == 404


def test_corrections_are_uploaded_on_the_page(signed_in: SignIn, item: ItemVersion) -> None:
    user = factories.make_user()
    case = factories.make_case(state="awaiting_correction", item=item, user=user)
    client = signed_in(user)
    page = client.get(f"/my/{case.number}/").content.decode()
    assert "看不清" in page and 'name="file-0"' in page
    where = f"/my/{case.number}/correction/"
    empty = client.post(where, {"code-0": "M1", "version": case.version})
    assert empty.status_code == 422 and 'href="#file-0"' in empty.content.decode()
    stale = client.post(where, {"code-0": "M1", "file-0": pdf(), "version": 1})
    assert stale.status_code == 409 and 'name="kept-0"' in stale.content.decode()
    done = client.post(where, {"code-0": "M1", "file-0": pdf(), "version": case.version}, follow=True)
    assert "已收到" in done.content.decode()
    case.refresh_from_db()
    assert case.state == "received"


def test_withdrawing_asks_first_and_once(signed_in: SignIn, item: ItemVersion) -> None:
    user = factories.make_user()
    case = factories.make_case(state="accepted", item=item, user=user)
    client = signed_in(user)
    where = f"/my/{case.number}/withdraw/"
    page = client.get(where)
    assert case.number in page.content.decode()
    assert client.post(where, {"reason": "长" * 5000, "version": case.version}).status_code == 422
    key = key_of(page)
    for _click in (1, 2):
        done = client.post(where, {"reason": "不办了", "version": case.version, "request_key": key}, follow=True)
        assert done.status_code == 200
    case.refresh_from_db()
    assert case.state == "withdrawn"
    assert client.post(where, {"version": case.version}).status_code == 409
