"""Copies of a whole database while it is in use, and the way back: SQLite's online backup, pg_dump and pg_restore.

Nothing here knows a table but by its name; what a snapshot must hold is read from the snapshot itself, so that counts
and copy are of one moment.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection, connections, transaction

# What a forced restore puts aside in PostgreSQL stays in the database, but in no later backup.
ASIDE_SCHEMA = "before_restore_"


class SnapshotFailed(Exception):
    """The database could not be copied or put back; the text says why and what to do."""


def file_name(vendor: str) -> str:
    """What a snapshot of this engine is called in an archive."""
    return "database.sqlite3" if vendor == "sqlite" else "database.dump"


def save(target: Path, queries: Mapping[str, str]) -> dict[str, list[tuple[Any, ...]]]:
    """Copy the database to `target`, and answer `queries` {name: SQL of our own code} from the same moment.

    The server may be running. Raises `SnapshotFailed`.
    """
    return _save_sqlite(target, queries) if connection.vendor == "sqlite" else _save_postgresql(target, queries)


def _save_sqlite(target: Path, queries: Mapping[str, str]) -> dict[str, list[tuple[Any, ...]]]:
    source = Path(str(connection.settings_dict["NAME"]))
    if not source.exists():
        raise SnapshotFailed(f"there is no database {source.name}")
    try:
        with closing(sqlite3.connect(source, timeout=20)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
            # The copy inherits the write-ahead log, which would leave half of it in a second file.
            copy.execute("PRAGMA journal_mode=DELETE")
            return {name: copy.execute(sql).fetchall() for name, sql in queries.items()}
    except sqlite3.Error as error:
        raise SnapshotFailed(f"SQLite: {error}") from error


def _save_postgresql(target: Path, queries: Mapping[str, str]) -> dict[str, list[tuple[Any, ...]]]:
    tool = _tool("pg_dump")
    try:
        return _dump(tool, target, queries)
    except DatabaseError as error:
        raise SnapshotFailed(f"PostgreSQL: {error}") from error


def _dump(tool: str, target: Path, queries: Mapping[str, str]) -> dict[str, list[tuple[Any, ...]]]:
    """The exported snapshot lets pg_dump see the very moment that the queries saw."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        answers = {}
        for name, sql in queries.items():
            cursor.execute(sql)
            answers[name] = cursor.fetchall()
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--exclude-schema={ASIDE_SCHEMA}*"]
        _run([tool, *options, f"--snapshot={snapshot}", f"--file={target}"])
    return answers


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise SnapshotFailed(
            f"{name} is not on this machine. Install the PostgreSQL client (Debian: postgresql-client), "
            "at least as new as the server."
        )
    return found


def _run(command: list[str]) -> None:
    """The connection goes by the environment: a password on a command line can be read by everybody."""
    given = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    env = {**os.environ, **{name: str(given[key]) for name, key in names.items() if given.get(key)}}
    done = subprocess.run(command, env=env, capture_output=True, text=True, errors="replace")
    if done.returncode:
        raise SnapshotFailed(f"{Path(command[0]).name}: {done.stderr.strip()[-2000:]}")


def is_empty() -> bool:
    """Has this database no table yet? A SQLite file that is not there is not made by asking."""
    if connection.vendor == "sqlite" and not Path(str(connection.settings_dict["NAME"])).exists():
        return True
    return not connection.introspection.table_names()


def check_restorable(*, force: bool) -> None:
    """Everything that would stop `restore` half-way and can be known before. Raises `SnapshotFailed`."""
    if connection.vendor == "postgresql":
        _tool("pg_restore")
    if force and not is_empty():
        _check_unused()
    connections.close_all()


def _check_unused() -> None:
    used = "the database is in use: stop the server and the worker before you put another in its place"
    if connection.vendor == "sqlite":
        connections.close_all()
        # Only a connection that is alone may leave the write-ahead log; it also brings the log into the file.
        with closing(sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=1)) as alone:
            try:
                mode = alone.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
            except sqlite3.OperationalError as error:
                raise SnapshotFailed(used) from error
        if mode != "delete":
            raise SnapshotFailed(used)
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        if cursor.fetchone()[0]:
            raise SnapshotFailed(used)


def check_sound(snapshot: Path) -> None:
    """Does the engine accept the file as a database? Raises `SnapshotFailed`."""
    if connection.vendor != "sqlite":
        _run([_tool("pg_restore"), "--list", str(snapshot)])
        return
    try:
        with closing(sqlite3.connect(f"{snapshot.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            said = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok":
        raise SnapshotFailed(f"SQLite does not accept the database of the archive: {said}")


@contextmanager
def restored(snapshot: Path, *, stamp: str) -> Iterator[str]:
    """Put the snapshot in the place of this database; yields what became of the old one, "" when there was none.

    Whatever was there is kept: a file beside it, or a schema. When the body raises, the old state comes back.
    """
    empty = is_empty()
    connections.close_all()
    way = _restored_sqlite if connection.vendor == "sqlite" else _restored_postgresql
    with way(snapshot, empty=empty, stamp=stamp) as aside:
        yield aside


@contextmanager
def _restored_sqlite(snapshot: Path, *, empty: bool, stamp: str) -> Iterator[str]:
    target = Path(str(connection.settings_dict["NAME"]))
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f"{target.name}.before-restore-{stamp}")
    there = target.exists()
    if there:
        os.replace(target, aside)
    for log in ("-wal", "-shm"):
        target.with_name(target.name + log).unlink(missing_ok=True)
    try:
        os.replace(snapshot, target)
        yield "" if empty else aside.name
    except BaseException:
        connections.close_all()
        target.unlink(missing_ok=True)
        if there:
            os.replace(aside, target)
        raise
    if empty:
        aside.unlink(missing_ok=True)


@contextmanager
def _restored_postgresql(snapshot: Path, *, empty: bool, stamp: str) -> Iterator[str]:
    aside = "" if empty else f"{ASIDE_SCHEMA}{stamp.lower()}"
    if aside:
        _schemas(f"ALTER SCHEMA public RENAME TO {aside}", "CREATE SCHEMA public")
    try:
        options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
        database = f"--dbname={connection.settings_dict['NAME']}"
        _run([_tool("pg_restore"), *options, database, str(snapshot)])
        yield aside
    except BaseException:
        connections.close_all()
        _schemas(
            "DROP SCHEMA public CASCADE", f"ALTER SCHEMA {aside} RENAME TO public" if aside else "CREATE SCHEMA public"
        )
        raise


def _schemas(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connections.close_all()
