"""A centre with one published item, and people to open its pages."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests import factories
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity.models import Staff, User


@pytest.fixture
def item(db: None) -> ItemVersion:
    """Item X1 of organ O1 in a centre."""
    factories.make_centre()
    return factories.make_item()


@pytest.fixture
def signed_in() -> Callable[[User | Staff], Client]:
    """A browser in which somebody has signed in."""

    def sign_in(person: User | Staff) -> Client:
        client = Client()
        client.force_login(person.user if isinstance(person, Staff) else person)
        return client

    return sign_in
