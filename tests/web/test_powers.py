"""The public pages of those who may decide: in force, to come, past, as of a day; one page costs the same for many."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from yimen.flows import authority
from yimen.rooms.authority.models import Authorisation, LicensingSubject
from yimen.rooms.identity.rules.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def today() -> date:
    factories.make_centre()
    factories.make_item("X1", name="示例许可甲")
    return timezone.localdate()


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_subject_is_under_the_list_of_the_day(client: Client, today: date) -> None:
    basis = "<script>alert(1)</script>示例法"
    LicensingSubject.objects.update(basis=basis, ended_on=today + timedelta(1))
    shown = page(client, "/subjects/")
    assert "部门O1" in shown and "&lt;script&gt;" in shown and "<script>alert" not in shown
    assert "部门O1</strong>" not in page(client, "/subjects/?list=past")
    tomorrow = (today + timedelta(1)).isoformat()
    assert "部门O1</strong>" in page(client, f"/subjects/?list=past&on={tomorrow}")
    assert "部门O1</strong>" not in page(client, f"/subjects/?on={tomorrow}")
    assert "部门O1</strong>" not in page(client, "/subjects/?list=coming")


def test_an_entrustment_without_announcement_is_to_come(client: Client, today: date) -> None:
    factories.make_organ("O2", "受托机关")
    authority.register_subject(
        organ="O2",
        kind="entrusted",
        basis="委托书",
        items=["X1"],
        entrusted_by="O1",
        valid_from=today,
        by=factories.ADMIN,
        at=factories.now(),
    )
    assert "受托机关</strong>" not in page(client, "/subjects/")
    assert "受托机关</strong>" in page(client, "/subjects/?list=coming")


def test_an_authorisation_is_published_at_once_and_shown_as_revoked(client: Client, today: date) -> None:
    person = factories.make_staff(Role.WINDOW_HEAD)
    leader = factories.make_actor(Role.ORGAN_HEAD)
    made = authority.authorise_window(
        items=["X1"],
        staff=person.user.username,
        valid_from=today,
        document_number="示例授权〔2099〕9号",
        text="<b>授权</b>",
        by=leader,
        at=factories.now(),
    )
    shown = page(client, "/authorisations/")
    assert "示例授权〔2099〕9号" in shown and "示例许可甲" in shown and "<b>授权" not in shown
    authority.revoke_authorisation(made.key, reason="内部原因", by=leader, at=factories.now())
    assert "示例授权〔2099〕9号" not in page(client, "/authorisations/")
    past = page(client, "/authorisations/?list=past")
    assert "示例授权〔2099〕9号" in past and "内部原因" not in past  # why is for the staff


def test_filters_and_odd_questions(client: Client, today: date) -> None:
    for address in ("/subjects/", "/authorisations/"):
        assert "部门O1" in page(client, f"{address}?organ=O1")
        for odd in ("after=x", "after=99999999999999999999", "on=2025-13-01", "list=nothing", "organ=O2"):
            page(client, f"{address}?{odd}")


@pytest.mark.parametrize("address", ["/subjects/", "/authorisations/"])
def test_many_rows_cost_as_one(client: Client, today: date, address: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, address)
        return len(queries)

    page(client, address)
    one = cost()
    for code in ("O5", "O6"):
        factories.make_item(f"X-{code}", organ=code)
    assert LicensingSubject.objects.count() == 3 <= Authorisation.objects.count()
    assert cost() == one


def test_each_register_opens_for_its_readers_with_its_verbs(client: Client, today: date) -> None:
    leader = factories.make_staff(Role.ORGAN_HEAD)
    factories.make_staff(Role.WINDOW_HEAD)
    client.force_login(leader.user)
    for kind in ("subject", "authorisation", "seal"):
        page(client, f"/office/registers/{kind}/")
    key = Authorisation.objects.latest("pk").key
    assert "revoke_authorisation" in page(client, f"/office/registers/authorisation/{key}/")
    stranger = factories.make_staff(Role.ORGAN_HEAD, organ="O2")
    client.force_login(stranger.user)
    assert "revoke_authorisation" not in page(client, f"/office/registers/authorisation/{key}/")
