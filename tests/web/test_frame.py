"""What surrounds every page: errors, request ids, the policy of scripts, CSRF, the demonstration's limits."""

import re
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from yimen.rooms.catalogue.models import ItemVersion


def test_every_answer_has_a_request_id_and_no_inline_script(item: ItemVersion) -> None:
    answer = Client().get("/nowhere/", headers={"x-request-id": "abc-12345"})
    text = answer.content.decode()
    assert answer.status_code == 404
    assert answer["X-Request-Id"] == "abc-12345" and "abc-12345" in text
    assert "此页面不存在" in text and "This page does not exist" in text
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert Client().get("/", headers={"x-request-id": "<script>"})["X-Request-Id"] != "<script>"


@pytest.mark.parametrize("path", ["/", "/items/", "/items/X1/", "/track/", "/sign-in/", "/journal/heads/", "/verify/"])
def test_no_inline_style_or_handler(item: ItemVersion, path: str) -> None:
    text = Client().get(path).content.decode()
    # The only script is a file of ours, deferred.
    script = r"<script(?! src=./static/[\w/.-]+\.js. defer></script>)"
    assert re.findall(rf"\sstyle=|\son[a-z]+=|{script}|<style|javascript:", text) == []


def test_wrong_method_is_a_page(item: ItemVersion) -> None:
    answer = Client().post("/items/")
    assert answer.status_code == 405
    assert "GET" in answer["Allow"] and "首页" in answer.content.decode()


def test_a_form_without_its_token_is_a_page(item: ItemVersion) -> None:
    answer = Client(enforce_csrf_checks=True).post("/track/", {"number": "1", "password": "2"})
    assert answer.status_code == 403
    assert "The form was open too long" in answer.content.decode()


@pytest.mark.parametrize(
    "path", ["/items/%00/", "/items/?q=%00", "/items/X1%0a/", "/verify/%00/", "/track/?number=%00"]
)
def test_control_characters_never_reach_the_database(item: ItemVersion, path: str) -> None:
    assert Client().get(path).status_code in (400, 404)


def test_a_nul_in_a_field(item: ItemVersion) -> None:
    assert Client().post("/track/", {"number": "1\x00", "password": "2"}).status_code == 400
    assert Client().post("/sign-in/", {"username": "a\x00", "password": "2"}).status_code == 400


def test_too_much_is_refused_before_it_is_read(item: ItemVersion) -> None:
    answer = Client().post("/track/", data=b"x", content_type="text/plain", CONTENT_LENGTH=str(2 * 1024**3))
    assert answer.status_code == 413
    assert "20 MB" in answer.content.decode()


@pytest.mark.parametrize(
    "body", [b"--x\r\n", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n" + b"\xff" * 100, b""]
)
def test_broken_multipart_is_no_trace(item: ItemVersion, body: bytes) -> None:
    answer = Client().post("/track/", data=body, content_type="multipart/form-data; boundary=x")
    assert 400 <= answer.status_code < 500


def test_the_demonstration_answers_this_machine_only(item: ItemVersion) -> None:
    assert Client(REMOTE_ADDR="10.0.0.9").get("/").status_code == 403
    assert Client(REMOTE_ADDR="::1").get("/").status_code == 200
    assert Client().get("/", headers={"host": "evil.example"}).status_code == 400


def test_production_knows_no_persona(item: ItemVersion, settings: Any) -> None:
    client = Client()
    client.post("/sign-in/persona/", {"role": "window_clerk"})
    assert client.get("/desk/").status_code == 200
    settings.DEMO = False
    assert client.get("/desk/").status_code == 302
    assert client.post("/sign-in/persona/", {"role": "window_clerk"}).status_code == 403
    assert "persona" not in client.get("/sign-in/").content.decode()


@pytest.mark.parametrize("role", ["nobody", "clock", "", "x" * 10_000])
def test_unknown_personas(item: ItemVersion, role: str) -> None:
    assert Client().post("/sign-in/persona/", {"role": role}).status_code == 403


def test_a_fault_is_a_page_with_a_number(item: ItemVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("yimen.faces.web.views.home.entrances.departments", broken)
    answer = Client(raise_request_exception=False).get("/")
    text = answer.content.decode()
    assert answer.status_code == 500
    assert answer["X-Request-Id"] in text and "secret detail" not in text


def test_readyz_says_when_the_database_is_gone(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*args: object) -> None:
        raise OperationalError

    monkeypatch.setattr("yimen.faces.web.views.health.MigrationExecutor", gone)
    assert Client().get("/readyz").status_code == 503
    assert Client().get("/healthz").status_code == 200
