"""Where a case stands, for anybody who has its number and its query password; no account needed."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.faces.web.progress import progress
from yimen.ground.engines import limits
from yimen.ground.engines.secrets import check_query_password
from yimen.ground.kernel.errors import Refused
from yimen.rooms.cases import queries

SESSION = "tracked"
KEPT = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """The form; with the right pair the case. The password travels in a POST only and opens it for the session."""
    if request.method == "POST":
        return _check(request)
    number = request.GET.get("number", "").strip()[:40]
    if number and number in request.session.get(SESSION, []):
        return render(request, "track.html", progress(queries.load(number), timezone.now()) | {"public": True})
    return render(request, "track_form.html", {"number": number})


def _check(request: HttpRequest) -> HttpResponse:
    number = request.POST.get("number", "").strip()[:40]
    password = request.POST.get("password", "")[:60]
    at, sender = timezone.now(), limits.client_ip(request)
    limits.check("track", sender, at=at)
    limits.check("track_number", number, at=at)
    if not (check_query_password(number, password) and _exists(number)):
        limits.count("track", sender, at=at)
        limits.count("track_number", number, at=at)
        # One answer for both: nobody learns which numbers exist.
        message = _("No case has this number together with this query password.")
        advice = _("Both stand on your receipt. The password has no 0, O, 1, I or L.")
        summary: dict[str, Any] = {"errors": [{"field": "number", "message": message}], "advice": advice}
        return render(request, "track_form.html", {"number": number, "error_summary": summary}, status=404)
    seen = [n for n in request.session.get(SESSION, []) if n != number]
    request.session[SESSION] = [*seen, number][-KEPT:]
    return HttpResponseRedirect(f"{reverse('track')}?{urlencode({'number': number})}")


def _exists(number: str) -> bool:
    try:
        queries.load(number)
    except Refused:
        return False
    return True
