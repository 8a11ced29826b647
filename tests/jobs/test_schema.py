"""A database of another version: `yimen run` and `yimen migrate` say so and change nothing."""

import sqlite3
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder

from yimen.faces.jobs import schema


def sql(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text)


@pytest.mark.django_db
def test_the_tables_of_this_version_fit() -> None:
    assert schema.problem() == ""


@pytest.mark.django_db
def test_other_columns_are_named() -> None:
    sql("ALTER TABLE identity_hall RENAME COLUMN name TO nickname")
    sql("ALTER TABLE cases_extension RENAME TO cases_longer")
    found = schema.problem()
    for part in ("identity_hall lacks name", "identity_hall has nickname", "the table cases_extension is missing"):
        assert part in found


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["run", "migrate"])
def test_nothing_is_written_into_tables_of_another_version(command: str) -> None:
    sql("ALTER TABLE identity_hall ADD COLUMN colour varchar(9)")
    sql("DROP TABLE yimen_cache")
    with pytest.raises(CommandError, match=r"another version.*identity_hall has colour.*YIMEN_VAR"):
        call_command(command, **({"port": 8197} if command == "run" else {}), stdout=StringIO())
    assert "yimen_cache" not in connection.introspection.table_names()


@pytest.mark.django_db
def test_a_newer_database_is_not_touched() -> None:
    MigrationRecorder(connection).record_applied("cases", "0999_later")
    assert "cases.0999_later, which this version does not know" in schema.problem()


@pytest.mark.django_db
def test_what_waits_for_a_migration_may_go_on() -> None:
    MigrationRecorder(connection).record_unapplied("cases", "0001_initial")
    sql("ALTER TABLE cases_extension ADD COLUMN colour varchar(9)")
    assert schema.problem() == ""


@pytest.fixture
def other_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any) -> Iterator[Path]:
    """A SQLite file that `schema` looks at instead of the test's database."""
    path = tmp_path / "other.sqlite3"
    connections.databases["other"] = {**connections.databases["default"], "NAME": str(path), "OPTIONS": {}}
    connections.databases["other"]["ENGINE"] = "django.db.backends.sqlite3"
    monkeypatch.setattr(schema, "connection", connections["other"])
    with django_db_blocker.unblock():
        yield path
        connections["other"].close()
    del connections["other"], connections.databases["other"]


def test_no_database_of_ours(other_file: Path) -> None:
    other_file.write_bytes(b"this is no database, whatever its name says" * 40)
    assert "none of ours" in schema.problem() and str(other_file) in schema.problem()


def test_tables_of_another_program(other_file: Path) -> None:
    with sqlite3.connect(other_file) as file:
        file.execute("CREATE TABLE customers (id integer)")
    file.close()
    assert "customers" in schema.problem()


def test_an_empty_place(other_file: Path) -> None:
    assert schema.problem() == ""
