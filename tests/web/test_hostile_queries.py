"""Whatever stands after the question mark of a list page: a page or a clear 4xx, never an error of ours."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from tests import factories
from yimen.rooms.identity.models import User
from yimen.rooms.identity.rules.roles import CENTRE_WIDE, Role

# {who: {page: the names that it reads}}; every page also meets all names at once.
LISTS = {
    "": {
        "/": "",
        "/items/": "q after",
        "/suggest/": "q",
        "/track/": "number",
        "/verify/": "number",
        "/decisions/": "q organ result since until after",
        "/decisions.atom": "language",
        "/journal/heads/": "before",
        "/journal/heads.json": "before",
        "/sign-in/": "next",
    },
    "applicant": {"/my/": "before", "/account/enterprises/": "credit_code"},
    "window_clerk": {
        "/desk/": "q",
        "/desk/new/": "item",
        "/desk/suggest/": "q",
        "/desk/enterprises/": "credit_code",
        "/cases/": "list state organ q after",
    },
    "approver": {"/office/": "after", "/office/texts/": "", "/office/publications/": "list after"},
    "window_head": {
        "/office/overview/": "month applicant as",
        "/office/overview/received/": "month organ applicant as after",
    },
    "committee": {"/office/calendar/": "page"},
    "admin": {"/office/accounts/": "page", "/office/registers/organ/": "after"},
}
NAMES = sorted({name for pages in LISTS.values() for names in pages.values() for name in names.split()})
VALUES = {
    "zero": "0",
    "huge": "99999999999999999999",
    "null": "%00",
    "surrogate": "%ed%a0%80",
    "emoji": "%F0%9F%92%A9" * 3,
    "long": "x" * 10_000,
    "no_such_day": "2026-02-30",
    "last_day": "9999-12-31",
    "no_month": "2026-00",
    "a_cursor": "2026-01-01~1",
    "half_cursor": "~",
    "digits": "%D9%A3%C2%B2",
    "percent": "%",
}


@pytest.fixture(scope="module")
def people(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[dict[str, User]]:
    """One centre with a case that waits and one that ended, and a person for each key of LISTS."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        factories.make_centre()
        factories.make_item("X1")
        applicant = factories.make_user()
        factories.make_case(user=applicant)
        factories.make_case(user=applicant, state="issued", at=timezone.now() - timedelta(hours=2))
        found = {"applicant": applicant}
        for role in set(LISTS) - {"", "applicant"}:
            wide = Role(role) in CENTRE_WIDE
            found[role] = factories.make_staff(role, organ=None if wide else "O1").user
        yield found
        transaction.set_rollback(True)


def browser(people: dict[str, User], role: str) -> Client:
    """A browser of this role; what the product throws becomes the answer that a person would get."""
    client = Client(raise_request_exception=False)
    if role:
        client.force_login(people[role])
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("role", LISTS, ids=lambda role: role or "visitor")
def test_the_lists_are_there(people: dict[str, User], role: str) -> None:
    """Else a hostile query would be answered by a page that does not exist or refuses everybody."""
    answers = {path: browser(people, role).get(path).status_code for path in LISTS[role]}
    assert {path: status for path, status in answers.items() if status not in (200, 302)} == {}


@pytest.mark.django_db
@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("role", LISTS, ids=lambda role: role or "visitor")
def test_no_query_breaks_a_list(people: dict[str, User], role: str, value: str) -> None:
    client, sent = browser(people, role), VALUES[value]
    broken = []
    for path, names in LISTS[role].items():
        # One at a time for what a first refusal would hide, then all at once, then each twice, then no name at all.
        queries = [f"{name}={sent}" for name in names.split()]
        queries += ["&".join(f"{name}={sent}" for name in NAMES), "&".join(f"{n}=1&{n}={sent}" for n in NAMES), sent]
        broken += [(path, q[:80]) for q in queries if client.get(path, QUERY_STRING=q).status_code >= 500]
    assert broken == []
