"""Imports that somebody asks for in the office: the file is looked at first, then read by the worker.

Killed while it reads, the worker reads the file again: what was taken stays, every row ends as it would have.
"""

import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from yimen.facts import imports
from yimen.flows.importing import Counts, RowResult, import_items
from yimen.ground.engines import limits
from yimen.ground.engines.tables import Unreadable
from yimen.ground.kernel.errors import Denied, Refused
from yimen.rooms.catalogue.models import ImportRun
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Staff
from yimen.rooms.identity.queries import actor_of_staff

type Report = Callable[[tuple[str, ...], list[RowResult]], None]
type Writer = Callable[[Path], AbstractContextManager[Report]]


def hand_in_list(stream: Any, *, name: str, mapping: Mapping[str, str], by: Actor, at: datetime) -> ImportRun:
    """Keep a list to be looked at and read; nothing of it is taken yet, so nothing is journalled.

    Raises `Denied`, `file.empty`, `file.too_large`, `rate.limited`. Not inside a transaction: disks are slow.
    """
    by.role_for("import_items")
    limits.count("upload", by.id, at=at)
    key = secrets.token_hex(16)
    path = imports.folder() / key
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    size = 0
    with path.open("wb") as out:
        for chunk in stream.chunks():
            size += len(chunk)
            if size > settings.MAX_UPLOAD_BYTES:
                break
            out.write(chunk)
    if not 0 < size <= settings.MAX_UPLOAD_BYTES:
        path.unlink(missing_ok=True)
        raise Refused("file.empty" if not size else "file.too_large", max_bytes=settings.MAX_UPLOAD_BYTES)
    return ImportRun.objects.create(
        file_name=Path(name).name[-300:],
        file_sha256="",
        started_at=at,
        actor=by.id,
        mapping=dict(mapping),
        upload=key,
        counts={"state": "seen"},
    )


def start_import(key: int, *, mapping: Mapping[str, str], by: Actor, at: datetime) -> ImportRun:
    """The list was looked at: the worker may read it. Only who handed it in starts it. Raises `Denied`."""
    by.role_for("import_items")
    run = imports.run(key)
    if run.actor != by.id:
        raise Denied(verb="import_items")
    imports.file_of(run)
    if run.counts.get("state") == "seen":
        waiting = {"counts": {"state": "waiting"}, "mapping": dict(mapping), "started_at": at}
        ImportRun.objects.filter(pk=key, counts__state="seen").update(**waiting)
    return imports.run(key)


def import_waiting(*, written: Writer, now: Callable[[], datetime]) -> int:
    """Read the oldest list that waits; the number of lists read. The worker alone calls it, one at a time."""
    run = ImportRun.objects.filter(finished=False, counts__state__in=("waiting", "reading")).order_by("pk").first()
    if run is None:
        return 0
    by = _actor(run)
    if by is None or "import_items" not in by.verbs:
        return _end(run, {"error": "permission.denied"})
    try:
        path = imports.file_of(run)
        with written(imports.report_of(run)) as report:
            counts = import_items(
                path,
                mapping=run.mapping,
                by=by,
                at=now(),
                run=run,
                report=report,
                progress=lambda counts: _tell(run, counts),
            )
    except Unreadable as error:
        return _end(run, {"error": error.message, "facts": error.facts})
    except Refused as refused:
        return _end(run, {"error": refused.code})
    path.unlink(missing_ok=True)
    return _end(run, {"state": "done", **asdict(counts)})


def _actor(run: ImportRun) -> Actor | None:
    kind, _colon, key = run.actor.partition(":")
    staff = Staff.objects.filter(pk=int(key), active=True).first() if kind == "staff" and key.isdigit() else None
    return actor_of_staff(staff) if staff else None


def _tell(run: ImportRun, counts: Counts) -> None:
    ImportRun.objects.filter(pk=run.pk).update(counts={"state": "reading", **asdict(counts)})


def _end(run: ImportRun, counts: Mapping[str, Any]) -> int:
    ImportRun.objects.filter(pk=run.pk).update(finished=True, counts={"state": "ended", **counts})
    return 1
