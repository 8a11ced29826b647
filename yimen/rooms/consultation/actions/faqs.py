"""Verbs of published answers, and of the limits within which questions are answered."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from yimen.ground.journal.actions import change, enter
from yimen.ground.kernel.errors import Refused
from yimen.rooms.catalogue.models import Item, ItemVersion
from yimen.rooms.catalogue.search_words import everyday_words
from yimen.rooms.consultation.models import AnswerLimit, Faq, FaqGram, Question
from yimen.rooms.consultation.rules.publishing import grams, personal_data
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.queries import centre


def _telephones(item: Item | None) -> list[str]:
    """What the centre itself publishes."""
    found = [centre().telephone]
    if item is not None:
        versions = ItemVersion.objects.filter(item=item)
        found += [text for pair in versions.values_list("telephone", "complaint_telephone") for text in pair]
    return found


def publish(
    question: Question, *, title: str, text: str, answer: str, item: Item | None, by: Actor, at: datetime
) -> Faq:
    """An answer for everybody, once it holds nothing of the person who asked."""
    if not question.rounds.filter(answered_at__isnull=False).exists():
        raise Refused("question.not_answered")
    allowed = _telephones(item)
    for field, said in (("title", title), ("text", text), ("answer", answer)):
        kind = personal_data(said, asker=question.name, contact=question.contact, allowed=allowed)
        if kind:
            raise Refused("question.personal_data", field=field, kind=kind)
    faq = Faq(
        question=question,
        item=item,
        title=title.strip(),
        text=text.strip(),
        answer=answer.strip(),
        published_at=at,
        published_by_id=by.hand,
    )
    enter(faq, "publish_question", by=by, at=at, question=question.number, item=item.code if item else None)
    _index(faq)
    return faq


def _index(faq: Faq) -> None:
    said = [faq.item.name, *everyday_words(faq.item.name)] if faq.item else []
    in_title = dict.fromkeys(grams(" ".join([faq.title, *said])), True)
    found = in_title | {gram: gram in in_title for gram in grams(f"{faq.text} {faq.answer}")}
    FaqGram.objects.bulk_create([FaqGram(faq=faq, gram=gram, title=title) for gram, title in found.items()])


def withdraw(faq: Faq, *, reason: str, by: Actor, at: datetime) -> None:
    """No longer shown or found."""
    if faq.withdrawn_at is not None:
        raise Refused("transition.not_allowed", verb="withdraw_faq", state="withdrawn")
    change(faq, "withdraw_faq", {"withdrawn_at": at, "withdrawal_reason": reason.strip()}, by=by, at=at)
    FaqGram.objects.filter(faq=faq).delete()


def set_limit(
    *, channel: str, amount: int, unit: str, extension: int, valid_from: date, basis: str, by: Actor, at: datetime
) -> AnswerLimit:
    """The limit of a channel from a day on; questions that were asked before keep theirs."""
    limit = AnswerLimit(
        channel=channel, amount=amount, unit=unit, extension=extension, valid_from=valid_from, basis=basis.strip()
    )
    try:
        with transaction.atomic():
            enter(
                limit,
                "set_answer_limit",
                by=by,
                at=at,
                channel=channel,
                limit=f"{amount} {unit}",
                extension=extension,
                valid_from=valid_from.isoformat(),
            )
    except IntegrityError:
        if not AnswerLimit.objects.filter(channel=channel, valid_from=valid_from).exists():
            raise
        raise Refused("answer_limit.exists", field="valid_from") from None
    return limit
