"""Halls, windows and sections."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from yimen.facts.registers.base import Kind, describe, everything
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.rules.lifecycle import OPEN_STATES
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Hall, Section, Window
from yimen.rooms.identity.queries import on_day


def hall_facts(hall: Hall, at: datetime) -> dict[str, Any]:
    """What is told of a hall. `platform`: whether it is a secondary platform; `windows`: those open today; `cases`:
    what came in through its windows: {received, running, decided}."""
    today = timezone.localdate(at)
    came = Case.objects.filter(handling_window__hall=hall, received_on__lte=today)
    counted = came.aggregate(
        received=Count("pk"),
        running=Count("pk", filter=Q(state__in=OPEN_STATES)),
        decided=Count("pk", filter=Q(decided_on__isnull=False)),
    )
    return {
        "name": hall.name,
        "address": hall.address,
        "platform": hall.is_secondary_platform,
        "windows": [window.number for window in hall.windows.all() if open_on(window, today)],
        "cases": counted,
    }


def open_on(window: Window, day: Any) -> bool:
    """Whether a window is open on a day."""
    return window.closed_on is None or day < window.closed_on


def window_facts(window: Window, at: datetime) -> dict[str, Any]:
    """What is told of a window. `organs`: codes of those for which it receives today; `on_duty`: account names of
    those posted there today."""
    today = timezone.localdate(at)
    shared = window.shared.filter(valid_from__lte=today).order_by("organ__code").values_list("organ__code", flat=True)
    posted = window.postings.filter(on_day(today)).order_by("starts", "id")
    own = [window.organ.code] if window.organ else []
    return {
        "hall": window.hall.name,
        "number": window.number,
        "sort": str(window.sort),
        "organs": list(dict.fromkeys([*own, *shared])),
        "floor": window.floor,
        "duties": window.duties,
        "hours": window.hours,
        "telephone": window.telephone,
        "complaint_telephone": window.complaint_telephone,
        "on_duty": list(posted.values_list("staff__user__username", flat=True)),
        "open": open_on(window, today),
        "closed_on": window.closed_on,
    }


def section_facts(section: Section, at: datetime) -> dict[str, Any]:
    """What is told of a section. `licensing`: whether it is the organ's licensing section; `people`: account names of
    those posted there today."""
    posted = section.postings.filter(on_day(timezone.localdate(at))).order_by("starts", "id")
    return {
        "organ": section.organ.code,
        "name": section.name,
        "licensing": section.is_licensing,
        "people": list(posted.values_list("staff__user__username", flat=True)),
    }


def _windows(actor: Actor) -> QuerySet[Window]:
    return everything(Window)(actor).select_related("hall", "organ")


def _sections(actor: Actor) -> QuerySet[Section]:
    return everything(Section)(actor).select_related("organ")


def _window_allows(_verb: str, window: Window) -> bool:
    return window.closed_on is None


describe(
    Kind(
        name="hall",
        model=Hall,
        visible=everything(Hall),
        facts=hall_facts,
        columns=("address", "platform", "windows"),
        key_field="name",
        newest_first=False,
        unknown="hall.unknown",
    )
)
describe(
    Kind(
        name="window",
        model=Window,
        visible=_windows,
        facts=window_facts,
        columns=("organs", "sort", "on_duty", "open"),
        allows=_window_allows,
        unknown="window.unknown",
    )
)
describe(
    Kind(
        name="section",
        model=Section,
        visible=_sections,
        facts=section_facts,
        columns=("organ", "licensing", "people"),
        unknown="section.unknown",
    )
)
