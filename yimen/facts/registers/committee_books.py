"""What the committee keeps: decisions and duties, promises and breaches, rules, announcements, the budget."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from yimen.facts.registers.base import Kind, describe, everything
from yimen.facts.registers.committee import parties
from yimen.ground.kernel.clock import is_past
from yimen.rooms.administration.models import (
    Announcement,
    Breach,
    Budget,
    Decision,
    Duty,
    Promise,
    Reading,
    Rule,
)
from yimen.rooms.administration.policy import is_committee
from yimen.rooms.administration.rules.duties import DUTY, Done
from yimen.rooms.administration.rules.promises import BREACH, PROMISE, Reported
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Staff
from yimen.rooms.identity.rules.roles import Role

# Those who see that what the government decided is done.
SUPERVISORS = (Role.COMMITTEE, Role.SUPERVISION, Role.GOVERNMENT, Role.LEGAL_OFFICE, Role.AUDITOR)


def decision_facts(decision: Decision, at: datetime) -> dict[str, Any]:
    """A decision of the government with the number of its duties: `duties`, `open_duties` (not confirmed yet),
    `overdue_duties`."""
    today = timezone.localdate(at)
    duties = list(decision.duties.all())
    return {
        "title": decision.title,
        "document_number": decision.document_number,
        "issuing_organ": decision.issuing_organ,
        "issued_on": decision.issued_on,
        "text": decision.text,
        "url": decision.url,
        "duties": len(duties),
        "open_duties": sum(duty.state != Done.CONFIRMED for duty in duties),
        "overdue_duties": sum(duty.state != Done.CONFIRMED and is_past(duty.due_on, today) for duty in duties),
    }


def duty_facts(duty: Duty, at: datetime) -> dict[str, Any]:
    """`decision`: the decision's key. `organ`: code of the owner, None: the committee. `state`: open, reported or
    confirmed. `overdue`: not confirmed after its day."""
    return {
        "state": duty.state,
        "decision": str(duty.decision_id),
        "decision_title": duty.decision.title,
        "clause": duty.clause,
        "text": duty.text,
        "organ": duty.organ.code if duty.organ else None,
        "due_on": duty.due_on,
        "overdue": duty.state != Done.CONFIRMED and is_past(duty.due_on, timezone.localdate(at)),
        "report": duty.report,
        "evidence": duty.evidence,
        "reported_on": duty.reported_on,
        "reason": duty.returned_because,
        "confirmed_on": duty.confirmed_on,
    }


def _acts_on_duty(actor: Actor, verb: str, duty: Duty) -> bool:
    """The owner reports; supervision (by its role) confirms or returns."""
    if verb != "report_duty":
        return True
    return is_committee(actor) if duty.organ_id is None else actor.organ_id == duty.organ_id


def promise_facts(promise: Promise, at: datetime) -> dict[str, Any]:
    """`state`: draft, published or withdrawn. `breaches_reported`, `breaches_upheld`, `breaches_open`: the numbers that
    the public page shows."""
    states = [breach.state for breach in promise.breaches.all()]
    return {
        "state": promise.state,
        "organ": promise.organ.code,
        "window": str(promise.window) if promise.window else "",
        "text": promise.text,
        "measure": promise.measure,
        "published_on": promise.published_on,
        "breaches_reported": len(states),
        "breaches_upheld": states.count(Reported.UPHELD),
        "breaches_open": states.count(Reported.OPEN),
        "reason": promise.withdrawn_because,
    }


def breach_facts(breach: Breach, at: datetime) -> dict[str, Any]:
    """A report that a promise was broken. `state`: open, upheld or dismissed. `has_contact`: whether the person left a
    way to be reached (shown to the committee on its page of reports)."""
    return {
        "number": breach.number,
        "state": breach.state,
        "promise": str(breach.promise_id),
        "organ": breach.promise.organ.code,
        "what": breach.what,
        "has_contact": bool(breach.contact),
        "reported_on": breach.reported_on,
        "answer": breach.answer,
        "answered_on": breach.answered_on,
    }


def rule_facts(rule: Rule, at: datetime) -> dict[str, Any]:
    """`edition` counts the texts; `read_by`: account names of who has acknowledged the present one; `unread`: how many
    of the active staff have not."""
    if "readers" not in vars(rule):  # a list brings them with its rows
        _rules_together([rule], at)
    readers, staff = vars(rule).pop("readers"), vars(rule).pop("staff")
    return {
        "title": rule.title,
        "text": rule.text,
        "edition": rule.edition,
        "valid_from": rule.valid_from,
        "in_force": rule.valid_from <= timezone.localdate(at),
        "read": len(readers),
        "unread": staff - len(readers),
        "read_by": readers,
    }


def _rules_together(rules: list[Rule], _at: datetime) -> None:
    """Who has read the present edition of each, and how many there are to read it."""
    staff = Staff.objects.filter(active=True).count()
    readers: dict[tuple[int, int], list[str]] = {(rule.pk, rule.edition): [] for rule in rules}
    read = Reading.objects.filter(rule__in=rules, staff__active=True).order_by("pk")
    for rule, edition, name in read.values_list("rule_id", "edition", "staff__user__username"):
        readers.get((rule, edition), []).append(name)
    for one in rules:
        vars(one).update(readers=readers[one.pk, one.edition], staff=staff)


def announcement_facts(announcement: Announcement, at: datetime) -> dict[str, Any]:
    """`in_force`: whether the public pages show it on that day."""
    today = timezone.localdate(at)
    withdrawn = announcement.withdrawn_at is not None
    ended = announcement.valid_to is not None and today > announcement.valid_to
    return {
        "title": announcement.title,
        "text": announcement.text,
        "valid_from": announcement.valid_from,
        "valid_to": announcement.valid_to,
        "pinned": announcement.pinned,
        "withdrawn": withdrawn,
        "reason": announcement.withdrawn_because,
        "in_force": announcement.valid_from <= today and not ended and not withdrawn,
    }


def budget_facts(budget: Budget, at: datetime) -> dict[str, Any]:
    """Yuan as texts with two places (`"1000.00"`): `planned`, `allotted`, `spent`, `remaining` (allotted, not spent).
    `entries`: a list of {number, entry (allotment or spending), yuan, on, document, purpose, corrects: number of the
    entry that a counter-entry takes back}."""
    entries = [
        {
            "number": one.number,
            "entry": one.kind,
            "yuan": f"{one.amount:.2f}",
            "on": one.on,
            "document": one.document,
            "purpose": one.what,
            "corrects": one.corrects.number if one.corrects else None,
        }
        for one in budget.entries.all()
    ]
    return {
        "year": budget.year,
        "heading": budget.heading,
        "planned": f"{budget.planned:.2f}",
        "allotted": f"{budget.allotted:.2f}",
        "spent": f"{budget.spent:.2f}",
        "remaining": f"{budget.allotted - budget.spent:.2f}",
        "entries": entries,
    }


def _promises(actor: Actor) -> QuerySet[Promise]:
    """The whole staff reads published ones; drafts are the unit's own and the committee's."""
    rows = everything(Promise)(actor).select_related("organ", "window__hall").prefetch_related("breaches")
    if is_committee(actor) or actor.staff_id is None:
        return rows
    return rows.filter(~Q(state="draft") | Q(organ_id=actor.organ_id))


_budgets = parties(Budget, readers=(Role.COMMITTEE, Role.FINANCE))


def _acts_on_promise(actor: Actor, verb: str, promise: Promise) -> bool:
    return is_committee(actor) or actor.organ_id == promise.organ_id


describe(
    Kind(
        name="decision",
        model=Decision,
        visible=lambda actor: everything(Decision)(actor).prefetch_related("duties"),
        facts=decision_facts,
        columns=("document_number", "issuing_organ", "issued_on", "open_duties", "overdue_duties"),
    )
)
describe(
    Kind(
        name="duty",
        model=Duty,
        visible=parties(Duty, "organ", readers=SUPERVISORS, related=("decision", "organ")),
        facts=duty_facts,
        columns=("decision_title", "organ", "state", "due_on", "overdue"),
        acts=_acts_on_duty,
        allows=lambda verb, duty: DUTY.allows(verb, duty.state),
    )
)
describe(
    Kind(
        name="promise",
        model=Promise,
        visible=_promises,
        facts=promise_facts,
        columns=("organ", "window", "state", "breaches_reported", "breaches_upheld"),
        acts=_acts_on_promise,
        allows=lambda verb, promise: PROMISE.allows(verb, promise.state),
    )
)
describe(
    Kind(
        name="breach",
        model=Breach,
        visible=parties(
            Breach,
            "promise__organ",
            readers=(Role.COMMITTEE, Role.SUPERVISION, Role.COMPLAINT_CENTRE),
            related=("promise__organ",),
        ),
        facts=breach_facts,
        columns=("organ", "state", "reported_on"),
        key_field="number",
        allows=lambda verb, breach: bool(BREACH.verbs_from(breach.state)),
    )
)
describe(
    Kind(
        name="rule",
        model=Rule,
        visible=everything(Rule),
        facts=rule_facts,
        columns=("edition", "valid_from", "read", "unread"),
        together=_rules_together,
    )
)
describe(
    Kind(
        name="announcement",
        model=Announcement,
        visible=everything(Announcement),
        facts=announcement_facts,
        columns=("valid_from", "valid_to", "pinned", "in_force"),
        allows=lambda verb, announcement: announcement.withdrawn_at is None,
    )
)
describe(
    Kind(
        name="budget",
        model=Budget,
        visible=lambda actor: _budgets(actor).prefetch_related("entries__corrects"),
        facts=budget_facts,
        columns=("year", "planned", "allotted", "spent", "remaining"),
    )
)
