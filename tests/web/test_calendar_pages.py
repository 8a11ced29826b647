"""Year notices by two persons, on pages."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from tests import factories
from yimen.ground.law.models import EmergencyDay, YearNotice
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity.models import Staff, User

type SignIn = Callable[[User | Staff], Client]


def notice(**more: str) -> dict[str, str]:
    year = date.today().year
    return {
        "year": str(year),
        "number": "国办发明电〔示例〕1号",
        "url": "",
        "days": f"{year}-12-30 off 示例假日",
        **more,
    }


def test_one_enters_another_confirms_and_open_cases_move(item: ItemVersion, signed_in: SignIn) -> None:
    case = factories.make_case()
    due = case.correction_notice_due_on
    committee, legal = signed_in(factories.make_staff("committee")), signed_in(factories.make_staff("legal_office"))
    year = due.year
    answer = committee.post("/office/calendar/", notice(year=str(year), days=f"{due.isoformat()} off 示例假日"))
    assert answer.status_code == 302
    path = answer["Location"]
    shown = committee.get(path).content.decode()
    assert case.number in shown
    assert committee.post(path).status_code == 409
    assert legal.post(path).status_code == 302
    case.refresh_from_db()
    assert case.correction_notice_due_on > due
    assert YearNotice.objects.get().state == "confirmed"
    assert legal.post(path).status_code == 409


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"year": "20x7"}, "year"),
        ({"year": "9" * 30}, "year"),
        ({"number": " "}, "number"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"days": "yesterday off"}, "days"),
        ({"days": ""}, "days"),
        ({"days": "[{]"}, "days"),
        ({"days": "1999-01-01 off x"}, "days"),
    ],
)
def test_a_wrong_notice_is_named_at_its_field_and_kept(
    item: ItemVersion, signed_in: SignIn, more: dict[str, str], field: str
) -> None:
    answer = signed_in(factories.make_staff("committee")).post("/office/calendar/", notice(**more))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#{field}"' in text
    assert "示例" in text
    assert not YearNotice.objects.exists()


def test_emergency_day_takes_two(item: ItemVersion, signed_in: SignIn) -> None:
    committee, legal = signed_in(factories.make_staff("committee")), signed_in(factories.make_staff("legal_office"))
    body = {"day": date.today().isoformat(), "name": "台风停工", "basis": "市政府令 1号"}
    assert committee.post("/office/calendar/emergencies/", body).status_code == 302
    day = EmergencyDay.objects.get()
    assert committee.post(f"/office/calendar/emergencies/{day.pk}/").status_code == 409
    assert legal.post(f"/office/calendar/emergencies/{day.pk}/").status_code == 302
    day.refresh_from_db()
    assert day.state == "confirmed"


@pytest.mark.parametrize(
    "body", [{"day": "x", "name": "a", "basis": "b"}, {"day": "2026-11-11", "name": "", "basis": ""}]
)
def test_a_wrong_emergency_day_is_refused(item: ItemVersion, signed_in: SignIn, body: dict[str, str]) -> None:
    answer = signed_in(factories.make_staff("committee")).post("/office/calendar/emergencies/", body)
    assert answer.status_code == 422
    assert not EmergencyDay.objects.exists()


def test_a_form_sent_twice_is_one_act(item: ItemVersion, signed_in: SignIn) -> None:
    committee, legal = signed_in(factories.make_staff("committee")), signed_in(factories.make_staff("legal_office"))
    body = notice(request_key="one-key-of-the-notice-form")
    first, second = (committee.post("/office/calendar/", body)["Location"] for _click in range(2))
    assert first == second
    assert YearNotice.objects.count() == 1
    for _click in range(2):
        assert legal.post(first, {"request_key": "one-key-of-the-confirmation"})["Location"] == first
    day = {"day": date.today().isoformat(), "name": "台风", "basis": "令 1号", "request_key": "one-key-of-the-day-form"}
    for _click in range(2):
        assert committee.post("/office/calendar/emergencies/", day).status_code == 302
    assert EmergencyDay.objects.count() == 1


@pytest.mark.parametrize("key", [0, 999, 10**30])
def test_an_unknown_notice_is_404(item: ItemVersion, signed_in: SignIn, key: int) -> None:
    client = signed_in(factories.make_staff("committee"))
    assert client.get(f"/office/calendar/notices/{key}/").status_code == 404
    assert client.post(f"/office/calendar/emergencies/{key}/").status_code == 404
