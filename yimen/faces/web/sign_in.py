"""How django-allauth fits into the house: its adapter, its stage for e-mail, and the receivers that journal sign-ins.

These are the only signal receivers of the product (docs/architecture.md, rule 12).
"""

import math
import time
from typing import Any

from allauth.account import signals
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage
from allauth.core.internal import ratelimit
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from yimen.faces.web.context import APPLICANTS, COUNTER
from yimen.flows import access
from yimen.ground.engines.limits import client_ip
from yimen.rooms.identity.queries import actor_of_user

ACCESS = (
    (signals.user_logged_in, "sign_in"),
    (user_logged_out, "sign_out"),
    (signals.password_changed, "change_password"),
    (signals.password_set, "change_password"),
    (signals.password_reset, "change_password"),
    (mfa.authenticator_added, "change_second_factor"),
    (mfa.authenticator_removed, "change_second_factor"),
    (mfa.authenticator_reset, "change_second_factor"),
)


ALLAUTH = "allauth.account"


def first_page(user: Any) -> str:
    """Where a person begins: the window's desk, the office, or the home page."""
    roles = set(actor_of_user(user).roles)
    if roles & COUNTER:
        return "/desk/"
    return "/" if roles & APPLICANTS or not roles else "/office/"


def seconds_left(request: HttpRequest, action: str, key: str | None = None) -> int:
    """Seconds until `action` is taken again. Allauth's windows slide: the oldest try that still counts decides.

    `key`: of the name that was typed; without it only limits by address are asked.
    """
    now, left = time.time(), 1.0
    for rate in ratelimit.get_rates(app=ALLAUTH, action=action):
        if rate.per == "key" and key is None:
            continue
        where = ratelimit.get_cache_key(request, app=ALLAUTH, action=action, rate=rate, key=key)
        tries = sorted(cache.get(where, []), reverse=True)[: rate.amount]
        if len(tries) == rate.amount:
            left = max(left, tries[-1] + rate.duration - now)
    return math.ceil(left)


class OwnAddress(EmailVerificationStage):
    """Whoever has given an e-mail address must have confirmed it; staff whose account has none pass."""

    def handle(self) -> Any:
        """(response or None, whether to go on)."""
        if not EmailAddress.objects.filter(user=self.login.user).exists():
            return None, True
        return super().handle()


class Adapter(DefaultAccountAdapter):
    """The house's answers to allauth's questions."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Registration needs e-mail; a centre may close it (YIMEN_REGISTRATION)."""
        return bool(settings.REGISTRATION)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The first page of the person's role."""
        return first_page(request.user)

    def get_login_stages(self) -> list[str]:
        """Allauth's, with our own for the e-mail address."""
        own = f"{OwnAddress.__module__}.{OwnAddress.__name__}"
        return [own if path.endswith(".EmailVerificationStage") else path for path in super().get_login_stages()]

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """A registration is a flow like any other write."""
        data = form.cleaned_data
        return access.open_account(
            username=data["username"],
            email=data.get("email") or "",
            password=data.get("password1"),
            address=client_ip(request),
            at=timezone.now(),
        )

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """A name that is locked out is journalled, then refused; `request.locked_for` says for how many seconds."""
        try:
            super().pre_authenticate(request, **credentials)
        except Exception:
            key = self._get_login_attempts_cache_key(request, **credentials)
            request.locked_for = seconds_left(request, "login_failed", key)  # type: ignore[attr-defined]
            _note("lock_out", request, typed=_typed(credentials))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password is journalled without the name that was typed."""
        _note("fail_sign_in", request, typed=_typed(credentials))

    def add_message(
        self, request: HttpRequest, level: int, message_template: Any = None, *more: Any, **named: Any
    ) -> None:
        """The page itself shows who is signed in; no second sentence says so."""
        if message_template not in ("account/messages/logged_in.txt", "account/messages/logged_out.txt"):
            super().add_message(request, level, message_template, *more, **named)

    def post_login(self, request: HttpRequest, user: Any, **named: Any) -> HttpResponse:
        """Whoever proved himself a moment ago need not do so again before he sets up a second factor."""
        records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
        if records:
            request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
                *records[:-1],
                {**records[-1], "reauthenticated": True},
            ]
        return super().post_login(request, user, **named)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The sender's address as the whole house sees it."""
        return client_ip(request)


def _typed(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "")[:254].lower()


def _note(verb: str, request: Any, **facts: Any) -> None:
    access.note_access(verb, address=client_ip(request) if request else "", at=timezone.now(), **facts)


def _receiver(verb: str) -> Any:
    def note(sender: Any, *, request: Any = None, user: Any = None, **named: Any) -> None:
        if user is not None:
            _note(verb, request, user_id=user.pk, method=_method(request))

    return note


def _method(request: Any) -> str:
    """The last way in which this session proved itself: password, mfa, …"""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) if hasattr(request, "session") else None
    last = records[-1] if records else {}
    return str(last.get("type") or last.get("method") or "")[:20]


def connect() -> None:
    """Called once, when the face is ready."""
    for signal, verb in ACCESS:
        signal.connect(_receiver(verb), weak=False, dispatch_uid=f"journal {verb} {id(signal)}")


OPEN_WITHOUT = ("/account/", "/sign-in/", "/sign-out/", "/language/", "/healthz", "/readyz", "/api/")


def second_factor_needed(request: Any) -> bool:
    """Whether this person of the staff must set up a second factor first (settings.REQUIRE_MFA).

    That there is one is kept in the session, so that it costs one query a session.
    """
    if not settings.REQUIRE_MFA or not request.actor or request.actor.staff_id is None:
        return False
    if not request.session.get("second_factor"):
        request.session["second_factor"] = is_mfa_enabled(
            request.user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        )
    return not request.session["second_factor"]
