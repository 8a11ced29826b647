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


def hall_facts(hall: Hall, at: datetime) -> dict[str, Any]:
    """What is told of a hall. `platform`: whether it is a secondary platform; `windows`: those open today; `cases`:
    what came in through its windows: {received, running, decided}."""
    today = timezone.localdate(at)
    if "cases" not in vars(hall):  # a list brings them with its rows
        _halls_together([hall], at)
    return {
        "name": hall.name,
        "address": hall.address,
        "platform": hall.is_secondary_platform,
        "windows": [window.number for window in hall.windows.all() if open_on(window, today)],
        "cases": vars(hall).pop("cases"),
    }


def _halls_together(halls: list[Hall], at: datetime) -> None:
    came = Case.objects.filter(handling_window__hall__in=halls, received_on__lte=timezone.localdate(at)).order_by()
    counted = came.values("handling_window__hall").annotate(
        received=Count("pk"),
        running=Count("pk", filter=Q(state__in=OPEN_STATES)),
        decided=Count("pk", filter=Q(decided_on__isnull=False)),
    )
    names = ("received", "running", "decided")
    rows = counted.values_list("handling_window__hall", *names)
    found = {hall: dict(zip(names, numbers, strict=True)) for hall, *numbers in rows}
    for hall in halls:
        vars(hall)["cases"] = found.get(hall.pk, dict.fromkeys(names, 0))


def open_on(window: Window, day: Any) -> bool:
    """Whether a window is open on a day."""
    return window.closed_on is None or day < window.closed_on


def window_facts(window: Window, at: datetime) -> dict[str, Any]:
    """What is told of a window. `organs`: codes of those for which it receives today; `on_duty`: account names of
    those posted there today."""
    today = timezone.localdate(at)
    shared = sorted(row.organ.code for row in window.shared.all() if row.valid_from <= today)
    posted = [p for p in window.postings.all() if p.starts <= today and (p.ends is None or today <= p.ends)]
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
        "on_duty": [p.staff.user.username for p in sorted(posted, key=lambda p: (p.starts, p.pk))],
        "open": open_on(window, today),
        "closed_on": window.closed_on,
    }


def section_facts(section: Section, at: datetime) -> dict[str, Any]:
    """What is told of a section. `licensing`: whether it is the organ's licensing section; `people`: account names of
    those posted there today."""
    today = timezone.localdate(at)
    posted = [p for p in section.postings.all() if p.starts <= today and (p.ends is None or today <= p.ends)]
    return {
        "organ": section.organ.code,
        "name": section.name,
        "licensing": section.is_licensing,
        "people": [p.staff.user.username for p in sorted(posted, key=lambda p: (p.starts, p.pk))],
    }


def _windows(actor: Actor) -> QuerySet[Window]:
    rows = everything(Window)(actor).select_related("hall", "organ")
    return rows.prefetch_related("shared__organ", "postings__staff__user")


def _sections(actor: Actor) -> QuerySet[Section]:
    return everything(Section)(actor).select_related("organ").prefetch_related("postings__staff__user")


def _window_allows(_verb: str, window: Window) -> bool:
    return window.closed_on is None


describe(
    Kind(
        name="hall",
        model=Hall,
        visible=lambda actor: everything(Hall)(actor).prefetch_related("windows"),
        facts=hall_facts,
        columns=("address", "platform", "windows"),
        together=_halls_together,
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
