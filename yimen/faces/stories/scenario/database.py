"""A database of its own for each story: a copy in memory of a migrated SQLite template; the centre's is never opened.

The template is a file in a cache folder of the user, named by the hash of everything that a migrate puts into it
(migrations, guards, shipped parameters), so a change of any of them makes a new one. Stories run on SQLite also where
the centre runs on PostgreSQL: they show the law, and the suite runs the flows on both engines.
"""

import hashlib
import itertools
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connections

from yimen.ground.journal import guards
from yimen.ground.law.seeds import PARAMETERS

_COUNT = itertools.count(1)
# Nothing here outlives its story, so nothing is synced to disk.
_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY; PRAGMA foreign_keys=ON;",
}


@contextmanager
def story_database() -> Iterator[str]:
    """The default connection is a fresh copy of the template inside, and what it was before afterwards."""
    template = template_path()
    name = f"file:story-{os.getpid()}-{next(_COUNT)}?mode=memory"
    with _default_connection(name) as connection:
        connection.ensure_connection()
        source = sqlite3.connect(template)
        try:
            source.backup(connection.connection)
        finally:
            source.close()
        yield name


@contextmanager
def _default_connection(name: str) -> Iterator[Any]:
    """`connections["default"]` becomes SQLite `name`; the real one is put aside unopened or as it was."""
    settings = connections.settings["default"]
    handler: Any = connections
    # An attribute, not connections["default"]: reading that would make the centre's connection.
    kept = getattr(handler._connections, "default", None)
    connections.settings["default"] = {
        **settings,
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": _OPTIONS,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
    }
    connection: Any = connections.create_connection("default")
    connections["default"] = connection
    try:
        yield connection
    finally:
        if connection.connection is not None:
            connection.connection.close()  # Django keeps databases in memory open; this one is done
        connections.settings["default"] = settings
        if kept is None:
            del connections["default"]
        else:
            connections["default"] = kept


def template_path() -> Path:
    """The migrated template, made when this state of the migrations has none yet (a few seconds)."""
    path = _cache_folder() / f"template-{_state_of_migrations()}.sqlite3"
    if not path.exists():
        handle, building = tempfile.mkstemp(dir=path.parent, suffix=".building")
        os.close(handle)
        try:
            with _default_connection(building):
                call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
            os.replace(building, path)
        finally:
            Path(building).unlink(missing_ok=True)
    return path


def _cache_folder() -> Path:
    """A folder that only this user can write; another's folder of the same name is not trusted."""
    folder = Path(tempfile.gettempdir()) / f"yimen-stories-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != os.getuid() or found.st_mode & 0o022:
        folder = Path(tempfile.mkdtemp(prefix="yimen-stories-"))
    return folder


_state: list[str] = []


def _state_of_migrations() -> str:
    """A hash of what `migrate` would put into an empty database; read once a process."""
    if not _state:
        digest = hashlib.sha256(f"{django.VERSION}{sqlite3.sqlite_version}".encode())
        for config in sorted(apps.get_app_configs(), key=lambda c: c.label):
            for file in sorted(Path(config.path).glob("migrations/*.py")):
                digest.update(f"{config.label}/{file.name}".encode() + file.read_bytes())
        digest.update(PARAMETERS.read_bytes())
        for guard in sorted(guards.listed(), key=lambda g: g.name):
            digest.update(f"{guard.name}:{guard.table}:{guard.sqlite_sql}".encode())
        _state.append(digest.hexdigest()[:32])
    return _state[0]
