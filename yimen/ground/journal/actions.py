"""The one way into the journal."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from yimen.ground.engines import sql
from yimen.ground.journal.content import entry_hash, entry_text, iso
from yimen.ground.kernel import merkle

_INSERT = (
    "INSERT INTO journal_entry (at, recorded_at, verb, subject, actor, role, organ, facts, digest, request_key,"
    " request_hash) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id"
)


def record(
    *,
    verb: str,
    subject: str,
    actor: str,
    role: str,
    organ: str,
    at: datetime,
    facts: dict[str, Any],
    request: tuple[str, str] | None = None,
    recorded_at: datetime | None = None,
) -> int:
    """Write one entry in the caller's transaction; returns its id.

    `subject` is "kind:number" (≤ 120 characters), `at` the moment in law, `facts` ids, codes and salted hashes only
    (str, int, bool, None, list, dict; else TypeError). `request` is (idempotency key, hash of the request's body);
    the same actor and key a second time is an IntegrityError, so look with `queries.request_entry` first.

    One raw INSERT, no model: it stands on the hot path of every verb.
    """
    now = recorded_at or timezone.now()
    text = merkle.canonical(facts).decode()
    digest = entry_hash(
        entry_text(
            verb=verb,
            subject=subject,
            actor=actor,
            role=role,
            organ=organ,
            at=iso(at),
            recorded_at=iso(now),
            facts=text,
        )
    )
    when = connection.ops.adapt_datetimefield_value
    key, body = request or (None, None)
    written = (when(at), when(now), verb, subject, actor, role, organ, text, digest, key, body)
    return int(sql.value(_INSERT, *written))
