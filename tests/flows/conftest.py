"""The house in which the tests of casework live."""

import pytest

from tests.flows.world import House, make_house


@pytest.fixture
def house(db: None) -> House:
    """A centre with one item of organ O1 and its people."""
    return make_house()
