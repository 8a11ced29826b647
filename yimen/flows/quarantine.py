"""Rows of lists that could not be taken: somebody mends one, tries all of a reason again, or lays one aside."""

from collections.abc import Mapping
from datetime import datetime
from itertools import batched
from typing import NamedTuple

from django.db import transaction

from yimen.flows.arguments import required
from yimen.flows.frame import for_programs
from yimen.ground.journal.actions import record
from yimen.ground.kernel.errors import Refused
from yimen.rooms.catalogue.models import QuarantinedRow
from yimen.rooms.catalogue.rules.import_rows import Imported, Quarantined
from yimen.rooms.guides.actions import importing
from yimen.rooms.guides.actions.importing import Applied, OrganBook
from yimen.rooms.identity.actor import Actor

CHUNK = 200
# Which of two rows with one code is right, only a person can tell: never by the dozen.
ONE_BY_ONE = importing.ONLY_BY_HAND | {"code.duplicate"}


class Retried(NamedTuple):
    """How many rows of a reason were taken, and how many go on waiting."""

    taken: int
    waiting: int


@for_programs
def retry_quarantined_row(key: int, *, cells: Mapping[str, str] | None = None, by: Actor, at: datetime) -> str:
    """Take a row that waits, with `cells` {column: text} mended; answers imported, updated or unchanged.

    What the file said is kept beside the item that comes of it. Raises `Denied`, `thing.not_found`, `row.settled`,
    `row.still_wrong` (facts: reason, detail): then it goes on waiting.
    """
    row = _waiting(key)
    verdict = importing.judge_anew(row, cells)
    if isinstance(verdict, Quarantined):
        raise Refused("row.still_wrong", reason=verdict.reason, detail=verdict.detail[:200])
    applied = importing.apply_rows([verdict], OrganBook())
    outcome = applied.outcomes[0]
    if isinstance(outcome, Quarantined):
        raise Refused("row.still_wrong", reason=outcome.reason, detail=outcome.detail[:200])
    importing.settle(row, at=at)
    _note("retry_quarantined_row", f"quarantine:{row.pk}", applied, resolved=1, by=by, at=at)
    return outcome


def retry_quarantined_rows(reason: str, *, by: Actor, at: datetime) -> Retried:
    """Try every row that waits for a reason again, as it stands: an organ may have been set right meanwhile.

    Raises `Denied`. Rows that only a person can judge go on waiting. One entry for all.
    """
    by.role_for("retry_quarantined_row")
    with transaction.atomic():
        return _retry_all(reason, by, at)


def _retry_all(reason: str, by: Actor, at: datetime) -> Retried:
    found = QuarantinedRow.objects.filter(reason=reason, resolved_at=None)
    total = found.count()
    if reason in ONE_BY_ONE:
        return Retried(0, total)
    every, organs, taken = Applied([]), OrganBook(), 0
    for chunk in batched(found.select_related("run").order_by("pk").iterator(chunk_size=CHUNK), CHUNK):
        taken += _retry_chunk(list(chunk), organs, every, at)
    if taken:
        _note("retry_quarantined_row", f"quarantine:{reason}", every, resolved=taken, by=by, at=at)
    return Retried(taken, total - taken)


def _retry_chunk(rows: list[QuarantinedRow], organs: OrganBook, every: Applied, at: datetime) -> int:
    """Rows of a chunk that were taken; each code once, a second one of it waits."""
    judged = [(row, importing.judge_anew(row, None)) for row in rows]
    first: dict[str, tuple[QuarantinedRow, Imported]] = {}
    for row, verdict in judged:
        if isinstance(verdict, Imported):
            first.setdefault(verdict.code, (row, verdict))
    applied = importing.apply_rows([verdict for _row, verdict in first.values()], organs)
    taken = 0
    for (row, _verdict), outcome in zip(first.values(), applied.outcomes, strict=True):
        if not isinstance(outcome, Quarantined):
            importing.settle(row, at=at)
            taken += 1
    every.created += applied.created
    every.updated += applied.updated
    every.organs += applied.organs
    return taken


@for_programs
def dismiss_quarantined_row(key: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Lay a row aside for good: it stays readable with the reason and does not come back with its file.

    Raises `Denied`, `thing.not_found`, `row.settled`, `reason.missing`.
    """
    required(reason=reason)
    row = _waiting(key)
    importing.settle(row, dismissed=reason.strip()[:500], at=at)
    _note("dismiss_quarantined_row", f"quarantine:{row.pk}", Applied([]), resolved=1, by=by, at=at)


def _waiting(key: int) -> QuarantinedRow:
    row = QuarantinedRow.objects.select_related("run").filter(pk=key).first()
    if row is None:
        raise Refused("thing.not_found", kind="quarantine", key=str(key)[:20])
    if row.resolved_at:
        raise Refused("row.settled")
    return row


def _note(verb: str, subject: str, applied: Applied, *, resolved: int, by: Actor, at: datetime) -> None:
    record(
        verb=verb,
        subject=subject,
        actor=by.id,
        role=by.role_for(verb),
        organ=by.organ_code,
        at=at,
        facts={
            "imported": applied.created,
            "updated": applied.updated,
            "organs": applied.organs,
            "resolved": resolved,
        },
    )
