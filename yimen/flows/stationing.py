"""Who is in the centre: stationed units, secondary platforms, units that move in, functions that are adjusted."""

import csv
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, NotRequired, TypedDict

from annotated_types import Ge, Le, MaxLen
from django.utils import timezone

from yimen.facts import presence
from yimen.flows import arguments
from yimen.flows.arguments import Day, Items, Line, Name, OrganCode, StaffName, Text
from yimen.flows.frame import maker, thing_verb
from yimen.flows.places import SectionKey, WindowKey, section, window
from yimen.ground.kernel.errors import Denied, Refused
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ
from yimen.rooms.stationing.actions import moving_in, stations
from yimen.rooms.stationing.models import Adjustment, Onboarding, Platform, Station

Services = Annotated[Sequence[Line], MaxLen(50)]
Steps = Annotated[Sequence[Line], MaxLen(50)]
Number = Annotated[int, Ge(1), Le(50)]
PostRole = Literal["window_clerk", "window_head", "examiner", "approver", "section_head"]


class PostIn(TypedDict):
    """A person who gets a role from the effective day (`take`: who loses it)."""

    staff: StaffName
    role: PostRole
    change: NotRequired[Literal["give", "take"]]


Posts = Annotated[Sequence[PostIn], MaxLen(100)]


def _own(by: Actor, organ: Organ, verb: str) -> None:
    """An organ's head acts for the own organ."""
    if by.organ_id != organ.pk:
        raise Denied(verb=verb)


# stationed units
@maker("station")
def register_station(
    *,
    name: Name,
    sort: Literal["utility", "intermediary"],
    services: Services,
    organ: OrganCode | None = None,
    monopoly: bool = False,
    decouple_by: Day | None = None,
    by: Actor,
    at: datetime,
) -> Station:
    """A utility or an intermediary is stationed in the centre with its services; `organ`: the one it belongs to.

    A monopoly or a utility that belongs to an organ needs the last day by which it is decoupled: else
    `station.deadline_missing`. Other refusals: `station.not_affiliated` (a deadline without an organ),
    `station.exists`, `organ.unknown`, `reason.missing` (name, services).
    """
    made = Station(
        name=name.strip(),
        sort=sort,
        services=list(services),
        organ=arguments.organ(organ) if organ else None,
        monopoly=monopoly,
        decouple_by=decouple_by,
    )
    return stations.register_station(made, by=by, at=at)


@thing_verb("station")
def open_station_window(station: Station, *, window: WindowKey, by: Actor, at: datetime) -> None:
    """The unit uses a window that was registered without an organ; `window.taken`, `window.unknown`, `window.closed`,
    `station.left`."""
    stations.open_station_window(station, window=_window(window), by=by, at=at)


_window = window


@thing_verb("station")
def decouple_station(station: Station, *, on: Day, evidence: Text, by: Actor, at: datetime) -> None:
    """The unit was cut loose from its organ on a day (not a later one), with evidence.

    Refusals: `station.not_affiliated`, `station.decoupled`, `station.in_future`, `reason.missing` (evidence).
    """
    stations.decouple_station(station, on=on, evidence=evidence, by=by, at=at)


@thing_verb("station")
def leave_station(station: Station, *, on: Day, reason: Text, by: Actor, at: datetime) -> None:
    """The unit leaves the centre from a day on, and its windows close; `station.left`, `day.past`, `reason.missing`."""
    stations.leave_station(station, on=on, reason=reason, by=by, at=at)


# secondary platforms
@maker("platform")
def apply_platform(*, organ: OrganCode, items: Items, reason: Text, place: Line, by: Actor, at: datetime) -> Platform:
    """The head of an organ applies to handle items at the organ's own place, in the centre's way.

    Refusals: `permission.denied` (another organ), `items.missing`, `item.unknown`, `platform.other_item`,
    `platform.exists` (an item waits or is on a platform), `reason.missing` (reason, place).
    """
    found = arguments.organ(organ)
    _own(by, found, "apply_platform")
    return stations.apply_platform(organ=found, items=arguments.items(items), reason=reason, place=place, by=by, at=at)


@thing_verb("platform")
def give_platform_opinion(
    platform: Platform, *, opinion: Literal["support", "object"], reasons: Text, by: Actor, at: datetime
) -> None:
    """The committee's opinion for the government; `reason.missing` (reasons), `transition.not_allowed`."""
    stations.give_platform_opinion(platform, opinion=opinion, reasons=reasons, by=by, at=at)


@thing_verb("platform")
def decide_platform(
    platform: Platform,
    *,
    decision: Literal["grant", "refuse"],
    document_number: Line,
    valid_from: Day | None = None,
    valid_to: Day | None = None,
    reasons: Text = "",
    by: Actor,
    at: datetime,
) -> None:
    """The city government decides after the committee's opinion. Granted: from `valid_from` (needed) the platform is a
    hall of its own with a window `01`, and its clerks may receive these items and no others (`platform.not_approved`).

    Refused: with `reasons`. Refusals: `transition.not_allowed` (no opinion yet, decided before), `reason.missing`,
    `day.past`, `platform.days` (`valid_to` before `valid_from`).
    """
    stations.decide_platform(
        platform,
        decision=decision,
        document_number=document_number,
        valid_from=valid_from,
        valid_to=valid_to,
        reasons=reasons,
        by=by,
        at=at,
    )


