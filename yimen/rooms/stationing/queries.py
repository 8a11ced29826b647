"""Reads of the room: what is handled where, and who handles it, by the day."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from yimen.ground.law import queries as law
from yimen.rooms.identity.models import Posting, Window, WindowOrgan
from yimen.rooms.identity.queries import on_day
from yimen.rooms.stationing.models import ItemSection, Onboarding, Platform, Station
from yimen.rooms.stationing.rules import platforms

CENTRE, PLATFORM, NOWHERE = "centre", "platform", "nowhere"


def organs_in_centre(on: date) -> set[int]:
    """Keys of the organs for which a window of an ordinary hall is open on a day; two queries."""
    here = Window.objects.filter(_open(on), hall__is_secondary_platform=False)
    shared = WindowOrgan.objects.filter(window__in=here, window__sort="comprehensive", valid_from__lte=on)
    own = here.filter(organ__isnull=False, opened_on__lte=on)
    return set(own.values_list("organ_id", flat=True)) | set(shared.values_list("organ_id", flat=True))


def _open(on: date) -> Q:
    return Q(closed_on=None) | Q(closed_on__gt=on)


def platforms_in_force(on: date) -> list[Platform]:
    """The granted platforms that work on a day; one query."""
    rows = Platform.objects.filter(state=platforms.State.GRANTED, valid_from__lte=on).select_related("organ", "hall")
    return [p for p in rows if platforms.in_force(p.state, p.valid_from, p.valid_to, p.ended_on, on)]


def items_on_platforms(on: date) -> set[str]:
    """Codes of the items that are handled on an approved platform on a day."""
    return {code for platform in platforms_in_force(on) for code in platform.items}


def handled_in(items: Iterable[tuple[str, int]], on: date) -> dict[str, str]:
    """{code: centre, platform or nowhere} of (code, key of the organ that decides); three queries."""
    approved, present = items_on_platforms(on), organs_in_centre(on)
    return {code: PLATFORM if code in approved else CENTRE if organ in present else NOWHERE for code, organ in items}


def taken_items() -> set[str]:
    """Codes of the items for which an application waits, or that are on a platform without an end."""
    waiting = Q(state__in=(platforms.State.APPLIED, platforms.State.EXAMINED))
    running = Q(state=platforms.State.GRANTED, valid_to=None, ended_on=None)
    return {
        code for items in Platform.objects.filter(waiting | running).values_list("items", flat=True) for code in items
    }


def on_platform_of(window_id: int, item: str, on: date) -> bool:
    """Whether the platform to which a window belongs may take applications for an item on a day."""
    found = Platform.objects.filter(hall__windows=window_id)
    return any(item in p.items and platforms.in_force(p.state, p.valid_from, p.valid_to, p.ended_on, on) for p in found)


class _Row(NamedTuple):
    valid_from: date
    section: int


@lru_cache(maxsize=16)
def _sections(database: str, revision: int) -> dict[str, tuple[_Row, ...]]:
    found: dict[str, list[_Row]] = {}
    for code, day, section in ItemSection.objects.order_by("valid_from", "id").values_list(
        "item__code", "valid_from", "section"
    ):
        found.setdefault(code, []).append(_Row(day, section))
    return {code: tuple(rows) for code, rows in found.items()}


def section_of(item: str, on: date, revision: int | None = None) -> int | None:
    """The key of the section into which an item was merged by a day; kept in the process by the law's revision."""
    known = law.current_revision() if revision is None else revision
    rows = _sections(str(connection.settings_dict["NAME"]), known).get(item, ())
    return next((row.section for row in reversed(rows) if row.valid_from <= on), None)


def forget_sections() -> None:
    """Read anew (tests whose databases reuse numbers)."""
    _sections.cache_clear()


def is_posted(staff_id: int, section_id: int, on: date) -> bool:
    """Whether a person is posted in a section on a day."""
    return Posting.objects.filter(on_day(on), staff_id=staff_id, section_id=section_id).exists()


def overdue_stations(on: date) -> QuerySet[Station]:
    """Stationed units whose day of decoupling has passed with nothing done, the longest first."""
    late = Q(decoupled_on=None) | Q(decoupled_on__gt=on)
    here = Q(left_on=None) | Q(left_on__gt=on)
    return Station.objects.filter(late, here, decouple_by__lt=on).select_related("organ").order_by("decouple_by", "id")


def open_onboardings() -> QuerySet[Onboarding]:
    """The checklists that are not closed."""
    return Onboarding.objects.filter(closed_on=None).select_related("organ").order_by("due_on", "id")
