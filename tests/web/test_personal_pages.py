"""The page that shows full numbers, the search at the counter, and the logs that must hold nothing of either."""

import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from tests import factories
from yimen.ground.engines.scrub import Scrub
from yimen.ground.engines.secrets import query_password
from yimen.ground.journal.models import Entry
from yimen.rooms.cases.models import Case
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity.actions import issue_token
from yimen.rooms.identity.models import Applicant, Disclosure, Staff, User
from yimen.rooms.identity.rules.applicants import ApplicantData

type SignIn = Callable[[User | Staff], Client]
NUMBER, PHONE = factories.RESIDENT_ID, "13800000000"
WHO = ApplicantData("张三丰", id_number=NUMBER, phone=PHONE, email="sanfeng@example.org")
ASK = {
    "fields": ["phone", "id_number"],
    "purpose": "contact",
    "reason": "电话约勘验",
    "request_key": "personal-form-key",
}


@pytest.fixture
def case(item: ItemVersion) -> Case:
    return factories.make_case(applicant=WHO)


def asked() -> int:
    return Entry.objects.filter(verb="reveal_personal_data").count()


def test_full_numbers_are_shown_once_for_a_reason(case: Case, signed_in: SignIn) -> None:
    client = signed_in(factories.make_staff("window_clerk"))
    path = f"/cases/{case.number}/personal/"
    assert path in client.get(f"/cases/{case.number}/").content.decode()
    form = client.get(path)
    assert NUMBER not in form.content.decode() and PHONE not in form.content.decode() and asked() == 0
    shown = client.post(path, ASK)
    text = shown.content.decode()
    assert shown.status_code == 200 and NUMBER in text and PHONE in text and "sanfeng@example.org" not in text
    assert "no-store" in shown["Cache-Control"] and "no-store" in form["Cache-Control"]
    again = client.post(path, ASK).content.decode()
    assert NUMBER not in again and PHONE not in again
    assert asked() == 1 == Disclosure.objects.count()
    assert "13800000000" not in client.get(f"/cases/{case.number}/").content.decode()


@pytest.mark.parametrize(
    "change", [{"reason": " "}, {"reason": "长" * 501}, {"purpose": "curious"}, {"fields": ["name"]}]
)
def test_without_an_answer_nothing_is_shown(case: Case, signed_in: SignIn, change: dict[str, object]) -> None:
    client = signed_in(factories.make_staff("examiner"))
    answer = client.post(f"/cases/{case.number}/personal/", ASK | change)
    text = answer.content.decode()
    assert answer.status_code == 422 and 'id="error-summary"' in text
    assert NUMBER not in text and PHONE not in text and asked() == 0


@pytest.mark.parametrize(
    ("role", "organ", "status"),
    [
        ("organ_head", "O1", 403),
        ("approver", "O1", 403),
        ("auditor", None, 403),
        ("supervision", None, 403),
        ("window_clerk", "O2", 404),
        ("admin", None, 404),
    ],
)
def test_who_is_shown_nothing(case: Case, signed_in: SignIn, role: str, organ: str | None, status: int) -> None:
    client = signed_in(factories.make_staff(role, organ=organ))
    path = f"/cases/{case.number}/personal/"
    assert (client.get(path).status_code, client.post(path, ASK).status_code) == (status, status)
    assert asked() == 0
    if status == 403 and role not in ("admin",):
        assert path not in client.get(f"/cases/{case.number}/").content.decode()


def test_an_applicant_and_a_visitor_have_no_such_page(case: Case, signed_in: SignIn, client: Client) -> None:
    path = f"/cases/{case.number}/personal/"
    assert client.get(path).status_code == 302
    assert signed_in(factories.make_user()).post(path, ASK).status_code in (403, 404)
    assert asked() == 0


def test_the_verbs_own_address_leads_to_the_page(case: Case, signed_in: SignIn) -> None:
    client = signed_in(factories.make_staff("window_clerk"))
    for answer in (client.get, client.post):
        found = answer(f"/cases/{case.number}/do/reveal_personal_data/")
        assert found["Location"] == f"/cases/{case.number}/personal/"
    assert asked() == 0


