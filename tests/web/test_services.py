"""The public list of services before and after items: those without a window in the hall first."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from yimen.facts import services as facts
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.guides.models import GuideDetail

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.3a")]


def service(name: str, when: str = "before", has_window: bool | None = None, **more: Any) -> dict[str, Any]:
    said = {} if has_window is None else {"has_window": has_window}
    return {"name": name, "when": when, "kind": "intermediary", **said, **more}


def item(code: str, *services: dict[str, Any]) -> ItemVersion:
    version: ItemVersion = factories.make_item(code, name=f"事项{code}")
    GuideDetail.objects.create(version=version, services=list(services))
    factories.forget_terms()
    return version


def page(query: str = "") -> str:
    answer = Client().get(f"/services/{query}")
    assert answer.status_code == 200
    return answer.content.decode().split("<main")[1].split("</main")[0]


def test_those_without_a_window_come_first_then_those_that_do_not_say() -> None:
    item("X1", service("甲测绘", has_window=True), service("乙检测", has_window=False), service("丙评估"))
    html = page()
    assert html.index("乙检测") < html.index("丙评估") < html.index("甲测绘")
    assert "有 1 项服务在大厅没有窗口" in html
    # Over all pages, not only within one.
    assert [one.has_window for one in facts.services(timezone.localdate())] == [False, None, True]


def test_a_service_of_two_items_stands_once_and_names_both_with_their_side() -> None:
    item("X1", service("乙检测", has_window=False, by="某公司<b>"))
    item("X2", service("乙检测", "after", has_window=False, by="某公司<b>"))
    html = page()
    assert html.count("乙检测") == 1 and "某公司<b>" not in html and "某公司&lt;b&gt;" in html
    before, after = html.index("事项X1"), html.index("事项X2")
    assert html.index("办理前需要") < before < html.index("办理后需要") < after
    assert 'href="/items/X1/#services"' in html


def test_a_guide_not_in_force_today_names_nothing() -> None:
    version = item("X1", service("乙检测"))
    assert [one.name for one in facts.services(timezone.localdate())] == ["乙检测"]
    assert not facts.services((version.valid_from or timezone.localdate()) - timedelta(days=1))


def test_nothing_named_says_so_and_a_guide_leads_here() -> None:
    factories.make_item("X0")
    assert "还没有指南写明前置或后续服务" in page()
    item("X1", service("乙检测"))
    assert 'href="/services/"' in Client().get("/items/X1/").content.decode().split("<footer")[0]


def test_many_come_in_pages_and_junk_is_the_first() -> None:
    item("X1", *(service(f"服务{n:02}", has_window=False) for n in range(60)))
    assert "服务00" in page() and "服务59" not in page() and "服务59" in page("?page=2")
    assert "服务00" in page("?page=x") and "服务59" in page("?page=99999999999")


def test_the_page_costs_the_same_for_one_item_and_for_three() -> None:
    def cost() -> int:
        factories.forget_terms()
        with CaptureQueriesContext(connection) as queries:
            page()
        return len(queries)

    item("X1", service("甲"))
    page()
    one = cost()
    item("X2", service("乙"))
    item("X3", service("丙"))
    assert cost() == one
