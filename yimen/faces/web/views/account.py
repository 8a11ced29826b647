"""Signing in and out. In demo mode one click makes you a persona of any role."""

from typing import Any

from allauth.account import signals
from allauth.account.forms import LoginForm
from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.faces.web.forms import FieldError, show_refusal, signed_in
from yimen.faces.web.sign_in import ALLAUTH, first_page, second_factor_needed, seconds_left
from yimen.flows import setup
from yimen.ground.kernel.errors import Refused
from yimen.rooms.identity.rules.roles import Role

# The clock is no person and a department's system signs its requests: neither has a page.
PERSONAS = [role for role in Role if role not in (Role.CLOCK, Role.SYSTEM)]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _next(request: HttpRequest, given: str) -> str | None:
    """The page that was asked for, when it is one of ours; None: the first page of the person's role."""
    own = url_has_allowed_host_and_scheme(given, {request.get_host()}, require_https=request.is_secure())
    return given if given and own else None


def _context(request: HttpRequest) -> dict[str, Any]:
    given = request.POST.get("next") or request.GET.get("next") or ""
    return {
        "next": given,
        "username": request.POST.get("username", "")[:150],
        "personas": PERSONAS if settings.DEMO else [],
        "registration": settings.REGISTRATION,
    }


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name (or e-mail address) and password; beside it, in demo mode, the personas. A second factor is asked next."""
    context = _context(request)
    if request.method != "POST":
        return render(request, "sign_in.html", context)
    if not ratelimit.consume(request, app=ALLAUTH, action="login"):
        raise Refused("rate.limited", seconds=seconds_left(request, "login"))
    form = LoginForm(
        {"login": context["username"], "password": request.POST.get("password", "")[:1000]}, request=request
    )
    if not form.is_valid():
        return _refused(request, context, form)
    if form.user.is_persona and not settings.DEMO:
        return _refused(request, context, None)
    try:
        answer: HttpResponse = form.login(request, redirect_url=_next(request, context["next"]))
    except ImmediateHttpResponse as other:
        return other.response
    return answer


def _refused(request: HttpRequest, context: dict[str, Any], form: LoginForm | None) -> HttpResponse:
    """The form again. A name that failed too often is locked out for some minutes, whatever the password."""
    codes = {error.code for errors in form.errors.as_data().values() for error in errors} if form else set()
    if "too_many_login_attempts" in codes:
        left: int = request.locked_for  # type: ignore[attr-defined]
        locked = [FieldError("username", _("Too many failed attempts with this name."))]
        answer = show_refusal(request, "sign_in.html", context, Refused("rate.limited", seconds=left), locked)
        answer.headers["Retry-After"] = str(left)
        return answer
    wrong = [FieldError("username", _("The user name or the password is not right."))]
    return show_refusal(request, "sign_in.html", context, Refused("permission.sign_in"), wrong)


@require_POST
def as_persona(request: HttpRequest) -> HttpResponse:
    """Sign in as the demonstration account of a role."""
    role = request.POST.get("role", "")
    if not settings.DEMO or role not in PERSONAS:
        raise Refused("permission.denied", role=role[:40])
    user = setup.persona(Role(role), at=timezone.now())
    login(request, user, backend=BACKEND)
    record_authentication(request, user, "persona")
    signals.user_logged_in.send(sender=type(user), request=request, user=user)
    return HttpResponseRedirect(_next(request, request.POST.get("next", "")) or first_page(user))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect("/")


@never_cache
@require_safe
@signed_in
def overview(request: HttpRequest) -> HttpResponse:
    """What an account holds: password, e-mail addresses, second factor, sessions, enterprises."""
    user: Any = request.user
    return render(
        request, "account/overview.html", {"has_mfa": is_mfa_enabled(user), "needed": second_factor_needed(request)}
    )


@never_cache
@require_safe
@signed_in
def second_factor(request: HttpRequest) -> HttpResponse:
    """Where staff without a second factor are sent until they have one."""
    return render(request, "account/second_factor.html")


@never_cache
@require_safe
def passkey(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey; a page of its own, so that the door itself needs no script."""
    return render(request, "account/passkey.html", {"next": request.GET.get("next", "")})
