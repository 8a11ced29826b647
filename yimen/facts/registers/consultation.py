"""Questions, published answers and the limits within which questions are answered."""

from datetime import datetime
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from yimen.facts.registers.base import Kind, describe, everything
from yimen.ground.kernel.identifiers import mask, mask_email, mask_name
from yimen.ground.law import queries as law
from yimen.rooms.consultation import queries
from yimen.rooms.consultation.models import AnswerLimit, Faq, HandOver, Question
from yimen.rooms.consultation.rules.questions import OPEN, QUESTIONS, is_overdue
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Staff
from yimen.rooms.identity.rules.roles import Role


def _account(staff: Staff | None) -> str | None:
    return staff.user.username if staff else None


def _chain(question: Question) -> list[dict[str, Any]]:
    return [
        {"giver": _account(row.giver), "receiver": _account(row.receiver), "outcome": str(row.outcome)}
        for row in question.hand_overs.all()
    ]


def question_facts(question: Question, at: datetime) -> dict[str, Any]:
    """What is told of a question. `state`: asked (nobody is responsible), taken, answered. `first_asked`: who took or
    noted it first; `responsible`: who answers for it now; `offered_to`: who has not yet accepted or declined it;
    `chain`: all offers with their outcome (waiting, accepted, declined, overtaken). `due_on` is the last day for the
    present answer, `overdue` whether it has passed or the answer came later; `rounds` is 2 after a follow-up.
    `asker` and `contact` are masked; `answer` is the latest one."""
    rounds = list(question.rounds.all())
    last = rounds[-1]
    is_open = question.state in OPEN
    due_on = queries.due_now(question, vars(question).get("calendar")) if is_open else last.due_on
    return {
        "number": question.number,
        "state": str(question.state),
        "channel": str(question.channel),
        "title": question.title,
        "text": "\n\n".join(row.text for row in rounds),
        "item": question.item.code if question.item else None,
        "organ": question.organ.code if question.organ else None,
        "asker": mask_name(question.name) if question.name else "",
        "contact": mask_email(question.contact) if "@" in question.contact else mask(question.contact),
        "first_asked": _account(question.first_asked),
        "responsible": _account(question.responsible),
        "offered_to": _account(question.offered_to),
        "chain": _chain(question),
        "asked_on": question.asked_on,
        "due_on": due_on,
        "extended": question.extended,
        "overdue": is_overdue(due_on, timezone.localdate(at), last.answered_on),
        "answered_on": last.answered_on,
        "answer": next((row.answer for row in reversed(rounds) if row.answered_on), ""),
        "rounds": len(rounds),
        "score": question.score,
        "published": any(faq.withdrawn_at is None for faq in question.published.all()),
    }


def _questions_together(questions: list[Question], _at: datetime) -> None:
    chain = Prefetch("hand_overs", HandOver.objects.select_related("giver__user", "receiver__user"))
    prefetch_related_objects(questions, "rounds", "published", chain)
    calendar = law.calendar()
    for question in questions:
        vars(question)["calendar"] = calendar


def faq_facts(faq: Faq, at: datetime) -> dict[str, Any]:
    """What is told of a published answer; `state`: published or withdrawn."""
    return {
        "state": "withdrawn" if faq.withdrawn_at else "published",
        "title": faq.title,
        "text": faq.text,
        "answer": faq.answer,
        "item": faq.item.code if faq.item else None,
        "question": faq.question.number,
        "published_on": timezone.localdate(faq.published_at),
    }


def limit_facts(limit: AnswerLimit, at: datetime) -> dict[str, Any]:
    """What is told of a limit; `in_force`: questions of this day are answered by it."""
    today = timezone.localdate(at)
    later = AnswerLimit.objects.filter(
        channel=limit.channel, valid_from__gt=limit.valid_from, valid_from__lte=today
    ).exists()
    return {
        "channel": str(limit.channel),
        "amount": limit.amount,
        "unit": limit.unit,
        "extension": limit.extension,
        "valid_from": limit.valid_from,
        "basis": limit.basis,
        "in_force": limit.valid_from <= today and not later,
    }


def _allows(verb: str, question: Question) -> bool:
    if verb in ("accept_question", "decline_question") and question.offered_to_id is None:
        return False
    if verb == "hand_over_question" and question.offered_to_id is not None:
        return False
    if verb == "take_question" and question.responsible is not None and question.responsible.active:
        return False
    if verb == "extend_question" and (question.extended or not question.extension):
        return False
    return QUESTIONS.allows(verb, question.state)


def _acts_on_faq(actor: Actor, _verb: str, faq: Faq) -> bool:
    """A section head answers for the items of the own organ."""
    if set(actor.roles) & {Role.CONSULTATION_DESK, Role.LEGAL_OFFICE}:
        return True
    return faq.item is not None and faq.item.organ_id == actor.organ_id


describe(
    Kind(
        name="question",
        model=Question,
        visible=lambda actor: queries.visible_to(actor).select_related(
            "item", "organ", "responsible__user", "first_asked__user", "offered_to__user"
        ),
        facts=question_facts,
        columns=("number", "state", "title", "organ", "responsible", "due_on", "overdue"),
        title=lambda question: question.title,
        key_field="number",
        allows=_allows,
        together=_questions_together,
    )
)
describe(
    Kind(
        name="faq",
        model=Faq,
        visible=lambda actor: everything(Faq)(actor).select_related("item", "question"),
        facts=faq_facts,
        columns=("state", "title", "item", "published_on"),
        acts=_acts_on_faq,
        allows=lambda _verb, faq: faq.withdrawn_at is None,
    )
)
describe(
    Kind(
        name="answer_limit",
        model=AnswerLimit,
        visible=everything(AnswerLimit),
        facts=limit_facts,
        columns=("channel", "amount", "unit", "extension", "valid_from", "in_force"),
    )
)
