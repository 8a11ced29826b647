"""How pages look: large type and dark colours, one click that stays; and, in demo mode, every component on one page."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yimen.faces.web import words
from yimen.faces.web.context import LOOKS
from yimen.faces.web.forms import FieldError
from yimen.faces.web.schema_form import Field

A_YEAR = 365 * 24 * 3600
# The symbols of static/icons.svg, in its order.
ICONS = (
    "draft",
    "inbox",
    "alert",
    "run",
    "eye",
    "check",
    "seal",
    "hand",
    "cross",
    "stop",
    "back",
    "pause",
    "box",
    "clock",
    "search",
    "apply",
    "track",
    "ask",
    "sun",
    "moon",
    "type",
    "keys",
    "print",
    "empty",
)
COLOURS = ("red", "red-pale", "green", "amber", "blue", "dark", "card", "page")


@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """Keep the wished theme or type size in a cookie of one year and go back to the page; no script is needed."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    for name, allowed in LOOKS.items():
        value = request.POST.get(name, "")
        if value in allowed:
            secure = settings.SESSION_COOKIE_SECURE
            response.set_cookie(f"yimen_{name}", value, max_age=A_YEAR, samesite="Lax", httponly=True, secure=secure)
    return response


def _fields() -> list[Field]:
    """One field of each kind, as forms show them."""
    return [
        Field("d-text", _("One line"), "text", "", _("A hint says what belongs here.")),
        Field("d-wrong", _("A field with a mistake"), "text", "24.5", required=True, error=_("Enter a whole number.")),
        Field("d-number", _("A number"), "number", "3", required=True, width="10"),
        Field("d-date", _("A day"), "date", "2026-03-14", required=True, width="10"),
        Field("d-long", _("Several lines"), "textarea", ""),
        Field("d-choice", _("A choice"), "select", "b", choices=[("a", _("One")), ("b", _("Another"))]),
        Field("d-check", _("Yes, I have read it"), "checkbox", True),
        Field("d-file", _("A file"), "file", ""),
    ]


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """Every component of the pages; in demo mode only."""
    if not settings.DEMO:
        raise Http404
    wrong = [FieldError("d-wrong", _("Enter a whole number."))]
    context = {
        "states": list(words.TONES),
        "icons": ICONS,
        "colours": COLOURS,
        "fields": _fields(),
        "summary": {"errors": wrong, "advice": _("Correct it and send the form again."), "basis": ""},
    }
    return render(request, "design.html", context)
