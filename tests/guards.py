"""Tests and the journal's guards.

Django empties the tables after a test that commits. SQLite's DELETE meets the guards there; PostgreSQL's TRUNCATE does
too. Product code has no switch that turns a guard off, so the tests take them away by hand: `flush_past_guards`
(automatic where it is imported; the suite's conftest does) drops them, lets Django flush, and puts them back. The flush
sends `post_migrate`, so whatever is seeded there is there again. `without_guards` is for tests that play the intruder.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections
from django.test import TransactionTestCase

from yimen.ground.journal import guards


def drop(using: str = "default") -> None:
    """Remove every guard, as an intruder with all rights on the database would."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for guard in guards.listed():
            if guard.table in connection.introspection.table_names():
                on = "" if connection.vendor == "sqlite" else f" ON {guard.table}"
                cursor.execute(f"DROP TRIGGER IF EXISTS {guard.name}{on}")


@contextmanager
def without_guards(using: str = "default") -> Iterator[None]:
    """The guards are gone inside and back afterwards."""
    drop(using)
    try:
        yield
    finally:
        guards.install(using)


@pytest.fixture(autouse=True, scope="session")
def flush_past_guards() -> Iterator[None]:
    """Every flush after a test that commits drops the guards first and puts them back."""
    plain = TransactionTestCase._fixture_teardown

    def teardown(self: Any) -> None:
        names = list(self._databases_names(include_mirrors=False))
        for using in names:
            drop(using)
        try:
            plain(self)
        finally:
            for using in names:
                guards.install(using)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield
