"""What a verb costs: statements of its transaction, so that nobody puts a query on the hot path unnoticed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.flows.world import ACTS, House

FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
MOST, MOST_OF_SUBMISSION = 8, 10


def _cost(queries: CaptureQueriesContext) -> list[str]:
    return [q["sql"] for q in queries.captured_queries if not q["sql"].startswith(FRAME)]


@pytest.mark.parametrize("verb", sorted(ACTS))
def test_a_verb_of_a_case(house: House, verb: str) -> None:
    house.do(house.ready(verb), verb)  # what the process keeps (terms, calendar) is there from now on
    case = house.ready(verb)
    with CaptureQueriesContext(connection) as queries:
        house.do(case, verb)
    cost = _cost(queries)
    assert len(cost) <= MOST, "\n".join(cost)


@pytest.mark.parametrize("materials", [["M1"], ["M1", "M2"], []])
def test_a_submission(house: House, materials: list[str]) -> None:
    house.submit()
    with CaptureQueriesContext(connection) as queries:
        house.submit(materials=materials)
    cost = _cost(queries)
    assert len(cost) <= MOST_OF_SUBMISSION, "\n".join(cost)


def test_a_refusal_by_permission_costs_two(house: House) -> None:
    case = house.submit()
    with CaptureQueriesContext(connection) as queries, pytest.raises(Exception, match=r"permission\.denied"):
        house.act(case, "stranger", "accept_application")
    assert len(_cost(queries)) <= 2
