"""Consultation (咨询): questions of the public, who answers for them, what becomes an answer for everybody.

Anybody may ask, with an account or without; whoever asked without one goes on with the question's number and its query
password, which the page checks (`asker`).
"""

from datetime import datetime
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen
from django.db import transaction

from yimen.facts.registers import base as registers
from yimen.flows import arguments as take_in
from yimen.flows.arguments import Day, ItemCode, Line, Name, Of, StaffName, Text, required
from yimen.flows.frame import maker, thing_verb
from yimen.flows.registry import clockwork
from yimen.ground.kernel.errors import Denied
from yimen.rooms.catalogue.models import Item
from yimen.rooms.consultation.actions import faqs, questions
from yimen.rooms.consultation.models import AnswerLimit, Faq, Question
from yimen.rooms.consultation.queries import ASKER, moved
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.roles import Role

# Who asks without an account, before the question has its number and afterwards.
VISITOR = Actor(id="visitor", name="visitor", roles=(Role.APPLICANT,))
QuestionNumber = Annotated[str, MaxLen(40), Of("question")]
Score = Annotated[int, Ge(1), Le(5)]


def asker(number: str) -> Actor:
    """Whoever gave the number of a question with its query password."""
    return Actor(id=f"{ASKER}{number}", name="visitor", roles=(Role.APPLICANT,))


def _item(code: str) -> Item | None:
    return take_in.item(code) if code else None


@maker("question")
def ask_question(
    *,
    title: Line,
    text: Text,
    item: ItemCode = "",
    name: Name = "",
    contact: Line = "",
    channel: Literal["online"] = "online",
    by: Actor,
    at: datetime,
) -> Question:
    """Ask a question online; it waits until somebody of the staff takes it.

    With `item` it goes to the organ of that item, without one to the consultation desk. `due_on` is counted from this
    day by the limit of the channel (`set_answer_limit`; where none was set, 5 working days). `name` and `contact` are
    optional and shown masked; an e-mail address in `contact` gets the answer by letter.
    By applicants and agents. Refuses reason.missing (title or text), item.unknown.
    """
    required(title=title, text=text)
    return questions.keep(
        "ask_question",
        title=title,
        text=text,
        channel=channel,
        item=_item(item),
        name=name,
        contact=contact,
        by=by,
        at=at,
    )


@maker("question")
def note_question(
    *,
    title: Line,
    text: Text,
    channel: Literal["telephone", "desk"],
    item: ItemCode = "",
    name: Name = "",
    contact: Line = "",
    by: Actor,
    at: datetime,
) -> Question:
    """Note down a question asked by telephone or at a desk; who notes it was asked first and is responsible.

    By the consultation desk, window clerks and window heads. Refuses reason.missing (title or text), item.unknown.
    """
    required(title=title, text=text)
    return questions.keep(
        "note_question",
        title=title,
        text=text,
        channel=channel,
        item=_item(item),
        name=name,
        contact=contact,
        by=by,
        at=at,
    )


@thing_verb("question")
def take_question(question: Question, *, by: Actor, at: datetime) -> None:
    """Take a question that nobody has taken: the first who does is responsible (首问负责).

    By the consultation desk for all questions, by window clerks, window heads, examiners, approvers and section heads
    for those on items of their organ. Refuses question.has_owner (unless that person has left the house),
    transition.not_allowed (answered).
    """
    questions.take(question, by=by, at=at)


@thing_verb("question")
def hand_over_question(question: Question, *, to: StaffName, reason: Text, by: Actor, at: datetime) -> None:
    """Offer a question to another person; the giver stays responsible until that person accepts it.

    By the responsible person. Refuses reason.missing, staff.unknown, question.not_responsible,
    question.hand_over_waits (an offer waits already), question.unfit_receiver (oneself, or a person without this duty),
    transition.not_allowed (answered).
    """
    required(reason=reason)
    questions.hand_over(question, take_in.staff(to), reason=reason, by=by, at=at)


@thing_verb("question")
def accept_question(question: Question, *, by: Actor, at: datetime) -> None:
    """Accept a question that is offered: from now on the receiver is responsible; its day stays.

    Refuses question.not_offered (by anybody but the receiver).
    """
    questions.accept(question, by=by, at=at)


@thing_verb("question")
def decline_question(question: Question, *, reason: Text, by: Actor, at: datetime) -> None:
    """Decline a question that is offered: it stays with the giver.

    Refuses reason.missing, question.not_offered (by anybody but the receiver).
    """
    required(reason=reason)
    questions.decline(question, reason=reason, by=by, at=at)


