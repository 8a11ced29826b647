"""服务承诺: what units promise, how often it was said to be broken, and a way to say so without an account."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yimen.faces.web.forms import FieldError, keyed, show_refusal
from yimen.flows.promises import VISITOR, report_breach
from yimen.ground.engines import limits
from yimen.ground.engines.secrets import check_query_password, query_password
from yimen.ground.kernel.errors import Refused
from yimen.rooms.administration import queries
from yimen.rooms.administration.models import Breach

SESSION, KEPT = "breaches", 20
MOST_WORDS, MOST_CONTACT = 2000, 100


@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """Promises in force by unit with the number of reports, and the page of its form beside each."""
    return render(request, "promises.html", {"rows": list(queries.promises())})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_new(request: HttpRequest, key: int) -> HttpResponse:
    """Say that a promise was broken; the answer's number and password are shown once, in this session."""
    promise = get_object_or_404(queries.promises(), pk=min(key, 2**62))
    what, contact = request.POST.get("what", "").strip(), request.POST.get("contact", "").strip()
    context: dict[str, Any] = {
        "promise": promise,
        "what": what,
        "contact": contact,
        "request_key": request.POST.get("request_key", ""),
    }
    if request.method != "POST":
        return render(request, "breach_new.html", context)
    try:
        _check_lengths(what, contact)
        at = timezone.now()
        limits.count("report", limits.client_ip(request), at=at)
        by = keyed(request, VISITOR)
        breach = report_breach(promise=str(key), what=what, contact=contact, by=by, at=at)
    except Refused as refusal:
        empty = refusal.code == "reason.missing"
        errors = [FieldError("what", _("Say what happened."))] if empty else None
        return show_refusal(request, "breach_new.html", context, refusal, errors)
    _remember(request, breach.number)
    return redirect(f"{reverse('breach')}?{urlencode({'number': breach.number, 'sent': 1})}")


def _check_lengths(what: str, contact: str) -> None:
    for field, text, most in (("what", what, MOST_WORDS), ("contact", contact, MOST_CONTACT)):
        if len(text) > most or "\x00" in text:
            raise Refused("input.invalid", field=field)


def _remember(request: HttpRequest, number: str) -> None:
    seen = [n for n in request.session.get(SESSION, []) if n != number]
    request.session[SESSION] = [*seen, number][-KEPT:]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """What became of a report, for whoever has its number and password."""
    if request.method == "POST":
        return _look_up(request)
    number = request.GET.get("number", "").strip()[:40]
    if number and number in request.session.get(SESSION, []):
        breach = get_object_or_404(Breach.objects.select_related("promise__organ"), number=number)
        password = query_password(number) if "sent" in request.GET else ""
        return render(request, "breach.html", {"breach": breach, "password": password})
    return render(request, "breach.html", {"number": number})


def _look_up(request: HttpRequest) -> HttpResponse:
    number = request.POST.get("number", "").replace("\x00", "").strip()[:40]
    at, sender = timezone.now(), limits.client_ip(request)
    limits.check("track", sender, at=at)
    limits.check("track_number", number, at=at)
    right = check_query_password(number, request.POST.get("password", "")[:60])
    if not (right and Breach.objects.filter(number=number).exists()):
        limits.count("track", sender, at=at)
        limits.count("track_number", number, at=at)
        # One answer for both: nobody learns which numbers exist.
        error = [FieldError("number", _("No report has this number together with this query password."))]
        return show_refusal(request, "breach.html", {"number": number}, Refused("breach.unknown"), error)
    _remember(request, number)
    return redirect(f"{reverse('breach')}?{urlencode({'number': number})}")
