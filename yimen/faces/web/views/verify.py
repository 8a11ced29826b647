"""Is this certificate genuine? Anybody may ask; the holder's name is masked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.ground.engines import limits
from yimen.rooms.certificates.queries import public_view


@require_safe
def verify(request: HttpRequest, number: str = "") -> HttpResponse:
    """By a form (?number=) or by the address in a QR code."""
    number = (number or request.GET.get("number", "")).strip()[:60]
    at = timezone.now()
    if number:  # only numbers that do not exist are counted: a hall may check as many certificates as it likes
        limits.check("verify", limits.client_ip(request), at=at)
    found = public_view(number, timezone.localdate(at)) if number else None
    if number and found is None:
        limits.count("verify", limits.client_ip(request), at=at)
    context: dict[str, object] = {"number": number, "found": found}
    if number and found is None:
        message = _("There is no certificate with this number.")
        advice = _("Compare the number with the certificate, also its last digit. If it is right, ask the centre.")
        context["error_summary"] = {"errors": [{"field": "number", "message": message}], "advice": advice}
    return render(request, "verify.html", context, status=404 if number and found is None else 200)
