"""The figures of a month by organ or by hall, each with the cases behind it, to look at or to take away."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.faces.web import desk_words
from yimen.faces.web.forms import signed_in
from yimen.faces.web.views.casework import staff_of
from yimen.faces.web.words import is_chinese
from yimen.facts import overview, worklists
from yimen.ground.engines import sheets
from yimen.ground.kernel.errors import Denied
from yimen.rooms.identity.actor import Actor

PAGE_ROWS = 50
# A list that is taken away holds no more than a person can read; the last line says that there are more.
MOST_TAKEN_AWAY = 5000
MONTHS_OFFERED = 24


def _overseer(request: HttpRequest) -> Actor:
    actor = staff_of(request)
    if "view_figures" not in actor.verbs:
        raise Denied(verb="view_figures")
    return actor


def _asked(request: HttpRequest) -> tuple[overview.Month, dict[str, str]]:
    """The month and {month, applicant, by} as the links of the page carry them; `by`: hall, or empty for organs."""
    month = overview.Month.parse(request.GET.get("month", "")[:7], timezone.localdate())
    applicant = request.GET.get("applicant", "")
    return month, {
        "month": str(month),
        "applicant": applicant if applicant in overview.APPLICANTS else "",
        "by": "hall" if request.GET.get("by") == "hall" else "",
    }


def _months() -> list[overview.Month]:
    months = [overview.Month.of(timezone.localdate())]
    while len(months) < MONTHS_OFFERED:
        months.append(months[-1].before)
    return months


def _query(**given: str) -> str:
    return urlencode({name: value for name, value in given.items() if value})


def _organ_name(name: str, name_en: str) -> str:
    return name_en if name_en and not is_chinese() else name


def _line_name(line: overview.Line, by: str) -> str:
    """The words of a line; the sum of all has no code."""
    if not line.code:
        return _("All halls") if by else _("All organs")
    if line.code == overview.NO_HALL:
        return _("Not yet at a window")
    return _organ_name(line.name, line.name_en)


def _cells(line: overview.Line, given: dict[str, str]) -> list[dict[str, Any]]:
    found = []
    for figure, (now, before) in line.figures.items():
        href = f"{figure}/?{_query(**{given['by'] or 'organ': line.code}, **given)}"
        label = desk_words.FIGURES[figure][0]
        found.append({"now": now, "before": before, "href": href, "label": label, "late": figure == "late" and now})
    return found


@require_safe
@signed_in
def month_page(request: HttpRequest) -> HttpResponse:
    """Every figure of a month by organ (`?by=hall`: by hall and platform), beside it that of the month before;
    `?as=csv` or `xlsx` to take away."""
    actor = _overseer(request)
    month, given = _asked(request)
    lines = (overview.by_hall if given["by"] else overview.by_organ)(actor, month, applicant=given["applicant"])
    if kind := request.GET.get("as"):
        name = f"figures-{given['by']}-{month}" if given["by"] else f"figures-{month}"
        return taken_away(kind, name, _figure_rows(lines, month, given["by"]), [10, 30])
    context = {
        "month": month,
        "running_month": month.first == overview.Month.of(timezone.localdate()).first,
        "given": given,
        "query": _query(**given),
        "months": list(dict.fromkeys([*_months(), month])),
        "figures": desk_words.FIGURES.values(),
        "lines": [
            {"line": line, "name": _line_name(line, given["by"]), "cells": _cells(line, given)} for line in lines
        ],
        "earlier": f"?{_query(**given | {'month': str(month.before)})}",
        "later": f"?{_query(**given | {'month': str(month.after)})}",
        "ways": [(by, f"?{_query(**given | {'by': by})}", by == given["by"]) for by in ("", "hall")],
    }
    return render(request, "office/overview.html", context)


def _figure_rows(lines: list[overview.Line], month: overview.Month, by: str) -> Iterator[Sequence[sheets.Cell]]:
    words = [str(title) for title, _explained in desk_words.FIGURES.values()]
    pairs = [f"{word} {each}" for word in words for each in (month, month.before)]
    yield [_("Kind of hall"), _("Hall"), *pairs] if by else [_("Code"), _("Organ"), *pairs]
    for line in lines:
        sort = "" if not line.name else _("Secondary platform") if line.platform else _("Hall of the centre")
        yield [
            sort if by else line.code,
            _line_name(line, by),
            *(number for pair in line.figures.values() for number in pair),
        ]


@require_safe
@signed_in
def figure_page(request: HttpRequest, figure: str) -> HttpResponse:
    """The cases behind a figure: as many rows, over its pages, as the figure says."""
    actor, at = _overseer(request), timezone.now()
    if figure not in overview.FIGURES:
        raise Http404
    month, given = _asked(request)
    organ, hall = (request.GET.get(name, "").replace("\x00", "")[:50] for name in ("organ", "hall"))
    cases = overview.cases(actor, figure, month, organ=organ, hall=hall, applicant=given["applicant"])
    if kind := request.GET.get("as"):
        rows = worklists.page(cases, at, size=MOST_TAKEN_AWAY)
        return taken_away(kind, f"{figure}-{month}", _case_rows(rows), [24, 40, 30])
    after = request.GET.get("after", "")[:40]
    rows = worklists.page(cases, at, after=after, size=PAGE_ROWS)
    shown = rows[:PAGE_ROWS]
    title, explained = desk_words.FIGURES[figure]
    context = {
        "title": title,
        "explained": explained,
        "month": month,
        "given": given,
        "whose": _whose(organ, hall, given["by"], shown),
        "rows": shown,
        "after": after,
        "next": shown[-1].key if len(rows) > PAGE_ROWS else "",
        "query": _query(organ=organ, hall=hall, **given),
        "back": _query(**given),
    }
    return render(request, "office/figure.html", context)


def _whose(organ: str, hall: str, by: str, shown: list[worklists.Row]) -> str:
    """Of which organ and hall the cases are."""
    names = [next((_organ_name(row.organ, row.organ_en) for row in shown), organ)] if organ else []
    if hall:
        names.append(_("Not yet at a window") if hall == overview.NO_HALL else overview.hall_name(hall))
    return " · ".join(names) or (_("All halls") if by else _("All organs"))


def _case_rows(rows: list[worklists.Row]) -> Iterator[Sequence[sheets.Cell]]:
    """No applicant's name: what leaves the house for a report needs none."""
    yield [_("Case"), _("Item"), _("Organ"), _("State"), _("Received on")]
    for row in rows[:MOST_TAKEN_AWAY]:
        organ, state = _organ_name(row.organ, row.organ_en), str(desk_words.STATES.get(row.state, row.state))  # type: ignore[call-overload]
        yield [row.number, row.item_name, organ, state, row.received_on.isoformat()]
    if len(rows) > MOST_TAKEN_AWAY:
        yield [_("There are more; choose one organ to see all.")]


def taken_away(kind: str, name: str, rows: Iterator[Sequence[sheets.Cell]], widths: Sequence[int]) -> HttpResponse:
    if kind == "csv":
        answer = HttpResponse(sheets.as_csv(rows), content_type=sheets.CSV)
    elif kind == "xlsx":
        answer = HttpResponse(sheets.as_xlsx(rows, widths=widths), content_type=sheets.XLSX)
    else:
        raise Http404
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer
