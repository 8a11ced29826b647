"""What anybody may read of windows and stationed units."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from yimen.facts.disclosure import undisclosed
from yimen.ground.kernel.errors import Refused
from yimen.rooms.catalogue.models import Item
from yimen.rooms.identity.models import Organ, Posting, Window, WindowOrgan
from yimen.rooms.identity.queries import on_day
from yimen.rooms.stationing.models import Station
from yimen.rooms.stationing.rules import stations as rules


@dataclass(slots=True)
class ShownWindow:
    """A window as the public reads it on a day."""

    window: Window
    organs: list[Organ]
    on_duty: list[Posting]
    station: Station | None
    items: list[Item] = field(default_factory=list)


def _rows(on: date) -> QuerySet[Window]:
    people = Posting.objects.filter(on_day(on), staff__active=True).select_related("staff").order_by("starts", "id")
    shared = WindowOrgan.objects.filter(valid_from__lte=on).select_related("organ").order_by("organ__code")
    return (
        Window.objects.filter(Q(closed_on=None) | Q(closed_on__gt=on))
        .select_related("hall", "organ", "station__station")
        .prefetch_related(Prefetch("postings", people), Prefetch("shared", shared))
        .order_by("hall_id", "number", "id")
    )


def _shown(window: Window) -> ShownWindow:
    own = [window.organ] if window.organ else []
    organs = own + [row.organ for row in window.shared.all() if row.organ not in own]
    used = getattr(window, "station", None)
    return ShownWindow(window, organs, list(window.postings.all()), used.station if used else None)


def windows(on: date) -> list[ShownWindow]:
    """The windows that are open on a day, by hall and number; five queries. One that says nothing where the disclosure
    set of the day wants a word is not shown: it stands on the office's page of disclosures until it is mended."""
    rows = list(_rows(on))
    hidden = undisclosed(rows, on)
    return [_shown(window) for window in rows if window.pk not in hidden]


def window(key: int, on: date) -> ShownWindow:
    """One open window with the items of its organs; raises `thing.not_found`, also for one that `windows` hides."""
    found = _rows(on).filter(pk=key).first()
    if found is None or undisclosed([found], on):
        raise Refused("thing.not_found", kind="window")
    shown = _shown(found)
    in_force = Q(versions__state="published") & on_day(on, "versions__valid_from", "versions__valid_to")
    shown.items = list(Item.objects.filter(in_force, organ__in=shown.organs).distinct().order_by("code"))
    return shown


def photo(window_key: int, posting: int, on: date) -> str:
    """The upload that shows a person on duty at an open window today; raises `thing.not_found`."""
    shown = window(window_key, on)
    found = next((p.photo for p in shown.on_duty if p.pk == posting and p.photo), None)
    if found is None:
        raise Refused("thing.not_found", kind="photo")
    return found


def stations(on: date) -> list[dict[str, Any]]:
    """The units stationed on a day: {station, windows, overdue}, those overdue first; two queries."""
    here = Station.objects.filter(Q(left_on=None) | Q(left_on__gt=on)).select_related("organ")
    rows = here.prefetch_related("windows__window__hall").order_by("name")
    found = [
        {
            "station": row,
            "windows": [used.window for used in row.windows.all()],
            "overdue": rules.overdue(row.decouple_by, row.decoupled_on, on),
        }
        for row in rows
    ]
    return sorted(found, key=lambda line: not line["overdue"])
