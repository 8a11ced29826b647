"""The committee's workspace beside its registers: meetings due, a year's budget, rules and readers, reports."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.faces.web.forms import signed_in
from yimen.faces.web.views.casework import staff_of
from yimen.faces.web.views.overview import taken_away
from yimen.facts import committee
from yimen.facts.committee import BudgetLine
from yimen.ground.engines import sheets
from yimen.ground.kernel.errors import Denied
from yimen.rooms.administration import queries
from yimen.rooms.administration.policy import is_committee
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ
from yimen.rooms.identity.rules.roles import Role

WATCH = frozenset({Role.COMMITTEE, Role.SUPERVISION, Role.GOVERNMENT})
MONEY = frozenset({Role.COMMITTEE, Role.FINANCE})


def _one_of(request: HttpRequest, roles: frozenset[Role], what: str) -> Actor:
    actor = staff_of(request)
    if not roles & set(actor.roles):
        raise Denied(verb=what)
    return actor


@require_safe
@signed_in
def meetings_due(request: HttpRequest) -> HttpResponse:
    """Each unit with its responsible leader: when its leadership met last on window work, and whether that is too long
    ago by the centre's own term; units that have named nobody stand apart."""
    actor = staff_of(request)
    wide = bool(WATCH & set(actor.roles))
    if not wide and Role.ORGAN_HEAD not in actor.roles:
        raise Denied(verb="view_meetings_due")
    today = timezone.localdate()
    leaders = queries.leaders_on(today)
    if not wide:
        leaders = leaders.filter(organ_id=actor.organ_id or 0)
    named = list(leaders)
    due = queries.meetings_due(named, today)
    rows = sorted(((row, due[row.organ_id]) for row in named), key=lambda pair: not pair[1].overdue)
    organs = Organ.objects.filter(confirmed=True).exclude(pk__in=[row.organ_id for row in named])
    context = {
        "rows": rows,
        "period": queries.term(queries.MEETING_DAYS, today),
        "unnamed": list(organs.order_by("code")) if wide else [],
        "may_set": "set_management_term" in actor.verbs,
    }
    return render(request, "office/meetings_due.html", context)


@require_safe
@signed_in
def budget(request: HttpRequest) -> HttpResponse:
    """The headings of a year beside the year before; `?as=csv` or `xlsx` to take away."""
    actor = _one_of(request, MONEY, "view_budget")
    years = committee.budget_years(actor)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else timezone.localdate().year
    lines = committee.budget_lines(actor, year)
    if kind := request.GET.get("as"):
        return taken_away(kind, f"budget-{year}", _budget_rows(year, lines), [40, 16, 16, 16, 16, 16, 16])
    context = {
        "year": year,
        "before": year - 1,
        "years": sorted({*years, year}, reverse=True),
        "lines": lines,
        "may_open": "open_budget" in actor.verbs,
    }
    return render(request, "office/budget.html", context)


def _budget_rows(year: int, lines: list[BudgetLine]) -> Iterator[Sequence[sheets.Cell]]:
    yield [
        _("Heading"),
        f"{_('Planned (yuan)')} {year}",
        f"{_('Allotted (yuan)')} {year}",
        f"{_('Spent (yuan)')} {year}",
        f"{_('Remaining (yuan)')} {year}",
        f"{_('Planned (yuan)')} {year - 1}",
        f"{_('Spent (yuan)')} {year - 1}",
    ]
    for line in lines:
        sums: tuple[Decimal, ...] = (
            line.planned,
            line.allotted,
            line.spent,
            line.remaining,
            line.planned_before,
            line.spent_before,
        )
        yield [line.heading or _("Together"), *(f"{amount:.2f}" for amount in sums)]


@require_safe
@signed_in
def rules(request: HttpRequest) -> HttpResponse:
    """Rules of the house, the unread ones first; the committee sees who has not read which."""
    actor = staff_of(request)
    if "acknowledge_rule" not in actor.verbs:
        raise Denied(verb="acknowledge_rule")
    context: dict[str, Any] = {
        "lines": committee.rule_lines(actor, timezone.now()),
        "names": is_committee(actor),
        "may_publish": "publish_rule" in actor.verbs,
    }
    return render(request, "office/rules.html", context)


@require_safe
@signed_in
def breaches(request: HttpRequest) -> HttpResponse:
    """Reports that wait for an answer, with the way to reach who sent them: the committee's eyes only."""
    _one_of(request, frozenset({Role.COMMITTEE}), "answer_breach")
    return render(request, "office/breaches.html", {"rows": list(committee.open_breaches())})