def test_the_history_says_who_looked(case: Case, signed_in: SignIn) -> None:
    client = signed_in(factories.make_staff("window_clerk"))
    client.post(f"/cases/{case.number}/personal/", ASK)
    text = client.get(f"/cases/{case.number}/").content.decode()
    assert "完整号码" in text and "电话约勘验" not in text


# --- the counter


def counter(**more: str) -> dict[str, str]:
    return {"item": "X1", "kind": "person", "name": "", "id_number": "", "request_key": "counter-form-key-2", **more}


def test_a_found_applicant_fills_in_and_says_so(case: Case, signed_in: SignIn) -> None:
    client = signed_in(factories.make_staff("window_clerk"))
    page = client.post("/desk/new/", counter(id_number=NUMBER, look_up="1") | {"code-0": "M1", "materials-0": "1"})
    text = page.content.decode()
    record = Applicant.objects.get().pk
    assert page.status_code == 200 and Case.objects.count() == 1
    assert 'value="张三丰"' in text and f'name="record" value="{record}"' in text
    assert "138****0000" in text and "sa***ng@example.org" in text
    assert PHONE not in text and "sanfeng@example.org" not in text
    assert 'name="materials-0" value="1" checked' in text, "what was ticked is still ticked"
    sent = client.post("/desk/new/", counter(id_number=NUMBER, name="张三丰", record=str(record)))
    assert sent.status_code == 302
    taken = Case.objects.latest("id").applicant
    assert (taken.name, taken.id_number, taken.phone, taken.email) == ("张三丰", NUMBER, PHONE, "sanfeng@example.org")


def test_what_was_filled_in_can_be_corrected(case: Case, signed_in: SignIn) -> None:
    client = signed_in(factories.make_staff("window_clerk"))
    record = str(Applicant.objects.get().pk)
    client.post("/desk/new/", counter(id_number=NUMBER, name="张三峰", phone="13900001111", record=record))
    applicant = Case.objects.latest("id").applicant
    assert (applicant.name, applicant.phone, applicant.email) == ("张三峰", "13900001111", "sanfeng@example.org")


def test_a_telephone_of_several_people_names_nobody(case: Case, signed_in: SignIn) -> None:
    client = signed_in(factories.make_staff("window_clerk"))
    one = client.post("/desk/new/", counter(phone=PHONE, look_up="1")).content.decode()
    assert 'value="张三丰"' in one and "110***********002X" in one
    factories.make_case(applicant=ApplicantData("李四", phone=PHONE))
    several = client.post("/desk/new/", counter(phone=PHONE, look_up="1")).content.decode()
    assert "张三丰" not in several and "李四" not in several and 'name="record"' not in several


@pytest.mark.parametrize(
    "typed", [{}, {"id_number": factories.CREDIT_CODE}, {"phone": "x" * 500}, {"id_number": NUMBER[:17]}]
)
def test_nothing_found_says_so(case: Case, signed_in: SignIn, typed: dict[str, str]) -> None:
    page = signed_in(factories.make_staff("window_clerk")).post("/desk/new/", counter(look_up="1", **typed))
    text = page.content.decode()
    assert page.status_code == 200 and 'class="notice" role="status"' in text and 'name="record"' not in text


@pytest.mark.parametrize("record", ["x", "-1", "9" * 30, "٣", "999999"])
def test_a_record_that_is_none_changes_nothing(case: Case, signed_in: SignIn, record: str) -> None:
    client = signed_in(factories.make_staff("window_clerk"))
    assert client.post("/desk/new/", counter(name="王五", record=record)).status_code == 302
    assert Case.objects.latest("id").applicant.phone == ""


def test_other_windows_find_nothing(case: Case, signed_in: SignIn) -> None:
    factories.make_item("Y1", organ="O2")
    client = signed_in(factories.make_staff("window_clerk", organ="O2"))
    text = client.post("/desk/new/", counter(item="Y1", id_number=NUMBER, look_up="1")).content.decode()
    assert "张三丰" not in text and "138****0000" not in text


# --- the API


def api(user: User) -> Callable[..., tuple[int, dict[str, object]]]:
    token = issue_token(user, at=factories.now())

    def post(path: str, body: object, **headers: str) -> tuple[int, dict[str, object]]:
        answer = Client().post(
            f"/api/v1{path}",
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}", **headers},
        )
        return answer.status_code, answer.json()

    return post


