"""Windows and stationed units for everybody; what has moved into the centre, and what has not, for the office."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yimen.faces.web.forms import signed_in
from yimen.faces.web.views.casework import staff_of
from yimen.facts import places, presence
from yimen.facts.registers.base import is_wide
from yimen.ground.files.models import Upload
from yimen.ground.files.queries import open_file
from yimen.ground.kernel.errors import Denied, Refused
from yimen.rooms.administration.queries import promises_at
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ


@require_safe
def windows(request: HttpRequest) -> HttpResponse:
    """Every open window by hall: organs, who is on duty, hours."""
    rows = places.windows(timezone.localdate())
    halls = list(dict.fromkeys(row.window.hall for row in rows))
    grouped = [(hall, [row for row in rows if row.window.hall_id == hall.pk]) for hall in halls]
    return render(request, "windows.html", {"halls": grouped})


@require_safe
def window(request: HttpRequest, key: int) -> HttpResponse:
    """One window with duties, people on duty, telephones, what is promised there and the items of its organs."""
    row = places.window(min(key, 2**62), timezone.localdate())
    promised = promises_at(row.window.pk, [organ.pk for organ in row.organs])
    return render(request, "window.html", {"row": row, "promises": promised})


@require_safe
def photo(request: HttpRequest, key: int, posting: int) -> FileResponse:
    """The photo of somebody on duty there today, while it is so."""
    public_id = places.photo(key, posting, timezone.localdate())
    upload = Upload.objects.filter(public_id=public_id).first()
    if upload is None:
        raise Refused("thing.not_found", kind="photo")
    answer = FileResponse(open_file(upload.sha256), content_type=upload.media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_safe
def stations(request: HttpRequest) -> HttpResponse:
    """Utilities and intermediaries with their services, windows and days of decoupling, the overdue ones first."""
    return render(request, "stations.html", {"rows": places.stations(timezone.localdate())})


def _overseer(request: HttpRequest) -> tuple[Actor, set[int] | None]:
    """(actor, keys of the organs that it may look at; None: all)."""
    actor = staff_of(request)
    if "view_figures" not in actor.verbs:
        raise Denied(verb="view_figures")
    return actor, None if is_wide(actor) else {actor.organ_id or 0}


@require_safe
@signed_in
def three_in(request: HttpRequest) -> HttpResponse:
    """三进厅: for each organ how much of its items, people and powers is in the centre."""
    _actor, scope = _overseer(request)
    boards = presence.boards(timezone.localdate(), scope)
    organs = Organ.objects.filter(pk__in=boards).order_by("code")
    rows = [(organ, boards[organ.pk].facts()) for organ in organs]
    whole = {name: _sum([facts[name] for _organ, facts in rows]) for name in ("items", "people", "powers")}
    context = {"rows": rows, "whole": whole, "complete": sum(facts["complete"] for _organ, facts in rows)}
    return render(request, "office/three_in.html", context)


def _sum(parts: list[dict[str, int]]) -> dict[str, int]:
    moved, every = sum(p["in"] for p in parts), sum(p["all"] for p in parts)
    return {"in": moved, "all": every, "share": 100 * moved // every if every else 0}


@require_safe
@signed_in
def violations(request: HttpRequest) -> HttpResponse:
    """体外循环: items in force that are handled neither in the centre nor on an approved platform."""
    _actor, scope = _overseer(request)
    return render(request, "office/violations.html", {"rows": presence.violations(timezone.localdate(), scope)})
