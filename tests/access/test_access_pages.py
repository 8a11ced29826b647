"""Every address × every role × own and other scope: what is not granted is 403 or 404 and leaves nothing behind.

The addresses are read from Django's own table, so a new one without an entry in `doors.PAGES` fails here.
"""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, get_resolver

from tests.access import doors
from tests.access.doors import Door
from tests.access.world import (
    OTHER_ID_NUMBER,
    OTHER_PHONE,
    Person,
    World,
    fingerprint,
    secrets,
    undone,
)

pytestmark = pytest.mark.django_db

MISSING = """No entry in tests/access/doors.py PAGES for: {routes}

You have added an address. Say there who may open it, by hand:
    "{route}": door("{route}", get={{"window_clerk"}}, post=None),
Fill <parameters> with fields of tests/access/world.py (Side, World.values); `scope=CASE` or `PERSONAL` when what it
shows belongs to one organ or one applicant. The module's docstring tells the rest."""


def routes(resolver: Any = None, before: str = "") -> Iterator[str]:
    """Every route below the pages' face, as Django writes it."""
    for one in (resolver or get_resolver()).url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route
        elif not route.startswith("api/"):
            yield from routes(one, route)


def test_every_address_has_an_entry_and_every_entry_an_address() -> None:
    found, named = set(routes()), set(doors.PAGES)
    lacking = sorted(found - named)
    assert not lacking, MISSING.format(routes=", ".join(lacking), route=lacking[0])
    assert named - found == set(), "These addresses are gone: remove their entries from doors.PAGES."


def closed(response: Any) -> bool:
    """403, 404 or the way to the door."""
    return response.status_code in (403, 404) or (
        response.status_code == 302 and str(response.headers["Location"]).startswith(("/sign-in/", "/account/login"))
    )


def body(response: Any) -> str:
    """The whole answer as text."""
    raw = b"".join(response.streaming_content) if response.streaming else response.content
    return bytes(raw).decode("utf-8", "replace") + str(response.headers)


def ask(world: World, person: Person, one: Door, method: str, *, own: bool) -> tuple[Any, str]:
    """(response, what was asked for, in words)."""
    path = "/" + one.path.format(**world.values(person.own if own else world.other))
    cookies = copy.deepcopy(person.client.cookies)
    response = person.client.post(path, one.body) if method == "post" else person.client.get(path)
    person.client.cookies = cookies  # signing out is one of the questions
    return response, f"{method.upper()} {path} ({'own' if own else 'other'} scope) as {person.role}"


def questions(role: str, method: str) -> Iterator[tuple[Door, bool, bool]]:
    """(door, own scope, whether it opens); the other scope is asked where the own one opens."""
    for entry in doors.PAGES.values():
        for one in entry:
            own = one.opens(method, role, own=True)
            if not one.asked_of(method, role) or (not own and one != entry[0] and one.get == entry[0].get):
                continue  # a second question to who may ask none of them
            yield one, True, own
            if own and "{" in one.path:
                yield one, False, one.opens(method, role, own=False)


@pytest.mark.walk
@pytest.mark.clause("1.b")
@pytest.mark.parametrize("role", doors.PERSONS)
def test_what_a_role_may_read(world: World, role: str) -> None:
    person, wrong = world.people[role], []
    with undone():
        for one, own, opens in questions(role, "get"):
            response, words = ask(world, person, one, "get", own=own)
            if closed(response) is opens or response.status_code >= 500:
                wrong.append(f"{words}: {response.status_code}, expected {'open' if opens else '403 or 404'}")
            leaks = [OTHER_PHONE, OTHER_ID_NUMBER, *(secrets(world.other) if role not in doors.WIDE else ())]
            text = body(response)
            wrong += [f"{words}: shows {word}" for word in leaks if word in text and word not in repr(response.request)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.walk
@pytest.mark.clause("1.b")
@pytest.mark.parametrize("role", doors.PERSONS)
def test_what_a_role_may_do(world: World, role: str) -> None:
    person, wrong = world.people[role], []
    asked = list(questions(role, "post"))
    with undone():
        before = fingerprint()
        for one, own, _opens in (question for question in asked if not question[2]):
            response, words = ask(world, person, one, "post", own=own)
            if not closed(response):
                wrong.append(f"{words}: {response.status_code}, expected 403 or 404")
        left = {name: n for name, n in fingerprint().items() if n != before[name]}
        assert not left, f"what was refused to {role} left something behind: {left}"
    for one, own, _opens in (question for question in asked if question[2]):
        with undone():
            response, words = ask(world, person, one, "post", own=own)
        if closed(response) or response.status_code >= 500:
            wrong.append(f"{words}: {response.status_code}, expected to be let in")
    assert not wrong, "\n".join(wrong)
