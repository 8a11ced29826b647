"""带班公示: which leader of which unit is at the windows today and in the week, and who answers for them."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yimen.ground.law.queries import current_revision
from yimen.rooms.administration import queries
from yimen.rooms.administration.models import Shift

WEEK = 7


@require_safe
def duty(request: HttpRequest) -> HttpResponse:
    """The published rota of seven days; `?week=1` for the next ones. Who is absent on the record is shown so."""
    at, later = timezone.now(), request.GET.get("week") == "1"
    today = timezone.localdate(at)
    first = today + timedelta(days=WEEK if later else 0)
    shifts = list(queries.published_shifts(first, first + timedelta(days=WEEK - 1)))
    grace, revision = queries.term(queries.CHECK_IN_MINUTES, today), current_revision()
    days: dict[date, list[tuple[Shift, queries.Standing]]] = {}
    for shift in shifts:
        days.setdefault(shift.on, []).append((shift, queries.standing(shift, at, grace, revision)))
    now = queries.half_day(at)
    context = {
        "days": list(days.items()),
        "present": now,
        "now_leading": [row for row in days.get(now[0], []) if row[0].half == now[1]],
        "leaders": list(queries.leaders_on(today)),
        "later": later,
    }
    return render(request, "duty.html", context)
