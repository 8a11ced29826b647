"""首问负责 A question from asking to rating: who answers for it, until when, and what may follow. Pure.

The first person of the staff who takes a question (or notes it down) stays responsible until another *accepts* the
hand-over; while an offer waits, nothing changes.
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.lifecycle import Edge, Lifecycle


class State(StrEnum):
    """Asked by the public, taken by a person of the staff, answered."""

    ASKED = "asked"
    TAKEN = "taken"
    ANSWERED = "answered"


class Channel(StrEnum):
    """How a question came in."""

    ONLINE = "online"
    TELEPHONE = "telephone"
    DESK = "desk"


class Score(IntEnum):
    """The five grades of the national rating of services (好差评)."""

    VERY_DISSATISFIED = 1
    DISSATISFIED = 2
    BASICALLY_SATISFIED = 3
    SATISFIED = 4
    VERY_SATISFIED = 5


OPEN = (State.ASKED, State.TAKEN)
ROUNDS = 2  # the question, and one follow-up
_FIRST_ASKED = "意见四（三）“首问负责制”"
QUESTIONS = Lifecycle(
    [
        Edge("take_question", State.ASKED, State.TAKEN, _FIRST_ASKED),
        Edge("take_question", State.TAKEN, State.TAKEN, _FIRST_ASKED),  # whoever was responsible has left the house
        Edge("hand_over_question", State.TAKEN, State.TAKEN, _FIRST_ASKED),
        Edge("accept_question", State.TAKEN, State.TAKEN, _FIRST_ASKED),
        Edge("decline_question", State.TAKEN, State.TAKEN, _FIRST_ASKED),
        Edge("extend_question", State.TAKEN, State.TAKEN, "本中心答复时限的规定"),
        Edge("reveal_asker", State.TAKEN, State.TAKEN, "个人信息保护法 第三十四条"),
        Edge("answer_question", State.TAKEN, State.ANSWERED, _FIRST_ASKED),
        Edge("ask_again", State.ANSWERED, State.TAKEN, "意见一（信息与咨询）"),
        Edge("rate_answer", State.ANSWERED, State.ANSWERED, "优化营商环境条例 第三十六条"),
    ]
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a question's verbs look at: its state, who is responsible (None: nobody) and whether that person still works
    here, to whom it is offered (None: nobody). People by their keys."""

    state: str
    responsible: int | None
    responsible_works: bool
    offered_to: int | None


def check_take(question: Standing, person: int) -> None:
    """The first who takes it is responsible; afterwards only where that person has left the house.

    Raises `question.has_owner`, `transition.not_allowed`.
    """
    QUESTIONS.target("take_question", question.state)
    if question.responsible is not None and (question.responsible_works or question.responsible == person):
        raise Refused("question.has_owner")


def check_responsible(question: Standing, verb: str, person: int) -> None:
    """Only the responsible person; raises `question.not_responsible`, `transition.not_allowed`."""
    if question.state != State.ASKED:
        QUESTIONS.target(verb, question.state)
    if question.responsible != person:
        raise Refused("question.not_responsible")


def check_hand_over(question: Standing, giver: int, receiver: int, *, receiver_answers: bool) -> None:
    """One offer at a time, to another person who answers questions.

    Raises `question.not_responsible`, `question.hand_over_waits`, `question.unfit_receiver`.
    """
    check_responsible(question, "hand_over_question", giver)
    if question.offered_to is not None:
        raise Refused("question.hand_over_waits")
    if receiver == giver or not receiver_answers:
        raise Refused("question.unfit_receiver")


def check_receiver(question: Standing, verb: str, person: int) -> None:
    """Only the person to whom it is offered accepts or declines; raises `question.not_offered`."""
    if question.state != State.ASKED:
        QUESTIONS.target(verb, question.state)
    if question.offered_to != person:
        raise Refused("question.not_offered")


def check_extend(*, allowed: int, extended: bool, due_on: date, today: date) -> None:
    """Once, before the limit has passed, and only where the centre's limit provides it.

    Raises `question.no_extension` with `why`: not_provided, extended, past.
    """
    why = "not_provided" if allowed < 1 else "extended" if extended else "past" if today > due_on else ""
    if why:
        raise Refused("question.no_extension", why=why)


def check_ask_again(state: str, rounds: int) -> None:
    """One follow-up; raises `question.asked_again`, `transition.not_allowed`."""
    if rounds >= ROUNDS:
        raise Refused("question.asked_again")
    QUESTIONS.target("ask_again", state)


def check_rate(state: str, score: int, before: int | None) -> None:
    """Once, of an answer; raises `question.rated`, `input.invalid`, `transition.not_allowed`."""
    QUESTIONS.target("rate_answer", state)
    if before is not None:
        raise Refused("question.rated")
    if score not in list(Score):
        raise Refused("input.invalid", field="score")


def is_overdue(due_on: date, today: date, answered_on: date | None) -> bool:
    """Whether the answer is late, or was: the limit ends at 24:00 of its day."""
    return (answered_on or today) > due_on
