"""What forms of pages share: who acts, one answer a form, refusals shown where they belong."""

import json
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from yimen.faces.web.words import RefusalText, refusal_text
from yimen.ground.engines.secrets import request_mac
from yimen.ground.kernel.errors import OutOfScope, Refused
from yimen.ground.kernel.refusals import REFUSALS
from yimen.rooms.identity.actor import Actor

KEY_FIELD = "request_key"
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
MAX_VERSION = 2**31 - 1


@dataclass(frozen=True, slots=True)
class FieldError:
    """A message and the field (`id` in the page) to which the error summary jumps; no field: the whole form."""

    field: str
    message: str


def new_key() -> str:
    """A one-time key for a form."""
    return secrets.token_urlsafe(18)


def _content_hash(request: HttpRequest) -> str:
    """A keyed hash of what the form says, files by name and size (their bytes are hashed when they are stored)."""
    fields = {k: v for k, v in request.POST.lists() if k != "csrfmiddlewaretoken"}
    files = [[k, str(f.name), int(f.size or 0)] for k, group in request.FILES.lists() for f in group]
    text = json.dumps([request.path, fields, files], sort_keys=True)
    return request_mac(text)


def acting(request: Any) -> Actor:
    """The actor of a POST, carrying the form's one-time key: a second click gets the first one's answer.

    Raises `permission.sign_in` for a visitor.
    """
    return keyed(request, real_actor(request))


def keyed(request: HttpRequest, actor: Actor) -> Actor:
    """The same actor carrying the form's one-time key: for a visitor, who has no account to act under."""
    key = request.POST.get(KEY_FIELD, "")
    return replace(actor, request=(f"page:{key}", _content_hash(request)) if _KEY.fullmatch(key) else None)


def real_actor(request: Any) -> Actor:
    """`request.actor` without its lazy wrapper (`dataclasses.replace` needs the thing itself)."""
    if not request.actor:
        raise Refused("permission.sign_in")
    actor: Actor = copy(request.actor)
    return actor


def version_of(request: HttpRequest) -> int | None:
    """The version of the case that the form was made from; None when absent or junk."""
    text = request.POST.get("version", "")
    if text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= MAX_VERSION:
        return int(text)
    return None


def signed_in[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """A visitor is sent to the sign-in page and comes back afterwards; a POST comes back to the page of its form."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request: Any = args[0]
        if not request.actor:
            return HttpResponseRedirect(f"{reverse('sign_in')}?{urlencode({'next': request.get_full_path()})}")
        response = view(*args, **kwargs)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)  # personal data must not wait in a shared machine's cache
        return response

    return guarded


def field_errors(refusal: Refused) -> list[FieldError]:
    """What the error summary lists: one line for each field that the refusal names, else the refusal itself."""
    text = refusal_text(refusal)
    if refusal.facts.get("field"):
        return [FieldError(str(refusal.facts["field"]), text.sentence)]
    return [FieldError("", text.sentence)]


def show_refusal(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    refusal: Refused,
    errors: Sequence[FieldError] | None = None,
) -> HttpResponse:
    """The same form again with the error summary on top and the refusal's status; what was typed is in `context`.

    Out of scope is not shown but raised again (a 404 page).
    """
    if isinstance(refusal, OutOfScope) or refusal.code == "case.not_found":
        raise refusal
    known = REFUSALS.get(refusal.code)
    text: RefusalText = refusal_text(refusal)
    found = list(errors) if errors else field_errors(refusal)
    summary = {"errors": found, "advice": text.advice, "basis": text.basis, "code": refusal.code}
    messages = {error.field: error.message for error in found if error.field}
    return render(
        request,
        template,
        {**context, "error_summary": summary, "field_errors": messages},
        status=known.status if known else 422,
    )
