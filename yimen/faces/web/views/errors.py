"""Pages that say no: what is wrong and what to do next, in both languages, with the number of the request."""

from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from yimen.faces.web.words import refusal_text
from yimen.ground.kernel.errors import OutOfScope, Refused
from yimen.ground.kernel.refusals import REFUSALS

# status → (what is wrong, what to do)
PAGES: dict[int | str, tuple[str, str]] = {
    400: (
        gettext_noop("The request could not be understood."),
        gettext_noop("Go back, check what you entered and send it again."),
    ),
    403: (
        gettext_noop("You are not allowed to see this page."),
        gettext_noop("Sign in with the account that may see it, or go to the home page."),
    ),
    404: (
        gettext_noop("This page does not exist, or it is not yours to see."),
        gettext_noop("Check the address or the number, or search from the home page."),
    ),
    405: (
        gettext_noop("This page can't be asked for in this way."),
        gettext_noop("Go to the home page and start again from there."),
    ),
    413: (
        gettext_noop("What was sent is larger than allowed."),
        gettext_noop("Each file may have 20 MB at most. Make it smaller (scan at 150 dpi) or split it."),
    ),
    500: (
        gettext_noop("Something went wrong on our side. Nothing you did was lost half-way."),
        gettext_noop("Try again in a few minutes. If it happens again, tell the centre the number below."),
    ),
    "csrf": (
        gettext_noop("The form was open too long or came from another page, so it was not taken."),
        gettext_noop("Go back, load the page again and send the form once more."),
    ),
    "demo.loopback": (
        gettext_noop("The demonstration only answers on this machine."),
        gettext_noop("Open it at http://127.0.0.1 on the machine where it runs."),
    ),
}


def _problem(request: HttpRequest, status: int, code: str, detail: str) -> JsonResponse:
    """RFC 9457, for addresses under /api/ that no API operation answers."""
    body = {"type": "about:blank", "title": detail, "status": status, "code": code, "detail": detail, "facts": {}}
    return JsonResponse(
        {**body, "request_id": getattr(request, "id", "")}, status=status, content_type="application/problem+json"
    )


def _words(key: int | str, language: str) -> tuple[str, str]:
    with translation.override(language):
        title, advice = PAGES[key]
        return gettext(title), gettext(advice)


def _both(key: int | str) -> dict[str, Any]:
    """Sentence and advice in the reader's language first, then in the other one."""
    first = translation.get_language() or "zh-hans"
    second = "en" if first.startswith("zh") else "zh-hans"
    return {"words": _words(key, first), "other": _words(key, second), "other_language": second}


def page(request: HttpRequest, status: int, key: int | str | None = None) -> HttpResponse:
    """An error page inside the house's frame; without the frame when the database, which the frame asks, is down."""
    key = key or status
    if request.path_info.startswith("/api/"):
        return _problem(request, status, "not_found" if status == 404 else f"http.{status}", _words(key, "en")[0])
    try:
        text = render_to_string("error.html", {"status": status, **_both(key)}, request=request)
    except DatabaseError:
        return plain(request, status, key)
    return HttpResponse(text, status=status)


def plain(request: HttpRequest, status: int, key: int | str | None = None) -> HttpResponse:
    """The same without session, database or frame, for when one of them is what fails."""
    if request.path_info.startswith("/api/"):
        return _problem(request, status, f"http.{status}", _words(key or status, "en")[0])
    context = {"status": status, "request_id": getattr(request, "id", ""), **_both(key or status)}
    return HttpResponse(render_to_string("error_plain.html", context), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return plain(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return page(request, 404)


def not_allowed(request: HttpRequest) -> HttpResponse:
    """405; made after the session's middleware, so without the frame."""
    return plain(request, 405)


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return plain(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 by the CSRF check (settings.CSRF_FAILURE_VIEW)."""
    return page(request, 403, "csrf")


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A page for a refusal that no form shows: out of scope looks like absent."""
    if isinstance(refusal, OutOfScope) or refusal.code == "case.not_found":
        return page(request, 404)
    known = REFUSALS.get(refusal.code)
    status = known.status if known else 422
    text = refusal_text(refusal)
    context = {"status": status, "words": (text.sentence, text.advice), "basis": text.basis}
    answer = HttpResponse(render_to_string("error.html", context, request=request), status=status)
    if refusal.code == "rate.limited":
        answer.headers["Retry-After"] = str(refusal.facts["seconds"])
    return answer
