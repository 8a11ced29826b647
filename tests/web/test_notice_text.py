"""What people paste as a year notice."""

import json

import pytest

from yimen.faces.web.notice_text import days_of
from yimen.ground.kernel.errors import Refused


def test_lines_and_json_say_the_same() -> None:
    lines = "2027-01-01 off 元旦\n\n2027-01-03\t班  元旦 调休\n"
    days = [("2027-01-01", False, "元旦"), ("2027-01-03", True, "元旦 调休")]
    text = json.dumps([{"day": day, "is_workday": works, "name": name} for day, works, name in days])
    assert days_of(lines, 2027) == days_of(text, 2027)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("tomorrow off", "not_a_day"),
        ("2027-02-30 off 春节", "not_a_day"),
        ("2027-01-01", "off_or_work"),
        ("2027-01-01 maybe 元旦", "off_or_work"),
        ("[1, 2", "not_json"),
        ("[" * 5000, "not_json"),
        ('{"days": 7}', "not_a_list"),
        ("\n".join(f"2027-01-{d % 28 + 1:02} off x" for d in range(201)), "too_many"),
    ],
)
def test_what_is_not_understood_is_named(text: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        days_of(text, 2027)
    assert refused.value.facts["why"] == why
