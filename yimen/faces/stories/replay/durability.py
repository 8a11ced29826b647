"""A replay that a power cut ends starts again on an empty database, so it need not wait for the disk at each commit.

Every transaction stays whole and the order of commits stays: only the last ones could be lost (SQLite WAL with
synchronous=NORMAL, PostgreSQL with synchronous_commit=off). A centre that serves people never runs like this.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_RELAX = {"sqlite": "PRAGMA synchronous=NORMAL", "postgresql": "SET synchronous_commit TO off"}
_BACK = {"sqlite": "PRAGMA synchronous=FULL", "postgresql": "SET synchronous_commit TO on"}


@contextmanager
def disk_not_awaited() -> Iterator[None]:
    """Commits don't wait for the disk inside; they do again afterwards, beginning with the seal."""
    _run(_RELAX)
    try:
        yield
    finally:
        _run(_BACK)


def _run(statements: dict[str, str]) -> None:
    # Inside a transaction (a test's) SQLite can't change it, and nothing waits for the disk there anyway.
    if not connection.in_atomic_block and (statement := statements.get(connection.vendor)):
        with connection.cursor() as cursor:
            cursor.execute(statement)
