"""A centre with one item and one caller per role, each with a bearer token."""

import pytest

from tests.api.callers import Caller, World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def nobody(db: None) -> Caller:
    return Caller()
