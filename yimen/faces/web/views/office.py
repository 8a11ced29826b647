"""The office: what waits for an examiner, an approver or a head, and the overview of those who look at the whole."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yimen.faces.web import desk_words
from yimen.faces.web.forms import signed_in
from yimen.faces.web.views.casework import staff_of
from yimen.facts import worklists
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.roles import CENTRE_WIDE, Role

SHOWN_ROWS = 5
# What each role's first page shows, most urgent first.
WAITING: dict[Role, tuple[str, ...]] = {
    Role.WINDOW_CLERK: ("to_accept", "corrections_back", "to_issue", "to_hand_out", "untold", "awaiting", "late"),
    Role.WINDOW_HEAD: ("to_approve", "void_requests", "late", "returned", "paused"),
    Role.EXAMINER: ("to_examine", "returned", "late", "paused"),
    Role.APPROVER: ("to_approve", "late", "returned", "paused"),
    Role.ORGAN_HEAD: ("late", "to_approve", "to_examine", "paused"),
    Role.SECTION_HEAD: ("late", "to_examine", "returned", "paused", "running"),
}
CALENDAR_VERBS = frozenset({"enter_year_notice", "confirm_year_notice", "declare_emergency_day"})


def sections(actor: Actor, names: list[str], at: Any) -> list[dict[str, Any]]:
    """The lists with their number and first rows; one query counts, one more for each list that has rows."""
    numbers = worklists.counts(actor, names, at)
    found = []
    for name in names:
        cases = worklists.narrowed(actor, at, name=name)
        rows = worklists.page(cases, at, name=name, size=SHOWN_ROWS)[:SHOWN_ROWS] if numbers[name] else []
        title, empty = desk_words.LISTS[name]
        found.append({"name": name, "title": title, "empty": empty, "count": numbers[name], "rows": rows})
    return found


@require_safe
@signed_in
def my_desk(request: HttpRequest) -> HttpResponse:
    """What waits for me; for centre-wide roles the figures of every organ."""
    actor, at = staff_of(request), timezone.now()
    names = list(dict.fromkeys(name for role in actor.roles for name in WAITING.get(role, ())))
    wide = any(role in CENTRE_WIDE for role in actor.roles)
    context = {
        "sections": sections(actor, names, at),
        "organs": worklists.overview(actor, at) if wide or not names else [],
        "wide": wide,
        "may_calendar": bool(actor.verbs & CALENDAR_VERBS),
        "may_view": "view_case" in actor.verbs,
    }
    return render(request, "office/desk.html", context)
