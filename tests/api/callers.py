"""A centre with one item and one caller per role, each with a bearer token."""

from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.utils import timezone

from tests import factories
from yimen.rooms.identity.actions import issue_token
from yimen.rooms.identity.models import User
from yimen.rooms.identity.rules.roles import CENTRE_WIDE, Role

APPLICANT = {"name": "张三", "id_number": factories.RESIDENT_ID}


@dataclass
class Caller:
    """A client that sends JSON and a token; `token` empty: nobody."""

    token: str = ""
    user: User | None = None

    def headers(self, extra: dict[str, str] | None = None) -> dict[str, str]:
        own = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {**own, **(extra or {})}

    def get(self, path: str, data: Any = None, **headers: str) -> Any:
        return Client(raise_request_exception=False).get(f"/api/v1{path}", data, headers=self.headers(headers))

    def post(self, path: str, body: Any = None, *, headers: dict[str, str] | None = None) -> Any:
        """`body`: None for an empty one, bytes or text as they are, anything else as JSON."""
        named = {"headers": self.headers(headers)}
        client = Client(raise_request_exception=False)
        if body is None:
            return client.generic("POST", f"/api/v1{path}", b"", **named)
        return client.post(f"/api/v1{path}", body, content_type="application/json", **named)

    def submit(self, *, headers: dict[str, str] | None = None, **changes: Any) -> Any:
        body = {"item": "X1", "applicant": APPLICANT, "materials": ["M1"], **changes}
        return self.post("/cases", body, headers=headers)

    def do(self, number: str, verb: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.post(f"/cases/{number}/{verb}", body, headers=named)


def caller(user: User) -> Caller:
    """A caller with a fresh token of the account."""
    return Caller(issue_token(user, at=timezone.now()), user)


@dataclass
class World:
    """`roles`: one caller per role name within organ O1; `other`: a clerk of organ O2."""

    roles: dict[str, Caller]
    other: Caller
    stranger: Caller

    def __getattr__(self, role: str) -> Caller:
        return self.roles[role]


def make_world() -> World:
    factories.make_centre()
    factories.make_item("X1")
    factories.make_organ("O2")
    roles = {}
    for role in Role:
        if role == Role.CLOCK:
            continue
        user = (
            factories.make_user()
            if role == Role.APPLICANT
            else factories.make_staff(role, organ=None if role in CENTRE_WIDE else "O1").user
        )
        roles[role.value] = caller(user)
    return World(roles, caller(factories.make_staff("window_clerk", organ="O2").user), caller(factories.make_user()))


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The problem of a response, checked for its whole shape."""
    assert response.status_code == status, response.content.decode()[:600]
    assert response.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert set(body) == {"type", "title", "status", "code", "detail", "facts", "request_id"}
    assert (body["status"], body["code"]) == (status, code)
    assert body["title"] and body["detail"]
    return body
