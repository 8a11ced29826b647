"""Questions of the sample: asked, taken, handed over, answered in time and late, published; some still wait."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from yimen.faces.stories.sample import book
from yimen.faces.stories.sample.centre import SampleCentre
from yimen.flows import consultation
from yimen.ground.kernel.calendar import Calendar
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Staff
from yimen.rooms.identity.rules.roles import Role

ROLES = {"clerk": Role.WINDOW_CLERK, "examiner": Role.EXAMINER}
VERBS: dict[str, Callable[..., Any]] = {
    "take": consultation.take_question,
    "hand_over": consultation.hand_over_question,
    "accept": consultation.accept_question,
    "answer": consultation.answer_question,
    "again": consultation.ask_again,
    "rate": consultation.rate_answer,
}


def play(centre: SampleCentre, calendar: Calendar, as_of: date) -> int:
    """Ask and answer up to the eve of `as_of`, in the order of time; returns how many acts there were."""
    numbers: dict[int, str] = {}
    acts = [
        (_moment(calendar.before(as_of, step["back"]), step["clock"]), place, entry, step)
        for place, entry in enumerate(book.questions())
        for step in entry["steps"]
    ]
    for at, place, entry, step in sorted(acts, key=lambda act: act[:2]):
        _act(centre, entry, step, numbers, place, at)
    return len(acts)


def _moment(day: date, hour: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(hour), ZoneInfo(settings.TIME_ZONE)) + timedelta(seconds=20)


def _act(
    centre: SampleCentre, entry: dict[str, Any], step: dict[str, Any], numbers: dict[int, str], place: int, at: datetime
) -> None:
    given = {name: entry[name] for name in ("title", "text", "item", "name", "contact") if name in entry}
    if step["do"] == "ask":
        by = consultation.VISITOR if entry["by"] == "visitor" else centre.accounts[entry["by"]]
        numbers[place] = consultation.ask_question(**given, by=by, at=at).number
        return
    by = _person(centre, entry, step["who"]) if "who" in step else _asker(centre, entry, numbers[place])
    if step["do"] == "note":
        numbers[place] = consultation.note_question(**given, channel=entry["channel"], by=by, at=at).number
    elif step["do"] == "publish":
        said = {name: step[name] for name in ("title", "text", "answer")}
        item = step.get("item", entry.get("item", ""))
        consultation.publish_question(question=numbers[place], item=item, **said, by=by, at=at)
    else:
        arguments: dict[str, Any] = {name: step[name] for name in ("text", "reason", "score") if name in step}
        if "to" in step:
            arguments["to"] = _account(_person(centre, entry, step["to"]))
        VERBS[step["do"]](numbers[place], **arguments, by=by, at=at)


def _person(centre: SampleCentre, entry: dict[str, Any], who: str) -> Actor:
    if who == "desk":
        return centre.staff[Role.CONSULTATION_DESK, ""]
    return centre.staff[ROLES[who], centre.items[entry["item"]].organ]


def _asker(centre: SampleCentre, entry: dict[str, Any], number: str) -> Actor:
    known = entry.get("by", "visitor")
    return consultation.asker(number) if known == "visitor" else centre.accounts[known]


def _account(actor: Actor) -> str:
    return str(Staff.objects.values_list("user__username", flat=True).get(pk=actor.hand))
