"""协调: what one unit asks of another, with a day for the answer."""

from datetime import datetime
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen
from django.utils import timezone

from yimen.flows import arguments
from yimen.flows.arguments import Of, OrganCode, Text, required
from yimen.flows.frame import maker, thing_verb
from yimen.ground.kernel.errors import Refused
from yimen.ground.law import queries as law
from yimen.rooms.administration.actions import coordination
from yimen.rooms.administration.models import Coordination
from yimen.rooms.cases import queries as cases
from yimen.rooms.identity.actor import Actor

DueIn = Annotated[int, Ge(1), Le(60)]
CaseNumber = Annotated[str, MaxLen(40), Of("case")]


@maker("coordination")
def ask_coordination(
    *, organ: OrganCode, matter: Text, due_in: DueIn, about_case: CaseNumber = "", by: Actor, at: datetime
) -> Coordination:
    """Ask a unit (`organ`) for something, to be answered within `due_in` working days (1 to 60); it owns the answer.

    `about_case`: a case that the asker may see, else `case.not_found`.
    """
    asked = arguments.organ(organ)
    required(matter=matter)
    if about_case and not cases.visible_to(by).filter(number=about_case).exists():
        raise Refused("case.not_found", number=about_case)
    due_on = law.calendar().after(timezone.localdate(at), due_in)
    return coordination.ask(organ=asked, matter=matter, due_on=due_on, about=about_case, by=by, at=at)


@thing_verb("coordination")
def answer_coordination(asked: Coordination, *, text: Text, by: Actor, at: datetime) -> None:
    """The unit that was asked answers; also after an escalation."""
    required(text=text)
    coordination.move(
        asked, "answer_coordination", by=by, at=at, facts={}, answer=text, answered_on=timezone.localdate(at)
    )


@thing_verb("coordination")
def escalate_coordination(asked: Coordination, *, reason: Text, by: Actor, at: datetime) -> None:
    """The asker, or the committee, brings an unanswered or unsatisfying request before the committee's leadership."""
    required(reason=reason)
    coordination.move(
        asked, "escalate_coordination", by=by, at=at, facts={}, escalation=reason, escalated_on=timezone.localdate(at)
    )


@thing_verb("coordination")
def close_coordination(
    asked: Coordination, *, outcome: Literal["settled", "not_settled"], text: Text, by: Actor, at: datetime
) -> None:
    """The asker, or the committee, says how it ended; a closed request stays closed."""
    required(text=text)
    coordination.move(
        asked, "close_coordination", by=by, at=at, facts={"outcome": outcome}, outcome=outcome, closing=text
    )
