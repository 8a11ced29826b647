"""Change orders for everybody, versions of guides by day and side by side, a suspended and a cancelled item."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories
from yimen.flows import catalogue, orders
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.queries import actor_of_staff
from yimen.rooms.identity.rules.roles import Role
from yimen.rooms.orders.models import Order

type SignIn = Callable[[Any], Client]

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def centre() -> None:
    factories.make_centre()


def person(role: Role, organ: str | None = None) -> Actor:
    return actor_of_staff(factories.make_staff(role, organ=organ))


def approved(changes: list[dict[str, Any]], *, on: date, at: datetime | None = None, **words: str) -> Order:
    """An order that three people made."""
    at = at or factories.now()
    given: dict[str, Any] = {
        "document_number": "国发〔2026〕9号（示例）",
        "issuing_organ": "国务院",
        "level": "state_council",
        "issued_on": date(2026, 1, 1),
        "effective_on": on,
        "title": "关于调整示例许可的决定",
        "text": "调整示例许可。",
        **words,
    }
    order = orders.draft_order(**given, changes=changes, by=person(Role.LEGAL_OFFICE), at=at)
    orders.check_order(order.key, opinion="pass", by=person(Role.LEGAL_OFFICE), at=at)
    made: Order = orders.approve_order(order.key, by=person(Role.GOVERNMENT), at=at)
    return made


def checked(source: str, **changes: Any) -> str:
    """The key of a checked copy of a version with other words."""
    by, at = person(Role.ADMIN), factories.now()
    copy = catalogue.copy_item_version(source=source, by=by, at=at)
    catalogue.change_item_version(copy.key, by=by, at=at, **changes)
    catalogue.check_item_version(copy.key, opinion="pass", by=person(Role.LEGAL_OFFICE), at=at)
    return str(copy.key)


def text_of(path: str, client: Client | None = None, status: int = 200) -> str:
    answer = (client or Client()).get(path)
    assert answer.status_code == status
    return answer.content.decode()


def test_an_order_is_public_with_old_beside_new_and_stands_in_list_feed_and_guide(centre: None) -> None:
    version = factories.make_item()
    new = checked(version.key, promised_limit="3 working_days")
    day = timezone.localdate() + timedelta(days=5)
    order = approved([{"action": "change", "item": "X1", "version": new, "running": "move"}], on=day)
    page = text_of(f"/orders/{order.key}/")
    assert "<del>8个工作日</del>" in page and "<ins>3个工作日</ins>" in page
    assert "20个工作日" not in page  # what stays the same is not told
    assert order.title in text_of("/orders/") and order.title in text_of("/orders.atom")
    guide = text_of("/items/X1/")
    assert f"/orders/{order.key}/" in guide and "8个工作日" in guide


def test_a_draft_or_withdrawn_order_is_not_public(centre: None) -> None:
    factories.make_item()
    day = timezone.localdate() + timedelta(days=5)
    order = approved([{"action": "cancel", "item": "X1"}], on=day)
    orders.withdraw_order(order.key, reason="再议", by=person(Role.LEGAL_OFFICE), at=factories.now())
    text_of(f"/orders/{order.key}/", status=404)
    assert order.title not in text_of("/orders/") and order.title not in text_of("/orders.atom")
    assert f"/orders/{order.key}/" not in text_of("/items/X1/")
    text_of("/orders/x/", status=404)
    text_of(f"/orders/{10**30}/", status=404)


def test_what_an_administrator_writes_runs_nowhere(centre: None) -> None:
    factories.make_item()
    order = approved(
        [{"action": "cancel", "item": "X1", "note": HOSTILE}],
        on=timezone.localdate(),
        title=HOSTILE,
        text=HOSTILE,
        issuing_organ=HOSTILE,
        url="javascript:alert(1)",
    )
    for path in (f"/orders/{order.key}/", "/orders/", "/orders.atom", "/items/X1/"):
        page = text_of(path)
        assert HOSTILE not in page and "javascript:" not in page, path
    assert "&amp;lt;script&amp;gt;" in text_of("/orders.atom")


def test_the_guide_of_a_cancelled_item_says_since_when_and_takes_nobody(centre: None) -> None:
    factories.make_item()
    assert "/items/X1/apply/" in text_of("/items/X1/")
    order = approved([{"action": "cancel", "item": "X1"}], on=timezone.localdate())
    page = text_of("/items/X1/")
    assert f"/orders/{order.key}/" in page and "/items/X1/apply/" not in page
    assert "申请书" in page  # its last guide


def test_a_suspended_item_says_why_and_takes_nobody(centre: None) -> None:
    factories.make_item()
    catalogue.suspend_item(
        "X1", reason=f"系统停用{HOSTILE}", basis="示例通知", by=person(Role.LEGAL_OFFICE), at=factories.now()
    )
    page = text_of("/items/X1/")
    assert "系统停用" in page and HOSTILE not in page and "/items/X1/apply/" not in page
    answer = Client().get("/api/v1/items/X1").json()
    assert answer["suspended"]["reason"].startswith("系统停用")
    factories.make_item("X2", name="另一许可")
    for address in ("/items/", "/items/?q=示例许可", "/items/?charge=free", "/suggest/?q=许可"):
        page = Client().get(address).content.decode()
        assert page.count("暂停受理") == 1, address  # the suspended one is marked, the other not
    assert "暂停受理" not in Client().get("/suggest/?q=另一").content.decode()


def test_any_version_is_shown_as_of_its_boundary_days(centre: None) -> None:
    first = factories.make_item(valid_from=date(2025, 1, 1))
    at = factories.now()
    tomorrow = timezone.localdate() + timedelta(days=1)
    catalogue.end_item_version(first.key, valid_to=tomorrow, by=factories.ADMIN, at=at)
    second = checked(first.key, promised_limit="3 working_days")
    catalogue.publish_item_version(second, valid_from=tomorrow + timedelta(days=1), by=person(Role.LEGAL_OFFICE), at=at)
    expected = {
        "2025-01-01": "8 working_days",
        tomorrow.isoformat(): "8 working_days",
        (tomorrow + timedelta(days=1)).isoformat(): "3 working_days",
    }
    for on, promised in expected.items():
        assert Client().get(f"/api/v1/items/X1?on={on}").json()["promised_limit"] == promised
        page = text_of(f"/items/X1/?on={on}")
        assert promised.split()[0] + "个工作日" in page, (on, page[page.find("<main") :][:3000])
        assert "不是今天" in page and "/items/X1/apply/" not in page
    assert Client().get("/api/v1/items/X1?on=2024-12-31").status_code == 422
    assert Client().get("/api/v1/items/X1?on=1735689600").status_code == 422
    for wrong in ("", "x", "2026-13-01", timezone.localdate().isoformat()):
        assert "不是今天" not in text_of(f"/items/X1/?on={wrong}")
    assert Client().get("/items/X1/?on=2024-12-31").status_code == 422


class TestSideBySide:
    def test_changed_fields_are_marked(self, centre: None, signed_in: SignIn) -> None:
        first = factories.make_item()
        second = checked(
            first.key, charges="收费", materials=[{"code": "M1", "name": "申请书"}, {"code": "M3", "name": "图纸"}]
        )
        page = text_of(
            f"/office/versions/{first.key}/{second}/", signed_in(factories.make_staff(Role.LEGAL_OFFICE, organ=None))
        )
        assert "<del>不收费</del>" in page and "<ins>收费</ins>" in page
        assert page.count("tag--amber") == 3  # charges, M2 gone, M3 new

    def test_a_unit_does_not_see_the_drafts_of_another(self, centre: None, signed_in: SignIn) -> None:
        first = factories.make_item()
        draft = checked(first.key)
        path = f"/office/versions/{first.key}/{draft}/"
        factories.make_organ("O2")
        assert signed_in(factories.make_staff(Role.SECTION_HEAD, organ="O1")).get(path).status_code == 200
        assert signed_in(factories.make_staff(Role.SECTION_HEAD, organ="O2")).get(path).status_code == 404
        assert Client().get(path).status_code in (302, 401, 403)

    def test_what_is_taken_out_of_a_draft_s_form_is_taken_out(self, centre: None, signed_in: SignIn) -> None:
        first = factories.make_item()
        at = factories.now()
        draft = catalogue.copy_item_version(source=first.key, by=factories.ADMIN, at=at)
        catalogue.change_item_version(draft.key, directions="地铁一号线", by=factories.ADMIN, at=at)
        draft.refresh_from_db()
        client = signed_in(factories.make_staff(Role.SECTION_HEAD, organ="O1"))
        path = f"/office/registers/version/{draft.key}/do/change_item_version/"
        assert "地铁一号线" in text_of(path, client)
        answer = client.post(path, {"directions": "", "quantity": "", "version": draft.version, "place": "二楼"})
        assert answer.status_code == 302, answer.content.decode()
        draft.refresh_from_db()
        assert (draft.directions, draft.place) == ("", "二楼")
        assert draft.conditions == first.conditions  # what the form did not show stays
        assert draft.materials.count() == 2 and draft.promised_limit == first.promised_limit

    def test_the_page_of_a_version_leads_there(self, centre: None, signed_in: SignIn) -> None:
        first = factories.make_item()
        draft = checked(first.key)
        page = text_of(
            f"/office/registers/version/{draft}/", signed_in(factories.make_staff(Role.LEGAL_OFFICE, organ=None))
        )
        assert f"/office/versions/{first.key}/{draft}/" in page


@pytest.mark.parametrize("path", ["/orders/", "/orders.atom"])
def test_more_orders_ask_no_more(centre: None, path: str, django_assert_max_num_queries: Any) -> None:
    counts = []
    text_of("/orders/")  # the centre's own row is read once a process
    for number in range(1, 4):
        factories.make_item(f"Y{number}")
        approved([{"action": "cancel", "item": f"Y{number}"}], on=timezone.localdate())
        if number in (1, 3):
            with django_assert_max_num_queries(20) as counted:
                text_of(path)
            counts.append(len(counted))
    assert counts[0] == counts[1], "\n".join(q["sql"][:160] for q in counted)


def test_an_order_with_more_lines_asks_no_more(centre: None, django_assert_max_num_queries: Any) -> None:
    counts = []
    text_of("/orders/")  # the centre's own row is read once a process
    for many in (1, 3):
        lines = []
        for number in range(many):
            version = factories.make_item(f"Z{many}{number}")
            lines.append(
                {"action": "change", "item": f"Z{many}{number}", "version": checked(version.key, hours="全天")}
            )
        order = approved(lines, on=timezone.localdate())
        with django_assert_max_num_queries(20) as counted:
            text_of(f"/orders/{order.key}/")
        counts.append(len(counted))
    assert counts[0] == counts[1], "\n".join(q["sql"][:160] for q in counted)
