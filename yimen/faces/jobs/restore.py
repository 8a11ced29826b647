"""Putting a backup in the place of a centre: everything is checked first, and what was there is kept."""

import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from yimen.faces.jobs.backup import CHUNK_BYTES, BadArchive, HashingReader, opened
from yimen.ground.engines import snapshots
from yimen.ground.journal import guards
from yimen.ground.journal.verification import Report, verify


class NotEmpty(Exception):
    """There is a centre here already; nothing was touched."""


@dataclass(frozen=True, slots=True)
class Restored:
    """`report`: what the journal says now; `short`: entries that the manifest promised and that are not there.

    `kept`: names of what a forced restore put aside.
    """

    report: Report
    manifest: dict[str, Any]
    kept: list[str]
    short: int

    @property
    def ok(self) -> bool:
        """Does the journal hold, and is it the one of the manifest?"""
        return self.report.ok and not self.short


def restore_backup(path: Path, *, force: bool, now: datetime) -> Restored:
    """Restore `path` into this database and these folders, put back the guards and verify the journal.

    Raises `BadArchive`, `NotEmpty`, `SnapshotFailed`; then everything is as it was.
    """
    with opened(path) as (tar, manifest):
        if manifest["engine"] != connection.vendor:
            raise BadArchive(
                f"the backup is of a {manifest['engine']} database, DATABASE_URL names {connection.vendor}: "
                "restore it into the same engine"
            )
        names = list(manifest["members"])
        if not force:
            _check_empty(manifest)
        snapshots.check_restorable(force=force)
        stamp = f"{now:%Y%m%dT%H%M%S}"
        root = _database_folder()
        with tempfile.TemporaryDirectory(dir=root, prefix=".restore-") as folder:
            snapshot = Path(folder) / snapshots.file_name(connection.vendor)
            _extract(tar, snapshot.name, snapshot, manifest)
            snapshots.check_sound(snapshot)
            for name in (n for n in names if n.startswith("files/")):
                _extract(tar, name, Path(settings.FILES_DIR) / name.removeprefix("files/"), manifest)
            with _keys(tar, manifest, stamp) as old_keys, snapshots.restored(snapshot, stamp=stamp) as old_database:
                guards.install()
                report = verify(known_heads=_promised_heads(manifest))
    short = max(0, manifest["journal"]["entries"] - report.entries)
    return Restored(report, manifest, [name for name in (old_database, old_keys) if name], short)


def _database_folder() -> Path:
    """Where a snapshot waits: beside a SQLite file, so that it can be renamed into its place."""
    folder = Path(str(connection.settings_dict["NAME"])).parent if connection.vendor == "sqlite" else settings.VAR_DIR
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder)


def _promised_heads(manifest: dict[str, Any]) -> dict[int, str]:
    newest = manifest["journal"]["newest_head"]
    return {newest["id"]: newest["hash"]} if newest else {}


def _check_empty(manifest: dict[str, Any]) -> None:
    if not snapshots.is_empty():
        raise NotEmpty("the database is not empty")
    members = manifest["members"]
    root = Path(settings.FILES_DIR)
    for path in root.glob("??/??/*"):
        if f"files/{path.relative_to(root).as_posix()}" not in members:
            raise NotEmpty("the folder of files holds files that are not in the backup")
    # Every start in demo mode makes a secret_key, so also this one did: alone it is no centre.
    folder = Path(settings.KEYS_DIR)
    others = [p for p in folder.iterdir() if p.name != "secret_key"] if folder.exists() else []
    if any(members.get(f"keys/{p.name}", {}).get("sha256") != _digest(p) for p in others):
        raise NotEmpty("the folder of keys holds other keys than the backup's")


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        reader = HashingReader(source)
        while reader.read(CHUNK_BYTES):
            pass
    return reader.sha256


def _extract(tar: tarfile.TarFile, name: str, target: Path, manifest: dict[str, Any]) -> None:
    """One member, durable and readable by its owner only, or not at all. Names were checked when it was opened."""
    source = tar.extractfile(name)
    assert source is not None
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, waiting = tempfile.mkstemp(dir=target.parent)  # mkstemp gives 0600
    try:
        reader = HashingReader(source)
        with os.fdopen(handle, "wb") as out:
            while data := reader.read(CHUNK_BYTES):
                out.write(data)
            out.flush()
            os.fsync(out.fileno())
        if reader.sha256 != manifest["members"][name]["sha256"]:
            raise BadArchive(f"{name} changed while it was read")
        os.replace(waiting, target)
    finally:
        Path(waiting).unlink(missing_ok=True)


@contextmanager
def _keys(tar: tarfile.TarFile, manifest: dict[str, Any], stamp: str) -> Iterator[str]:
    """The keys of the backup in place, the old ones beside them; yields the old folder's name, "" when there were
    none that matter. When the body raises, the old ones come back."""
    folder = Path(settings.KEYS_DIR)
    aside = folder.with_name(f"{folder.name}.before-restore-{stamp}")
    had = folder.exists()
    names = [n for n in manifest["members"] if n.startswith("keys/")]
    if had:
        os.replace(folder, aside)
    try:
        folder.mkdir(parents=True, mode=0o700)
        if had and "keys/secret_key" not in names and (aside / "secret_key").exists():
            (folder / "secret_key").write_bytes((aside / "secret_key").read_bytes())
            (folder / "secret_key").chmod(0o600)
        for name in names:
            _extract(tar, name, folder / name.removeprefix("keys/"), manifest)
        yield aside.name if had else ""
    except BaseException:
        for path in folder.iterdir() if folder.exists() else []:
            path.unlink()
        if folder.exists():
            folder.rmdir()
        if had:
            os.replace(aside, folder)
        raise
