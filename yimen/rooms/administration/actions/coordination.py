"""协调: asking, answering, escalating and closing."""

from datetime import date, datetime

from django.utils import timezone

from yimen.ground.journal.actions import change, enter
from yimen.rooms.administration.models import Coordination
from yimen.rooms.administration.rules.coordination import COORDINATION, Asked
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ


def ask(*, organ: Organ, matter: str, due_on: date, about: str, by: Actor, at: datetime) -> Coordination:
    """Enter the request; the unit of the person who asks is its asker."""
    made = Coordination(
        asker_id=by.organ_id,
        organ=organ,
        matter=matter,
        about=about,
        asked_on=timezone.localdate(at),
        due_on=due_on,
        state=Asked.ASKED,
    )
    enter(made, "ask_coordination", by=by, at=at, asked=organ.code, due_on=due_on.isoformat(), about=about)
    return made


def move(asked: Coordination, verb: str, *, by: Actor, at: datetime, facts: dict[str, str], **columns: object) -> None:
    """One step of the lifecycle with its columns; raises `transition.not_allowed`."""
    state = COORDINATION.target(verb, asked.state)
    change(asked, verb, {"state": state, **columns}, by=by, at=at, state=state, **facts)
