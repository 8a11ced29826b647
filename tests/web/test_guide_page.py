"""The guide of an item: its procedure as a picture and as a list, its files, its remedies, what the cache may keep."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from yimen.faces.web.flow_picture import BODY, TITLE, WIDTH, Column, draw, width_of, wrapped
from yimen.ground.law.models import LegalParameter
from yimen.ground.law.revision import bump
from yimen.rooms.catalogue.actions import MaterialText
from yimen.rooms.catalogue.models import ItemVersion

COLUMNS = [
    Column("提交", "您", "网上随时，或到窗口"),
    Column("Materials are looked at", "Window clerk", "within 5 working days; what is missing is told once"),
    Column("审查", "审查人", "在下列时限内"),
    Column("核准", "Head of window", "within the limit below", (("granted", "green"), ("refused", "red"))),
    Column("送达", "窗口工作人员", "作出决定后10个工作日内"),
]


def guide(code: str = "X1", language: str = "") -> str:
    client = Client()
    if language:
        client.post("/language/", {"language": language, "next": "/"})
    return client.get(f"/items/{code}/").content.decode()


def test_nothing_drawn_leaves_the_picture_or_its_column() -> None:
    notes = ["依法需要时：" + "听证、" * 30, "May be extended once by 10 working days; you are told why. " * 3]
    picture = draw(COLUMNS, (2, 3), "From acceptance: promised 4 working days, by law 20 working days", notes, "补正")
    sizes = {"title": TITLE}
    for line in picture.lines:
        half = width_of(line.text, sizes.get(line.kind, BODY)) / 2
        assert line.x - half >= 0 and line.x + half <= WIDTH and 0 < line.y < picture.height
    inside = [line for line in picture.lines if line.kind == "note"]
    assert picture.beside is not None and picture.counted is not None
    bottom = picture.beside.y + picture.beside.height
    assert all(picture.beside.y < line.y < bottom for line in inside) and bottom < picture.height
    assert len(picture.links) == len(picture.nodes) - 1 == 4
    lowest = max(tag.y for tag in picture.tags)
    assert picture.counted.y > lowest and draw(COLUMNS[:2], (1, 1), "x", [], "").beside is None


def test_lines_break_where_a_reader_would() -> None:
    assert wrapped("within 5 working days", 10, 60) == ["within 5", "working", "days"]
    assert wrapped("五个工作日，内", 10, 50) == ["五个工作", "日，内"]  # a comma never begins a line
    assert "".join(wrapped("逐字断行的中文" * 5, 10, 30)) == "逐字断行的中文" * 5
    assert wrapped("", 10, 30) == []


def test_the_picture_and_the_list_say_the_same(item: ItemVersion) -> None:
    page = guide()
    svg, rest = page[page.index('<svg class="flow') : page.index("</svg>", page.index("flow__bar"))], page
    assert 'role="img"' in svg and "<title" in svg and "<desc" in svg
    for text in ("提交", "材料审查", "核准", "送达", "准予", "不予"):
        assert f">{text}<" in svg and text in rest[rest.index("flow__list") :]
    flat = re.sub(r"<[^>]+>", "", svg)
    assert "依法需要时：听证、检测。" in flat and "可以延长 10个工作日" in flat
    assert "承诺 8个工作日，法定 20个工作日" in flat and "style" not in svg


def test_an_item_decided_at_once_has_fewer_steps(item: ItemVersion) -> None:
    factories.make_item("N1", review="immediate", extension=None, special_procedures=[])
    page = guide("N1")
    assert "当场决定" in page and page.count('class="flow__number"') == 4 and "flow__beside" not in page


def test_a_guide_says_its_files_and_where_what_is_left_open(item: ItemVersion) -> None:
    rows = (
        MaterialText(
            "M1", "申请书", form="original", copies=2, issuer="某局", file_kinds=("pdf", "image"), max_files=3
        ),
    )
    factories.make_item("N2", materials=rows, visits=0, questions=[{"question": "问？", "answer": "<b>答"}])
    page = guide("N2")
    assert "PDF、图片，最多 3 个，每个不超过 20 MB" in page and "原件 2 份" in page and "某局" in page
    assert "不用到场" in page and "&lt;b&gt;答" in page and "<b>答" not in page
    assert "到场次数" in page and "未载明" in guide("X1")


def test_remedies_follow_the_law_of_the_day_and_the_cache_follows_the_law(item: ItemVersion) -> None:
    assert "60个自然日" in guide() and "6 个月" in guide()
    LegalParameter.objects.filter(key="reconsideration", valid_to=None).update(amount=90)
    bump("default")
    assert "90个自然日" in guide()


def test_a_known_guide_costs_one_query(item: ItemVersion) -> None:
    guide()
    client: Any = Client()
    with CaptureQueriesContext(connection) as queries:
        client.get("/items/X1/")
    said = [q["sql"] for q in queries.captured_queries]
    answers = [sql for sql in said if "consultation_faq" in sql]
    about = [sql for sql in said if ("catalogue" in sql or "law_" in sql) and sql not in answers]
    assert (len(about), len(answers)) == (1, 1), said


@pytest.mark.parametrize("language", ["", "en"])
def test_the_list_to_take_along(item: ItemVersion, language: str) -> None:
    client = Client()
    client.post("/language/", {"language": language or "zh-hans", "next": "/"})
    page = client.get("/items/X1/list/").content.decode()
    assert page.count('type="checkbox"') == 2 and "申请书" in page and "一楼大厅 3 号窗口" in page
    assert ("What to bring" if language else "办事要带的材料") in page
    assert client.get("/items/NOTHING/list/").status_code == 404
