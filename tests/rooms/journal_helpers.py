"""Entries for the journal's tests."""

from datetime import UTC, datetime
from typing import Any

from django.db import connection

from yimen.ground.journal.actions import record

AT = datetime(2026, 11, 24, 1, 2, 3, 4, tzinfo=UTC)
SUBJECT = "case:371500-20261124-0012-7"


def write(count: int = 1, subject: str = SUBJECT, **changes: Any) -> list[int]:
    """`count` entries; returns their ids."""
    usual: dict[str, Any] = dict(
        verb="accept_application", actor="staff:12", role="window_clerk", organ="11371500MB2832", at=AT
    )
    return [
        record(**{**usual, "subject": subject, "facts": {"number": i, "会": "受理"}, **changes}) for i in range(count)
    ]


def execute(sql: str, *parameters: Any) -> None:
    """Raw SQL, past every layer."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(parameters))
