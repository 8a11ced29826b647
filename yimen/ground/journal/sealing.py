"""Sealing: entries without a leaf get their place under a new signed head.

Each head signs the RFC 6962 root of its own batch and the hash of the head before it (docs/adr/0003): a proof costs
the batch, not the journal, and the newest head still commits to everything.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction

from yimen.ground.engines import signing
from yimen.ground.journal import rows
from yimen.ground.journal.content import head_content, iso
from yimen.ground.journal.models import Head, Leaf
from yimen.ground.kernel import merkle

BATCH = 50_000
_INSERT_ROWS = 1_000
_ATTEMPTS = 20


@dataclass(slots=True)
class SealResult:
    """`heads` made and `sealed` entries in this run; `bad`: ids of entries whose content does not fit their digest."""

    heads: int = 0
    sealed: int = 0
    bad: list[int] = field(default_factory=list)


class SealConflict(Exception):
    """Other sealers were faster again and again; nothing was written, run it again."""


def key_path() -> Path:
    """The journal's private key; the list of public keys stands beside it."""
    return Path(settings.KEYS_DIR) / "journal_ed25519.pem"


def seal(*, at: datetime, batch: int = BATCH) -> SealResult:
    """Seal every entry that has no leaf, in id order, at most `batch` under one head.

    An entry that does not fit its digest is never sealed: it is reported and the others go on. Hashing happens before
    the transaction, so the write lock of SQLite is held for the insert only. Sealers that race meet on unique keys;
    the slower one reads again what is left.
    """
    result, failures = SealResult(), 0
    while True:
        result.bad.clear()
        leaves = list(islice(_good(result.bad), batch))
        if not leaves:
            return result
        try:
            _write(leaves, at)
        except IntegrityError as error:
            failures += 1
            if failures >= _ATTEMPTS:
                raise SealConflict from error
            continue
        result.heads, result.sealed = result.heads + 1, result.sealed + len(leaves)


def _good(bad: list[int]) -> Iterator[tuple[int, str]]:
    for entry in rows.unsealed():
        hashes = entry.hashes()
        if hashes is None or hashes[0] != entry.digest:
            bad.append(entry.id)
        else:
            yield entry.id, hashes[1]


def _write(leaves: list[tuple[int, str]], at: datetime) -> None:
    signer = signing.signer(key_path())
    root = merkle.root([bytes.fromhex(leaf) for _, leaf in leaves]).hex()
    with transaction.atomic():
        last = Head.objects.order_by("-id").first()
        content = head_content(
            id=last.pk + 1 if last else 1,
            previous=head_hash(last) if last else "",
            count=len(leaves),
            total=(last.total if last else 0) + len(leaves),
            root=root,
            at=iso(at),
            key=signer.key_id,
        )
        signature = signer.sign(merkle.canonical(content))
        Head.objects.create(**{**content, "at": at}, signature=signature)
        for start in range(0, len(leaves), _INSERT_ROWS):
            part = leaves[start : start + _INSERT_ROWS]
            Leaf.objects.bulk_create(
                Leaf(entry_id=entry_id, head_id=content["id"], position=start + offset, hash=leaf)
                for offset, (entry_id, leaf) in enumerate(part)
            )


def signed_bytes(head: Head) -> bytes:
    """What the signature of a head covers: the canonical JSON of all its fields but the signature."""
    return merkle.canonical(
        head_content(
            id=head.pk,
            previous=head.previous,
            count=head.count,
            total=head.total,
            root=head.root,
            at=iso(head.at),
            key=head.key,
        )
    )


def head_hash(head: Head) -> str:
    """SHA-256 (hex) of the signed content: what the next head calls `previous`."""
    return sha256(signed_bytes(head)).hexdigest()
