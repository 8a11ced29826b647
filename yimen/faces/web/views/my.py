"""An applicant's own cases: where they stand, corrections, withdrawal."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yimen.faces.web import materials
from yimen.faces.web.context import APPLICANTS
from yimen.faces.web.forms import FieldError, acting, real_actor, show_refusal, signed_in, version_of
from yimen.faces.web.progress import progress
from yimen.flows import intake, outcome
from yimen.ground.kernel.errors import Denied, Refused
from yimen.rooms.cases import queries
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.rules.drafts import is_ending
from yimen.rooms.cases.rules.lifecycle import CASEWORK, OPEN_STATES, UNDECIDED, State
from yimen.rooms.certificates.queries import of_grounds
from yimen.rooms.identity.actor import Actor

PAGE = 20


def _applicant(request: HttpRequest) -> Actor:
    actor = real_actor(request)
    if not set(actor.roles) & APPLICANTS:
        raise Denied(verb="view_case")
    return actor


@never_cache
@require_safe
@signed_in
def my_cases(request: HttpRequest) -> HttpResponse:
    """What asks something of the applicant first, then what runs, then what has ended; pages by the last key."""
    actor, at = _applicant(request), timezone.now()
    cases = queries.visible_to(actor).select_related("deciding_organ").order_by("-id")
    before = request.GET.get("before", "")
    is_first = not (before.isascii() and before.isdigit() and len(before) < 19)
    asked = queries.with_law(cases.filter(state=State.AWAITING_CORRECTION)[:PAGE], at) if is_first else []
    page = cases.exclude(pk__in=[case.pk for case in asked]) if is_first else cases.filter(pk__lt=int(before))
    rows = queries.with_law(page[: PAGE + 1], at)
    context = {
        "groups": _groups([*asked, *rows[:PAGE]], timezone.localdate(at)),
        "older": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "drafts": _drafts(actor, at) if is_first else [],
    }
    return render(request, "my.html", context)


def _groups(cases: list[Case], today: date) -> list[dict[str, Any]]:
    """[{title, rows}] of what the applicant has to do, what runs, what has ended; without empty groups."""
    certificates = of_grounds([f"case:{case.number}" for case in cases])
    groups: dict[str, list[dict[str, Any]]] = {_("To do"): [], _("Running"): [], _("Finished"): []}
    todo, running, finished = groups.values()
    for case in cases:
        certificate = certificates.get(f"case:{case.number}")
        row = {
            "case": case,
            "terms": queries.terms_of(case),
            "running": case.state in UNDECIDED,
            "certificate": certificate,
            "ended": bool(certificate and certificate.valid_to and certificate.valid_to < today),
        }
        if case.state == State.AWAITING_CORRECTION:
            todo.append(row)
        else:
            (running if case.state in (*OPEN_STATES, State.GRANTED) else finished).append(row)
    return [{"title": title, "rows": rows} for title, rows in groups.items() if rows]


def _drafts(actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """The drafts to go on with, with a warning where one ends soon."""
    return [
        {"draft": draft, "terms": queries.draft_terms(draft), "ending": is_ending(draft.expires_at, at)}
        for draft in queries.drafts_of(actor)
    ]


def _progress(request: HttpRequest, number: str) -> dict[str, Any]:
    """The progress of an own case; any other is `case.not_found`."""
    actor = _applicant(request)
    if not queries.visible_to(actor).filter(number=number[:40]).exists():
        raise Refused("case.not_found", number=number[:40])
    context = progress(queries.load(number), timezone.now())
    state = context["facts"]["state"]
    asked = {m["code"]: m["reason"] for m in context["missing"]}
    if not asked and not (context["supplement"] and CASEWORK.allows("submit_correction", state)):
        lines = []
    else:
        lines = materials.lines_of(context["terms"], asked, only=asked or None)
    for line in lines:
        line.reason = asked.get(line.code, "")
    return {**context, "lines": lines, "can_withdraw": state in OPEN_STATES}


@never_cache
@require_safe
@signed_in
def my_case(request: HttpRequest, number: str) -> HttpResponse:
    """One own case, with what is asked of the applicant on top and the upload right there."""
    return render(request, "track.html", _progress(request, number))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """Hand in corrections, or what an invitation to supplement asked for."""
    context = _progress(request, number)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("my_case", args=[number]))
    actor, at, errors = acting(request), timezone.now(), list[FieldError]()
    given = materials.named(context["lines"], "paper", request, actor, at, errors)
    try:
        if errors:
            raise Refused("input.invalid")
        intake.submit_correction(number, materials=given, by=actor, at=at, version=version_of(request))
    except Refused as refusal:
        if refusal.code == "reason.missing":
            errors = [FieldError("file-0", _("Choose at least one file."))]
        context = {**context, "key": request.POST.get("request_key", "")}
        return show_refusal(request, "track.html", context, refusal, errors)
    messages.success(request, _("What you handed in has been received."))
    return HttpResponseRedirect(reverse("my_case", args=[number]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Ask once, with the facts, then withdraw; it can't be undone."""
    context = _progress(request, number)
    context["reason"] = request.POST.get("reason", "").strip()
    if request.method != "POST":
        return render(request, "withdraw.html", context)
    try:
        if len(context["reason"]) > 4000:
            raise Refused("input.invalid", field="reason")
        outcome.withdraw_application(
            number, reason=context["reason"], by=acting(request), at=timezone.now(), version=version_of(request)
        )
    except Refused as refusal:
        return show_refusal(request, "withdraw.html", context, refusal)
    messages.success(request, _("Your application has been withdrawn."))
    return HttpResponseRedirect(reverse("my_case", args=[number]))
