"""What an import would make of a file, what became of the imports, and the rows that wait in quarantine."""

from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count

from yimen.ground.engines import tables
from yimen.ground.kernel.errors import Denied, Refused
from yimen.rooms.catalogue.models import ImportRun, QuarantinedRow
from yimen.rooms.catalogue.rules.columns import find_columns, known_headings
from yimen.rooms.catalogue.rules.import_rows import Quarantined, judge
from yimen.rooms.identity.actor import Actor

PREVIEWED, PAGE, RUNS = 10, 50, 20


class Previewed(NamedTuple):
    """One of the first rows: its cells, its code as it would be taken or the reason why it would wait."""

    line: int
    cells: list[str]
    code: str
    reason: str


class Preview(NamedTuple):
    """`columns`: (heading, field that it fills or ""); `remarks`: what the reader left out, as (msgid, facts)."""

    columns: list[tuple[str, str]]
    rows: list[Previewed]
    remarks: tuple[tuple[str, dict[str, str]], ...]


def preview(run: ImportRun) -> Preview:
    """How the file of an import that waits would be read. Raises `tables.Unreadable`."""
    with tables.opened(file_of(run), score=known_headings) as table:
        columns = find_columns(table.header, run.mapping)
        fields = {position: name for name, position in columns.at.items()}
        found = []
        for row in islice(table.rows, PREVIEWED):
            verdict = judge(row.cells, columns, row.damage)
            waits = isinstance(verdict, Quarantined)
            code, reason = ("", verdict.reason) if isinstance(verdict, Quarantined) else (verdict.code, "")
            found.append(Previewed(row.line, row.cells, "" if waits else code, reason))
        return Preview([(name, fields.get(n, "")) for n, name in enumerate(table.header)], found, table.remarks)


def file_of(run: ImportRun) -> Path:
    """Where the file of an import that was asked for in the office lies; raises `file.unknown` when it is gone."""
    path = folder() / run.upload
    if not run.upload or not path.is_file():
        raise Refused("file.unknown", file=run.upload)
    return path


def report_of(run: ImportRun) -> Path:
    """Where the report of such an import lies when it has ended."""
    return folder() / f"{run.upload}.report.csv"


def folder() -> Path:
    """Files that were handed in to be read here; nobody downloads them, so any bytes may lie there."""
    return Path(settings.VAR_DIR) / "imports"


def may_import(actor: Actor) -> Actor:
    """Raises `Denied` for whoever doesn't bring lists in."""
    if "import_items" not in actor.verbs:
        raise Denied(verb="import_items")
    return actor


def run(key: int) -> ImportRun:
    """One import; raises `thing.not_found`."""
    found = ImportRun.objects.filter(pk=key).first()
    if found is None:
        raise Refused("thing.not_found", kind="import", key=str(key))
    return found


def latest_runs() -> list[ImportRun]:
    """The imports of last."""
    return list(ImportRun.objects.order_by("-pk")[:RUNS])


def reasons() -> list[tuple[str, int]]:
    """(reason, rows that wait for it), the most frequent first."""
    counted = QuarantinedRow.objects.filter(resolved_at=None).values("reason").annotate(n=Count("pk"))
    return [(row["reason"], row["n"]) for row in counted.order_by("-n", "reason")]


def waiting(reason: str, after: int = 0) -> tuple[list[QuarantinedRow], int]:
    """(a page of the rows that wait for a reason, any for "", key of the next page or 0)."""
    rows = QuarantinedRow.objects.filter(resolved_at=None, pk__gt=after).select_related("run").order_by("pk")
    found = list((rows.filter(reason=reason) if reason else rows)[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0


def row(key: int) -> QuarantinedRow:
    """One row, waiting or not; raises `thing.not_found`."""
    found = QuarantinedRow.objects.select_related("run").filter(pk=key).first()
    if found is None:
        raise Refused("thing.not_found", kind="quarantine", key=str(key))
    return found


def fields(found: QuarantinedRow) -> Mapping[str, str]:
    """{column: field that it fills} of a row, for the labels of its cells."""
    columns = find_columns(list(found.raw), found.run.mapping)
    return {columns.header[position]: name for name, position in columns.at.items()}