@thing_verb("platform")
def end_platform(platform: Platform, *, on: Day, reason: Text, by: Actor, at: datetime) -> None:
    """The government ends a granted platform: from that day nothing is received there.

    Refusals: `transition.not_allowed`, `platform.ended`, `day.past`, `reason.missing`.
    """
    stations.end_platform(platform, on=on, reason=reason, by=by, at=at)


# units that move in
@cache
def default_steps() -> tuple[str, ...]:
    """The steps of clause 3.2, from the product's data."""
    text = files("yimen.data.stationing").joinpath("onboarding_steps.csv").read_text("utf-8")
    return tuple(row["text"] for row in csv.DictReader(text.splitlines()))


@maker("onboarding")
def open_onboarding(
    *, organ: OrganCode, steps: Steps = (), owner: StaffName, due_on: Day, by: Actor, at: datetime
) -> Onboarding:
    """A unit begins to move in: a checklist with an owner and a day. Without `steps` the three of clause 3.2 (items,
    people, powers). Refusals: `onboarding.exists`, `organ.unknown`, `staff.unknown`, `day.past` (due_on)."""
    return moving_in.open_onboarding(
        organ=arguments.organ(organ),
        steps=steps or default_steps(),
        owner=arguments.staff(owner),
        due_on=due_on,
        by=by,
        at=at,
    )


@thing_verb("onboarding")
def complete_onboarding_step(
    onboarding: Onboarding,
    *,
    step: Number,
    evidence: Text,
    on: Day,
    owner: StaffName | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """A step (its number, from 1) is done, with evidence and day. Refusals: `reason.missing` (evidence),
    `onboarding.unknown_step`, `onboarding.step_done`, `onboarding.in_future`, `onboarding.closed`."""
    person = arguments.staff(owner) if owner else None
    moving_in.complete_onboarding_step(onboarding, step=step, evidence=evidence, on=on, owner=person, by=by, at=at)


@thing_verb("onboarding")
def close_onboarding(onboarding: Onboarding, *, by: Actor, at: datetime) -> None:
    """The unit is in: `onboarding.steps_open` names open steps, `onboarding.not_in` what the three-in board of the
    organ still misses (items, people, powers), `onboarding.closed`."""
    board = presence.three_in(onboarding.organ, timezone.localdate(at))
    moving_in.close_onboarding(onboarding, board=board, by=by, at=at)


# functions that are adjusted
@maker("adjustment")
def propose_adjustment(
    *,
    organ: OrganCode,
    items: Items,
    section: SectionKey,
    posts: Posts = (),
    powers: Text = "",
    reason: Text,
    effective_on: Day,
    by: Actor,
    at: datetime,
) -> Adjustment:
    """The establishment office proposes to merge items into a section of the organ, with the posts that go along.

    Refusals: `items.missing`, `adjustment.other_item`, `adjustment.other_section`, `posting.other_organ` (a person of
    another organ), `section.unknown`, `staff.unknown`, `day.past` (effective_on), `reason.missing`.
    """
    found = arguments.organ(organ)
    people = [(arguments.staff(post["staff"]), post) for post in posts]
    if any(person.organ_id != found.pk for person, _post in people):
        raise Refused("posting.other_organ")
    rows = [{"staff": p.pk, "role": post["role"], "change": post.get("change", "give")} for p, post in people]
    made = Adjustment(
        organ=found, section=_section(section), posts=rows, powers=powers, reason=reason, effective_on=effective_on
    )
    return moving_in.propose_adjustment(made, items=arguments.items(items), by=by, at=at)


_section = section


@thing_verb("adjustment")
def consent_adjustment(adjustment: Adjustment, *, by: Actor, at: datetime) -> None:
    """The head of the organ concerned agrees to the proposal; `transition.not_allowed`."""
    _own(by, adjustment.organ, "consent_adjustment")
    moving_in.consent_adjustment(adjustment, by=by, at=at)


@thing_verb("adjustment")
def decide_adjustment(
    adjustment: Adjustment,
    *,
    decision: Literal["approve", "refuse"],
    document_number: Line,
    reasons: Text = "",
    by: Actor,
    at: datetime,
) -> None:
    """The city government decides. Approved: from 00:00 of the effective day the items are the section's: only who is
    posted there examines and decides them (`section.not_posted`), and roles are held from, or lost on, that day.

    Refusals: `adjustment.upper_level_decides` (vertically managed), `adjustment.no_consent`, `adjustment.too_late`
    (the effective day is past), `transition.not_allowed`, `reason.missing` (document_number; reasons of a refusal).
    """
    moving_in.decide(
        adjustment,
        "decide_adjustment",
        decision=decision,
        document_number=document_number,
        reasons=reasons,
        by=by,
        at=at,
    )


@thing_verb("adjustment")
def record_upper_decision(
    adjustment: Adjustment,
    *,
    decision: Literal["approve", "refuse"] = "approve",
    document_number: Line,
    decided_by: Line,
    evidence: Text,
    reasons: Text = "",
    by: Actor,
    at: datetime,
) -> None:
    """The establishment office enters what the upper level of a vertically managed organ decided, with evidence.

    The effect is that of `decide_adjustment`. Refusals: `adjustment.not_vertical`, and those of `decide_adjustment`.
    """
    moving_in.decide(
        adjustment,
        "record_upper_decision",
        decision=decision,
        document_number=document_number,
        decided_by=decided_by,
        evidence=evidence,
        reasons=reasons,
        by=by,
        at=at,
    )
