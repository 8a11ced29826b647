"""Local emergency days over the API: one person declares, another confirms, and open cases move."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests import factories
from tests.api.callers import Caller, World, problem
from yimen.ground.journal.models import Entry
from yimen.ground.law.models import EmergencyDay

PATH = "/calendar/emergencies"
KEY = {"Idempotency-Key": "emergency-1"}


def storm(**changes: Any) -> dict[str, Any]:
    """The next Monday is off."""
    today = timezone.localdate()
    monday = today + timedelta(days=7 - today.weekday())
    return {"day": monday.isoformat(), "name": "台风停工", "basis": "市政府令 1号", **changes}


def test_an_emergency_day_takes_two_people_and_moves_open_cases(world: World, nobody: Caller) -> None:
    # Emergency days lie above the shipped calendar, so the day moves the case only if it is no holiday: one at work
    # is declared and confirmed first, so the second declaration always takes a working day away.
    number = _accepted(world)
    for works in (True, False):
        entered = world.committee.post(PATH, storm(is_workday=works))
        assert (entered.status_code, entered.json()["state"]) == (201, "entered")
        assert entered.headers["Location"] == f"/api/v1{PATH}"
        assert entered.json()["confirmed_by"] == ""
        before = world.applicant.get(f"/cases/{number}").json()["promised_due_on"]
        confirm = f"{PATH}/{entered.json()['id']}/confirm"
        problem(world.committee.post(confirm), 409, "separation.same_person")
        confirmed = world.legal_office.post(confirm).json()
        assert confirmed["state"] == "confirmed" and confirmed["confirmed_by"] != confirmed["entered_by"]
    assert confirmed["moved"] == 1
    after = world.applicant.get(f"/cases/{number}").json()["promised_due_on"]
    assert date.fromisoformat(after) > date.fromisoformat(before)
    problem(world.legal_office.post(confirm), 409, "transition.not_allowed")
    listed = world.legal_office.get(PATH).json()["emergencies"]
    assert [(day["is_workday"], day["state"]) for day in listed] == [(False, "confirmed"), (True, "replaced")]
    year = nobody.get(f"/calendar/{storm()['day'][:4]}").json()
    assert {day["day"]: day["is_workday"] for day in year["days"]}[storm()["day"]] is False


def _accepted(world: World) -> str:
    """The number of an accepted case that is due after the day of `storm`."""
    factories.make_item("LONG", statutory_limit="40 working_days", promised_limit="30 working_days")
    number: str = world.applicant.submit(item="LONG").json()["number"]
    assert world.window_clerk.do(number, "accept_application").status_code == 200
    return number


def test_only_keepers_of_the_calendar(world: World, nobody: Caller) -> None:
    day = world.committee.post(PATH, storm()).json()["id"]
    entries = Entry.objects.count()
    for who in (world.window_head, world.applicant, world.approver, world.admin):
        problem(who.get(PATH), 403, "permission.denied")
        problem(who.post(PATH, storm()), 403, "permission.denied")
        problem(who.post(PATH, storm(day="2031-02-30")), 403, "permission.denied")
        problem(who.post(f"{PATH}/{day}/confirm"), 403, "permission.denied")
        problem(who.post(f"{PATH}/{day + 1}/confirm"), 403, "permission.denied")
    problem(nobody.get(PATH), 401, "permission.sign_in")
    problem(nobody.post(PATH, storm()), 401, "permission.sign_in")
    assert Entry.objects.count() == entries
    assert EmergencyDay.objects.get().state == "entered"


def test_the_same_request_twice_is_one_act(world: World) -> None:
    first, again = (world.committee.post(PATH, storm(), headers=KEY) for _time in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "Idempotent-Replayed" not in first.headers and again.headers["Idempotent-Replayed"] == "true"
    problem(world.committee.post(PATH, storm(name="洪水"), headers=KEY), 422, "idempotency.reused")
    confirm = f"{PATH}/{first.json()['id']}/confirm"
    problem(world.committee.post(confirm, headers=KEY), 422, "idempotency.reused")
    once, twice = (world.legal_office.post(confirm, headers=KEY) for _time in range(2))
    assert (once.status_code, twice.status_code, twice.json()["state"]) == (200, 200, "confirmed")
    assert twice.json()["moved"] == 0 and twice.headers["Idempotent-Replayed"] == "true"
    for verb in ("declare_emergency_day", "confirm_emergency_day"):
        assert Entry.objects.filter(verb=verb).count() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"day": "2031-02-30"}, "calendar.invalid"),
        ({"day": "0000-01-01"}, "calendar.invalid"),
        ({"name": " "}, "calendar.invalid"),
        ({"basis": "\u3000"}, "calendar.invalid"),
        ({"day": "1900-01-01"}, "clock.out_of_range"),
        ({"day": "9999-12-31"}, "clock.out_of_range"),
        ({"day": "20310101"}, "input.invalid"),
        ({"day": 1924905600}, "input.invalid"),
        ({"day": None}, "input.invalid"),
        ({"name": "x" * 81}, "input.invalid"),
        ({"basis": "x" * 201}, "input.invalid"),
        ({"is_workday": "no"}, "input.invalid"),
        ({"state": "confirmed"}, "input.invalid"),
    ],
)
def test_a_bad_day_is_refused(world: World, changes: dict[str, Any], code: str) -> None:
    problem(world.committee.post(PATH, storm(**changes)), 422, code)
    assert not EmergencyDay.objects.exists()


def test_years_and_unknown_days(world: World) -> None:
    entered = world.committee.post(PATH, storm()).json()
    year = int(entered["day"][:4])
    assert world.committee.get(PATH, {"year": year}).json()["emergencies"] == [entered]
    assert world.committee.get(PATH, {"year": year - 1}).json()["emergencies"] == []
    problem(world.committee.get(PATH, {"year": 2101}), 422, "input.invalid")
    problem(world.legal_office.post(f"{PATH}/{entered['id'] + 1}/confirm"), 404, "notice.not_found")
    problem(world.legal_office.post(f"{PATH}/{2**63}/confirm"), 422, "input.invalid")
