"""Verbs of questions. The journal gets numbers, codes and states; what people wrote stays in the rows."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from yimen.ground.journal.actions import change, enter
from yimen.ground.kernel.numbering import question_number
from yimen.rooms.catalogue.models import Item
from yimen.rooms.consultation import queries
from yimen.rooms.consultation.models import HandOver, Question, Reveal, Round
from yimen.rooms.consultation.rules import questions as rules
from yimen.rooms.consultation.rules.questions import State
from yimen.rooms.documents.actions import next_number
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Staff
from yimen.rooms.identity.queries import centre
from yimen.rooms.identity.rules.roles import grants
from yimen.rooms.messages import actions as messages
from yimen.rooms.messages import letters
from yimen.rooms.messages.base import Letter, is_address


def keep(
    verb: str,
    *,
    title: str,
    text: str,
    channel: str,
    item: Item | None,
    name: str,
    contact: str,
    by: Actor,
    at: datetime,
) -> Question:
    """A new question. Noted down by a person of the staff, that person was asked first and is responsible."""
    day = timezone.localdate(at)
    area = centre().area_code
    limit, extension, _basis = queries.limit_on(channel, day)
    person = by.hand if verb == "note_question" else None
    question = Question(
        number=question_number(area, day, next_number(f"question:{area}:{day:%Y%m%d}")),
        channel=channel,
        state=State.ASKED if person is None else State.TAKEN,
        title=title.strip(),
        item=item,
        organ_id=item.organ_id if item else None,
        user_id=by.user_id if person is None else None,
        name=name.strip(),
        contact=contact.strip(),
        first_asked_id=person,
        responsible_id=person,
        asked_on=day,
        limit=str(limit),
        extension=extension,
        due_on=queries.due_on(str(limit), day),
    )
    facts = {"channel": channel, "item": item.code if item else None, "due_on": question.due_on.isoformat()}
    enter(question, verb, by=by, at=at, **facts)
    Round.objects.create(question=question, number=1, text=text.strip(), asked_at=at, due_on=question.due_on)
    return question


def take(question: Question, *, by: Actor, at: datetime) -> None:
    """The first who takes it answers for it."""
    rules.check_take(queries.standing_of(question), by.hand)
    changes: dict[str, Any] = {"state": State.TAKEN, "responsible_id": by.hand, "offered_to_id": None}
    if question.first_asked_id is None:
        changes["first_asked_id"] = by.hand
    change(question, "take_question", changes, by=by, at=at)
    _settle(question, HandOver.Outcome.OVERTAKEN, at)


def _settle(question: Question, outcome: str, at: datetime, reason: str = "") -> None:
    waiting = HandOver.objects.filter(question=question, outcome=HandOver.Outcome.WAITING)
    waiting.update(outcome=outcome, settled_at=at, decline_reason=reason)


def hand_over(question: Question, receiver: Staff, *, reason: str, by: Actor, at: datetime) -> None:
    """An offer; the giver stays responsible until it is accepted."""
    answers = any("answer_question" in grants(row.role) for row in receiver.roles.all())
    rules.check_hand_over(queries.standing_of(question), by.hand, receiver.pk, receiver_answers=answers)
    change(question, "hand_over_question", {"offered_to_id": receiver.pk}, by=by, at=at, to=f"staff:{receiver.pk}")
    HandOver.objects.create(
        question=question, giver_id=by.hand, receiver=receiver, reason=reason.strip(), offered_at=at
    )


def accept(question: Question, *, by: Actor, at: datetime) -> None:
    """From now on the receiver is responsible; the limit runs on."""
    rules.check_receiver(queries.standing_of(question), "accept_question", by.hand)
    giver = question.responsible_id
    changes = {"responsible_id": by.hand, "offered_to_id": None}
    change(question, "accept_question", changes, by=by, at=at, giver=f"staff:{giver}")
    _settle(question, HandOver.Outcome.ACCEPTED, at)


def decline(question: Question, *, reason: str, by: Actor, at: datetime) -> None:
    """It stays with the giver."""
    rules.check_receiver(queries.standing_of(question), "decline_question", by.hand)
    change(question, "decline_question", {"offered_to_id": None}, by=by, at=at)
    _settle(question, HandOver.Outcome.DECLINED, at, reason.strip())


def extend(question: Question, *, reason: str, by: Actor, at: datetime) -> None:
    """Once, where the limit of the day of asking provides it."""
    rules.check_responsible(queries.standing_of(question), "extend_question", by.hand)
    rules.check_extend(
        allowed=question.extension,
        extended=question.extended,
        due_on=queries.due_now(question),
        today=timezone.localdate(at),
    )
    due_on = queries.due_on(question.limit, question.asked_on, question.extension)
    changes = {"extended": True, "due_on": due_on, "extension_reason": reason.strip()}
    change(question, "extend_question", changes, by=by, at=at, due_on=due_on.isoformat())
    Round.objects.filter(question=question, answered_at=None).update(due_on=due_on)


def answer(question: Question, *, text: str, by: Actor, at: datetime) -> Round:
    """The responsible person's word; an offer that still waits is overtaken by it."""
    rules.check_responsible(queries.standing_of(question), "answer_question", by.hand)
    due_on, today = queries.due_now(question), timezone.localdate(at)
    in_time = not rules.is_overdue(due_on, today, today)
    changes = {"state": State.ANSWERED, "offered_to_id": None, "due_on": due_on}
    change(question, "answer_question", changes, by=by, at=at, in_time=in_time)
    _settle(question, HandOver.Outcome.OVERTAKEN, at)
    present = Round.objects.get(question=question, answered_at=None)
    present.answer, present.answered_at, present.answered_on = text.strip(), at, today
    present.answered_by_id, present.due_on = by.hand, due_on
    present.save()
    return present


