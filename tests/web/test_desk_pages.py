"""First pages of the desk and the office: who may open them, what they count, how many questions they ask."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from yimen.rooms.cases.models import Case
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity.models import Staff, User

type SignIn = Callable[[User | Staff], Client]

DOORS = {
    "window_clerk": ("desk", "office"),
    "window_head": ("desk", "office"),
    "examiner": ("office",),
    "approver": ("office",),
    "organ_head": ("office",),
    "section_head": ("office",),
    "committee": ("office", "calendar"),
    "legal_office": ("office", "calendar"),
    "supervision": ("office",),
    "auditor": ("office",),
    "government": ("office",),
    "finance": ("office",),
    "admin": ("office",),
}
PATHS = {"desk": "/desk/", "new": "/desk/new/", "office": "/office/", "calendar": "/office/calendar/"}


@pytest.mark.parametrize(("role", "doors"), DOORS.items())
def test_doors_of_each_role(item: ItemVersion, signed_in: SignIn, role: str, doors: tuple[str, ...]) -> None:
    client = signed_in(factories.make_staff(role))
    for door, path in PATHS.items():
        open_to = door in doors or (door == "new" and "desk" in doors)
        assert client.get(path).status_code == (200 if open_to else 403), (role, path)


def test_an_applicant_has_no_desk(item: ItemVersion, signed_in: SignIn) -> None:
    case = factories.make_case()
    for person in (factories.make_user(), factories.make_staff("agent", organ=None)):
        client = signed_in(person)
        for path in (*PATHS.values(), "/cases/"):
            assert client.get(path).status_code == 403, path
        assert client.get(f"/cases/{case.number}/").status_code == 404


def test_an_applicants_own_case_opens_on_the_own_page(item: ItemVersion, signed_in: SignIn) -> None:
    user = factories.make_user()
    case = factories.make_case(user=user)
    assert signed_in(user).get(f"/cases/{case.number}/")["Location"] == f"/my/{case.number}/"


def test_pages_with_personal_data_are_not_kept_by_the_browser(item: ItemVersion, signed_in: SignIn) -> None:
    case = factories.make_case()
    client = signed_in(factories.make_staff("window_clerk"))
    for path in ("/desk/", f"/cases/{case.number}/", "/cases/"):
        assert "no-store" in client.get(path)["Cache-Control"]
        assert client.head(path).status_code == 200


LISTS = [
    ("window_clerk", "/desk/", "received"),
    ("window_head", "/desk/", "examined"),
    ("examiner", "/office/", "accepted"),
    ("window_head", "/office/", "examined"),
    ("committee", "/office/", "accepted"),
    ("window_clerk", "/cases/", "received"),
    ("window_clerk", "/cases/?list=to_accept", "received"),
    ("auditor", "/cases/?q=3715", "granted"),
]


@pytest.mark.parametrize(("role", "path", "state"), LISTS)
def test_a_list_asks_as_much_for_three_rows_as_for_one(
    item: ItemVersion, signed_in: SignIn, role: str, path: str, state: str
) -> None:
    client = signed_in(factories.make_staff(role))
    factories.make_case(state=state)
    client.get(path)  # fills what the process keeps (calendar, item's terms)
    with CaptureQueriesContext(
        connection,
    ) as one:
        assert client.get(path).status_code == 200
    factories.make_case(state=state)
    factories.make_case(state=state)
    with CaptureQueriesContext(connection) as three:
        client.get(path)
    assert len(three) == len(one), [q["sql"] for q in three.captured_queries]
    assert len(one) <= 30


def test_lists_hold_what_waits_and_nothing_of_another_organ(item: ItemVersion, signed_in: SignIn) -> None:
    mine = factories.make_case()
    other = factories.make_case(item=factories.make_item("Y1", organ="O2"))
    text = signed_in(factories.make_staff("window_clerk")).get("/desk/").content.decode()
    assert mine.number in text
    assert other.number not in text


def test_silence_moves_a_case_from_the_window_to_the_examiner(item: ItemVersion, signed_in: SignIn) -> None:
    case = factories.make_case(at=factories.now() - timedelta(days=40))
    clerk = signed_in(factories.make_staff("window_clerk")).get("/cases/?list=to_accept").content.decode()
    examiner = signed_in(factories.make_staff("examiner")).get("/office/").content.decode()
    assert case.number not in clerk
    assert case.number in examiner
    assert Case.objects.get(number=case.number).state == "received"  # nothing was written by looking


def test_what_i_examined_does_not_wait_for_my_approval(item: ItemVersion, signed_in: SignIn) -> None:
    from yimen.flows import examination

    case = factories.make_case(state="accepted")
    both = factories.make_staff("examiner", "window_head")
    examination.examine_case(case.number, opinion="grant", by=factories.actor_of_staff(both), at=factories.now())
    assert case.number not in signed_in(both).get("/cases/?list=to_approve").content.decode()
    other = factories.make_staff("window_head")
    assert case.number in signed_in(other).get("/cases/?list=to_approve").content.decode()


def test_pages_of_a_list_show_every_case_once(item: ItemVersion, signed_in: SignIn) -> None:
    import re

    numbers = {factories.make_case().number for _ in range(23)}
    client = signed_in(factories.make_staff("window_clerk"))
    seen: list[str] = []
    path = "/cases/"
    for _page in range(3):
        text = client.get(path).content.decode()
        seen += re.findall(r"/cases/(371500-[\d-]+)/", text)
        found = re.search(r'href="\?([^"]*after=[^"]+)"', text)
        if not found:
            break
        path = "/cases/?" + found[1].replace("&amp;", "&")
    assert sorted(seen) == sorted(numbers)


@pytest.mark.parametrize(
    "query",
    [
        "list=nothing",
        "state=junk",
        "after=9999-99-99_1",
        "after=2025-01-01_" + "9" * 40,
        "q=" + "x" * 5000,
        "organ='--",
    ],
)
def test_junk_in_the_address_never_breaks_a_list(item: ItemVersion, signed_in: SignIn, query: str) -> None:
    factories.make_case()
    assert signed_in(factories.make_staff("committee")).get(f"/cases/?{query}").status_code == 200


def counter(**more: str) -> dict[str, str]:
    return {
        "item": "X1",
        "kind": "person",
        "name": "张三",
        "id_number": "",
        "request_key": "counter-form-key-1",
        **more,
    }


def test_an_application_over_the_counter(item: ItemVersion, signed_in: SignIn) -> None:
    client = signed_in(factories.make_staff("window_clerk"))
    assert "示例许可" in client.get("/desk/new/").content.decode()
    assert "申请书" in client.get("/desk/new/?item=X1").content.decode()
    body = counter(id_number=factories.RESIDENT_ID) | {"code-0": "M1", "materials-0": "1"}
    first = client.post("/desk/new/", body)
    second = client.post("/desk/new/", body)
    assert first.status_code == 302
    assert second["Location"] == first["Location"]
    case = Case.objects.get()
    assert case.channel == "window"
    assert [m.code for m in case.materials.all()] == ["M1"]
    assert case.number in client.get(first["Location"]).content.decode()


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"id_number": "110105194912310021"}, 422),
        ({"name": ""}, 422),
        ({"name": "长" * 201}, 422),
        ({"kind": "ghost"}, 422),
        ({"item": "NOPE"}, 404),
        ({"item": "Z" * 5000}, 404),
    ],
)
def test_a_wrong_counter_form_is_shown_again(
    item: ItemVersion, signed_in: SignIn, more: dict[str, str], status: int
) -> None:
    answer = signed_in(factories.make_staff("window_clerk")).post("/desk/new/", counter(phone="13900001111", **more))
    assert answer.status_code == status
    assert status == 404 or "13900001111" in answer.content.decode()
    assert not Case.objects.exists()


def test_a_window_takes_only_items_of_its_organ(item: ItemVersion, signed_in: SignIn) -> None:
    factories.make_item("Y1", organ="O2")
    client = signed_in(factories.make_staff("window_clerk"))
    assert "Y1" not in client.get("/desk/new/").content.decode()
    assert client.get("/desk/new/?item=Y1").status_code == 404
    assert client.post("/desk/new/", counter(item="Y1")).status_code == 404
