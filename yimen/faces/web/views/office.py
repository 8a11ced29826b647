"""The office: what waits for an examiner, an approver or a head, and the overview of those who look at the whole."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.faces.web import desk_words
from yimen.faces.web.forms import signed_in
from yimen.faces.web.views.bulk import offered
from yimen.faces.web.views.casework import staff_of
from yimen.faces.web.views.disclosures import DISCLOSERS
from yimen.faces.web.views.questions import waiting
from yimen.facts import committee, questions, worklists, year_notices
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.roles import CENTRE_WIDE, Role
from yimen.rooms.stationing.queries import overdue_stations

SHOWN_ROWS = 5
# What each role's first page shows, most urgent first.
WAITING: dict[Role, tuple[str, ...]] = {
    Role.WINDOW_CLERK: ("to_accept", "corrections_back", "to_issue", "to_hand_out", "untold", "awaiting", "late"),
    Role.WINDOW_HEAD: ("to_approve", "void_requests", "late", "returned", "paused"),
    Role.EXAMINER: ("to_examine", "returned", "late", "paused"),
    Role.APPROVER: ("to_approve", "late", "returned", "paused"),
    Role.ORGAN_HEAD: ("late", "to_approve", "to_examine", "paused"),
    Role.SECTION_HEAD: ("late", "due_soon", "to_approve", "to_examine", "returned", "paused", "running"),
    Role.DUTY_LEADER: ("for_a_leader", "late", "due_soon", "void_requests", "paused"),
    Role.INSPECTOR: ("due_soon", "late", "running", "paused"),
    Role.SUPERVISION: ("late", "due_soon"),
    Role.COMMITTEE: ("late", "due_soon"),
    Role.GOVERNMENT: ("late", "due_soon"),
    Role.LEGAL_OFFICE: ("late", "due_soon"),
    Role.AUDITOR: ("late", "due_soon"),
}
# How many rows of each list "next case" looks through.
NEXT_ROWS = 100
CALENDAR_VERBS = frozenset({"enter_year_notice", "confirm_year_notice", "declare_emergency_day"})
CONFIRMING = frozenset({"confirm_year_notice", "confirm_emergency_day"})


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


def _waiting(actor: Actor) -> list[str]:
    return list(dict.fromkeys(name for role in actor.roles for name in WAITING.get(role, ())))


@require_safe
@signed_in
def next_case(request: HttpRequest) -> HttpResponse:
    """The case after `?after=` in what waits for this person, most urgent list first; the desk when none is left."""
    actor, at = staff_of(request), timezone.now()
    given = request.GET.get("after", "")[:40]
    numbers: dict[str, None] = {}
    for name in _waiting(actor):
        cases = worklists.narrowed(actor, at, name=name)
        numbers |= dict.fromkeys(row.number for row in worklists.page(cases, at, name=name, size=NEXT_ROWS))
    line = list(numbers)
    place = line.index(given) + 1 if given in numbers else 0
    others = [number for number in line[place:] + line[:place] if number != given]
    if others:
        return redirect("case", number=others[0])
    messages.info(request, _("No other case waits for you."))
    return redirect("office")


@require_safe
@signed_in
def my_desk(request: HttpRequest) -> HttpResponse:
    """What waits for me; for centre-wide roles the figures of every organ."""
    actor, at = staff_of(request), timezone.now()
    names = _waiting(actor)
    wide = any(role in CENTRE_WIDE for role in actor.roles)
    context = {
        "sections": sections(actor, names, at),
        "organs": worklists.overview(actor, at) if wide or not names else [],
        "wide": wide,
        "waits": committee.waits(actor, at),
        "may_see_meetings": bool(
            {Role.COMMITTEE, Role.SUPERVISION, Role.GOVERNMENT, Role.ORGAN_HEAD} & set(actor.roles)
        ),
        "may_see_budget": bool({Role.COMMITTEE, Role.FINANCE} & set(actor.roles)),
        "may_see_disclosures": bool(DISCLOSERS & set(actor.roles)),
        "may_calendar": bool(actor.verbs & CALENDAR_VERBS),
        "to_confirm": year_notices.waiting_for(actor.id) if actor.verbs & CONFIRMING else 0,
        "may_view": "view_case" in actor.verbs,
        "bulk": offered(actor),
        "stations_overdue": overdue_stations(timezone.localdate(at)).count() if Role.COMMITTEE in actor.roles else 0,
        "questions": waiting(actor),
        "next_questions": questions.first_lines(actor, at) if Role.CONSULTATION_DESK in actor.roles else [],
    }
    return render(request, "office/desk.html", context)
