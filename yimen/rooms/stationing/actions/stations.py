"""Verbs of stationed units and of secondary platforms, each in its caller's transaction."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yimen.ground.journal.actions import change, enter
from yimen.ground.kernel.errors import Refused
from yimen.rooms.catalogue.models import Item
from yimen.rooms.identity import tenure
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Hall, Organ, Window
from yimen.rooms.identity.rules import places
from yimen.rooms.stationing import queries
from yimen.rooms.stationing.models import Platform, Station, StationWindow
from yimen.rooms.stationing.rules import platforms, stations


def register_station(station: Station, *, by: Actor, at: datetime) -> Station:
    """Enter a stationed unit. Raises `reason.missing`, `station.exists`, and as `stations.check_deadline`."""
    places.check_text(name=station.name, services=" ".join(station.services))
    stations.check_deadline(
        station.sort,
        affiliated=station.organ is not None,
        monopoly=station.monopoly,
        decouple_by=station.decouple_by,
    )
    if Station.objects.filter(name=station.name).exists():
        raise Refused("station.exists", name=station.name)
    station.stationed_on = timezone.localdate(at)
    due = station.decouple_by.isoformat() if station.decouple_by else None
    enter(
        station,
        "register_station",
        by=by,
        at=at,
        sort=str(station.sort),
        organ=station.organ.code if station.organ else "",
        decouple_by=due,
    )
    return station


def _check_here(station: Station, on: date) -> None:
    if station.left_on is not None and station.left_on <= on:
        raise Refused("station.left", on=station.left_on.isoformat())


def open_station_window(station: Station, *, window: Window, by: Actor, at: datetime) -> None:
    """The unit uses a window that serves no organ. Raises `station.left`, `window.closed`, `window.taken`."""
    today = timezone.localdate(at)
    _check_here(station, today)
    places.check_open(window.closed_on, today)
    if window.organ_id is not None or StationWindow.objects.filter(window=window).exists():
        raise Refused("window.taken", number=window.number)
    StationWindow.objects.create(station=station, window=window, opened_on=today)
    change(station, "open_station_window", by=by, at=at, window=window.pk)


def decouple_station(station: Station, *, on: date, evidence: str, by: Actor, at: datetime) -> None:
    """The unit is cut loose from its organ; refusals as `stations.check_decoupling`."""
    stations.check_decoupling(
        affiliated=station.organ_id is not None,
        decoupled_on=station.decoupled_on,
        on=on,
        today=timezone.localdate(at),
        evidence=evidence,
    )
    change(station, "decouple_station", {"decoupled_on": on, "evidence": evidence}, by=by, at=at, on=on.isoformat())


def leave_station(station: Station, *, on: date, reason: str, by: Actor, at: datetime) -> None:
    """The unit leaves the centre, and its windows close. Raises `station.left`, `day.past`, `reason.missing`."""
    places.check_text(reason=reason)
    places.check_ahead(on, timezone.localdate(at), "on")
    _check_here(station, on)
    Window.objects.filter(station__station=station, closed_on=None).update(closed_on=on)
    change(station, "leave_station", {"left_on": on, "left_reason": reason}, by=by, at=at, on=on.isoformat())


# secondary platforms
def apply_platform(
    *, organ: Organ, items: Sequence[Item], reason: str, place: str, by: Actor, at: datetime
) -> Platform:
    """An organ asks to handle items at its own place. Raises `reason.missing`, `items.missing`,
    `platform.other_item`, `platform.exists`."""
    places.check_text(reason=reason, place=place)
    today = timezone.localdate(at)
    owners = {item.code: tenure.holder_of(item.organ_id, item.code, today) for item in items}
    platforms.check_items(organ.pk, owners)
    platforms.check_free(owners, queries.taken_items() | queries.items_on_platforms(today))
    made = Platform(organ=organ, items=sorted(owners), reason=reason, place=place, applied_on=today)
    enter(made, "apply_platform", by=by, at=at, organ=organ.code, items=made.items)
    return made


def give_platform_opinion(platform: Platform, *, opinion: str, reasons: str, by: Actor, at: datetime) -> None:
    """The committee's opinion for the government. Raises `reason.missing`, `transition.not_allowed`."""
    state = platforms.PLATFORMS.target("give_platform_opinion", platform.state)
    places.check_text(reasons=reasons)
    changes = {"state": state, "opinion": opinion, "opinion_reasons": reasons}
    change(platform, "give_platform_opinion", changes, by=by, at=at, opinion=opinion)


def decide_platform(
    platform: Platform,
    *,
    decision: str,
    document_number: str,
    valid_from: date | None,
    valid_to: date | None,
    reasons: str,
    by: Actor,
    at: datetime,
) -> None:
    """The government's decision; a granted platform is a hall of its own with a window of the organ.

    Raises `transition.not_allowed`, `reason.missing`, `day.past`, `platform.days`.
    """
    state = platforms.PLATFORMS.target("decide_platform", platform.state, decision)
    platforms.check_decision(decision, document_number, reasons, valid_from)
    changes: dict[str, Any] = {"state": state, "document_number": document_number.strip(), "reasons": reasons}
    if decision == "grant" and valid_from is not None:
        places.check_ahead(valid_from, timezone.localdate(at), "valid_from")
        platforms.check_days(valid_from, valid_to)
        changes |= {"valid_from": valid_from, "valid_to": valid_to, "hall": _hall(platform, valid_from)}
    change(platform, "decide_platform", changes, by=by, at=at, decision=decision, hall=_hall_key(changes.get("hall")))


def _hall_key(hall: object) -> int | None:
    return hall.pk if isinstance(hall, Hall) else None


def _hall(platform: Platform, valid_from: date) -> Hall:
    """The platform's own hall with its first window; a second platform of the organ gets its number."""
    name = f"{tenure.names_on(platform.organ_id, valid_from)[0]}二级审批平台"
    before = Hall.objects.filter(name__startswith=name).count()
    hall = Hall.objects.create(
        name=f"{name}（{before + 1}）" if before else name, address=platform.place, is_secondary_platform=True
    )
    Window.objects.create(hall=hall, number="01", organ=platform.organ, sort=Window.Sort.PLATFORM, opened_on=valid_from)
    return hall


def end_platform(platform: Platform, *, on: date, reason: str, by: Actor, at: datetime) -> None:
    """The government ends a platform before its day: nothing is received there from `on`.

    Raises `transition.not_allowed`, `reason.missing`, `day.past`, `platform.ended`.
    """
    state = platforms.PLATFORMS.target("end_platform", platform.state)
    places.check_text(reason=reason)
    places.check_ahead(on, timezone.localdate(at), "on")
    if platforms.state_on(platform.state, platform.valid_to, platform.ended_on, on) == platforms.State.ENDED:
        raise Refused("platform.ended")
    Window.objects.filter(hall=platform.hall, closed_on=None).update(closed_on=on)
    changes = {"state": state, "ended_on": on, "end_reason": reason}
    change(platform, "end_platform", changes, by=by, at=at, on=on.isoformat())
