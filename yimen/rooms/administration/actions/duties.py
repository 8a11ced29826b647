"""政府决定与责任: registered, assigned, reported, confirmed or returned."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yimen.ground.journal.actions import change, enter
from yimen.ground.kernel.errors import Refused
from yimen.rooms.administration.models import Decision, Duty
from yimen.rooms.administration.rules.duties import DUTY, Done
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ


def register(*, by: Actor, at: datetime, **columns: Any) -> Decision:
    """Enter a decision; one of the same number and organ only once (`decision.registered`)."""
    number = columns["document_number"]
    same = Decision.objects.filter(document_number=number, issuing_organ=columns["issuing_organ"])
    if number and same.exists():
        raise Refused("decision.registered", document_number=number)
    made = Decision(**columns)
    enter(made, "register_decision", by=by, at=at, document_number=number, issued_on=made.issued_on.isoformat())
    return made


def assign(
    *, decision: Decision, clause: str, text: str, organ: Organ | None, due_on: date | None, by: Actor, at: datetime
) -> Duty:
    """Lay a duty on a unit (None: on the committee)."""
    made = Duty(decision=decision, clause=clause, text=text, organ=organ, due_on=due_on, state=Done.OPEN)
    facts = {"clause": clause, "owner": organ.code if organ else "", "due_on": due_on.isoformat() if due_on else None}
    enter(made, "assign_duty", by=by, at=at, decision=decision.key, **facts)
    return made


def report(duty: Duty, *, text: str, evidence: str, by: Actor, at: datetime) -> None:
    """The unit says that it is done, with evidence."""
    changes = {"report": text, "evidence": evidence, "reported_on": timezone.localdate(at), "reported_by_id": by.hand}
    _move(duty, "report_duty", by=by, at=at, **changes)


def confirm(duty: Duty, *, by: Actor, at: datetime) -> None:
    """Supervision has looked; not the person who reported it."""
    if duty.reported_by_id == by.staff_id:
        raise Refused("separation.same_person")
    _move(duty, "confirm_duty", by=by, at=at, confirmed_on=timezone.localdate(at))


def send_back(duty: Duty, *, reason: str, by: Actor, at: datetime) -> None:
    """It is not done yet."""
    _move(duty, "return_duty", by=by, at=at, returned_because=reason)


def _move(duty: Duty, verb: str, *, by: Actor, at: datetime, **columns: Any) -> None:
    state = DUTY.target(verb, duty.state)
    change(duty, verb, {"state": state, **columns}, by=by, at=at, state=state)
