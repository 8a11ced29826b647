"""Stationed units, secondary platforms, units that move in, function adjustments."""

from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone

from yimen.facts import presence
from yimen.facts.registers.base import Kind, describe, everything, own_organ
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Staff
from yimen.rooms.stationing.models import Adjustment, Onboarding, Platform, Station
from yimen.rooms.stationing.rules import adjustments, platforms, stations


def station_facts(station: Station, at: datetime) -> dict[str, Any]:
    """What is told of a stationed unit. `organ`: the one it belongs (or belonged) to; `decoupled`: whether it was cut
    loose by the day; `overdue`: whether the deadline has passed without; `stationed`: whether it is still here."""
    today = timezone.localdate(at)
    cut = station.decoupled_on is not None and station.decoupled_on <= today
    return {
        "name": station.name,
        "sort": str(station.sort),
        "services": station.services,
        "organ": station.organ.code if station.organ else None,
        "monopoly": station.monopoly,
        "decouple_by": station.decouple_by,
        "decoupled": cut,
        "decoupled_on": station.decoupled_on,
        "overdue": stations.overdue(station.decouple_by, station.decoupled_on, today),
        "windows": [str(row.window) for row in sorted(station.windows.all(), key=_key)],
        "stationed": station.left_on is None or today < station.left_on,
        "left_on": station.left_on,
    }


def _key(row: Model) -> int:
    return int(row.pk)


def platform_facts(platform: Platform, at: datetime) -> dict[str, Any]:
    """What is told of a secondary platform. `state`: applied, opinion_given, granted, refused, ended (by the day);
    `opinion`: support or object; `in_force`: whether it may receive today; `hall`: the name of its hall."""
    today, days = timezone.localdate(at), (platform.valid_from, platform.valid_to, platform.ended_on)
    return {
        "organ": platform.organ.code,
        "items": platform.items,
        "reason": platform.reason,
        "place": platform.place,
        "state": str(platforms.state_on(platform.state, platform.valid_to, platform.ended_on, today)),
        "opinion": platform.opinion or None,
        "opinion_reasons": platform.opinion_reasons,
        "document_number": platform.document_number,
        "reasons": platform.reasons,
        "valid_from": platform.valid_from,
        "valid_to": platform.valid_to,
        "in_force": platforms.in_force(platform.state, *days, today),
        "hall": platform.hall.name if platform.hall else None,
        "ended_on": platform.ended_on,
    }


def onboarding_facts(onboarding: Onboarding, at: datetime) -> dict[str, Any]:
    """What is told of a unit's moving in. `steps`: [{number, text, done, on, evidence}]; `open_steps`: how many;
    `three_in`: the board of the organ; `overdue`: open after its day."""
    today = timezone.localdate(at)
    steps = list(onboarding.steps.all())
    return {
        "organ": onboarding.organ.code,
        "owner": onboarding.owner.user.username,
        "due_on": onboarding.due_on,
        "state": "open" if onboarding.closed_on is None else "closed",
        "steps": [
            {"number": s.number, "text": s.text, "done": s.done_on is not None, "on": s.done_on, "evidence": s.evidence}
            for s in steps
        ],
        "open_steps": sum(step.done_on is None for step in steps),
        "three_in": presence.three_in(onboarding.organ, today),
        "overdue": onboarding.closed_on is None and today > onboarding.due_on,
        "closed_on": onboarding.closed_on,
    }


def adjustment_facts(adjustment: Adjustment, at: datetime) -> dict[str, Any]:
    """What is told of a function adjustment. `state`: proposed, consented, approved, refused; `vertical`: whether the
    upper level decides; `in_force`: approved and its day has come; `posts`: [{staff, role, change}]."""
    people = {s.pk: s.user.username for s in Staff.objects.filter(pk__in=_keys(adjustment)).select_related("user")}
    approved = adjustment.state == adjustments.State.APPROVED
    return {
        "organ": adjustment.organ.code,
        "items": adjustment.items,
        "section": adjustment.section.name,
        "posts": [{**post, "staff": people[post["staff"]]} for post in adjustment.posts],
        "powers": adjustment.powers,
        "reason": adjustment.reason,
        "effective_on": adjustment.effective_on,
        "state": adjustment.state,
        "vertical": bool(adjustment.organ.upper),
        "document_number": adjustment.document_number,
        "decided_by": adjustment.decided_by,
        "evidence": adjustment.evidence,
        "reasons": adjustment.reasons,
        "decided_on": adjustment.decided_on,
        "in_force": approved and timezone.localdate(at) >= adjustment.effective_on,
    }


def _keys(adjustment: Adjustment) -> list[int]:
    return [post["staff"] for post in adjustment.posts]


def _stations(actor: Actor) -> QuerySet[Station]:
    return everything(Station)(actor).select_related("organ").prefetch_related("windows__window__hall")


def _platforms(actor: Actor) -> QuerySet[Platform]:
    return own_organ(Platform)(actor).select_related("organ", "hall")


def _onboardings(actor: Actor) -> QuerySet[Onboarding]:
    return own_organ(Onboarding)(actor).select_related("organ", "owner__user").prefetch_related("steps")


def _adjustments(actor: Actor) -> QuerySet[Adjustment]:
    return own_organ(Adjustment)(actor).select_related("organ", "section")


def _platform_allows(verb: str, platform: Platform) -> bool:
    return platforms.PLATFORMS.allows(verb, platform.state) and not (verb == "end_platform" and platform.ended_on)


def _station_allows(verb: str, station: Station) -> bool:
    if verb == "decouple_station":
        return station.organ_id is not None and station.decoupled_on is None
    return station.left_on is None


def _adjustment_allows(verb: str, adjustment: Adjustment) -> bool:
    if verb in ("decide_adjustment", "record_upper_decision") and bool(adjustment.organ.upper) != verb.startswith(
        "rec"
    ):
        return False
    return adjustments.ADJUSTMENTS.allows(verb, adjustment.state)


describe(
    Kind(
        name="station",
        model=Station,
        visible=_stations,
        facts=station_facts,
        columns=("sort", "organ", "decouple_by", "decoupled", "overdue"),
        allows=_station_allows,
    )
)
describe(
    Kind(
        name="platform",
        model=Platform,
        visible=_platforms,
        facts=platform_facts,
        columns=("organ", "items", "state", "valid_from", "valid_to"),
        allows=_platform_allows,
    )
)
describe(
    Kind(
        name="onboarding",
        model=Onboarding,
        visible=_onboardings,
        facts=onboarding_facts,
        columns=("owner", "due_on", "state", "open_steps", "overdue"),
        allows=lambda _verb, onboarding: onboarding.closed_on is None,
    )
)
describe(
    Kind(
        name="adjustment",
        model=Adjustment,
        visible=_adjustments,
        facts=adjustment_facts,
        columns=("organ", "section", "items", "effective_on", "state"),
        allows=_adjustment_allows,
    )
)
