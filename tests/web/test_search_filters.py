"""Filters of the search for items: each a parameter of the address, with the number of items behind every choice."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from yimen.facts import search
from yimen.rooms.catalogue.models import ItemVersion

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.4a")]
DAY = date(2026, 11, 24)


@pytest.fixture
def items(db: None) -> None:
    factories.make_centre()
    make("F1", "食品经营许可", "不收费", visits=0, organ="O1")
    make("F2", "食品生产许可", "每证 10 元", visits=1, organ="O1", review="immediate")
    make("B1", "建筑工程施工许可证核发", "", visits=None, organ="O2")
    make("B2", "户外广告设置许可", "不收费；逾期的按收费标准收取", visits=0, organ="O2")


def make(code: str, name: str, charges: str, **more: Any) -> ItemVersion:
    made = factories.make_item(code, name=name, **more)
    ItemVersion.objects.filter(pk=made.pk).update(charges=charges)  # also what no version could be published with
    return made


def codes(**asked: str) -> list[str]:
    text = asked.pop("q", "")
    return [v.item.code for v in search.find(text, DAY, asked, limit=20).versions]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"organ": "O1"}, ["F1", "F2"]),
        ({"theme": "食品药品"}, ["F1", "F2"]),
        ({"event": "开饭店"}, ["B2", "F1"]),
        ({"charge": "free"}, ["F1"]),
        ({"charge": "charged"}, ["F2"]),
        ({"online": "yes"}, ["B2", "F1"]),
        ({"online": "no"}, ["F2"]),
        ({"immediate": "yes"}, ["F2"]),
        ({"organ": "O1", "online": "yes"}, ["F1"]),
        ({"q": "食品", "charge": "charged"}, ["F2"]),
        ({"theme": "没有这个"}, []),
        ({"object": "person"}, []),  # no guide says whom it serves
    ],
)
def test_each_filter_and_several(items: None, asked: dict[str, str], expected: list[str]) -> None:
    assert codes(**asked) == expected


def test_a_number_says_what_the_choice_would_leave(items: None) -> None:
    """With the other filters as they are: whoever has chosen one organ still sees what the others would give."""
    found = search.find("", DAY, {"organ": "O1"}, limit=20)
    assert {c.value: c.number for c in found.choices["organ"]} == {"O1": 2, "O2": 2}
    assert {c.value: c.number for c in found.choices["online"]} == {"yes": 1, "no": 1}
    for name, choices in found.choices.items():
        for choice in choices:
            left = search.find("", DAY, {"organ": "O1", name: choice.value}, limit=20)
            assert left.total == choice.number, (name, choice)


def test_pages_follow_each_other_without_gap(items: None) -> None:
    for by_code in (False, True):
        seen, after = [], ""
        while True:
            page = search.find("", DAY, {}, after=after, limit=1, by_code=by_code)
            seen += [v.item.code for v in page.versions]
            after = page.next_after
            if not after:
                break
        assert seen == ["B1", "B2", "F1", "F2"]


def test_the_page_has_chips_that_take_a_filter_away(items: None) -> None:
    text = Client().get("/items/?q=许可&organ=O1&charge=free").content.decode()
    assert re.findall(r'href="/items/([A-Z0-9]+)/"', text) == ["F1"]
    chips = re.search(r'<ul class="chips".*?</ul>', text, re.S)
    assert chips and re.findall(r'href="([^"]*)"', chips[0]) == [
        "/items/?q=%E8%AE%B8%E5%8F%AF&amp;charge=free",
        "/items/?q=%E8%AE%B8%E5%8F%AF&amp;organ=O1",
        "/items/?q=%E8%AE%B8%E5%8F%AF",
    ]
    assert '<option value="O1" selected>部门O1 (1)</option>' in text


def test_nothing_found_leads_to_a_question_with_the_words(items: None) -> None:
    text = Client().get("/items/?q=不存在&organ=O1").content.decode()
    assert 'href="/ask/?q=%E4%B8%8D%E5%AD%98%E5%9C%A8"' in text


@pytest.mark.parametrize("query", ["theme=" + "x" * 999, "online=perhaps", "charge=<script>", "after=9:x"])
def test_odd_filters_find_nothing_and_break_nothing(items: None, query: str) -> None:
    answer = Client().get(f"/items/?{query}")
    assert answer.status_code == 200 and "<script>" not in answer.content.decode()


def test_the_api_takes_the_same_filters(items: None) -> None:
    found = Client().get("/api/v1/items?event=开饭店&limit=1").json()
    assert ([i["code"] for i in found["items"]], found["next"]) == (["B2"], "B2")
    rest = Client().get("/api/v1/items?event=开饭店&limit=1&after=B2").json()
    assert ([i["code"] for i in rest["items"]], rest["next"]) == (["F1"], None)
    assert Client().get("/api/v1/items?online=perhaps").status_code == 422


def test_a_page_of_one_and_of_four_cost_the_same(items: None) -> None:
    Client().get("/items/")
    counts = []
    for organ in ("", "O1"):
        with CaptureQueriesContext(connection) as queries:
            Client().get("/items/", {"organ": organ})
        counts.append(len(queries))
    assert counts[0] == counts[1]
