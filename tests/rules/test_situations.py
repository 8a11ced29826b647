"""情形: what one applicant's answers make of a guide. Pure."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.ground.kernel.calendar import Calendar
from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.term import Term
from yimen.rooms.guides.rules.promise import may_be_longer
from yimen.rooms.guides.rules.situations import STRENGTH, Terms, check_answers, personal, problems

CODES = ("M1", "M2", "M3")
BASE = Terms(
    {"M1": "required", "M2": "required", "M3": "optional"}, "20 working_days", "10 working_days", "不收费", "依法"
)
EFFECTS = st.dictionaries(st.sampled_from(CODES), st.sampled_from(sorted(STRENGTH)))
LIMITS = {
    "statutory_limit": st.integers(1, 20).map(lambda n: f"{n} working_days"),
    "promised_limit": st.integers(1, 10).map(lambda n: f"{n} working_days"),
}


@st.composite
def situations_and_answers(draw: st.DrawFn) -> tuple[list[dict[str, Any]], dict[str, str]]:
    made, answers = [], {}
    for number in range(draw(st.integers(1, 6))):
        choices = [
            {
                "code": f"a{n}",
                "text": "答",
                "materials": draw(EFFECTS),
                **draw(st.fixed_dictionaries({}, optional=LIMITS)),
            }
            for n in range(draw(st.integers(2, 6)))
        ]
        made.append({"code": f"q{number}", "question": "问", "answers": choices})
        answers[f"q{number}"] = draw(st.sampled_from(choices))["code"]
    return made, answers


@given(situations_and_answers(), st.randoms())
def test_the_order_of_answers_and_of_questions_never_matters(found: Any, random: Any) -> None:
    situations, answers = found
    assert problems(situations, BASE) == []
    expected = personal(situations, answers, BASE)
    shuffled, pairs = list(situations), list(answers.items())
    random.shuffle(shuffled)
    random.shuffle(pairs)
    again = personal(shuffled, dict(pairs), BASE)
    assert (again.guide, again.statutory_limit, again.promised_limit) == (
        expected.guide,
        expected.statutory_limit,
        expected.promised_limit,
    )


@given(situations_and_answers())
def test_nothing_beyond_the_list_and_no_longer_limit_comes_of_any_answers(found: Any) -> None:
    told = personal(*found, BASE)
    assert set(told.guide) <= set(CODES) and "not_needed" not in told.guide.values()
    statutory, promised = Term.parse(told.statutory_limit), Term.parse(told.promised_limit)
    assert promised.amount <= statutory.amount <= 20 and promised.amount <= 10


def one(**answer: Any) -> list[dict[str, Any]]:
    return [
        {"code": "q", "question": "问", "answers": [{"code": "a", "text": "甲", **answer}, {"code": "b", "text": "乙"}]}
    ]


def test_the_answer_that_asks_for_more_counts_and_silence_keeps_the_list() -> None:
    two = [*one(materials={"M1": "not_needed"}), {**one(materials={"M1": "optional"})[0], "code": "r"}]
    assert personal(two, {"q": "a", "r": "a"}, BASE).guide["M1"] == "optional"
    assert "M1" not in personal(two, {"q": "a", "r": "b"}, BASE).guide
    assert personal(two, {"q": "b", "r": "b"}, BASE).guide == BASE.guide


def test_a_promise_follows_a_shortened_law() -> None:
    assert personal(one(statutory_limit="5 working_days"), {"q": "a"}, BASE).promised_limit == "5 working_days"


@pytest.mark.parametrize(
    ("answers", "code"),
    [({}, "situation.unanswered"), ({"q": "c"}, "situation.unknown_answer"), ({"x": "a"}, "situation.unknown_answer")],
)
def test_unknown_and_missing_answers_are_refused(answers: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_answers(one(), answers)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "answer",
    [
        {"materials": {"M9": "required"}},
        {"materials": {"M1": "perhaps"}},
        {"promised_limit": "11 working_days"},
        {"promised_limit": "9 natural_days"},
        {"statutory_limit": "21 working_days"},
        {"statutory_limit": "soon"},
        {"text": " "},
    ],
)
def test_what_does_not_fit_the_guide_is_named(answer: dict[str, Any]) -> None:
    assert problems(one(**answer), BASE)


def test_questions_and_answers_are_few_and_have_codes_of_their_own() -> None:
    assert problems([{**one()[0], "answers": one()[0]["answers"][:1]}], BASE) == ["q.answers"]
    assert problems(one() * 2, BASE) == ["q"]
    assert "situations" in problems([{**one()[0], "code": str(n)} for n in range(7)], BASE)


@pytest.mark.parametrize(
    ("law", "promise", "longer"),
    [
        ("10 working_days", "15 natural_days", True),
        ("10 working_days", "13 natural_days", True),  # from a Sunday to the Monday after the tenth day
        ("10 working_days", "12 natural_days", False),
        ("20 natural_days", "15 working_days", True),
        ("30 natural_days", "10 working_days", False),
    ],
)
def test_limits_of_two_units_are_compared_on_every_day(law: str, promise: str, longer: bool) -> None:
    """Weekends alone; a term that ends on one goes on to Monday."""
    calendar = Calendar((), noticed_years=frozenset({2001, 2002}))
    assert may_be_longer(calendar, Term.parse(law), Term.parse(promise)) is longer
