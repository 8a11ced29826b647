"""Columns of a list about the guide: understood or flagged, never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.rooms.guides.rules.guide_text import GuideText, guide_text


@pytest.mark.parametrize(
    ("cells", "statutory", "flags"),
    [
        ({"法定时限": "20个工作日"}, "20 working_days", ()),
        ({"法定办结时限": "20", "法定办结时限单位": "工作日"}, "20 working_days", ()),
        ({"法定时限（必填）": "2小时"}, "2 hours", ()),
        ({"法定时限": "60个自然日", "法定时限单位": "工作日"}, "60 natural_days", ()),
        ({"法定时限": "20"}, "", ("法定时限：20",)),
        ({"法定时限": "20", "法定时限单位": "日"}, "", ("法定时限：20日",)),
        ({"法定时限": "30日"}, "", ("法定时限：30日",)),
        ({"法定时限": "即时办结"}, "", ("法定时限：即时办结",)),
        ({"法定时限": "报告书60个工作日"}, "", ("法定时限：报告书60个工作日",)),
        ({"法定时限": "20个工作日（不含公示）"}, "", ("法定时限：20个工作日（不含公示）",)),
        ({"法定时限": " "}, "", ()),
        ({"备注": "20个工作日"}, "", ()),
    ],
)
def test_limits(cells: dict[str, str], statutory: str, flags: tuple[str, ...]) -> None:
    read = guide_text(cells)
    assert (read.statutory_limit, read.flags) == (statutory, flags)
    assert bool(read.note) == bool(flags)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("申请书；身份证明", ("申请书", "身份证明")),
        ("1. 申请书;2. 身份证明。", ("申请书", "身份证明")),
        ("（1）申请书\n（2）身份证明\n", ("申请书", "身份证明")),
        ("申请书；申请书", ("申请书",)),
        ("1.5米围挡的照片", ("1.5米围挡的照片",)),
        ("申请书、身份证明", ("申请书、身份证明",)),  # 顿号 also stands inside one material
        ("", ()),
    ],
)
def test_materials(text: str, expected: tuple[str, ...]) -> None:
    assert guide_text({"申请材料": text}).materials == expected


def test_charges() -> None:
    assert guide_text({"是否收费": "否"}).charges == "不收费"
    assert guide_text({"是否收费": "是", "收费标准": "每证 10 元"}).charges == "每证 10 元"


def test_too_long_a_material_is_prose_for_people_to_read() -> None:
    read = guide_text({"申请材料": "长" * 301})
    assert read.materials == () and read.flags


@given(st.dictionaries(st.sampled_from(["法定时限", "承诺时限单位", "申请材料", "收费", "备注"]), st.text(max_size=80)))
def test_whatever_comes_nothing_raises(cells: dict[str, str]) -> None:
    read = guide_text(cells)
    assert isinstance(read, GuideText) and len(read.note) <= 500
