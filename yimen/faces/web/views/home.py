"""The first page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yimen.rooms.administration.queries import announcements
from yimen.rooms.catalogue import entrances

THEMES = 9
ANNOUNCEMENTS = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One search box, the doors that exist, and two ways to an item for whoever does not know what it is called."""
    today = timezone.localdate()
    departments = entrances.departments(today)
    context = {
        "themes": entrances.everyday(today, THEMES),
        "departments": departments,
        "announcements": list(announcements(today)[:ANNOUNCEMENTS]),
        "count": sum(department.items for department in departments),
    }
    return render(request, "home.html", context)
