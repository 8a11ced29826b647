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
from yimen.rooms.cases.models import Case
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
}
WHO = {"kind": "person", "name": "李四", "id_number": factories.RESIDENT_ID, "phone": "13800000000"}
GOOD = {**WHO, "form-shop": "小店", "form-seats": "4", "form-area": "1.5", "form-sure": "true", "code-0": "M1"}
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


def test_apply_to_the_confirmation_and_the_receipt(client: Client) -> None:
    answer = client.post(APPLY, {**GOOD, "file-0": pdf()}, follow=True)
    case = Case.objects.get()
    text = answer.content.decode()
    assert case.number in text and query_password(case.number) in text
    assert case.form == {"shop": "小店", "seats": 4, "area": 1.5, "sure": True}
    assert [(m.code, m.file_name) for m in case.materials.all()] == [("M1", "申请.pdf")]
    receipt = client.get(f"/cases/{case.number}/receipt/").content.decode()
    assert "申请.pdf" in receipt and query_password(case.number) in receipt
    assert client.get(f"/my/{case.number}/").status_code == 200


def test_a_second_click_makes_no_second_case(client: Client) -> None:
    key = key_of(client.get(APPLY))
    first = client.post(APPLY, {**GOOD, "request_key": key, "file-0": pdf()})
    second = client.post(APPLY, {**GOOD, "request_key": key, "file-0": pdf()})
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1
    other = client.post(APPLY, {**GOOD, "request_key": key, "form-shop": "别的店", "file-0": pdf()})
    assert other.status_code == 422
    assert "您已提交过此表单" in other.content.decode() and "Idempotency" not in other.content.decode()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"id_number": "110105194912310021"}, "id_number"),
        ({"kind": "organisation", "id_number": "91350100M000100Y44"}, "id_number"),
        ({"kind": "martian"}, "kind"),
        ({"name": ""}, "name"),
        ({"name": "名" * 10_000}, "name"),
        ({"phone": "1" * 31}, "phone"),
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
    answer = client.post(APPLY, {**GOOD, **changed, "file-0": pdf()})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#{field}"' in text and f'id="{field}"' in text
    assert "小店" in text or field == "form-shop"
    kept = re.search(r'name="kept-0" value="([0-9a-f]{32})"', text)
    assert kept and "申请.pdf" in text
    assert Case.objects.count() == 0
    again = client.post(APPLY, {**GOOD, "kept-0": kept[1]})
    assert again.status_code == 302
    assert Case.objects.get().materials.get().file_name == "申请.pdf"


def test_all_that_is_wrong_is_said_at_once(client: Client) -> None:
    text = client.post(APPLY, {"name": "", "form-seats": "x"}).content.decode()
    assert [f'href="#{name}"' in text for name in ("name", "form-shop", "form-seats")] == [True] * 3


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
    assert client.post(APPLY, {**GOOD, "file-0": file}).status_code == status
    names = [m.file_name for case in Case.objects.all() for m in case.materials.all()]
    assert all("/" not in name and 0 < len(name) <= 255 for name in names)


def test_a_file_too_large_is_refused(client: Client, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 1000
    answer = client.post(APPLY, {**GOOD, "file-0": pdf(content=factories.PDF + b" " * 2000)})
    assert answer.status_code in (413, 422)
    assert Case.objects.count() == 0
    whole = client.post(APPLY, {**GOOD, "file-0": pdf(content=factories.PDF + b" " * 20_000)})
    assert whole.status_code == 413
    assert "413" in whole.content.decode()


def test_somebody_elses_upload_is_not_taken(client: Client, signed_in: SignIn) -> None:
    text = client.post(APPLY, {**GOOD, "form-shop": "", "file-0": pdf()}).content.decode()
    found = re.search(r'name="kept-0" value="([0-9a-f]{32})"', text)
    assert found
    stranger = signed_in(factories.make_user())
    assert stranger.post(APPLY, {**GOOD, "kept-0": found[1]}).status_code == 302
    assert Case.objects.get().materials.count() == 0


def test_unknown_items_and_items_not_in_force(client: Client) -> None:
    factories.make_item("LATER", valid_from=date(2090, 1, 1))
    assert client.get("/items/NOPE/").status_code == 404
    assert client.post("/items/NOPE/apply/", GOOD).status_code == 404
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
