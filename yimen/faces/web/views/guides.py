"""The list of items and the guide of each (六公开: basis, conditions, materials, procedure, limits, charges)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yimen.rooms.catalogue import queries as catalogue

PAGE = 20


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """Items in force today that fit the words searched for, by code; pages by the last key."""
    text = request.GET.get("q", "").strip()[:100]
    after = request.GET.get("after", "")[:200]
    found = catalogue.search(text, timezone.localdate()).order_by("item__code")
    total = found.count()
    rows = list((found.filter(item__code__gt=after) if after else found)[: PAGE + 1])
    shown = rows[:PAGE]
    context = {
        "q": text,
        "total": total,
        "versions": shown,
        "after": after,
        "next_after": shown[-1].item.code if len(rows) > PAGE else "",
    }
    return render(request, "items.html", context)


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """The guide in force today; an unknown item is a 404 page, one out of force says so."""
    version = catalogue.version_in_force(code, timezone.localdate())
    context = {"version": version, "item": version.item, "materials": catalogue.materials(version)}
    return render(request, "guide.html", context)
