"""The first page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yimen.rooms.catalogue import queries as catalogue

SHOWN = 12


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One search box, the doors that exist, some of what can be applied for."""
    items = catalogue.published_items(timezone.localdate())
    return render(request, "home.html", {"items": items[:SHOWN], "count": items.count()})
