"""The factories make what they say: a case in every state."""

import pytest

from tests import factories
from yimen.rooms.catalogue.models import ItemVersion


@pytest.mark.parametrize("state", factories.PATHS)
def test_a_case_in_every_state(item: ItemVersion, state: str) -> None:
    case = factories.make_case(state=state, item=item)
    assert case.state == ("accepted" if state == "paused" else state)
    assert (case.paused_since is not None) == (state == "paused")
