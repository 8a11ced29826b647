"""The API against its own description: schemathesis sends what the schema allows and what it forbids.

No server error, no answer outside the description, nothing forbidden taken, nothing given without a token.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests import factories
from tests.api.callers import caller
from yimen.config.wsgi import application

EXAMPLES = 5
# The other roles, and the registers (whose operations are all made by one function), are asked with the walk.
OTHERS = ("applicant", "window_head", "legal_office", "admin")
KEEPERS = ("legal_office", "organ_head")


def on_loopback(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The application as a client on this machine meets it (demo mode answers nobody else)."""
    return application({**environ, "REMOTE_ADDR": "127.0.0.1"}, start_response)


schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", on_loopback)


@pytest.fixture
def keep_connection() -> Iterator[None]:
    """Like Django's own test client: the end of a request does not close the test's connection."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def token(request: pytest.FixtureRequest, db: None, keep_connection: None) -> str:
    """Somebody's of the role that the test names, in a centre with a case."""
    role = getattr(request, "param", "window_clerk")
    factories.make_centre()
    factories.make_item("X1")
    factories.make_case()
    if role == "applicant":
        return caller(factories.make_user()).token
    return caller(factories.make_staff(role, organ="O1").user).token


def ask(case: schemathesis.Case, token: str) -> None:
    """A request may fit the schema and be refused by a rule, and a rule answers 422: no material has that code."""
    case.call_and_validate(
        headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"},
        excluded_checks=[positive_data_acceptance],
    )


def often(examples: int) -> Any:
    """The same requests in every run."""
    return settings(
        max_examples=examples, derandomize=True, database=None, suppress_health_check=list(HealthCheck), deadline=None
    )


hall = schema.exclude(path_regex=r"/registers/")
registers = schema.include(path_regex=r"/registers/")


@hall.parametrize()
@often(EXAMPLES)
def test_api_keeps_its_description(case: schemathesis.Case, token: str) -> None:
    ask(case, token)


@pytest.mark.walk
@pytest.mark.parametrize("token", OTHERS, indirect=True)
@hall.parametrize()
@often(EXAMPLES)
def test_whoever_asks(case: schemathesis.Case, token: str) -> None:
    ask(case, token)


@pytest.mark.walk
@pytest.mark.parametrize("token", KEEPERS, indirect=True)
@registers.parametrize()
@often(3)
def test_the_registers_keep_theirs(case: schemathesis.Case, token: str) -> None:
    ask(case, token)
