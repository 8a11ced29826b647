"""Verbs of onboarding and of function adjustments, each in its caller's transaction."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yimen.ground.journal.actions import change, enter
from yimen.ground.kernel.errors import Refused
from yimen.rooms.catalogue.models import Item
from yimen.rooms.identity import places as posts
from yimen.rooms.identity import tenure
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ, Staff
from yimen.rooms.identity.rules import places
from yimen.rooms.identity.rules.roles import Role
from yimen.rooms.stationing.models import Adjustment, ItemSection, Onboarding, OnboardingStep
from yimen.rooms.stationing.rules import adjustments, onboarding


def open_onboarding(
    *, organ: Organ, steps: Sequence[str], owner: Staff, due_on: date, by: Actor, at: datetime
) -> Onboarding:
    """A unit begins to move in. Raises `onboarding.exists`, `onboarding.no_steps`, `day.past`."""
    lines = onboarding.check_steps(steps)
    today = timezone.localdate(at)
    places.check_ahead(due_on, today, "due_on")
    if Onboarding.objects.filter(organ=organ, closed_on=None).exists():
        raise Refused("onboarding.exists", organ=organ.code)
    made = Onboarding(organ=organ, owner=owner, due_on=due_on, opened_on=today)
    enter(made, "open_onboarding", by=by, at=at, organ=organ.code, steps=len(lines), due_on=due_on.isoformat())
    rows = [OnboardingStep(onboarding=made, number=n, text=text) for n, text in enumerate(lines, 1)]
    OnboardingStep.objects.bulk_create(rows)
    return made


def complete_onboarding_step(
    found: Onboarding, *, step: int, evidence: str, on: date, owner: Staff | None, by: Actor, at: datetime
) -> None:
    """A line is done, with evidence. Raises `onboarding.closed`, `onboarding.unknown_step`, `onboarding.step_done`,
    `onboarding.in_future`, `reason.missing`."""
    if found.closed_on is not None:
        raise Refused("onboarding.closed", on=found.closed_on.isoformat())
    places.check_text(evidence=evidence)
    if on > timezone.localdate(at):
        raise Refused("onboarding.in_future", field="on")
    line = found.steps.filter(number=step).first()
    if line is None:
        raise Refused("onboarding.unknown_step", step=step)
    if line.done_on is not None:
        raise Refused("onboarding.step_done", step=step)
    found.steps.filter(number=step).update(evidence=evidence, done_on=on, owner=owner or found.owner)
    change(found, "complete_onboarding_step", by=by, at=at, step=step, on=on.isoformat())


def close_onboarding(found: Onboarding, *, board: Mapping[str, Any], by: Actor, at: datetime) -> None:
    """The unit is in. Raises `onboarding.closed`, `onboarding.steps_open`, `onboarding.not_in`."""
    if found.closed_on is not None:
        raise Refused("onboarding.closed", on=found.closed_on.isoformat())
    still = list(found.steps.filter(done_on=None).order_by("number").values_list("number", flat=True))
    onboarding.check_close(still, board)
    change(found, "close_onboarding", {"closed_on": timezone.localdate(at)}, by=by, at=at)


def propose_adjustment(made: Adjustment, *, items: Sequence[Item], by: Actor, at: datetime) -> Adjustment:
    """Enter a proposal. Raises `reason.missing`, `day.past`, and as `adjustments.check_proposal`."""
    places.check_text(reason=made.reason)
    today = timezone.localdate(at)
    places.check_ahead(made.effective_on, today, "effective_on")
    owners = {item.code: tenure.holder_of(item.organ_id, item.code, today) for item in items}
    adjustments.check_proposal(made.organ_id, owners, made.section.organ_id)
    made.items = sorted(owners)
    enter(
        made,
        "propose_adjustment",
        by=by,
        at=at,
        organ=made.organ.code,
        items=made.items,
        section=made.section_id,
        effective_on=made.effective_on.isoformat(),
        posts=len(made.posts),
    )
    return made


def consent_adjustment(found: Adjustment, *, by: Actor, at: datetime) -> None:
    """The organ concerned agrees; raises `transition.not_allowed`."""
    state = adjustments.ADJUSTMENTS.target("consent_adjustment", found.state)
    change(found, "consent_adjustment", {"state": state}, by=by, at=at)


def decide(
    found: Adjustment,
    verb: str,
    *,
    decision: str,
    document_number: str,
    decided_by: str = "",
    evidence: str = "",
    reasons: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """`decide_adjustment` by the city, `record_upper_decision` by the upper level of a vertically managed organ.

    What is approved is written with its day at once, so that at 00:00 of it no job has to run. Raises
    `adjustment.upper_level_decides`, `adjustment.not_vertical`, `adjustment.no_consent`, `adjustment.too_late`,
    `transition.not_allowed`, `reason.missing`.
    """
    today, upper = timezone.localdate(at), verb == "record_upper_decision"
    adjustments.check_route(vertical=bool(found.organ.upper), upper_decides=upper)
    adjustments.check_consent(found.state, decision)
    state = adjustments.ADJUSTMENTS.target(verb, found.state, decision)
    places.check_text(document_number=document_number)
    if upper:
        places.check_text(decided_by=decided_by, evidence=evidence)
    if decision == "refuse":
        places.check_text(reasons=reasons)
    adjustments.check_in_time(found.effective_on, today, decision)
    changes = {
        "state": state,
        "document_number": document_number,
        "decided_by": decided_by,
        "evidence": evidence,
        "reasons": reasons,
        "decided_on": today,
    }
    change(found, verb, changes, by=by, at=at, decision=decision)
    if state == adjustments.State.APPROVED:
        _carry_out(found)


def _carry_out(found: Adjustment) -> None:
    """Items, posts and roles from the effective day on."""
    for item in Item.objects.filter(code__in=found.items):
        ItemSection.objects.update_or_create(
            item=item, valid_from=found.effective_on, defaults={"section": found.section, "adjustment": found}
        )
    people = Staff.objects.in_bulk([post["staff"] for post in found.posts])
    for post in found.posts:
        person, role = people[post["staff"]], Role(post["role"])
        if post["change"] == "take":
            posts.take_role(person, role, found.effective_on)
        else:
            posts.give_role(person, role, found.effective_on)
    stay = {post["staff"] for post in found.posts if post["change"] == "give"}
    for key in sorted(stay):
        posts.post(people[key], section=found.section, valid_from=found.effective_on)
    tenure.changed()
