"""Hostile files at the doors: a page and the API say no in the reader's language, and what is kept runs nowhere."""

from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.api.callers import Caller, caller
from tests.api.test_files import EDGE, form, upload
from tests.rooms.test_hostile_files import BOMBS, DOCX, MACROS, zipped
from yimen.ground.files.models import Upload
from yimen.rooms.cases.models import CaseMaterial
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity.models import User
from yimen.rooms.identity.rules.roles import Role

WHO = {"kind": "person", "name": "李四", "id_number": factories.RESIDENT_ID}
CHINESE = {
    "macros.docx": (MACROS["docm"], "file.macros", "宏"),
    "bomb.docx": (BOMBS["zeros"], "file.unpacks_too_far", "解压后大得异常"),
    "page.pdf": (b"<!doctype html><script>alert(1)</script>", "file.wrong_type", "不能接收"),
    "both.pdf": (b"%PDF-1.7\n<html><script>alert(1)</script></html>", "file.wrong_type", "不能接收"),
    "shell.jpg": (b"<?php system($_GET['c']); ?>", "file.wrong_type", "不能接收"),
    "both.jpg": (b"\xff\xd8\xff\xe0<?php system($_GET['c']); ?>", "file.wrong_type", "不能接收"),
    "picture.svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "file.wrong_type", "不能接收"),
}


@pytest.fixture
def me(item: ItemVersion) -> User:
    return factories.make_user()


def page_of_files(user: User, language: str = "zh-hans") -> tuple[Client, str]:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = language
    draft = str(client.post("/items/X1/apply/", WHO)["Location"]).rsplit("/", 2)[0]
    return client, f"{draft}/m1/"


def send(client: Client, path: str, content: bytes, name: str) -> Any:
    body = form(content, name)
    return client.generic("POST", path, body, content_type=f"multipart/form-data; boundary={EDGE}")


@pytest.mark.parametrize("name", CHINESE)
def test_page_and_api_refuse_in_both_languages(me: User, name: str) -> None:
    content, code, sentence = CHINESE[name]
    client, path = page_of_files(me)
    answer = send(client, path, content, name)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    client, path = page_of_files(me, "en")
    english = send(client, path, content, name).content.decode()
    assert "This document" in english or "This type of file" in english
    who: Caller = caller(me)
    for language in ("zh-hans", "en"):
        told = upload(who, content, name, **{"Accept-Language": language})
        body = told.json()
        assert told.status_code == 422 and body["code"] == code
        assert (sentence in body["title"] + body["detail"]) == (language == "zh-hans"), body
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\\\..\\\\a.pdf", "a.pdf"),
        ("a\u202efdp.exe", "afdp.exe.pdf"),
        ("申请书 😀.pdf", "申请书 😀.pdf"),
        ("长" * 250 + ".exe", "长" * 250 + ".pdf"),
    ],
)
def test_a_page_keeps_a_name_that_does_nothing(me: User, name: str, kept: str) -> None:
    client, path = page_of_files(me)
    assert send(client, path, factories.PDF, name).status_code == 302
    assert Upload.objects.get().name == kept


@pytest.mark.parametrize("name", ["x" * 10_000 + ".pdf", "😀" * 10_000 + ".pdf"])
def test_a_page_refuses_a_name_without_end(me: User, name: str) -> None:
    client, path = page_of_files(me)
    answer = send(client, path, factories.PDF, name)
    text = answer.content.decode()
    assert answer.status_code == 400 and "无法理解" in text and "could not be understood" in text
    assert not Upload.objects.exists()


@pytest.mark.parametrize("name", ["a\x00b.pdf", "a.pdf\x00.exe"])
def test_a_nul_in_a_name_is_dropped_or_refused(me: User, name: str) -> None:
    client, path = page_of_files(me)
    assert send(client, path, factories.PDF, name).status_code in (302, 400)
    assert all("\x00" not in kept.name and kept.name.endswith(".pdf") for kept in Upload.objects.all())


PICTURE = b"\xff\xd8\xff\xe0" + bytes(40)
DOWNLOADS = {
    "page.html": (b"<b onmouseover=alert(1)>x</b>", "text/plain", "page.html.txt"),
    "run.bat": (b"start calc", "text/plain", "run.bat.txt"),
    "a.jpg.php": (PICTURE, "image/jpeg", "a.jpg.php.jpg"),
    "a.docm": (zipped(DOCX), "application/vnd.openxmlformats-officedocument", "a.docm.docx"),
}


@pytest.mark.parametrize("name", DOWNLOADS)
def test_what_is_kept_runs_nowhere(me: User, name: str) -> None:
    """Also a file that was kept before names were mended: its row still calls it as its sender did."""
    content, kind, called = DOWNLOADS[name]
    key = upload(caller(me), content, name).json()["id"]
    case = factories.make_case(state="received", user=me, materials=({"code": "M1", "file": key},))
    CaseMaterial.objects.filter(case=case).update(file_name=name)
    clerk = Client()
    clerk.force_login(factories.make_staff(Role.WINDOW_CLERK).user)
    for query in ("", "?download=1"):
        answer = clerk.get(f"/cases/{case.number}/files/{case.materials.get().pk}/{query}")
        assert answer.status_code == 200 and answer.headers["Content-Type"].startswith(kind)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and policy.endswith("sandbox") and "script-src" not in policy
        disposition = answer.headers["Content-Disposition"]
        assert f'filename="{called}"' in disposition
        assert disposition.startswith("inline" if kind == "image/jpeg" and not query else "attachment")
