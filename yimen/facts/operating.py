"""Figures for whoever operates a centre: what is open, what is late, what waits to be sent."""

from datetime import datetime

from django.utils import timezone

from yimen.facts.worklists import late
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.rules.lifecycle import OPEN_STATES
from yimen.rooms.messages.models import Delivery


def figures(at: datetime) -> dict[str, tuple[str, int]]:
    """Name → (what it counts, how many); three counts on partial indexes."""
    today = timezone.localdate(at)
    open_cases = Case.objects.filter(state__in=[state.value for state in OPEN_STATES])
    return {
        "cases_open": ("Cases that are not finished", open_cases.count()),
        "cases_late": ("Undecided cases after their promised day", open_cases.filter(late(today)).count()),
        "letters_waiting": ("Letters that wait to be sent", Delivery.objects.filter(state="waiting").count()),
    }
