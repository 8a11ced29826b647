"""The one way into the journal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from django.db import connection
from django.utils import timezone

from yimen.ground.engines import sql
from yimen.ground.journal.content import entry_hash, entry_text, iso
from yimen.ground.journal.models import Thing
from yimen.ground.kernel import merkle
from yimen.ground.kernel.errors import Conflict

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


class Who(Protocol):
    """An actor as the journal needs it (`rooms.identity.actor.Actor`)."""

    @property
    def id(self) -> str: ...
    @property
    def organ_code(self) -> str: ...
    @property
    def request(self) -> tuple[str, str] | None: ...
    def role_for(self, verb: str) -> str: ...


def enter(thing: Thing, verb: str, *, by: Who, at: datetime, **facts: Any) -> None:
    """Insert a row of a register with its entry; `facts` as `record` takes them."""
    thing.save(force_insert=True)
    note(thing, verb, by=by, at=at, **facts)


def change(
    thing: Thing, verb: str, changes: Mapping[str, Any] | None = None, *, by: Who, at: datetime, **facts: Any
) -> None:
    """A guarded update of the version that was read, with its entry; the object follows.

    Raises `Conflict` when somebody else changed the row meanwhile.
    """
    new = {**(changes or {}), "version": thing.version + 1}
    rows = type(thing)._default_manager.filter(pk=thing.pk, version=thing.version)
    if rows.update(**new) != 1:
        raise Conflict(thing=thing.subject, version=thing.version)
    for name, value in new.items():
        setattr(thing, name, value)
    note(thing, verb, by=by, at=at, version=thing.version, **facts)


def note(thing: Thing, verb: str, *, by: Who, at: datetime, **facts: Any) -> None:
    """The entry alone, for a verb that changes other rows of the thing."""
    record(
        verb=verb,
        subject=thing.subject,
        actor=by.id,
        role=str(by.role_for(verb)),
        organ=by.organ_code,
        at=at,
        facts=facts,
        request=by.request,
    )
