"""Bringing somebody's list of items into the catalogue: read, judge, write in chunks, leave a trace.

Reading, judging and writing are in `engines.tables`, `catalogue.rules.import_rows` and `guides.actions.importing`;
here is their order, the permission, the transactions and the journal.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import batched
from pathlib import Path
from typing import NamedTuple

from django.db import IntegrityError, transaction

from yimen.ground.engines import tables
from yimen.ground.journal.actions import record
from yimen.ground.kernel.text import gettext_noop as _
from yimen.rooms.catalogue.models import ImportRun, QuarantinedRow
from yimen.rooms.catalogue.rules.columns import Columns, find_columns, known_headings
from yimen.rooms.catalogue.rules.import_rows import Imported, OneFile, Quarantined, fingerprint, judge, visible
from yimen.rooms.guides.actions import importing
from yimen.rooms.identity.actor import Actor

CHUNK_ROWS = 500
ATTEMPTS = 3  # two imports of the same list at the same time meet in a unique key; the later one reads again


@dataclass(slots=True)
class Counts:
    """How the rows ended: rows = imported + updated + unchanged + quarantined."""

    rows: int = 0
    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    quarantined: int = 0

    def add(self, outcome: str) -> None:
        self.rows += 1
        setattr(self, outcome, getattr(self, outcome) + 1)


class RowResult(NamedTuple):
    """What became of one row, for a report: `cells` as they stood in the file."""

    line: int
    outcome: str
    reason: str
    detail: str
    cells: list[str]


class Judged(NamedTuple):
    """A row with its judgement; None: the same row came before in this file. `fingerprint`: "" unless quarantined."""

    row: tables.Row
    verdict: Imported | Quarantined | None
    fingerprint: str


@dataclass(slots=True)
class _Import:
    """One run at work: what its chunks share."""

    run: ImportRun
    columns: Columns
    by: Actor
    at: datetime
    seen: OneFile = field(default_factory=OneFile)
    organs: importing.OrganBook = field(default_factory=importing.OrganBook)
    chunks_written: int = 0
    some_wait: bool = False


def import_items(
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    by: Actor,
    at: datetime,
    progress: Callable[[Counts], None] | None = None,
    report: Callable[[tuple[str, ...], list[RowResult]], None] | None = None,
    remark: Callable[[str, dict[str, str]], None] | None = None,
    run: ImportRun | None = None,
) -> Counts:
    """Import the list at `path`; every row ends imported, updated, unchanged or quarantined with a reason.

    `mapping` {column: field}; `progress` is called after each chunk, `report(header, results)` with each chunk's rows,
    `remark(msgid, facts)` with what the reader left out; `run` is the row of an import that was asked for
    before. Raises `Denied`, and `tables.Unreadable` before anything is
    written. A chunk is whole or absent: after a crash read the file again.
    """
    by.role_for("import_items")
    counts = Counts()
    with tables.opened(path, score=known_headings) as table:
        columns = find_columns(table.header, mapping)
        _tell(remark, table, columns)
        run = run or ImportRun.objects.create(
            file_name=visible(path.name)[-300:], file_sha256=_sha256(path), started_at=at, actor=by.id
        )
        ImportRun.objects.filter(pk=run.pk).update(mapping=dict(mapping or {}))
        some_wait = QuarantinedRow.objects.filter(resolved_at=None).exists()
        work = _Import(run, columns, by, at, some_wait=some_wait)
        for rows in batched(table.rows, CHUNK_ROWS):
            results = _write_chunk(work, [_judge(work, row) for row in rows])
            for result in results:
                counts.add(result.outcome)
            if report:
                report(columns.header, results)
            if progress:
                progress(counts)
    _finish(work, counts)
    return counts


def _tell(remark: Callable[[str, dict[str, str]], None] | None, table: tables.Table, columns: Columns) -> None:
    """Pass on what a person should know before looking at the counts."""
    if remark is None:
        return
    for message, facts in table.remarks:
        remark(message, facts)
    if columns.not_found:
        facts = {"columns": ", ".join(columns.not_found)}
        remark(_("The map names columns that the file has not: %(columns)s."), facts)
    if "name" not in columns.at:
        facts = {"columns": ", ".join(columns.header)[:500]}
        remark(_("No column looks like the name of an item; name it with --map. Columns: %(columns)s"), facts)


def _judge(work: _Import, row: tables.Row) -> Judged:
    verdict: Imported | Quarantined | None = judge(row.cells, work.columns, row.damage)
    if isinstance(verdict, Imported):
        verdict = work.seen.judge_again(verdict)
    waits = isinstance(verdict, Quarantined)
    return Judged(row, verdict, work.seen.fingerprint(row.cells) if waits else "")


def _write_chunk(work: _Import, chunk: list[Judged]) -> list[RowResult]:
    """Write a chunk in one transaction, once more when another import came in between."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return _write(work, chunk)
        except IntegrityError:
            work.organs.forget()
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _write(work: _Import, chunk: list[Judged]) -> list[RowResult]:
    taken = [judged for judged in chunk if isinstance(judged.verdict, Imported)]
    applied = importing.apply_rows([j.verdict for j in taken if isinstance(j.verdict, Imported)], work.organs)
    outcomes = iter(applied.outcomes)
    ended = [(judged, next(outcomes) if isinstance(judged.verdict, Imported) else judged.verdict) for judged in chunk]
    waiting = [_waiting(work, judged, why) for judged, why in ended if isinstance(why, Quarantined)]
    kept = importing.keep_quarantined(work.run, waiting) if waiting else 0
    resolved = _resolve(work, ended) if work.some_wait else 0
    if applied.created or applied.updated or applied.organs or kept or resolved:
        work.chunks_written += 1
        _note(
            work,
            imported=applied.created,
            updated=applied.updated,
            organs=applied.organs,
            quarantined=kept,
            resolved=resolved,
        )
    return [_result(judged, outcome) for judged, outcome in ended]


