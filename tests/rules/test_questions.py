"""Who answers a question, what may be published, how a published answer is found again: pure rules."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.numbering import check_case_number, question_number
from yimen.rooms.consultation.rules import publishing, questions
from yimen.rooms.consultation.rules.questions import Standing, State

pytestmark = [pytest.mark.clause("1.a"), pytest.mark.clause("4.3b")]
NOBODYS = Standing(State.ASKED, None, True, None)
MINE = Standing(State.TAKEN, 1, True, None)
OFFERED = Standing(State.TAKEN, 1, True, 2)
LEFT = Standing(State.TAKEN, 1, False, None)
DONE = Standing(State.ANSWERED, 1, True, None)


def code(call: object, *arguments: object, **named: object) -> str:
    try:
        call(*arguments, **named)  # type: ignore[operator]
    except Refused as refused:
        return refused.code
    return ""


@pytest.mark.parametrize(
    ("question", "person", "refusal"),
    [
        (NOBODYS, 2, ""),
        (MINE, 2, "question.has_owner"),
        (MINE, 1, "question.has_owner"),
        (LEFT, 2, ""),
        (DONE, 2, "transition.not_allowed"),
    ],
)
def test_the_first_who_takes_it_is_responsible(question: Standing, person: int, refusal: str) -> None:
    assert code(questions.check_take, question, person) == refusal


@pytest.mark.parametrize(
    ("question", "person", "refusal"),
    [
        (NOBODYS, 1, "question.not_responsible"),
        (MINE, 1, ""),
        (MINE, 2, "question.not_responsible"),
        (OFFERED, 1, ""),
        (OFFERED, 2, "question.not_responsible"),
        (DONE, 1, "transition.not_allowed"),
    ],
)
def test_only_the_responsible_person_answers(question: Standing, person: int, refusal: str) -> None:
    assert code(questions.check_responsible, question, "answer_question", person) == refusal


def test_one_offer_at_a_time_to_another_who_answers() -> None:
    assert code(questions.check_hand_over, MINE, 1, 2, receiver_answers=True) == ""
    assert code(questions.check_hand_over, MINE, 1, 1, receiver_answers=True) == "question.unfit_receiver"
    assert code(questions.check_hand_over, MINE, 1, 2, receiver_answers=False) == "question.unfit_receiver"
    assert code(questions.check_hand_over, OFFERED, 1, 3, receiver_answers=True) == "question.hand_over_waits"
    assert code(questions.check_hand_over, MINE, 2, 3, receiver_answers=True) == "question.not_responsible"


@pytest.mark.parametrize("verb", ["accept_question", "decline_question"])
def test_only_the_receiver_settles_an_offer(verb: str) -> None:
    assert code(questions.check_receiver, OFFERED, verb, 2) == ""
    assert code(questions.check_receiver, OFFERED, verb, 1) == "question.not_offered"
    assert code(questions.check_receiver, MINE, verb, 2) == "question.not_offered"


DAY = date(2025, 3, 10)


@pytest.mark.parametrize(
    ("allowed", "extended", "today", "refusal"),
    [
        (3, False, DAY, ""),
        (0, False, DAY, "question.no_extension"),
        (3, True, DAY, "question.no_extension"),
        (3, False, date(2025, 3, 11), "question.no_extension"),
    ],
)
def test_an_extension_is_provided_single_and_in_time(allowed: int, extended: bool, today: date, refusal: str) -> None:
    assert code(questions.check_extend, allowed=allowed, extended=extended, due_on=DAY, today=today) == refusal


def test_one_follow_up_and_one_grade() -> None:
    assert code(questions.check_ask_again, State.ANSWERED, 1) == ""
    assert code(questions.check_ask_again, State.TAKEN, 1) == "transition.not_allowed"
    assert code(questions.check_ask_again, State.ANSWERED, 2) == "question.asked_again"
    assert code(questions.check_rate, State.ANSWERED, 5, None) == ""
    assert code(questions.check_rate, State.ANSWERED, 5, 1) == "question.rated"
    assert code(questions.check_rate, State.TAKEN, 5, None) == "transition.not_allowed"
    assert code(questions.check_rate, State.ANSWERED, 6, None) == "input.invalid"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("带身份证和申请书", ""),
        ("2025年3月10日前办结，费用120元", ""),
        ("请拨打12345", ""),
        ("请拨打0635-8888888", "telephone"),
        ("请拨打 0635 8888 888", "telephone"),
        ("电话13800001111", "telephone"),
        ("电话138-0000-1111", "telephone"),
        ("电话＋86 １３８００００１１１１", "telephone"),
        ("身份证11010519491231002X", "id_number"),
        ("身份证 110105 19491231 002x", "id_number"),
        ("老证号110105491231002", "id_number"),
        ("发到zhang@example.com", "email"),
        ("张三丰的申请", "name"),
        ("张 三 丰的申请", "name"),
        ("微信 zsf_1949 联系", "contact"),
    ],
)
def test_what_names_a_person_is_found(text: str, kind: str) -> None:
    assert publishing.personal_data(text, asker="张三丰", contact="zsf_1949") == kind


def test_a_telephone_that_the_centre_publishes_is_no_persons() -> None:
    text = "请拨打0635-8888888"
    assert publishing.personal_data(text, allowed=["0635-8888888"]) == ""
    assert publishing.personal_data(text + "或13800001111", allowed=["0635-8888888"]) == "telephone"
    assert publishing.personal_data("电话 8888888", contact="8888888") == "contact"


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text("的在，。 ab", max_size=9), st.text("，。 cd", max_size=9)
)
def test_a_mobile_number_never_slips_through(number: str, before: str, after: str) -> None:
    assert publishing.personal_data(f"{before}{number}{after}") in ("telephone", "id_number")


def test_a_sentence_finds_what_it_means() -> None:
    asked = publishing.grams("开饭店需要什么材料？")
    assert {"开饭", "饭店", "材料"} <= set(asked) and "需要" not in asked
    assert publishing.pieces("请问开饭店需要什么材料") == ["开饭店", "材料"]
    assert publishing.windows("取水许可快到期了") == ["取水许可", "水许可快", "许可快到", "可快到期"]
    assert publishing.grams("请问怎么办理？") == [] and publishing.grams("") == []


@given(st.text(max_size=200))
def test_any_text_has_few_short_pieces(text: str) -> None:
    found = publishing.grams(text, 40)
    assert len(found) <= 40 and all(0 < len(gram) <= 20 for gram in found) and len(set(found)) == len(found)


def test_a_third_in_common_is_enough() -> None:
    assert publishing.enough(1, 2) and publishing.enough(2, 6)
    assert not publishing.enough(0, 1) and not publishing.enough(1, 4)


def test_a_number_of_a_question_is_none_of_a_case() -> None:
    number = question_number("371500", date(2026, 11, 24), 12)
    assert number.startswith("371500-Z20261124-0012-") and not check_case_number(number)