@thing_verb("question")
def extend_question(question: Question, *, reason: Text, by: Actor, at: datetime) -> None:
    """Extend the limit once, by what the limit of the day of asking provides.

    By the responsible person. Refuses reason.missing, question.not_responsible, question.no_extension (none is
    provided, extended before, or the limit has passed).
    """
    required(reason=reason)
    questions.extend(question, reason=reason, by=by, at=at)


@thing_verb("question")
def answer_question(question: Question, *, text: Text, by: Actor, at: datetime) -> None:
    """Answer a question; who left an e-mail address gets the answer by letter. A late answer is possible and counted.

    By the responsible person. Refuses reason.missing, question.not_responsible (also while nobody has taken it),
    transition.not_allowed (answered).
    """
    required(text=text)
    questions.send_answer(question, questions.answer(question, text=text, by=by, at=at), at=at)


@thing_verb("question")
def reveal_asker(question: Question, *, reason: Text, by: Actor, at: datetime) -> None:
    """Be shown who asked and how to reach that person, in clear, for a reason; the journal keeps that it was shown.

    By the responsible person while the question is open. Refuses reason.missing, question.not_responsible,
    transition.not_allowed (answered).
    """
    required(reason=reason)
    questions.reveal(question, reason=reason, by=by, at=at)


@thing_verb("question")
def ask_again(question: Question, *, text: Text, by: Actor, at: datetime) -> None:
    """Ask once more about an answer; the same person is responsible and the limit begins anew.

    By who asked. Refuses reason.missing, question.asked_again (the second time), transition.not_allowed (unanswered).
    """
    required(text=text)
    questions.ask_again(question, text=text, by=by, at=at)


@thing_verb("question")
def rate_answer(question: Question, *, score: Score, text: Text = "", by: Actor, at: datetime) -> None:
    """Say how satisfied one is with the answer, from 1 (very dissatisfied) to 5 (very satisfied), once.

    By who asked. Refuses question.rated (the second time), transition.not_allowed (unanswered).
    """
    questions.rate(question, score=score, text=text, by=by, at=at)


@maker("faq")
def publish_question(
    *,
    question: QuestionNumber,
    title: Line,
    text: Text,
    answer: Text,
    item: ItemCode = "",
    by: Actor,
    at: datetime,
) -> Faq:
    """Publish an answer for everybody (常见问题), in words free of personal data; it appears on the page of its item.

    By the consultation desk and the legal office, and by section heads for questions and items of their organ. Refuses
    reason.missing, question.not_answered, item.unknown, question.personal_data: an identity number, a telephone that
    the centre does not publish itself, an e-mail address, or the asker's name or contact.
    """
    required(title=title, text=text, answer=answer)
    asked = registers.permitted("question", question, "publish_question", by)
    about = _item(item)
    if about is not None and by.role_for("publish_question") == Role.SECTION_HEAD and about.organ_id != by.organ_id:
        raise Denied(verb="publish_question")
    return faqs.publish(asked, title=title, text=text, answer=answer, item=about, by=by, at=at)


@thing_verb("faq")
def withdraw_faq(faq: Faq, *, reason: Text, by: Actor, at: datetime) -> None:
    """Take a published answer back: no longer shown or found.

    By the consultation desk and the legal office, and by section heads for items of their organ. Refuses
    reason.missing, transition.not_allowed (taken back before).
    """
    required(reason=reason)
    faqs.withdraw(faq, reason=reason, by=by, at=at)


@maker("answer_limit")
def set_answer_limit(
    *,
    channel: Literal["online", "telephone", "desk"],
    amount: Annotated[int, Ge(0), Le(365)],
    unit: Literal["working_days", "natural_days"] = "working_days",
    extension: Annotated[int, Ge(0), Le(365)] = 0,
    valid_from: Day,
    basis: Line,
    by: Actor,
    at: datetime,
) -> AnswerLimit:
    """Set within what time questions of a channel are answered, from a day on; earlier questions keep their limit.

    `extension`: how many units may be added once (0: none). By the committee. Refuses reason.missing (basis),
    answer_limit.exists (the channel has a limit from that day).
    """
    required(basis=basis)
    return faqs.set_limit(
        channel=channel,
        amount=amount,
        unit=unit,
        extension=extension,
        valid_from=valid_from,
        basis=basis,
        by=by,
        at=at,
    )


@clockwork
def recount_questions(at: datetime) -> int:
    """Store the due days of open questions anew where the calendar has changed."""
    done = 0
    for key in moved():
        with transaction.atomic():
            done += questions.recount(Question.objects.get(pk=key), at=at)
    return done
