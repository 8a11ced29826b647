"""Signing in and out. In demo mode one click makes you a persona of any role."""

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yimen.faces.web.context import APPLICANTS, COUNTER
from yimen.faces.web.forms import FieldError, show_refusal
from yimen.flows import setup
from yimen.ground.kernel.errors import Refused
from yimen.rooms.identity.queries import actor_of_user
from yimen.rooms.identity.rules.roles import Role

# The clock is no person and a department's system signs its requests: neither has a page.
PERSONAS = [role for role in Role if role not in (Role.CLOCK, Role.SYSTEM)]
BACKEND = "django.contrib.auth.backends.ModelBackend"


def _next(request: HttpRequest, given: str) -> str:
    """The page to go to: `given` when it is one of ours, else the first page of the person's role."""
    if given and url_has_allowed_host_and_scheme(given, {request.get_host()}, require_https=request.is_secure()):
        return given
    roles = set(actor_of_user(request.user).roles) if request.user.is_authenticated else set()
    if roles & COUNTER:
        return "/desk/"
    if roles & APPLICANTS:
        return "/"
    return "/office/" if roles else "/"


def _context(request: HttpRequest) -> dict[str, Any]:
    given = request.POST.get("next") or request.GET.get("next") or ""
    return {
        "next": given,
        "username": request.POST.get("username", "")[:150],
        "personas": PERSONAS if settings.DEMO else [],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password; beside it, in demo mode, the personas."""
    context = _context(request)
    if request.method != "POST":
        return render(request, "sign_in.html", context)
    password = request.POST.get("password", "")
    user = authenticate(request, username=context["username"], password=password) if len(password) < 1000 else None
    if user is None or (getattr(user, "is_persona", False) and not settings.DEMO):
        wrong = [FieldError("username", _("The user name or the password is not right."))]
        return show_refusal(request, "sign_in.html", context, Refused("permission.sign_in"), wrong)
    login(request, user)
    return HttpResponseRedirect(_next(request, context["next"]))


@require_POST
def as_persona(request: HttpRequest) -> HttpResponse:
    """Sign in as the demonstration account of a role."""
    role = request.POST.get("role", "")
    if not settings.DEMO or role not in PERSONAS:
        raise Refused("permission.denied", role=role[:40])
    user = setup.persona(Role(role), at=timezone.now())
    login(request, user, backend=BACKEND)
    return HttpResponseRedirect(_next(request, request.POST.get("next", "")))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect("/")
