"""Time limits as guides write them: understood, or kept as text and flagged; never guessed."""

import csv
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.faces.jobs.parse_limits import as_json
from yimen.rooms.catalogue.rules.limit_text import LimitTerm, parse_limit

WORKING, NATURAL, DAYS, HOURS = "working_days", "natural_days", "days", "hours"

UNDERSTOOD = {
    "20个工作日": (20, WORKING),
    "２０ 个 工作日": (20, WORKING),
    "二十个工作日内": (20, WORKING),
    "自受理之日起15个工作日内办结": (15, WORKING),
    "不超过5个工作日": (5, WORKING),
    "20日（工作日）": (20, WORKING),
    "7个自然日": (7, NATURAL),
    "0天2.0小时": (2, HOURS),
    "两小时": (2, HOURS),
    "0个工作日": (0, WORKING),
    "20（工作日）": (20, WORKING),
    "20個工作日": (20, WORKING),
    "法定时限：20个工作日": (20, WORKING),
    "承诺5个工作日": (5, WORKING),
    "20个工作日（自受理之日起计算）": (20, WORKING),
    "自受理之日起算20个工作日": (20, WORKING),
}


@pytest.mark.parametrize(("text", "amount"), UNDERSTOOD.items())
def test_one_amount(text: str, amount: tuple[int, str]) -> None:
    read = parse_limit(text)
    assert read.terms == (LimitTerm(*amount),) and not read.flagged


@pytest.mark.parametrize("text", ["即时办结", "当场办结", "即办件", "即时办理"])
def test_at_once(text: str) -> None:
    read = parse_limit(text)
    assert read.terms == (LimitTerm(None, "immediate"),) and not read.flagged


@pytest.mark.parametrize(("text", "amount"), {"30日": 30, "15天": 15, "一百二十日": 120, "20日内": 20}.items())
def test_a_day_without_a_unit_goes_to_the_legal_office(text: str, amount: int) -> None:
    read = parse_limit(text)
    assert read.terms == (LimitTerm(amount, DAYS),) and read.flagged


def test_kinds_of_cases() -> None:
    read = parse_limit("报告书60日；报告表30日；登记表15个工作日")
    assert read.terms == (
        LimitTerm(60, DAYS, "报告书"),
        LimitTerm(30, DAYS, "报告表"),
        LimitTerm(15, WORKING, "登记表"),
    )
    assert read.flagged
    read = parse_limit("告知承诺：当场办结，一般程序：5个工作日")
    assert read.terms == (LimitTerm(None, "immediate", "告知承诺"), LimitTerm(5, WORKING, "一般程序"))
    assert not read.flagged


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "无",
        "20",
        "1个月",
        "30分钟",
        "当日办结",
        "每年秋季开始办理",
        "15-20个工作日",
        "3至5个工作日",
        "5个工作日+3个工作日",
        "20个工作日内，特殊情况可延长10个工作日",
        "自批准之日起15日内",
        "提前30日",
        "1天2小时",
        "3日；5日",
        "工作日20天",
        "一般程序：10个工作日内现场检查，检查后3个工作日内决定；告知承诺：1个工作日",
        "十十个工作日",
        "999999999日",
        "20个工作日" * 200,
        "约20个工作日",
        "不少于20个工作日",
        "≤20个工作日",
        "第20个工作日",
        "一个半工作日",
        "现场勘查后3个工作日",
        "受理20日内",
        "自收到申请之日起20个工作日",
        "许可机关应当在受理之日起十五日内作出决定。",
        "受理5个工作日；审查10个工作日；决定5个工作日",
        "法定时限：无",
        "T+1",
        "3年",
        "当日",
        "20 working days",
        "<script>20个工作日",
    ],
)
def test_kept_as_text(text: str) -> None:
    """Not one term of a text that is not understood as a whole: half a limit is a wrong limit."""
    read = parse_limit(text)
    assert read.terms == () and read.flagged and read.text == text


