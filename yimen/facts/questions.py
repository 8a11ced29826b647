"""What a page says of questions and published answers, the same for the public and the office."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from yimen.facts.cases import working_days_left
from yimen.ground.kernel.errors import Refused
from yimen.ground.law import queries as law
from yimen.rooms.catalogue import queries as catalogue
from yimen.rooms.catalogue.models import Item, ItemVersion
from yimen.rooms.catalogue.search_words import everyday_words
from yimen.rooms.consultation import queries
from yimen.rooms.consultation.models import Faq, HandOver, Question, Round
from yimen.rooms.consultation.rules.publishing import windows
from yimen.rooms.consultation.rules.questions import OPEN, is_overdue
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ

PAGE = 20
SUGGESTED = 5
NEAR = 50
MONTHS = 6


def items_for(text: str, on: date, limit: int = SUGGESTED) -> list[ItemVersion]:
    """Items in force that answer what somebody writes: all of it as a search, else those that share most with it."""
    found = catalogue.answers(text[:100], on, limit=limit).versions if text.strip() else []
    parts = windows(text)
    if found or not parts:
        return found
    near = Q()
    for part in parts:
        near |= Q(item__search_words__contains=part)
    rows = catalogue.published_items(on).filter(near).values_list("pk", "item__search_words")[:NEAR]
    best = sorted(rows, key=lambda row: (-sum(part in row[1] for part in parts), row[0]))[:limit]
    whole = ItemVersion.objects.select_related("item__organ").in_bulk([key for key, _words in best])
    return [whole[key] for key, _words in best]


def answers_for(text: str, limit: int = SUGGESTED) -> list[Faq]:
    """Published answers that fit what somebody writes."""
    return queries.found(text, limit)


def faq(key: int) -> Faq:
    """One published answer; raises `thing.not_found` also for one that was taken back."""
    found = queries.published().filter(pk=key).first()
    if found is None:
        raise Refused("thing.not_found", kind="faq", key=str(key))
    return found


def faqs_of_item(code: str, limit: int = SUGGESTED) -> list[Faq]:
    """The newest published answers about an item."""
    return list(queries.published().filter(item__code=code)[:limit])


def faq_page(*, text: str = "", item: str = "", organ: str = "", before: str = "") -> tuple[list[Faq], str]:
    """(published answers, key of the next page or ""): the best first for a text, else the newest first."""
    if text:
        return queries.found(text, PAGE), ""
    rows = queries.published()
    if item:
        rows = rows.filter(item__code=item.replace("\x00", ""))
    if organ:
        rows = rows.filter(item__organ__code=organ.replace("\x00", ""))
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else ""


@dataclass(frozen=True, slots=True)
class Entrances:
    """Ways into the published answers: (code, {name, name_en}, how many) of items and organs, and what people call the
    items."""

    items: list[tuple[str, dict[str, str], int]]
    organs: list[tuple[str, dict[str, str], int]]
    themes: list[str]


def faq_entrances() -> Entrances:
    """Of all published answers; one query."""
    rows = queries.published().order_by("item__code").filter(item__isnull=False).select_related(None)
    item = ("item__code", "item__name", "item__name_en")
    counted = rows.values_list(*item, "item__organ__code", "item__organ__name", "item__organ__name_en")
    items: list[tuple[str, dict[str, str], int]] = []
    organs: dict[str, tuple[str, dict[str, str], int]] = {}
    themes: dict[str, None] = {}
    for code, name, name_en, organ, its_name, its_name_en, n in counted.annotate(n=Count("pk")):
        items.append((code, {"name": name, "name_en": name_en}, n))
        of_organ = n + (organs[organ][2] if organ in organs else 0)
        organs[organ] = (organ, {"name": its_name, "name_en": its_name_en}, of_organ)
        themes |= dict.fromkeys(everyday_words(name)[:2])
    return Entrances(items, list(organs.values()), list(themes))


def item_named(code: str) -> Item | None:
    """The item with this code, for a page that may be asked for any."""
    return Item.objects.filter(code=code).select_related("organ").first() if code and "\x00" not in code else None


def load(number: str) -> Question:
    """A question with what its page shows; raises `thing.not_found`."""
    rows = Question.objects.select_related("item", "organ", "responsible__user", "first_asked", "offered_to")
    found = rows.filter(number=number).first() if "\x00" not in number else None
    if found is None:
        raise Refused("thing.not_found", kind="question", key=number[:40])
    return found


def told(question: Question, at: datetime) -> dict[str, Any]:
    """A question as its asker follows it: rounds with their answers, until when, whether it is late."""
    rounds = list(question.rounds.select_related("answered_by"))
    is_open = question.state in OPEN
    due_on = queries.due_now(question) if is_open else rounds[-1].due_on
    return {
        "question": question,
        "rounds": rounds,
        "open": is_open,
        "due_on": due_on,
        "late": is_open and is_overdue(due_on, timezone.localdate(at), None),
        "may_ask_again": not is_open and len(rounds) < 2,
        "may_rate": not is_open and question.score is None,
    }


def chain(question: Question) -> list[HandOver]:
    """Every offer to hand a question over, in order."""
    return list(question.hand_overs.select_related("giver", "receiver"))


def of_account(user_id: int) -> list[Question]:
    """The latest questions asked under an account."""
    return list(Question.objects.filter(user_id=user_id).select_related("item").order_by("-id")[:100])


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a work list; `days_left` in working days, negative: late."""

    question: Question
    late: bool
    days_left: int | None


