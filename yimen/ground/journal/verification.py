"""Verification: walks every head, leaf and entry of one moment and names the first entry that does not hold.

It proves that nothing was changed, removed or put in under the heads that are there. Entries cut off together with
their leaves and all newer heads can only be seen by comparing with a head that somebody kept (heads are public, see
`known_heads`); so can an unsealed entry that was removed before any head spoke of it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection

from yimen.ground.engines import signing
from yimen.ground.journal import rows
from yimen.ground.journal.models import Head
from yimen.ground.journal.sealing import head_hash, key_path, signed_bytes
from yimen.ground.kernel import merkle

_KEPT_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """What does not hold, and the id of the entry where it shows (of a head: its first entry; None: nothing left)."""

    entry: int | None
    reason: str


@dataclass(slots=True)
class Report:
    """Counts, and the first 20 problems of `faults`; `bad_entry` and `reason` are of the lowest entry of all."""

    entries: int = 0
    sealed: int = 0
    heads: int = 0
    unsealed: int = 0
    bad_entry: int | None = None
    reason: str = ""
    faults: int = 0
    problems: list[Problem] = field(default_factory=list)
    # The entry of the leaf that was walked last: where a hole is looked for.
    last_leaf: int = 0

    @property
    def ok(self) -> bool:
        """Does everything hold?"""
        return not self.faults

    def add(self, entry: int | None, reason: str) -> None:
        """Note a problem; the lowest entry id stays in front."""
        lower = entry is not None and (self.bad_entry is None or entry < self.bad_entry)
        if not self.faults or lower:
            self.bad_entry, self.reason = entry, reason
        self.faults += 1
        if len(self.problems) < _KEPT_PROBLEMS:
            self.problems.append(Problem(entry, reason))


def verify(*, known_heads: Mapping[int, str] | None = None) -> Report:
    """Walk the whole journal; memory stays bounded by one head's leaf hashes.

    `known_heads` {head id: hash of its signed content}, kept elsewhere earlier, must still be there.
    """
    report, keys = Report(), signing.public_keys(key_path())
    with _snapshot():
        previous, total, expected = "", 0, 1
        known = dict(known_heads or {})
        for head in rows.heads():
            faults = list(_head_faults(head, expected, previous, total, keys))
            faults += _leaf_faults(head, report)
            first = rows.fetch("SELECT MIN(entry_id) FROM journal_leaf WHERE head_id = %s", (head.pk,))[0][0]
            previous, total, expected = head_hash(head), head.total, head.pk + 1
            if known.pop(head.pk, previous) != previous:
                faults.append(f"head {head.pk} is not the one that was kept")
            for reason in faults:
                report.add(first, reason)
            report.heads += 1
        for head_id in sorted(known):
            report.add(None, f"head {head_id}, kept earlier, is no longer there")
        _orphans(report)
        _unsealed(report)
    return report


@contextmanager
def _snapshot() -> Iterator[None]:
    """One moment of the database without a write lock (Django's `atomic` would take SQLite's), so a sealer that
    works meanwhile raises no false alarm."""
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        repeatable = " ISOLATION LEVEL REPEATABLE READ READ ONLY" if connection.vendor == "postgresql" else ""
        cursor.execute(f"BEGIN{repeatable}")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _head_faults(head: Head, expected: int, previous: str, total: int, keys: Mapping[str, str]) -> Iterator[str]:
    if head.pk != expected:
        yield f"a head is missing before head {head.pk}"
    elif head.previous != previous:
        yield f"head {head.pk} does not follow the head before it"
    if head.total != total + head.count and head.pk == expected:
        yield f"head {head.pk} counts {head.total} leaves, not {total + head.count}"
    if head.key not in keys:
        yield f"the public key {head.key} of head {head.pk} is not on the list"
    elif not signing.verify(keys[head.key], signed_bytes(head), head.signature):
        yield f"the signature of head {head.pk} does not hold"


def _leaf_faults(head: Head, report: Report) -> list[str]:
    """Notes the faults of single entries in the report; returns those that only the whole head shows."""
    hashes: list[bytes] = []
    seen, before = 0, report.faults
    for position, leaf, entry_id, entry in rows.under_head(head.pk):
        if position >= head.count or position < 0:
            report.add(entry_id, f"leaf {position} was put under head {head.pk}, which has {head.count}")
        elif position != seen:
            report.add(
                _lost(report.last_leaf, position - seen),
                f"{position - seen} leaves are missing under head {head.pk} at {seen}",
            )
        reason = _entry_fault(entry, leaf)
        if reason:
            report.add(entry_id, reason)
        report.sealed += entry is not None
        report.entries += entry is not None
        seen, report.last_leaf = position + 1, entry_id
        hashes.append(bytes.fromhex(leaf) if _is_hash(leaf) else b"")
    if seen < head.count:
        report.add(
            _lost(report.last_leaf, head.count - seen), f"leaves from {seen} on are missing under head {head.pk}"
        )
    # A fault of a single entry breaks the root too and says more.
    if report.faults > before or merkle.root(hashes).hex() == head.root:
        return []
    return [f"the leaves do not give the root of head {head.pk}"]


def _entry_fault(entry: rows.RawEntry | None, leaf: str) -> str:
    if entry is None:
        return "the entry was removed"
    hashes = entry.hashes()
    if hashes is None or hashes[0] != entry.digest:
        return "the entry was changed"
    return "" if hashes[1] == leaf else "the leaf or the entry was changed"


def _is_hash(text: object) -> bool:
    return isinstance(text, str) and len(text) == 64 and all(c in "0123456789abcdef" for c in text)


def _lost(last: int, gap: int) -> int:
    """The entry whose leaf is gone after the leaf of entry `last` (0: at the start): the next one without a leaf.

    Where the entry is gone too nothing holds its id any more: then the id that it had if ids were without a gap.
    """
    sql = (
        "SELECT MIN(e.id) FROM journal_entry e WHERE e.id > %s"
        " AND NOT EXISTS (SELECT 1 FROM journal_leaf l WHERE l.entry_id = e.id)"
    )
    above = rows.fetch("SELECT MIN(entry_id) FROM journal_leaf WHERE entry_id > %s", (last,))[0][0]
    found = rows.fetch(sql, (last,))[0][0]
    if found is not None and (above is None or found < above):
        return found
    return last + 1 if last or above is None else above - gap


def _orphans(report: Report) -> None:
    sql = (
        "SELECT MIN(l.entry_id), MIN(l.head_id), COUNT(*), COUNT(e.id) FROM journal_leaf l"
        " LEFT JOIN journal_entry e ON e.id = l.entry_id"
        " WHERE NOT EXISTS (SELECT 1 FROM journal_head h WHERE h.id = l.head_id)"
    )
    first, head_id, count, entries = rows.fetch(sql)[0]
    if count:
        report.sealed += entries
        report.entries += entries
        report.add(first, f"head {head_id} was removed; {count} leaves have no head")


def _unsealed(report: Report) -> None:
    for entry in rows.unsealed():
        report.entries += 1
        report.unsealed += 1
        hashes = entry.hashes()
        if hashes is None or hashes[0] != entry.digest:
            report.add(entry.id, "the entry was changed")