@pytest.mark.parametrize(
    ("text", "amount"),
    {
        "半个工作日": 0.5,
        "1.5个工作日": 1.5,
        "5个工作日（不含公示）": 5,
        "不包括专家评审和社会公示的时间共20个工作日": 20,
        "99999个工作日": 99999,
    }.items(),
)
def test_understood_but_a_person_must_look(text: str, amount: float) -> None:
    read = parse_limit(text)
    assert read.terms == (LimitTerm(amount, WORKING),) and read.flagged


def test_a_kind_of_case_or_the_day_from_which_it_counts_is_for_people_to_say() -> None:
    read = parse_limit("变更10个工作日内")
    assert read.terms == (LimitTerm(10, WORKING, "变更"),) and read.flagged
    assert not parse_limit("设立20个工作日；变更10个工作日").flagged


def test_of_the_statutory_and_the_promised_limit_in_one_text_nobody_guesses_which_is_meant() -> None:
    assert parse_limit("法定时限：20个工作日；承诺时限：5个工作日").flagged


@given(st.integers(0, 99999), st.sampled_from([("个工作日", WORKING), ("个自然日", NATURAL), ("小时", HOURS)]))
def test_numbers_come_back(amount: int, unit: tuple[str, str]) -> None:
    assert parse_limit(f"{amount}{unit[0]}").terms == (LimitTerm(amount, unit[1]),)


PIECES = st.lists(
    st.sampled_from([*"0123日天个工作自然小时内（）；，：.二十半", "工作日", "延长", "之日起", " ", "\x00"])
)


@given(st.one_of(st.text(max_size=60), PIECES.map("".join)))
def test_whatever_comes_is_kept(text: str) -> None:
    read = parse_limit(text)
    assert read.text == text
    assert read.terms or read.flagged
    assert read.flagged or DAYS not in {term.unit for term in read.terms}


def test_a_line_in_a_line_out() -> None:
    out = [json.loads(line) for line in as_json(["\ufeff20个工作日\r\n", "\n", "30日"])]
    assert out == [
        {"text": "20个工作日", "terms": [{"amount": 20, "unit": WORKING, "for": None}], "flagged": False},
        {"text": "", "terms": [], "flagged": True},
        {"text": "30日", "terms": [{"amount": 30, "unit": DAYS, "for": None}], "flagged": True},
    ]


def shared(path: str) -> Path:
    found = Path(os.environ.get("YIMEN_SHARED", "/nowhere")) / "data" / path
    if not found.exists():
        pytest.skip("YIMEN_SHARED has no such list")
    return found


def test_real_guides_agree_with_their_transcription() -> None:
    """Where the transcriber read an amount, the same is read here; nothing is read where the transcriber saw none."""
    units = {"working_day": {WORKING, "immediate"}, "day": {DAYS}, "hour": {HOURS}}
    for line in shared("guides/service_guides.jsonl").read_text(encoding="utf-8").splitlines():
        guide = json.loads(line)
        for kind in ("statutory", "promised"):
            parsed, read = guide[f"{kind}_parsed"], parse_limit(guide[f"{kind}_limit"])
            if parsed is not None:
                assert len(read.terms) == 1, read
                assert (read.terms[0].amount or 0) == parsed["value"] and read.terms[0].unit in units[parsed["unit"]]


def test_sentences_of_the_law_never_raise() -> None:
    """Statutes are prose: hardly one is a bare limit, and none may be read with another number than it has."""
    with shared("laws/statutory_time_limits.csv").open(encoding="utf-8-sig", newline="") as source:
        for row in csv.DictReader(source):
            read = parse_limit(row["sentence"])
            assert all(str(term.amount) == row["number"] for term in read.terms), read
            amount = parse_limit(row["number"] + row["unit"])
            assert bool(amount.terms) == (row["unit"] in ("日", "天", "工作日", "小时")), row
