"""The public page of a window says what is promised there."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from yimen.flows import places, promises
from yimen.rooms.identity.models import Window
from yimen.rooms.identity.rules.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.3b")]


@pytest.fixture
def windows(db: Any) -> list[Window]:
    """Two windows of O1, one of O2."""
    at, office = factories.now(), factories.make_actor(Role.COMMITTEE)
    places.register_hall(name="一楼大厅", by=office, at=at)
    made = []
    for number, organ in (("01", "O1"), ("02", "O1"), ("03", "O2")):
        factories.make_organ(organ)
        made.append(places.register_window(hall="一楼大厅", number=number, organ=organ, by=office, at=at))
    return made


def promise(text: str, organ: str = "O1", window: Window | None = None, *, published: bool = True) -> Any:
    at, head = factories.now(), factories.make_actor(Role.WINDOW_HEAD, organ=organ)
    made = promises.make_promise(organ=organ, text=text, window=str(window.pk) if window else "", by=head, at=at)
    if published:
        promises.publish_promise(made.key, by=factories.make_actor(Role.COMMITTEE), at=at)
    return made


def page(window: Window) -> str:
    return Client().get(f"/windows/{window.pk}/").content.decode().split("<main")[1].split("</main")[0]


def test_a_window_shows_its_own_promises_then_those_of_its_organs(windows: list[Window]) -> None:
    promise("全单位<b>承诺")
    own = promise("本窗口承诺", window=windows[0])
    promise("未公布的", published=False)
    promise("别家的", "O2")
    html = page(windows[0])
    assert html.index("本窗口承诺") < html.index("全单位&lt;b&gt;承诺") and "全单位<b>" not in html
    assert f'href="/promises/{own.key}/report/"' in html
    assert "未公布的" not in html and "别家的" not in html
    assert "本窗口承诺" not in page(windows[1]) and "全单位" in page(windows[1])
    assert "别家的" in page(windows[2]) and "全单位" not in page(windows[2])


def test_withdrawn_ones_go_and_without_any_there_is_no_section(windows: list[Window]) -> None:
    made = promise("本窗口承诺", window=windows[0])
    assert 'id="promises"' in page(windows[0]) and 'id="promises"' not in page(windows[2])
    committee = factories.make_actor(Role.COMMITTEE)
    promises.withdraw_promise(made.key, reason="改了", by=committee, at=factories.now())
    assert 'id="promises"' not in page(windows[0])


def test_three_promises_cost_what_one_costs(windows: list[Window]) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(windows[0])
        return len(queries)

    promise("甲", window=windows[0])
    page(windows[0])
    one = cost()
    promise("乙", window=windows[0])
    promise("丙")
    assert cost() == one
