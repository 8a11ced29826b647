"""Reads of the journal: a subject's history, its proof, the heads, the entry of a request."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yimen.ground.engines import signing
from yimen.ground.journal import rows
from yimen.ground.journal.content import head_content, iso
from yimen.ground.journal.models import Entry, Head, Leaf
from yimen.ground.journal.sealing import head_hash, key_path
from yimen.ground.kernel import merkle

PROOF_FORMAT = "yimen.journal.proof/1"


@dataclass(frozen=True, slots=True)
class Row:
    """One entry to show: times aware, `facts` a dict, `head` the id of the head that seals it or None."""

    id: int
    at: datetime
    recorded_at: datetime
    verb: str
    subject: str
    actor: str
    role: str
    organ: str
    facts: dict[str, Any]
    head: int | None


def history(subject: str) -> list[Row]:
    """Entries of a subject ("case:NUMBER"), oldest first by id; two queries."""
    entries = list(Entry.objects.filter(subject=subject).order_by("id"))
    heads = dict(Leaf.objects.filter(entry_id__in=[e.pk for e in entries]).values_list("entry_id", "head_id"))
    return [_row(entry, heads.get(entry.pk)) for entry in entries]


def request_entry(actor: str, key: str) -> tuple[Row, str] | None:
    """The entry that an actor's request with this idempotency key wrote, and the hash of its body; else None."""
    entry = Entry.objects.filter(actor=actor, request_key=key).first()
    return (_row(entry, None), entry.request_hash or "") if entry else None


def _row(entry: Entry, head: int | None) -> Row:
    return Row(
        id=entry.pk,
        at=entry.at,
        recorded_at=entry.recorded_at,
        verb=entry.verb,
        subject=entry.subject,
        actor=entry.actor,
        role=entry.role,
        organ=entry.organ,
        facts=json.loads(entry.facts),
        head=head,
    )


def head_dict(head: Head) -> dict[str, Any]:
    """A head as it is published: the signed fields, `signature`, and `hash` of the signed content."""
    content = head_content(
        id=head.pk,
        previous=head.previous,
        count=head.count,
        total=head.total,
        root=head.root,
        at=iso(head.at),
        key=head.key,
    )
    return {**content, "signature": head.signature, "hash": head_hash(head)}


def heads(limit: int = 50, before: int | None = None) -> list[dict[str, Any]]:
    """Published heads, newest first; `before` is the id of the last head of the page before."""
    found = Head.objects.order_by("-id")
    if before is not None:
        found = found.filter(id__lt=before)
    return [head_dict(head) for head in found[:limit]]


def public_keys() -> dict[str, str]:
    """{key id: Ed25519 public key, 64 hex} of every key that signed heads here."""
    return signing.public_keys(key_path())


def proof(subject: str) -> dict[str, Any]:
    """All that is needed to check a subject's entries without this server, as JSON values.

    {format, subject, entries: [{content, head, index, path}], heads: [from the first that seals one of the entries to
    the newest], keys}. An unsealed entry has head None. `verifier/verify_journal.py` reads it. Costs one batch of
    leaf hashes for each head that is met. It proves what is in it, not that nothing was left out.
    """
    found = _contents(subject)
    leaves = {leaf.entry_id: leaf for leaf in Leaf.objects.filter(entry_id__in=list(found))}
    paths = _paths(leaves.values())
    entries = [
        {
            "content": content,
            "head": leaves[entry_id].head_id if entry_id in leaves else None,
            "index": leaves[entry_id].position if entry_id in leaves else None,
            "path": paths.get(entry_id, []),
        }
        for entry_id, content in found.items()
    ]
    first = min((leaf.head_id for leaf in leaves.values()), default=None)
    chain = Head.objects.filter(id__gte=first).order_by("id") if first is not None else []
    return {
        "format": PROOF_FORMAT,
        "subject": subject,
        "entries": entries,
        "heads": [head_dict(head) for head in chain],
        "keys": public_keys(),
    }


def _contents(subject: str) -> dict[int, dict[str, Any]]:
    sql = f"SELECT {rows.entry_columns()} FROM journal_entry e WHERE e.subject = %s ORDER BY e.id"
    entries = [rows.RawEntry(*row) for row in rows.fetch(sql, (subject,))]
    return {entry.id: json.loads(entry.text()) for entry in entries}


def _paths(leaves: Iterable[Leaf]) -> dict[int, list[str]]:
    met: dict[int, list[Leaf]] = defaultdict(list)
    for leaf in leaves:
        met[leaf.head_id].append(leaf)
    paths = {}
    for head_id, own in met.items():
        batch = Leaf.objects.filter(head_id=head_id).order_by("position").values_list("hash", flat=True)
        hashes = [bytes.fromhex(text) for text in batch]
        for leaf in own:
            paths[leaf.entry_id] = [step.hex() for step in merkle.audit_path(hashes, leaf.position)]
    return paths
