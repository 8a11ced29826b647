"""A centre in one file, and back: database, files, keys, and a manifest that says what must be there.

Format `yimen-backup/1`: a plain tar of `database.sqlite3` or `database.dump`, `files/aa/bb/SHA256`, `keys/NAME` and, as
its last member, `manifest.json` with the size and SHA-256 of every other one. The database is copied first and the
files after it: a file is never changed and only removed when nobody names it, so the archive has at least what its
database names.
"""

import hashlib
import json
import os
import re
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import django
from django.conf import settings
from django.db import connection

from yimen.ground.engines import snapshots
from yimen.ground.journal.models import Head
from yimen.ground.journal.sealing import head_hash

FORMAT = "yimen-backup/1"
MANIFEST = "manifest.json"
CHUNK_BYTES = 1024 * 1024
MAX_MANIFEST = 512 * 1024 * 1024
# The only names that an archive may hold: nothing in it can point out of its place.
NAME = re.compile(
    r"manifest\.json|database\.(?:sqlite3|dump)|keys/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}"
    r"|files/([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{60}",
    re.ASCII,
)
QUERIES = {
    "entries": "SELECT COUNT(*) FROM journal_entry",
    "sealed": "SELECT COUNT(*) FROM journal_leaf",
    "heads": "SELECT COUNT(*), MAX(id) FROM journal_head",
    "files": "SELECT DISTINCT sha256 FROM files_upload",
    "migrations": "SELECT app, name FROM django_migrations ORDER BY app, name",
}


class BadArchive(Exception):
    """The archive can't be trusted; nothing was touched."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a backup holds. `missing`: files that the database names and the store lacks or holds damaged."""

    manifest: dict[str, Any]
    missing: list[str]


class HashingReader:
    """Passes `read` on and hashes what goes through."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._hash = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """As of a file."""
        data = self._source.read(size)
        self._hash.update(data)
        return data

    @property
    def sha256(self) -> str:
        """Of everything read so far, hex."""
        return self._hash.hexdigest()


def write_backup(path: Path, *, now: datetime) -> Written:
    """Write the archive `path` (0600: it holds the keys), whole or not at all. Raises `FileExistsError`,
    `SnapshotFailed`."""
    if path.exists():
        raise FileExistsError(path.name)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
        snapshot = Path(folder) / snapshots.file_name(connection.vendor)
        answers = snapshots.save(snapshot, QUERIES)
        part = Path(folder) / "archive.tar"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            written = _fill(out, snapshot, answers, now)
            out.flush()
            os.fsync(out.fileno())
        _into_place(part, path)
    return written


def _into_place(part: Path, path: Path) -> None:
    """Unlike a rename a link never replaces what somebody else put there meanwhile; some disks have no links."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:
        os.rename(part, path)


def _fill(out: IO[bytes], snapshot: Path, answers: dict[str, Any], now: datetime) -> Written:
    members: dict[str, dict[str, Any]] = {}
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        members[snapshot.name] = _add(tar, snapshot.name, snapshot)
        kept = set()
        for name, path in _stored_files():
            try:
                with path.open("rb") as found:
                    sound = hashlib.file_digest(found, "sha256").hexdigest() == path.name
                if sound:
                    members[name] = _add(tar, name, path)
                    kept.add(path.name)
            except FileNotFoundError:  # swept meanwhile: nobody names it
                continue
        for name, path in _key_files():
            members[name] = _add(tar, name, path)
        missing = sorted({row[0] for row in answers["files"]} - kept)
        manifest = _manifest(members, answers, missing, now)
        text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
        tar.addfile(_info(MANIFEST, len(text)), BytesIO(text))
    return Written(manifest, missing)


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def _add(tar: tarfile.TarFile, name: str, path: Path) -> dict[str, Any]:
    with path.open("rb") as source:
        size = os.fstat(source.fileno()).st_size
        reader = HashingReader(source)
        tar.addfile(_info(name, size), reader)
    return {"size": size, "sha256": reader.sha256}


