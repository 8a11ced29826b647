"""Reads of questions and published answers."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from yimen.ground.kernel.calendar import Calendar
from yimen.ground.kernel.clock import due
from yimen.ground.kernel.term import Term
from yimen.ground.law import queries as law
from yimen.rooms.consultation.models import AnswerLimit, Faq, Question
from yimen.rooms.consultation.rules.publishing import ASKED_GRAMS, enough, grams
from yimen.rooms.consultation.rules.questions import OPEN, Standing, State
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.roles import CENTRE_WIDE, Role

PARAMETER = "answer_question"
ASKER = "asker:"


def limit_on(channel: str, day: date) -> tuple[Term, int, str]:
    """(limit, what may be added once, basis) of questions of a channel asked on a day: the centre's own decision, else
    the legal parameter."""
    rows = AnswerLimit.objects.filter(channel=channel, valid_from__lte=day)
    own = rows.order_by("-valid_from").first()
    if own is not None:
        return Term(own.amount, own.unit), own.extension, own.basis  # type: ignore[arg-type]
    found = law.parameter(PARAMETER, day)
    return found.term, 0, found.basis


def due_on(limit: str, asked_on: date, extra: int = 0, calendar: Calendar | None = None) -> date:
    """The last day for the answer, by the calendar as it is now (or by the one that the caller has read)."""
    found = due(calendar or law.calendar(), Term.parse(limit), asked_on, extra=extra).on
    assert found is not None  # nothing pauses it
    return found


def due_now(question: Question, calendar: Calendar | None = None) -> date:
    """The last day for the answer of the present round; `calendar` as in `due_on`."""
    return due_on(question.limit, question.asked_on, question.extension if question.extended else 0, calendar)


def moved() -> list[int]:
    """Keys of open questions whose stored day is no longer the one that the calendar gives; two queries."""
    calendar = law.calendar()
    rows = Question.objects.filter(state__in=OPEN).order_by("id")
    read = rows.values_list("pk", "limit", "asked_on", "extension", "extended", "due_on")
    return [
        key
        for key, limit, asked_on, extension, extended, stored in read
        if due_on(limit, asked_on, extension if extended else 0, calendar) != stored
    ]


def standing_of(question: Question) -> Standing:
    """What the rules look at."""
    person = question.responsible
    return Standing(question.state, question.responsible_id, person is None or person.active, question.offered_to_id)


def visible_to(actor: Actor) -> QuerySet[Question]:
    """The asker's own; of the staff: all for the desk and for the whole centre's roles, else those on items of the own
    organ and those that the person took, noted or is offered."""
    rows = Question.objects.all()
    if actor.id in ("clock", "installer"):
        return rows
    if actor.id.startswith(ASKER):
        return rows.filter(number=actor.id.removeprefix(ASKER))
    if actor.staff_id is None or "view_questions" not in actor.verbs:
        if actor.user_id is None or "ask_question" not in actor.verbs:
            return rows.none()
        return rows.filter(user_id=actor.user_id)
    if any(role in CENTRE_WIDE or role == Role.CONSULTATION_DESK for role in actor.roles):
        return rows
    mine = Q(first_asked=actor.staff_id) | Q(responsible=actor.staff_id) | Q(offered_to=actor.staff_id)
    if actor.organ_id is not None:
        mine |= Q(organ=actor.organ_id)
    return rows.filter(mine)


LISTS = ("offered", "mine", "unowned", "late", "open", "answered")


def listed(actor: Actor, name: str, today: date) -> QuerySet[Question]:
    """One of `LISTS` of what the actor sees; the nearest due day first."""
    rows = visible_to(actor)
    conditions = {
        "offered": Q(offered_to=actor.staff_id or 0),
        "mine": Q(responsible=actor.staff_id or 0, state="taken"),
        "unowned": Q(state="asked"),
        "late": Q(state__in=OPEN, due_on__lt=today),
        "open": Q(state__in=OPEN),
        "answered": Q(state="answered"),
    }
    rows = rows.filter(conditions[name])
    return rows.order_by("-id") if name == "answered" else rows.order_by("due_on", "id")


def to_do(actor: Actor) -> QuerySet[Question]:
    """What waits for this person: offered, own, or without anybody who is responsible; the nearest day first."""
    person = actor.staff_id or 0
    mine = Q(offered_to=person) | Q(responsible=person, state=State.TAKEN) | Q(state=State.ASKED)
    return visible_to(actor).filter(mine).order_by("due_on", "id")


def counts(actor: Actor, today: date) -> dict[str, int]:
    """{list: number of questions} by one query."""
    each = {name: Count("pk", filter=Q(pk__in=listed(actor, name, today).order_by().values("pk"))) for name in LISTS}
    return visible_to(actor).aggregate(**each)


def published(item: int | None = None) -> QuerySet[Faq]:
    """Answers for everybody, the newest first."""
    rows = Faq.objects.filter(withdrawn_at=None).select_related("item__organ").order_by("-id")
    return rows if item is None else rows.filter(item_id=item)


def found(text: str, limit: int, item: int | None = None) -> list[Faq]:
    """Published answers that fit what somebody writes, the best first: most pieces in common, those of the title count
    twice. Nothing for a text without a word."""
    asked = grams(text, ASKED_GRAMS)
    if not asked:
        return []
    rows = Faq.objects.filter(withdrawn_at=None, grams__gram__in=asked)
    if item is not None:
        rows = rows.filter(item_id=item)
    hits = rows.values_list("pk").annotate(n=Count("grams"), t=Count("grams", filter=Q(grams__title=True)))
    best = [(n + t, pk) for pk, n, t in hits.order_by("-n", "-pk")[: limit * 5] if enough(n, len(asked))]
    keys = [pk for _score, pk in sorted(best, reverse=True)[:limit]]
    whole = Faq.objects.select_related("item__organ").in_bulk(keys)
    return [whole[key] for key in keys]
