"""Articles of laws for English readers."""

import pytest
from django.utils import translation

from yimen.faces.web.citations import articles, citation, number


@pytest.mark.parametrize(
    ("text", "value"), [("七", 7), ("十", 10), ("十二", 12), ("三十二", 32), ("八十", 80), ("一百零三", 103)]
)
def test_numbers(text: str, value: int) -> None:
    assert number(text) == value


def test_what_is_no_number() -> None:
    with pytest.raises(ValueError, match="第"):
        number("第一")


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("行政许可法 第四十四条", "Administrative Licensing Law, Article 44"),
        ("行政许可法 第三十二条第一款第四项", "Administrative Licensing Law, Article 32(1)(4)"),
        ("行政许可法 第四十六条、第四十七条", "Administrative Licensing Law, Articles 46 and 47"),
        ("行政复议法（2023年修订） 第二十条", "Administrative Reconsideration Law (2023), Article 20"),
        ("行政许可法 第四十二条第二款（联合办理）", "行政许可法 第四十二条第二款（联合办理）"),
        ("示例法 第一条", "示例法 第一条"),
        ("行政许可法", "Administrative Licensing Law"),
        ("", ""),
    ],
)
def test_a_citation(text: str, english: str) -> None:
    with translation.override("en"):
        assert citation(text) == english
    with translation.override("zh-hans"):
        assert citation(text) == text


def test_articles_alone_are_said_in_english_too() -> None:
    with translation.override("en"):
        assert articles("第三十六条") == "Article 36"
        assert articles("第三十二条第一款第四项、第三十六条") == "Articles 32(1)(4) and 36"
        assert articles("第五条之外") == "第五条之外"
    with translation.override("zh-hans"):
        assert articles("第三十六条") == "第三十六条"
