"""Reads the journal row by row for sealing and verification, the same on both engines and without trusting a row.

Times are read as text: a row that somebody broke by hand must be named as bad, not crash the reader on its way in.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from yimen.ground.journal.content import entry_hash, entry_text, iso
from yimen.ground.journal.models import Head
from yimen.ground.kernel import merkle

PAGE = 5_000


@dataclass(slots=True)
class RawEntry:
    """A row of `journal_entry` as it lies there; any value may be broken."""

    id: int
    at: Any
    recorded_at: Any
    verb: Any
    subject: Any
    actor: Any
    role: Any
    organ: Any
    facts: Any
    digest: Any

    def hashes(self) -> tuple[str, str] | None:
        """(digest, leaf hash) as the content gives them now; None when a value has no canonical form."""
        words = (self.verb, self.subject, self.actor, self.role, self.organ, self.facts)
        if any(type(word) is not str for word in words) or not _is_canonical(self.facts):
            return None
        try:
            fields = dict(
                verb=self.verb,
                subject=self.subject,
                actor=self.actor,
                role=self.role,
                organ=self.organ,
                at=iso(moment(self.at)),
                recorded_at=iso(moment(self.recorded_at)),
                facts=self.facts,
            )
            return entry_hash(entry_text(**fields)), entry_hash(entry_text(**fields, id=self.id))
        except (TypeError, ValueError, OverflowError):
            return None

    def text(self) -> str:
        """The canonical text with the id, for a row that `hashes` accepts."""
        return entry_text(
            verb=self.verb,
            subject=self.subject,
            actor=self.actor,
            role=self.role,
            organ=self.organ,
            at=iso(moment(self.at)),
            recorded_at=iso(moment(self.recorded_at)),
            facts=self.facts,
            id=self.id,
        )


def _is_canonical(facts: str) -> bool:
    """Are facts exactly the canonical text of a JSON object? Else two texts could stand for one content."""
    try:
        value = json.loads(facts)
        return isinstance(value, dict) and merkle.canonical(value) == facts.encode()
    except (TypeError, ValueError, RecursionError):
        return False


def moment(text: str) -> datetime:
    """A database's text of a UTC time → aware datetime; TypeError or ValueError when it is none."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _time(column: str) -> str:
    zoned = f"{column} AT TIME ZONE 'UTC'" if connection.vendor == "postgresql" else column
    return f"CAST({zoned} AS TEXT)"


def entry_columns() -> str:
    """The SELECT list of a `RawEntry` from `journal_entry e`."""
    words = "e.verb, e.subject, e.actor, e.role, e.organ, e.facts, e.digest"
    return f"e.id, {_time('e.at')}, {_time('e.recorded_at')}, {words}"


def fetch(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of one page. Bytes that are no UTF-8 (SQLite takes any) come as surrogates, which nothing can hash."""
    with connection.cursor() as cursor, _lenient_text():
        cursor.execute(sql, list(parameters))
        return cursor.fetchall()


@contextmanager
def _lenient_text() -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return
    strict = connection.connection.text_factory
    connection.connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        connection.connection.text_factory = strict


def unsealed(page: int = PAGE) -> Iterator[RawEntry]:
    """Entries without a leaf, by id, in pages of `page` rows.

    "Without a leaf", never "above the last sealed id": on PostgreSQL a lower id may be committed later.
    """
    sql = (
        f"SELECT {entry_columns()} FROM journal_entry e WHERE e.id > %s"
        " AND NOT EXISTS (SELECT 1 FROM journal_leaf l WHERE l.entry_id = e.id) ORDER BY e.id LIMIT %s"
    )
    after = -(2**63)
    while found := fetch(sql, (after, page)):
        for row in found:
            yield RawEntry(*row)
        after = found[-1][0]


def under_head(head_id: int, page: int = PAGE) -> Iterator[tuple[int, str, int, RawEntry | None]]:
    """(position, leaf hash, entry id, entry or None) of a head's leaves, by position."""
    sql = (
        f"SELECT l.position, l.hash, l.entry_id, {entry_columns()} FROM journal_leaf l"
        " LEFT JOIN journal_entry e ON e.id = l.entry_id"
        " WHERE l.head_id = %s AND l.position > %s ORDER BY l.position LIMIT %s"
    )
    after = -(2**31)
    while found := fetch(sql, (head_id, after, page)):
        for position, leaf, entry_id, *columns in found:
            yield _integer(position), leaf, entry_id, RawEntry(*columns) if columns[0] is not None else None
        after = found[-1][0]


def heads(page: int = 1_000) -> Iterator[Head]:
    """Every head by id; a field that somebody broke becomes one that no signature covers."""
    sql = (
        f"SELECT id, previous, count, total, root, {_time('at')}, key, signature FROM journal_head h"
        " WHERE id > %s ORDER BY id LIMIT %s"
    )
    after = -(2**63)
    while found := fetch(sql, (after, page)):
        for id_, previous, count, total, root, at, key, signature in found:
            yield Head(
                id=id_,
                previous=str(previous),
                count=_integer(count),
                total=_integer(total),
                root=str(root),
                at=_moment_or_epoch(at),
                key=str(key),
                signature=str(signature),
            )
        after = found[-1][0]


def _integer(value: Any) -> int:
    return value if type(value) is int else -1


def _moment_or_epoch(text: Any) -> datetime:
    try:
        return moment(text)
    except (TypeError, ValueError):
        return datetime(1, 1, 1, tzinfo=UTC)
