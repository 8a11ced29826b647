"""Pages of windows, stationed units and of what has moved into the centre: who sees what, and what it costs."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from tests.access.world import PNG
from yimen.flows import places, stationing
from yimen.flows.files import upload_file
from yimen.rooms.identity.models import Posting, Window
from yimen.rooms.identity.rules.roles import Role

pytestmark = pytest.mark.django_db


def make_window(number: str, organ: str = "O1", **more: object) -> Window:
    factories.make_organ(organ)
    by = factories.make_actor(Role.COMMITTEE)
    if number == "01":
        places.register_hall(name="一楼大厅", by=by, at=factories.now())
    made: Window = places.register_window(
        hall="一楼大厅", number=number, organ=organ, by=by, at=factories.now(), **more
    )
    return made


def seat(window: Window, photo: bytes | None = None) -> Posting:
    at, admin = factories.now(), factories.make_actor(Role.ADMIN, organ=None)
    picture = upload_file(BytesIO(photo), name="a.png", by=admin, at=at).public_id if photo else None
    clerk = factories.make_staff(Role.WINDOW_CLERK).user.username
    places.assign_window_staff(window.key, staff=clerk, photo=picture, by=admin, at=at)
    return Posting.objects.get(staff__user__username=clerk)


@pytest.mark.clause("3.1b")
def test_a_window_says_who_is_on_duty_and_what_it_is_for(client: Client) -> None:
    factories.make_item("X1", name="示例许可")
    window = make_window("01", duties="<script>受理</script>", telephone="0635-1")
    posting = seat(window, PNG)
    page = client.get(f"/windows/{window.pk}/").content.decode()
    assert posting.staff.name in page
    assert "示例许可" in page and "0635-1" in page
    assert "<script>受理" not in page
    assert client.get("/windows/").content.decode().count("01") >= 1


def test_a_photo_is_shown_only_while_its_person_is_on_duty(client: Client) -> None:
    window = make_window("01")
    posting = seat(window, PNG)
    address = f"/windows/{window.pk}/photo/{posting.pk}/"
    assert client.get(address)["Content-Type"] == "image/png"
    yesterday = timezone.localdate() - timedelta(days=1)
    Posting.objects.filter(pk=posting.pk).update(starts=yesterday, ends=yesterday)
    assert client.get(address).status_code == 404


def test_a_closed_window_is_gone(client: Client) -> None:
    window = make_window("01")
    places.close_window(
        window.key, on=timezone.localdate(), reason="合并", by=factories.make_actor(Role.COMMITTEE), at=factories.now()
    )
    assert client.get(f"/windows/{window.pk}/").status_code == 404


@pytest.mark.clause("3.3b")
def test_an_overdue_decoupling_is_public_and_on_the_committee_s_desk(client: Client) -> None:
    factories.make_organ("O1")
    by, past = factories.make_actor(Role.COMMITTEE), timezone.localdate() - timedelta(days=1)
    stationing.register_station(
        name="<b>供水</b>", sort="utility", services=["报装"], organ="O1", decouple_by=past, by=by, at=factories.now()
    )
    page = client.get("/stations/").content.decode()
    assert "逾期" in page
    assert "<b>供水" not in page
    committee = factories.make_staff(Role.COMMITTEE)
    client.force_login(committee.user)
    assert "1家进驻单位逾期未脱钩" in client.get("/office/").content.decode()


@pytest.mark.clause("2.2a")
@pytest.mark.parametrize("address", ["/office/three-in/", "/office/violations/"])
def test_boards_are_for_those_who_oversee_and_a_unit_sees_its_own(client: Client, address: str) -> None:
    factories.make_item("X1", name="甲事项")
    factories.make_item("X2", name="乙事项", organ="O2")
    shown = {"/office/three-in/": ("部门O1", "部门O2"), "/office/violations/": ("甲事项", "乙事项")}[address]
    client.force_login(factories.make_staff(Role.WINDOW_CLERK).user)
    assert client.get(address).status_code == 403
    client.force_login(factories.make_staff(Role.COMMITTEE).user)
    page = client.get(address).content.decode()
    assert all(name in page for name in shown)
    client.force_login(factories.make_staff(Role.ORGAN_HEAD, organ="O1").user)
    page = client.get(address).content.decode()
    assert shown[0] in page
    assert shown[1] not in page


@pytest.mark.parametrize("address", ["/windows/", "/office/three-in/", "/office/violations/"])
def test_more_rows_cost_no_more_queries(client: Client, address: str) -> None:
    client.force_login(factories.make_staff(Role.COMMITTEE).user)
    costs = []
    for number in ("01", "02", "03"):
        factories.make_item(f"X{number}", organ=f"O{number}")
        seat_at = make_window(number, organ=f"O{number}")
        clerk = factories.make_staff(Role.WINDOW_CLERK, organ=f"O{number}").user.username
        admin = factories.make_actor(Role.ADMIN, organ=None)
        places.assign_window_staff(seat_at.key, staff=clerk, by=admin, at=factories.now())
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        costs.append(len(queries))
    assert costs[0] == costs[2]
