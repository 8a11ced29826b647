"""Who asks: a bearer token names an account, the account an actor; headers name the request and the version read."""

import dataclasses
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Header
from ninja.security import HttpBearer

from yimen.faces.api.reading import request_hash
from yimen.ground.engines import limits
from yimen.ground.kernel.errors import Refused
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.queries import actor_of_token

IdempotencyKey: Any = Header(
    "",
    alias="Idempotency-Key",
    max_length=120,
    pattern=r"^[\x21-\x7e]*$",
    description="Send the same key again to get the same answer instead of a second act; at most 120 characters.",
)
IfMatch: Any = Header(
    "",
    alias="If-Match",
    pattern=r'^(|\*|"[0-9]{1,9}"|[0-9]{1,9})$',
    description="The version that you read (the ETag of the case). Another one by now: 409 `conflict.stale`.",
)


class Bearer(HttpBearer):
    """`Authorization: Bearer TOKEN`. Without one `permission.sign_in`, with a wrong or expired one `token.expired`."""

    def __call__(self, request: HttpRequest) -> Actor:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Refused("permission.sign_in")
        return self.authenticate(request, token.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """The actor of the token, also as `request.actor`."""
        at = timezone.now()
        actor = actor_of_token(token, at=at)
        if actor is None:
            limits.count("api_refused", limits.client_ip(request), at=at, memory=True)
            raise Refused("token.expired")
        limits.count("api", actor.id, at=at, memory=True)
        request.actor = actor  # type: ignore[attr-defined]
        return actor


class Holding(Bearer):
    """Only for whoever holds a verb: said before the body is read."""

    def __init__(self, verb: str) -> None:
        super().__init__()
        self.verb = verb

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """The actor of the token; raises `permission.denied`."""
        actor = super().authenticate(request, token)
        actor.role_for(self.verb)
        return actor


def acting(request: HttpRequest, key: str = "") -> Actor:
    """The actor of an authenticated request, carrying its idempotency key when it has one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return dataclasses.replace(actor, request=(key, request_hash(request))) if key else actor


def version_read(if_match: str) -> int | None:
    """`"3"` or `3` → 3; None for no condition (absent or `*`)."""
    text = if_match.strip('"')
    return int(text) if text.isdigit() else None
