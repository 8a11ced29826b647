"""Money of the committee's registers through the API: amounts as text or number, with two places."""

from typing import Any

import pytest

from tests import factories
from tests.api.callers import Caller
from yimen.rooms.administration.models import Budget
from yimen.rooms.identity.actions import issue_token

pytestmark = [pytest.mark.django_db, pytest.mark.clause("7.2b")]


def caller(role: str) -> Caller:
    return Caller(
        issue_token(factories.make_staff(role, organ=None if role == "committee" else "O1").user, at=factories.now())
    )


@pytest.mark.parametrize(("planned", "kept"), [("100.10", "100.10"), (100, "100.00"), (0.07, "0.07")])
def test_a_heading_is_entered(planned: Any, kept: str) -> None:
    factories.make_centre()
    answer = caller("committee").post(
        "/registers/budget/open_budget", {"year": 2026, "heading": "办公费", "planned": planned}
    )
    assert answer.status_code == 201
    assert answer.json()["facts"]["planned"] == kept and answer.json()["facts"]["remaining"] == "0.00"


@pytest.mark.parametrize("planned", ["1.001", "x", "-1", 0, True, None, [], "1e99", "NaN"])
def test_what_is_no_money_is_told_so(planned: Any) -> None:
    factories.make_centre()
    body = {"year": 2026, "heading": "办公费", "planned": planned}
    assert caller("committee").post("/registers/budget/open_budget", body).status_code == 422
    assert caller("organ_head").post("/registers/budget/open_budget", body).status_code == 403
    assert not Budget.objects.exists()
