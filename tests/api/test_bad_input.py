"""Every line of "Bad input" and more of its kind: a clear 4xx that says what to do next, and nothing is written."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories
from tests.api.callers import APPLICANT, Caller, World, problem
from yimen.ground.journal.models import Entry
from yimen.rooms.cases.models import Case
from yimen.rooms.identity.models import Token

BEYOND = 2**63


def test_application(world: World) -> None:
    factories.make_item("OLD", valid_from=date(2000, 1, 1))
    factories.make_item("FUTURE", valid_from=timezone.localdate() + timedelta(days=30))
    entries = Entry.objects.count()
    submit = world.applicant.submit
    problem(submit(applicant={"name": "张三", "id_number": "110105194912310021"}), 422, "applicant.invalid")
    wrong = {"kind": "organisation", "name": "某公司", "id_number": "91350100M000100Y44"}
    assert problem(submit(applicant=wrong), 422, "applicant.invalid")["facts"]["field"] == "id_number"
    problem(submit(applicant={"name": "  "}), 422, "applicant.invalid")
    problem(submit(item="NONE"), 404, "item.unknown")
    problem(submit(item="FUTURE"), 422, "item.not_in_force")
    problem(submit(materials=["M9"]), 422, "material.unknown")
    problem(submit(materials=[{"code": "M1", "file": "f" * 32}]), 422, "file.unknown")
    problem(submit(materials=[{"code": "M1", "file": "../../etc/passwd"}]), 422, "file.unknown")
    assert (Entry.objects.count(), Case.objects.count()) == (entries, 0)


def test_form_is_checked_against_the_items_schema(world: World) -> None:
    schema = {"type": "object", "properties": {"area": {"type": "number", "minimum": 1}}, "required": ["area"]}
    factories.make_item("FORM", form_schema=schema)
    for form in ({}, {"area": "x"}, {"area": 0}):
        fault = problem(world.applicant.submit(item="FORM", form=form), 422, "form.invalid")
        assert fault["facts"]["errors"][0]["field"] == "area"
    assert world.applicant.submit(item="FORM", form={"area": 12.5}).status_code == 201


FIELDS: list[tuple[dict[str, Any], str, str]] = [
    ({"item": 5}, "item", "string_type"),
    ({"item": None}, "item", "string_type"),
    ({"item": "x" * 10_000}, "item", "string_too_long"),
    ({"applicant": {"name": "x" * 10_000}}, "applicant.name", "string_too_long"),
    ({"applicant": {"name": "张三", "kind": "ghost"}}, "applicant.kind", "literal_error"),
    ({"applicant": {"name": "张三", "surname": "张"}}, "applicant.surname", "extra_forbidden"),
    ({"applicant": {}}, "applicant.name", "missing"),
    ({"applicant": []}, "applicant", "model_type"),
    ({"hurry": True}, "hurry", "extra_forbidden"),
    ({"channel": "pigeon"}, "channel", "literal_error"),
    ({"form": []}, "form", "dict_type"),
    ({"materials": ["M1"] * 201}, "materials", "too_long"),
    ({"form": {"n": BEYOND}}, "form.n", "out_of_range"),
    ({"form": {"n": 10**400}}, "form.n", "out_of_range"),
    ({"form": {"n": "\x00"}}, "form.n", "nul_character"),
    ({"form": {"n\x00": 1}}, "form", "nul_character"),
    ({"item": "\ud800"}, "item", "not_unicode"),
    ({"form": {"\udfff": 1}}, "form", "not_unicode"),
]


@pytest.mark.parametrize(("changes", "field", "what"), FIELDS)
def test_fields(world: World, changes: dict[str, Any], field: str, what: str) -> None:
    fault = problem(world.applicant.submit(**changes), 422, "input.invalid")
    assert {"field": field, "problem": what} in fault["facts"]["errors"]
    assert not Case.objects.exists()


BODIES = [
    (b"{", 400, "input.malformed"),
    (b"\xff\xfe{\x00}\x00", 400, "input.malformed"),
    (b'{"item": NaN}', 400, "input.malformed"),
    (b'{"a": ' * 100_000 + b"1" + b"}" * 100_000, 400, "input.malformed"),
    (b'{"form": ' + b"[" * 40 + b"]" * 40 + b"}", 400, "input.malformed"),
    (b'{"item": ' + b"9" * 5000 + b"}", 400, "input.malformed"),
    (b'{"form": {"x": 1e999}}', 422, "input.invalid"),
    (b"[]", 422, "input.invalid"),
    (b'"text"', 422, "input.invalid"),
    (b"null", 422, "input.invalid"),
    (b"", 422, "input.invalid"),
    (b'{"item": "' + b"x" * 3_000_000 + b'"}', 413, "input.too_large"),
]


@pytest.mark.parametrize(("body", "status", "code"), BODIES, ids=[b[0][:20].decode("latin-1") for b in BODIES])
def test_bodies(world: World, body: bytes, status: int, code: str) -> None:
    problem(world.applicant.post("/cases", body), status, code)
    assert not Case.objects.exists()


def test_media_type(world: World) -> None:
    headers = world.applicant.headers()
    answer = Client().post(
        "/api/v1/cases", "item=X1", content_type="application/x-www-form-urlencoded", headers=headers
    )
    problem(answer, 415, "input.wrong_media_type")


VERB_BODIES: list[tuple[str, Any, str]] = [
    ("request_correction", {"missing": ["M1"], "told": "yes"}, "told"),
    ("request_correction", {"missing": "M1"}, "missing"),
    ("request_correction", {"missing": [{"code": "M1", "why": "x"}]}, "missing"),
    ("request_correction", {}, "missing"),
    ("accept_application", {"at": "2020-01-01"}, "at"),
    ("accept_application", {"by": "staff:1"}, "by"),
    ("examine_case", {"opinion": "maybe"}, "opinion"),
    ("start_special_procedure", {"kind": "hearing", "expected_days": True}, "expected_days"),
    ("start_special_procedure", {"kind": "hearing", "expected_days": "5"}, "expected_days"),
    ("start_special_procedure", {"kind": "hearing", "expected_days": BEYOND - 1}, "expected_days"),
    ("start_special_procedure", {"kind": "hearing", "expected_days": -1}, "expected_days"),
    ("start_special_procedure", {"kind": "hearing", "expected_days": 2.5}, "expected_days"),
    ("extend_case", {"days": BEYOND}, "days"),
    ("refuse_acceptance", {"reason": "x" * 5000}, "reason"),
]


@pytest.mark.parametrize(("verb", "body", "field"), VERB_BODIES)
def test_arguments_of_verbs(world: World, verb: str, body: Any, field: str) -> None:
    number = world.applicant.submit().json()["number"]
    fault = problem(world.window_clerk.do(number, verb, body), 422, "input.invalid")
    assert any(e["field"].split(".")[0] == field for e in fault["facts"]["errors"])


def test_addresses(world: World) -> None:
    clerk = world.window_clerk
    problem(clerk.get("/cases/%00"), 404, "path.unknown")
    problem(clerk.get("/cases/" + "9" * 3000), 404, "case.not_found")
    problem(clerk.get("/cases/张三"), 404, "case.not_found")
    problem(clerk.get("/nothing"), 404, "path.unknown")
    problem(Client().get("/api/"), 404, "path.unknown")
    problem(Client().post("/api/v2/cases", {}), 404, "path.unknown")
    problem(clerk.do("1", "grant_everything"), 404, "path.unknown")
    answer = clerk.get("/cases/1/accept_application")
    assert problem(answer, 405, "method.not_allowed")["facts"]["allowed"] == answer.headers["Allow"] == "POST"
    for query in ({"limit": "0"}, {"limit": str(BEYOND)}, {"limit": "ten"}, {"state": "asleep"}, {"organ": "\x00"}):
        problem(clerk.get("/cases", query), 422, "input.invalid")
    for path in ("/journal/heads?before=99999999999999999999", "/items?limit=-1", "/calendar/99999999999999999999"):
        problem(clerk.get(path), 422, "input.invalid")
    problem(clerk.get("/items?q=a%00b"), 422, "input.invalid")
    problem(clerk.get("/items/nothing/here"), 404, "item.unknown")
    problem(clerk.get("/certificates/371500-C20260101-0001-0"), 404, "certificate.not_found")
    assert clerk.get("/items?q=%FF%FE&after=%F0%9F%98%80").status_code == 200


def test_tokens(world: World, nobody: Caller) -> None:
    answer = nobody.get("/cases")
    problem(answer, 401, "permission.sign_in")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="yimen"'
    for header in ("Basic abc", "Bearer", "Bearer  "):
        problem(Client().get("/api/v1/cases", headers={"Authorization": header}), 401, "permission.sign_in")
    for token in ("wrong", "x" * 5000, "张"):
        problem(Caller(token).get("/cases"), 401, "token.expired")
    Token.objects.filter(user=world.applicant.user).update(expires_at=timezone.now())
    answer = world.applicant.submit()
    problem(answer, 401, "token.expired")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    world.examiner.user.is_active = False  # type: ignore[union-attr]
    world.examiner.user.save()  # type: ignore[union-attr]
    problem(world.examiner.get("/cases"), 401, "token.expired")
    world.window_clerk.user.staff.active = False  # type: ignore[union-attr]
    world.window_clerk.user.staff.save()  # type: ignore[union-attr]
    problem(world.window_clerk.get("/cases"), 401, "token.expired")


def test_persona_is_nobody_in_production(world: World, settings: Any) -> None:
    world.applicant.user.is_persona = True  # type: ignore[union-attr]
    world.applicant.user.save()  # type: ignore[union-attr]
    assert world.applicant.get("/cases").status_code == 200
    settings.DEMO = False
    problem(world.applicant.get("/cases"), 401, "token.expired")


def test_languages(world: World) -> None:
    def said(language: str | None) -> str:
        headers = {"Accept-Language": language} if language else {}
        title: str = world.applicant.post("/cases", b"{", headers=headers).json()["title"]
        return title

    assert said("en") == "The request could not be read."
    assert said("en-GB,zh;q=0.5") == said("en")
    assert said(None) == said("zh-CN") == said("fr") != said("en")


def test_unforeseen_is_a_500_without_a_trace(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: Any, **_named: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("yimen.faces.api.cases.case_facts", broken)
    number = factories.make_case(user=world.applicant.user).number
    fault = problem(world.applicant.get(f"/cases/{number}"), 500, "server.error")
    assert "secret" not in json.dumps(fault)


def test_emoji_lives(world: World) -> None:
    facts = world.applicant.submit(applicant={**APPLICANT, "name": "张三😀"}, form={"备注": "👍🏽"}).json()
    assert facts["applicant"] == "张三😀"
    assert Case.objects.get(number=facts["number"]).form == {"备注": "👍🏽"}
