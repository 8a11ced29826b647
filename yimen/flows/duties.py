"""政府决定与责任: what a decision asks of whom, the evidence that it is done, and supervision's word on it."""

from datetime import datetime
from typing import Annotated

from annotated_types import MaxLen

from yimen.facts.registers import base as registers
from yimen.flows import arguments
from yimen.flows.arguments import Day, Line, Of, OrganCode, Text, Url, Word, required
from yimen.flows.frame import maker, thing_verb
from yimen.rooms.administration.actions import duties
from yimen.rooms.administration.models import Decision, Duty
from yimen.rooms.identity.actor import Actor

DecisionKey = Annotated[str, MaxLen(20), Of("decision")]
DocumentNumber = Annotated[str, MaxLen(80)]


@maker("decision")
def register_decision(
    *,
    title: Line,
    document_number: DocumentNumber = "",
    issuing_organ: Line,
    issued_on: Day,
    text: Text = "",
    url: Url = "",
    by: Actor,
    at: datetime,
) -> Decision:
    """Register a decision of the government. The same number of the same issuing organ a second time:
    `decision.registered`."""
    required(title=title, issuing_organ=issuing_organ)
    return duties.register(
        title=title,
        document_number=document_number,
        issuing_organ=issuing_organ,
        issued_on=issued_on,
        text=text,
        url=url,
        by=by,
        at=at,
    )


@maker("duty")
def assign_duty(
    *,
    decision: DecisionKey,
    clause: Word = "",
    text: Text,
    organ: OrganCode | None = None,
    due_on: Day | None = None,
    by: Actor,
    at: datetime,
) -> Duty:
    """Lay what a decision asks for on a unit, with its day; without `organ` it is the committee's own."""
    required(text=text)
    owner = arguments.organ(organ) if organ else None
    found: Decision = registers.seen("decision", decision, by)
    return duties.assign(decision=found, clause=clause, text=text, organ=owner, due_on=due_on, by=by, at=at)


@thing_verb("duty")
def report_duty(duty: Duty, *, evidence: Text, text: Text, by: Actor, at: datetime) -> None:
    """The owner reports that the duty is done: what was done (`text`) and what shows it (`evidence`)."""
    required(evidence=evidence, text=text)
    duties.report(duty, text=text, evidence=evidence, by=by, at=at)


@thing_verb("duty")
def confirm_duty(duty: Duty, *, by: Actor, at: datetime) -> None:
    """Supervision confirms what was reported; not the person who reported it (`separation.same_person`)."""
    duties.confirm(duty, by=by, at=at)


@thing_verb("duty")
def return_duty(duty: Duty, *, reason: Text, by: Actor, at: datetime) -> None:
    """Supervision finds that it is not done: the duty is open again."""
    required(reason=reason)
    duties.send_back(duty, reason=reason, by=by, at=at)
