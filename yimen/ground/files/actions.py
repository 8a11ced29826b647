"""Writing into the store: bytes first, durable; then the row that names them.

An upload is not an act in the sense of the law: nobody has handed anything in yet. So it leaves no journal entry; the
act that uses the file (submit, correct) journals its SHA-256.
"""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from yimen.ground.engines import archives, sniff
from yimen.ground.files.models import Upload
from yimen.ground.files.names import clean, fitting
from yimen.ground.files.queries import path_of
from yimen.ground.kernel.errors import Refused

CHUNK_BYTES = 256 * 1024
ORPHAN_AGE = timedelta(days=1)
_ASIDE = ".swept"


def store_upload(
    stream: Any, *, name: str, owner: str, at: datetime, check: Callable[[str, str, int], None] | None = None
) -> Upload:
    """Keep the bytes of `stream` (anything with `.read(n)` or Django's `.chunks()`) and return their row.

    Refused: `file.empty`, `file.too_large` (reading stops at the limit), `file.wrong_type` (told by content),
    `file.macros`, `file.unpacks_too_far`, and whatever `check` (of the cleaned name, the media type and the size in
    bytes) raises; then nothing is kept. The kept name ends as its type does.
    The file is synced and renamed into place before the row is written, so a crash leaves at most an orphan. Call
    it outside a transaction: disks are slow.
    """
    waiting = settings.FILES_DIR / "incoming"
    waiting.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=waiting)
    path = Path(temporary)
    try:
        with os.fdopen(descriptor, "wb") as out:
            digest, size = _copy(stream, out)
        if not size:
            raise Refused("file.empty")
        kind = sniff.media_type(path)
        if kind is None:
            raise Refused("file.wrong_type")
        if check is not None:
            check(clean(name), kind, size)
        if kind in sniff.ZIPPED and (problem := archives.problem(path)):
            raise Refused(problem)
        _move_into_place(path, digest)
    finally:
        path.unlink(missing_ok=True)
    return Upload.objects.create(
        public_id=secrets.token_hex(16),
        sha256=digest,
        name=fitting(clean(name), kind),
        media_type=kind,
        size=size,
        owner=owner,
        uploaded_at=at,
    )


def sweep_orphans(*, at: datetime) -> int:
    """Remove files that no row names and that are older than a day; the number removed.

    A store of the same bytes may run at the same moment: the file is moved aside first, and one that turns out to be
    young (it was just renamed into place) goes back.
    """
    before = (at - ORPHAN_AGE).timestamp()
    removed = 0
    for path in _candidates(before):
        digest = path.name.removesuffix(_ASIDE)
        if path.parent.name != "incoming" and Upload.objects.filter(sha256=digest).exists():
            if path.name != digest and not path.with_name(digest).exists():
                os.replace(path, path.with_name(digest))  # a sweeper died between its two steps
            continue
        aside = path.with_name(digest + _ASIDE)
        try:
            os.replace(path, aside)
            if aside.stat().st_mtime >= before:
                os.replace(aside, path)
                continue
            aside.unlink()
        except FileNotFoundError:  # another sweeper was faster
            continue
        removed += 1
    return removed


def _copy(stream: Any, out: IO[bytes]) -> tuple[str, int]:
    """Copy, count and hash; (hex SHA-256, bytes). Refused(`file.too_large`) as soon as the limit is passed."""
    hasher, size, limit = hashlib.sha256(), 0, settings.MAX_UPLOAD_BYTES
    for chunk in _chunks(stream):
        size += len(chunk)
        if size > limit:
            raise Refused("file.too_large", limit=limit)
        hasher.update(chunk)
        out.write(chunk)
    out.flush()
    os.fsync(out.fileno())
    return hasher.hexdigest(), size


def _chunks(stream: Any) -> Iterator[bytes]:
    if hasattr(stream, "chunks"):
        yield from stream.chunks(CHUNK_BYTES)
        return
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def _move_into_place(path: Path, digest: str) -> None:
    """Rename, also over an equal file: the fresh one is young, so that no sweeper takes it before its row is there."""
    target = path_of(digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(path, target)
    for folder in (target.parent, target.parent.parent, target.parent.parent.parent):
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _candidates(before: float) -> Iterator[Path]:
    root: Path = settings.FILES_DIR
    for pattern in ("??/??/*", "incoming/*"):
        for path in root.glob(pattern):
            try:
                if path.stat().st_mtime < before:
                    yield path
            except FileNotFoundError:
                continue