def _stored_files() -> Iterator[tuple[str, Path]]:
    root = Path(settings.FILES_DIR)
    for path in sorted(root.glob("??/??/*")):
        name = f"files/{path.relative_to(root).as_posix()}"
        if NAME.fullmatch(name):
            yield name, path


def _key_files() -> Iterator[tuple[str, Path]]:
    folder = Path(settings.KEYS_DIR)
    for path in sorted(folder.iterdir()) if folder.exists() else []:
        name = f"keys/{path.name}"
        if path.is_file() and NAME.fullmatch(name):
            yield name, path


def _manifest(members: dict[str, Any], answers: dict[str, Any], missing: list[str], now: datetime) -> dict[str, Any]:
    heads, last = answers["heads"][0]
    # A head never changes, so its hash may be read after the snapshot.
    newest = {"id": last, "hash": head_hash(Head.objects.get(pk=last))} if last else None
    return {
        "format": FORMAT,
        "made_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "engine": connection.vendor,
        "versions": {"yimen": version("yimen"), "django": django.get_version()},
        "migrations": [f"{app}.{name}" for app, name in answers["migrations"]],
        "journal": {
            "entries": answers["entries"][0][0],
            "sealed": answers["sealed"][0][0],
            "heads": heads,
            "newest_head": newest,
        },
        # With a key from the environment the query passwords depend on something that is not in here.
        "secret_key": "file" if "keys/secret_key" in members else "environment",
        "missing_files": missing,
        "members": members,
    }


@contextmanager
def opened(path: Path) -> Iterator[tuple[tarfile.TarFile, dict[str, Any]]]:
    """An archive and its manifest, after every byte of it was checked. Raises `BadArchive`."""
    with ExitStack() as stack:
        try:
            tar = stack.enter_context(tarfile.open(path, mode="r:"))
            manifest = _checked(tar)
        except (tarfile.TarError, OSError, EOFError, UnicodeError, OverflowError) as error:
            raise BadArchive(f"{path.name} is not a whole archive: {error}") from error
        yield tar, manifest


def _checked(tar: tarfile.TarFile) -> dict[str, Any]:
    found: dict[str, tuple[int, str]] = {}
    manifest: dict[str, Any] | None = None
    for info in tar:
        if not info.isfile() or not NAME.fullmatch(info.name) or info.name in found:
            raise BadArchive(f"a member {info.name[:100]!r} does not belong in a backup")
        source = tar.extractfile(info)
        assert source is not None  # it is a regular file
        if info.name == MANIFEST:
            manifest = _read_manifest(source.read(MAX_MANIFEST))
            found[MANIFEST] = (info.size, "")
            continue
        reader = HashingReader(source)
        while reader.read(CHUNK_BYTES):
            pass
        found[info.name] = (info.size, reader.sha256)
    if manifest is None:
        raise BadArchive("the archive has no manifest: it was cut off or is no backup")
    del found[MANIFEST]
    _compare(found, manifest)
    return manifest


def _read_manifest(data: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(data)
        fits = manifest["format"] == FORMAT and all(
            {"size", "sha256"} <= set(member) for member in manifest["members"].values()
        )
        fits = fits and {"engine", "journal", "versions", "migrations"} <= set(manifest)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadArchive(f"the manifest can't be read: {error}") from error
    if not fits:
        raise BadArchive(f"the manifest is not of the format {FORMAT}")
    return dict(manifest)


def _compare(found: dict[str, tuple[int, str]], manifest: dict[str, Any]) -> None:
    promised = {name: (member["size"], member["sha256"]) for name, member in manifest["members"].items()}
    for name in sorted(found.keys() | promised.keys()):
        if name not in found:
            raise BadArchive(f"{name} is missing from the archive")
        if name not in promised:
            raise BadArchive(f"{name} is not in the manifest")
        if found[name] != promised[name]:
            raise BadArchive(f"{name} was changed or damaged")
    if snapshots.file_name(manifest["engine"]) not in found:
        raise BadArchive("the archive has no database")
