"""The list of items and the guide of each (六公开: basis, conditions, materials, procedure, limits, charges)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yimen.rooms.catalogue import queries as catalogue

PAGE = 20
SUGGESTED = 8


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """Items in force today that answer the words searched for, the best first; pages by the last key (rank:code)."""
    text = request.GET.get("q", "").strip()[:100]
    after = request.GET.get("after", "")[:200]
    found = catalogue.answers(text, timezone.localdate(), after=after, limit=PAGE)
    context = {
        "q": text,
        "total": found.total,
        "versions": found.versions,
        "after": after,
        "next_after": found.next_after,
    }
    return render(request, "items.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The first answers to what is typed so far, as a piece of HTML with links.

    A help for pages with JavaScript; without it the search form answers with the whole list.
    """
    text = request.GET.get("q", "").strip()[:100]
    found = catalogue.answers(text, timezone.localdate(), limit=SUGGESTED).versions if text else []
    return render(request, "parts/suggestions.html", {"q": text, "versions": found})


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """The guide in force today; an unknown item is a 404 page, one out of force says so."""
    version = catalogue.version_in_force(code, timezone.localdate())
    context = {"version": version, "item": version.item, "materials": catalogue.materials(version)}
    return render(request, "guide.html", context)
