"""What surrounds every page: a request id, who asks, in which language, and refusals as pages instead of traces."""

import re
import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.locale import LocaleMiddleware
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from yimen.faces.web.sign_in import OPEN_WITHOUT, second_factor_needed
from yimen.faces.web.views import errors
from yimen.ground.engines.limits import is_loopback
from yimen.ground.kernel.errors import Refused
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.queries import actor_of_user

API = "/api/"
# A form may carry several files; what is larger than all of them together is refused before it is read.
FILES_A_FORM = 10
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)

type Answer = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Names every request (`request.id`, header X-Request-Id) and turns away what no page should have to read."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        request.id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        response = self._turned_away(request) or self.get_response(request)
        if response.status_code == 405 and not response.content and not request.path_info.startswith(API):
            allowed = response.headers.get("Allow", "")
            response = errors.not_allowed(request)
            response.headers["Allow"] = allowed
        response.headers["X-Request-Id"] = request.id
        return response

    def _turned_away(self, request: HttpRequest) -> HttpResponse | None:
        if settings.DEMO and not is_loopback(request.META.get("REMOTE_ADDR", "")):
            return errors.plain(request, 403, "demo.loopback")
        if request.path_info.startswith(API):
            return None  # the API checks what it reads itself, and says no in its own words
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return errors.plain(request, 400)
        try:
            size = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            return errors.plain(request, 400)
        if size > FILES_A_FORM * settings.MAX_UPLOAD_BYTES:
            return errors.plain(request, 413)
        return None


class LanguageMiddleware(LocaleMiddleware):
    """Pages speak Chinese until the reader switches (a cookie); the API follows Accept-Language."""

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith(API):
            super().process_request(request)
            return
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()


def _actor(request: Any) -> Actor | None:
    """Who the session's account is; a demonstration account is nobody outside demo mode."""
    user = request.user
    if not user.is_authenticated or (user.is_persona and not settings.DEMO):
        return None
    return actor_of_user(user, at=timezone.now())


class ActorMiddleware:
    """`request.actor`: an Actor, or None for a visitor; read from the database when first asked for.

    As SimpleLazyObject hides None, test it with `if request.actor:` (an Actor is always true).
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Staff without the second factor that they need see no page; a NUL can't be stored by PostgreSQL."""
        if not request.path_info.startswith(OPEN_WITHOUT) and second_factor_needed(request):
            return HttpResponseRedirect(reverse("second_factor"))
        if request.method != "POST" or request.path_info.startswith(API):
            return None
        if any("\x00" in value for values in request.POST.lists() for value in values[1]):
            return errors.bad_request(request)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal that the view did not show itself becomes a page."""
        if isinstance(exception, Refused) and not request.path_info.startswith(API):
            return errors.refused(request, exception)
        return None