def work_page(actor: Actor, name: str, at: datetime, page: int = 1) -> tuple[list[Line], bool]:
    """(lines of a page of a work list, whether there is another page)."""
    rows = queries.listed(actor, name, timezone.localdate(at))
    start = (page - 1) * PAGE
    found = list(rows.select_related("item", "organ", "responsible", "offered_to")[start : start + PAGE + 1])
    return _lines(found[:PAGE], at), len(found) > PAGE


def _lines(questions: list[Question], at: datetime) -> list[Line]:
    today, calendar = timezone.localdate(at), law.calendar()
    lines = []
    for question in questions:
        is_open = question.state in OPEN
        left = working_days_left(question.due_on, today, calendar) if is_open else None
        lines.append(Line(question, is_open and question.due_on < today, left))
    return lines


def first_lines(actor: Actor, at: datetime, limit: int = SUGGESTED) -> list[Line]:
    """What an actor does first: what is offered to them, what they answer for, what nobody has taken; by its day."""
    rows = queries.to_do(actor).select_related("item", "organ", "responsible", "offered_to")
    return _lines(list(rows[:limit]), at)


def figures(actor: Actor, today: date) -> list[dict[str, Any]]:
    """Answers by month and organ in the last months, of what the actor sees: how many, how many in time, the share in
    whole per cent, and the mean grade where any was given. Counted from the rows, each time."""
    first = date(today.year, today.month, 1)
    for _month in range(MONTHS - 1):
        first = date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
    rounds = Round.objects.filter(answered_on__gte=first, answered_on__lte=today)
    rounds = rounds.filter(question__in=queries.visible_to(actor).order_by().values("pk"))
    counted = (
        rounds.annotate(month=TruncMonth("answered_on"))
        .values("month", "question__organ")
        .annotate(answered=Count("pk"), in_time=Count("pk", filter=Q(answered_on__lte=F("due_on"))))
        .order_by("-month", "question__organ")
    )
    found = list(counted)
    organs = Organ.objects.in_bulk([row["question__organ"] for row in found if row["question__organ"]])
    return [
        {
            "month": row["month"],
            "organ": organs.get(row["question__organ"]),
            "answered": row["answered"],
            "in_time": row["in_time"],
            "late": row["answered"] - row["in_time"],
            "share": 100 * row["in_time"] // row["answered"],
        }
        for row in found
    ]
