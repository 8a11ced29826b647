"""The calendar: one person enters what the State Council or the city decided, another confirms it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from yimen.faces.web import desk_words
from yimen.faces.web.forms import FieldError, acting, show_refusal, signed_in
from yimen.faces.web.notice_text import days_of
from yimen.faces.web.views.casework import staff_of
from yimen.faces.web.words import refusal_text
from yimen.facts import year_notices
from yimen.flows import calendar as flows
from yimen.flows.frame import answer_once
from yimen.ground.kernel.errors import Denied, Refused
from yimen.rooms.identity.actor import Actor

VERBS = frozenset({"enter_year_notice", "confirm_year_notice", "declare_emergency_day", "confirm_emergency_day"})
MOST_MOVED = 200


def _keeper(request: Any) -> Actor:
    """Somebody who keeps the calendar, with the form's one-time key when a form is sent; raises `Denied`."""
    actor = staff_of(request)
    if request.method == "POST":
        actor = acting(request)
    if not actor.verbs & VERBS:
        raise Denied(verb="enter_year_notice")
    return actor


def _overview_page(typed: dict[str, str]) -> dict[str, Any]:
    return {
        "notices": year_notices.notices(),
        "emergencies": year_notices.emergencies(),
        "typed": typed,
        "next_year": timezone.localdate().year + 1,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def overview(request: HttpRequest) -> HttpResponse:
    """All notices and emergency days; POST enters a year notice."""
    actor = _keeper(request)
    if request.method != "POST":
        return render(request, "office/calendar.html", _overview_page({}))
    typed = {name: request.POST.get(name, "") for name in ("year", "number", "url", "days")}
    try:
        year = _year(typed["year"])
        days, at = days_of(typed["days"], year), timezone.now()
        key = answer_once(
            actor,
            "enter_year_notice",
            lambda: (
                flows.enter_year_notice(
                    year=year, number=typed["number"], url=typed["url"], days=days, by=actor, at=at
                ).pk
            ),
            _key_of,
        )
    except Refused as refusal:
        return show_refusal(request, "office/calendar.html", _overview_page(typed), refusal, _at_field(refusal))
    messages.success(request, _("The notice is saved. It counts once another person has confirmed it."))
    return redirect("calendar_notice", key=key)


def _key_of(subject: str) -> int:
    """`year_notice:12` → 12: the thing that a form sent twice made the first time."""
    return int(subject.partition(":")[2])


def _year(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise Refused("calendar.invalid", year=text[:10], day="", why="incomplete", field="year")
    return int(text)


def _at_field(refusal: Refused) -> list[FieldError]:
    """Says which line or field is wrong, and why."""
    why = str(refusal.facts.get("why", ""))
    wrong = str(refusal.facts.get("day", ""))
    field = str(refusal.facts.get("field") or {"incomplete": "number", "not_an_address": "url"}.get(why, "days"))
    reason = desk_words.CALENDAR_PROBLEMS.get(why)
    sentence = str(reason) if reason else refusal_text(refusal).sentence
    return [FieldError(field, f"{sentence} {wrong}".strip())]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def notice(request: HttpRequest, key: int) -> HttpResponse:
    """One notice with the open cases that it moves; POST confirms it and computes those cases anew."""
    actor, at = _keeper(request), timezone.now()
    entered, days = year_notices.notice(key)
    thing: Any = entered.thing
    moved = flows.preview_notice(thing) if thing.state == "entered" else []
    context = {
        "entered": entered,
        "days": days,
        "moved": moved[:MOST_MOVED],
        "moved_count": len(moved),
        "own": thing.entered_by == actor.id,
        "may_confirm": "confirm_year_notice" in actor.verbs,
    }
    if request.method != "POST":
        return render(request, "office/notice.html", context)
    try:
        answer_once(actor, "confirm_year_notice", lambda: flows.confirm_year_notice(thing, by=actor, at=at).pk, _key_of)
    except Refused as refusal:
        return show_refusal(request, "office/notice.html", context, refusal)
    _recompute(request, f"year_notice:{thing.pk}", at)
    return redirect("calendar_notice", key=thing.pk)


def _recompute(request: HttpRequest, cause: str, at: Any) -> None:
    count = flows.recompute_open_cases(cause=cause, at=at)
    text = ngettext(
        "Confirmed. %(count)s open case was computed anew.",
        "Confirmed. %(count)s open cases were computed anew.",
        count,
    )
    messages.success(request, text % {"count": count})


@require_POST
@signed_in
def emergency_new(request: HttpRequest) -> HttpResponse:
    """A local emergency day is declared."""
    actor = _keeper(request)
    typed = {name: request.POST.get(name, "") for name in ("day", "name", "basis", "works")}
    try:
        try:
            day = date.fromisoformat(typed["day"].strip())
        except ValueError:
            raise Refused("calendar.invalid", day=typed["day"][:40], why="not_a_day", field="day") from None
        works, at = typed["works"] == "yes", timezone.now()
        answer_once(
            actor,
            "declare_emergency_day",
            lambda: (
                flows.declare_emergency_day(
                    day=day, name=typed["name"], basis=typed["basis"], is_workday=works, by=actor, at=at
                ).pk
            ),
            _key_of,
        )
    except Refused as refusal:
        field = str(refusal.facts.get("field") or ("name" if refusal.facts.get("why") == "incomplete" else "day"))
        errors = [FieldError(field, _at_field(refusal)[0].message)]
        return show_refusal(request, "office/calendar.html", _overview_page({}) | {"emergency": typed}, refusal, errors)
    messages.success(request, _("The day is saved. It counts once another person has confirmed it."))
    return redirect("calendar")


@require_POST
@signed_in
def emergency(request: HttpRequest, key: int) -> HttpResponse:
    """Another person confirms an emergency day."""
    actor, at = _keeper(request), timezone.now()
    day = year_notices.emergency(key)
    try:
        answer_once(
            actor, "confirm_emergency_day", lambda: flows.confirm_emergency_day(day, by=actor, at=at).pk, _key_of
        )
    except Refused as refusal:
        return show_refusal(request, "office/calendar.html", _overview_page({}), refusal)
    _recompute(request, f"emergency_day:{day.pk}", at)
    return redirect("calendar")