def _resolve(work: _Import, ended: list[tuple[Judged, str | Quarantined | None]]) -> int:
    done = [fingerprint(judged.row.cells) for judged, outcome in ended if isinstance(outcome, str)]
    return importing.resolve(done, at=work.at)


def _waiting(work: _Import, judged: Judged, why: Quarantined) -> importing.WaitingRow:
    """The whole row, with cells beyond the header under numbers of their own."""
    header, cells = work.columns.header, judged.row.cells
    beyond = {f"column_{n}": text for n, text in enumerate(cells[len(header) :], len(header) + 1)}
    mark = judged.fingerprint or fingerprint(cells)
    return importing.WaitingRow(judged.row.line, {**dict(zip(header, cells, strict=False)), **beyond}, mark, why)


def _result(judged: Judged, outcome: str | Quarantined | None) -> RowResult:
    row = judged.row
    if isinstance(outcome, Quarantined):
        return RowResult(row.line, "quarantined", outcome.reason, outcome.detail, row.cells)
    repeated = outcome is None
    return RowResult(row.line, outcome or "unchanged", "row.repeated" if repeated else "", "", row.cells)


def _note(work: _Import, **facts: int | list[int]) -> None:
    record(
        verb="import_items",
        subject=f"import:{work.run.pk}",
        actor=work.by.id,
        role=work.by.role_for("import_items"),
        organ=work.by.organ_code,
        at=work.at,
        facts={"file": work.run.file_sha256, "chunk": work.chunks_written, **facts},
    )


def _finish(work: _Import, counts: Counts) -> None:
    """Close the run. A run that changed nothing leaves one entry all the same: somebody read the list."""
    with transaction.atomic():
        ImportRun.objects.filter(pk=work.run.pk).update(finished=True, counts=asdict(counts))
        if not work.chunks_written:
            _note(work, **asdict(counts))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
