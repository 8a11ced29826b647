"""Every operation of the API × every role × own and other scope, as `test_access_pages.py` does for the pages.

The operations are read from the description (OpenAPI), so a new one without an entry in `doors.OPERATIONS` fails here.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.access import doors
from tests.access.doors import OPERATIONS, Door
from tests.access.world import IDLE, OTHER_ID_NUMBER, OTHER_PHONE, Person, World, fingerprint, secrets, undone
from yimen.faces.api.root import api
from yimen.rooms.identity.rules.roles import grants

pytestmark = pytest.mark.django_db

MISSING = """No entry in tests/access/doors.py OPERATIONS for: {missing}

You have added an operation to the API. Say there who may call it, by hand, with a body that fits its schema:
    "{first}": Door("cases/{{case}}/x", None, {{"window_clerk"}}, CASE, body={{…}}),
The module's docstring tells the rest."""


def test_idle_roles_hold_nothing() -> None:
    """A role that is given its first verb stands on its own in `doors` from then on."""
    assert {role for role in doors.ROLES if not grants(role)} == IDLE


def described() -> dict[str, tuple[str, str]]:
    """{operation id: (method, path)} of the description."""
    paths: dict[str, Any] = api.get_openapi_schema()["paths"]
    return {o["operationId"]: (method, path) for path, each in paths.items() for method, o in each.items()}


def test_every_operation_has_an_entry_and_every_entry_an_operation() -> None:
    found = described()
    lacking = sorted(set(found) - set(OPERATIONS))
    assert not lacking, MISSING.format(missing=", ".join(lacking), first=lacking[0])
    assert set(OPERATIONS) - set(found) == set(), "These operations are gone: remove their entries."
    for name, one in OPERATIONS.items():
        method, path = found[name]
        assert method == ("post" if one.get is None else "get"), name
        assert path.count("/") == one.path.partition("?")[0].count("/") + 3, f"{name}: {one.path} is not {path}"


def ask(world: World, person: Person, one: Door, *, own: bool) -> tuple[Any, str]:
    """(response, what was asked for, in words)."""
    path = "/api/v1/" + one.path.format(**world.values(person.own if own else world.other))
    client, headers = Client(raise_request_exception=False), {"Authorization": f"Bearer {person.token}"}
    if one.get is not None:
        response = client.get(path, headers=headers)
    elif one.body == "multipart":
        response = client.post(path, {"file": BytesIO(factories.PDF)}, headers=headers)
    else:
        response = client.post(path, one.body or {}, content_type="application/json", headers=headers)
    return response, f"{one.path} ({'own' if own else 'other'} scope) as {person.role}"


def questions(role: str) -> Iterator[tuple[Door, bool, bool]]:
    """(door, own scope, whether it opens)."""
    for one in OPERATIONS.values():
        method = "post" if one.get is None else "get"
        if one.asked_of(method, role):
            own = one.opens(method, role, own=True)
            yield one, True, own
            if own and "{" in one.path:
                yield one, False, one.opens(method, role, own=False)


@pytest.mark.walk
@pytest.mark.clause("1.b")
@pytest.mark.parametrize("role", doors.PERSONS)
def test_what_a_role_may_call(world: World, role: str) -> None:
    person, asked, wrong = world.people[role], list(questions(role)), []
    leaks = [OTHER_PHONE, OTHER_ID_NUMBER, *(secrets(world.other) if role not in doors.WIDE else ())]
    with undone():
        before = fingerprint()
        for question in asked:
            if not question[2]:
                wrong += judged(world, person, *question, leaks)
        left = {name: n for name, n in fingerprint().items() if n != before[name]}
        assert not left, f"what was refused to {role} left something behind: {left}"
    for question in asked:
        if question[2]:
            with undone():
                wrong += judged(world, person, *question, leaks)
    assert not wrong, "\n".join(wrong)


def judged(world: World, person: Person, one: Door, own: bool, opens: bool, leaks: list[str]) -> list[str]:
    """What is wrong with the answer to one question."""
    response, words = ask(world, person, one, own=own)
    wrong = []
    if (response.status_code in (401, 403, 404)) is opens or response.status_code >= 500:
        wrong.append(f"{words}: {response.status_code}, expected {'open' if opens else '401, 403 or 404'}")
    text, asked = response.content.decode("utf-8", "replace"), response.request
    repeated = asked["PATH_INFO"] + asked["QUERY_STRING"]
    return wrong + [f"{words}: shows {word}" for word in leaks if word in text and word not in repeated]


def test_lists_and_searches_reach_no_further_than_the_scope(world: World) -> None:
    """Cursors, filters and exact numbers of the other scope find nothing."""
    for role in ("applicant", "agent", "window_clerk", "examiner", "organ_head", "bank"):
        headers = {"Authorization": f"Bearer {world.people[role].token}"}
        client = Client()
        cursor = client.get("/api/v1/cases", {"after": world.other.case}, headers=headers)
        assert (cursor.status_code, world.other.case in cursor.content.decode()) == (422, False)
        for query in ({}, {"organ": "O2"}, {"state": "issued"}):
            text = client.get("/api/v1/cases", query, headers=headers).content.decode()
            assert [word for word in secrets(world.other) if word in text] == []
            assert (world.people[role].own.case in text) == (role != "bank" and "organ" not in query)
    clerk = {"Authorization": f"Bearer {world.people['window_clerk'].token}"}
    with undone():
        body = {"field": "id_number", "text": OTHER_ID_NUMBER}
        found = Client().post(
            "/api/v1/applicants/look_up_applicant", body, content_type="application/json", headers=clerk
        )
    assert found.json() == {"applicants": []}
