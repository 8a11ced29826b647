"""The mutation run as a test: `pytest -m mutation tests/mutation` (minutes; not part of the ordinary suite)."""

import pytest
from pytest_django import DjangoDbBlocker

from tests.mutation.run import run


@pytest.mark.mutation
def test_no_rule_can_be_switched_off_unseen(django_db_blocker: DjangoDbBlocker) -> None:
    survivors: list[str] = []
    with django_db_blocker.unblock():
        left = run(say=survivors.append)
    assert left == 0, "\n".join(survivors)
