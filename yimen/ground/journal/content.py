"""What is hashed and signed: the one canonical text of an entry and of a head.

A pure module. The text equals `merkle.canonical` of an object with the keys actor, at, facts, (id), organ,
recorded_at, role, subject, verb; it is put together by hand because `record` stands on the hot path of every verb.
Times are UTC with microseconds and "Z".
"""

from datetime import UTC, datetime
from json import encoder
from typing import Any

from yimen.ground.kernel import merkle

_quote = encoder.encode_basestring


def iso(moment: datetime) -> str:
    """`2026-11-24T01:02:03.000004Z`; ValueError for a time without a zone (it would take the server's)."""
    if moment.tzinfo is None:
        raise ValueError("a time in the journal needs its zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def entry_text(
    *,
    verb: str,
    subject: str,
    actor: str,
    role: str,
    organ: str,
    at: str,
    recorded_at: str,
    facts: str,
    id: int | None = None,
) -> str:
    """The canonical text of an entry, without its id (what `digest` covers) or with it (what a leaf covers).

    `at` and `recorded_at` are `iso` texts, `facts` is canonical JSON text.
    """
    identity = "" if id is None else f'"id":{id},'
    return (
        f'{{"actor":{_quote(actor)},"at":"{at}","facts":{facts},{identity}"organ":{_quote(organ)},'
        f'"recorded_at":"{recorded_at}","role":{_quote(role)},"subject":{_quote(subject)},"verb":{_quote(verb)}}}'
    )


def entry_hash(text: str) -> str:
    """Leaf hash of a canonical text, 64 hex."""
    return merkle.leaf_hash(text.encode()).hex()


def head_content(*, id: int, previous: str, count: int, total: int, root: str, at: str, key: str) -> dict[str, Any]:
    """The fields of a head that its signature covers."""
    return {"at": at, "count": count, "id": id, "key": key, "previous": previous, "root": root, "total": total}