def send_answer(question: Question, answered: Round, *, at: datetime) -> bool:
    """Queue the answer for whoever left an e-mail address; of the question only its number goes along."""
    if not is_address(question.contact):
        return False
    url = f"{settings.SITE_URL}/ask/{question.number}/"
    title, body = letters.answered(question.number, answered.answer, url=url, centre=centre().name)
    letter = Letter("", question.contact.strip(), title, body)
    messages.queue(letter, subject=question.subject, channel="email", tells=False, at=at)
    return True


def ask_again(question: Question, *, text: str, by: Actor, at: datetime) -> None:
    """One follow-up: the same person is responsible, the limit begins anew."""
    rounds = question.rounds.count()
    rules.check_ask_again(question.state, rounds)
    day = timezone.localdate(at)
    limit, extension, _basis = queries.limit_on(question.channel, day)
    due_on = queries.due_on(str(limit), day)
    changes = {
        "state": State.TAKEN,
        "asked_on": day,
        "limit": str(limit),
        "extension": extension,
        "extended": False,
        "extension_reason": "",
        "due_on": due_on,
    }
    change(question, "ask_again", changes, by=by, at=at, due_on=due_on.isoformat())
    Round.objects.create(question=question, number=rounds + 1, text=text.strip(), asked_at=at, due_on=due_on)


def rate(question: Question, *, score: int, text: str, by: Actor, at: datetime) -> None:
    """How satisfied the asker is, once."""
    rules.check_rate(question.state, score, question.score)
    change(question, "rate_answer", {"score": score, "rating": text.strip()}, by=by, at=at, score=score)


def reveal(question: Question, *, reason: str, by: Actor, at: datetime) -> None:
    """Note that the responsible person was shown who asked, in clear, and why."""
    rules.check_responsible(queries.standing_of(question), "reveal_asker", by.hand)
    change(question, "reveal_asker", by=by, at=at)
    Reveal.objects.create(question=question, staff_id=by.hand, reason=reason.strip(), at=at)


def recount(question: Question, *, at: datetime) -> bool:
    """Store the due day of an open question as the calendar gives it now; nothing is decided by it, so no entry."""
    due_on = queries.due_now(question)
    if due_on == question.due_on:
        return False
    Question.objects.filter(pk=question.pk, version=question.version).update(due_on=due_on)
    Round.objects.filter(question=question, answered_at=None).update(due_on=due_on)
    return True