def test_the_api_discloses_once(case: Case) -> None:
    post = api(factories.make_staff("window_clerk").user)
    body = {"fields": ["phone"], "purpose": "contact", "reason": "电话约勘验"}
    path = f"/cases/{case.number}/reveal_personal_data"
    status, answer = post(path, body, **{"Idempotency-Key": "k1"})
    assert (status, answer["disclosed"]) == (200, {"phone": PHONE})
    assert post(path, body, **{"Idempotency-Key": "k1"})[1]["disclosed"] == {}
    assert asked() == 1
    wrong: dict[str, object]
    for wrong in ({"fields": []}, {"fields": ["name"]}, {"purpose": "x"}, {"reason": ""}, {"more": 1}):
        assert post(path, body | wrong)[0] == 422
    assert post(path, {"fields": ["phone"]})[0] == 422


def test_the_api_looks_up(case: Case) -> None:
    post = api(factories.make_staff("window_clerk").user)
    status, answer = post("/applicants/look_up_applicant", {"field": "id_number", "text": NUMBER})
    assert status == 200
    assert [(a["name"], a["phone"]) for a in answer["applicants"]] == [("张三丰", "138****0000")]  # type: ignore[attr-defined]
    assert post("/applicants/look_up_applicant", {"field": "name", "text": "张三丰"})[0] == 422
    assert post("/applicants/look_up_applicant", {"field": "phone", "text": ""})[0] == 422
    other = api(factories.make_staff("examiner").user)
    assert other("/applicants/look_up_applicant", {"field": "id_number", "text": NUMBER})[0] == 403


# --- logs

PASSWORD = "correct-horse-battery"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that anybody logs at any level, as the handler of the settings writes it."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(Scrub())
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("", "django", "django.request", "django.db.backends")}
    root.addHandler(handler)
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield out
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def test_the_handlers_of_the_settings_have_the_filter(settings: object) -> None:
    handlers = settings.LOGGING["handlers"]  # type: ignore[attr-defined]
    assert handlers and all("scrub" in handler["filters"] for handler in handlers.values())


def test_secrets_leave_nothing_in_the_logs(case: Case, signed_in: SignIn, log: io.StringIO, settings: object) -> None:
    settings.DEBUG = False  # type: ignore[attr-defined]
    client = Client(raise_request_exception=False)
    client.post("/sign-in/", {"username": "张三丰", "password": PASSWORD})
    password = query_password(case.number)
    client.post("/track/", {"number": case.number, "password": password})
    client.get(f"/nowhere/?password={PASSWORD}&id={NUMBER}&phone={PHONE}")
    client.post("/desk/new/", counter(id_number=NUMBER, phone=PHONE, look_up="1"))
    signed_in(factories.make_staff("window_clerk")).post("/desk/new/", counter(id_number=NUMBER, look_up="1"))
    signed_in(factories.make_staff("window_clerk")).post(f"/cases/{case.number}/personal/", ASK)
    user = factories.make_user()
    token = issue_token(user, at=factories.now())
    cut_off = json.dumps({"item": "X1", "applicant": {"name": "张三丰", "id_number": NUMBER}})[:-2]
    for body in (cut_off, json.dumps({"a": PHONE})):
        client.post(
            f"/api/v1/cases?phone={PHONE}",
            body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )
    client.get("/api/v1/cases", headers={"Authorization": "Bearer wrong-" + token})
    logging.getLogger("yimen").error("failed for %s with %s", NUMBER, {"password": PASSWORD})
    text = log.getvalue()
    assert "Not Found" in text and "failed for" in text, "something must have been logged"
    assert [secret for secret in (NUMBER, PHONE, PASSWORD, password, token) if secret in text] == []


def test_a_failure_logs_its_place_and_not_its_values(
    case: Case, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **named: object) -> None:
        raise RuntimeError(f"could not read {NUMBER} of {{'name': '张三丰', 'phone': '{PHONE}'}}")

    monkeypatch.setattr("yimen.faces.api.cases.submit_application", fail)
    post = api(factories.make_user())
    status, _answer = post("/cases", {"item": "X1", "applicant": {"name": "张三丰", "id_number": NUMBER}})
    text = log.getvalue()
    assert status == 500 and "RuntimeError" in text
    assert [secret for secret in (NUMBER, PHONE, "张三丰") if secret in text] == []
