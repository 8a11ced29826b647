"""Guards: triggers that keep a promise of the database, on both engines.

A promise that only Python keeps is broken by the first hand on the database. A room adds its own with `add(Guard(…))`
in `AppConfig.ready`. They are put back after every migrate, because a migration that remakes a table drops its
triggers silently on SQLite, and a check (`yimen check --database default`) fails when one is missing.
There is no switch that turns a guard off.
"""

from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db import connections, transaction
from django.db.models.signals import post_migrate


@dataclass(frozen=True, slots=True)
class Guard:
    """One trigger called `name` on `table`, as the statements that make it on each engine.

    `sqlite_sql` is exactly one CREATE TRIGGER statement; `postgresql_sql` may make a
    function first; "" where an engine needs none. The trigger is called `name`, and an older one is dropped first.
    """

    name: str
    table: str
    sqlite_sql: str
    postgresql_sql: str


_guards: dict[str, Guard] = {}

_REFUSE = """
CREATE OR REPLACE FUNCTION yimen_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% may not be changed: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def immutable(table: str, *keys: tuple[str, ...]) -> list[Guard]:
    """The guards of an insert-only table: no UPDATE, no DELETE, no TRUNCATE (a statement trigger of PostgreSQL).

    `keys` are its unique keys: SQLite's INSERT OR REPLACE removes the old row without firing a DELETE trigger, so an
    INSERT that meets one is refused first (with the same IntegrityError as the constraint).
    """
    made = []
    for operation, level in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        name = f"{table}_no_{operation.lower()}"
        lite = (
            f"CREATE TRIGGER {name} BEFORE {operation} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} may not be changed: {operation} refused'); END"
        )
        post = (
            f"{_REFUSE}CREATE TRIGGER {name} BEFORE {operation} ON {table} "
            f"FOR EACH {level} EXECUTE FUNCTION yimen_refuse_change()"
        )
        made.append(Guard(name, table, "" if operation == "TRUNCATE" else lite, post))
    if keys:
        made.append(_no_replace(table, keys))
    return made


def _no_replace(table: str, keys: tuple[tuple[str, ...], ...]) -> Guard:
    name = f"{table}_no_replace"
    met = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE {' AND '.join(f'{column} = NEW.{column}' for column in key)})"
        for key in keys
    )
    lite = (
        f"CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN {met} "
        f"BEGIN SELECT RAISE(ABORT, '{table} may not be changed: the key is taken'); END"
    )
    return Guard(name, table, lite, "")


def add(guard: Guard) -> None:
    """Put a guard on the list; adding the same again changes nothing, another under its name is a ValueError."""
    if _guards.setdefault(guard.name, guard) != guard:
        raise ValueError(f"two guards are called {guard.name}")


def listed() -> list[Guard]:
    """Every guard that was added, in order."""
    return list(_guards.values())


def _statement(guard: Guard, vendor: str) -> str:
    return guard.sqlite_sql if vendor == "sqlite" else guard.postgresql_sql


def _wanted(using: str) -> list[Guard]:
    """The guards that this database should have: their table is there and the engine needs them."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    return [g for g in _guards.values() if g.table in tables and _statement(g, connection.vendor)]


def install(using: str = "default") -> None:
    """Make every guard again, in one transaction, so there is no moment without them."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for guard in _wanted(using):
            cursor.execute(_drop(guard, connection.vendor))
            cursor.execute(_statement(guard, connection.vendor))


def _drop(guard: Guard, vendor: str) -> str:
    on = "" if vendor == "sqlite" else f" ON {guard.table}"
    return f"DROP TRIGGER IF EXISTS {guard.name}{on}"


def missing(using: str = "default") -> list[str]:
    """Names of guards that are not there, are disabled (PostgreSQL) or were replaced by another text (SQLite)."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            there = dict(cursor.fetchall())
            return [g.name for g in _wanted(using) if there.get(g.name) != g.sqlite_sql.strip().rstrip(";")]
        # Only O (origin, the default) and A (always) fire in an ordinary session.
        cursor.execute(
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND pg_table_is_visible(c.oid)"
        )
        enabled = set(cursor.fetchall())
        return [g.name for g in _wanted(using) if (g.name, g.table) not in enabled]


def check(app_configs: Any = None, databases: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """System check `journal.E001`: a guard is missing. Runs only where a database is named."""
    return [
        checks.Error(
            f"guard {name} is missing on database {alias!r}",
            hint="Find out who removed it, run `yimen verify`, then `yimen migrate` puts it back.",
            id="journal.E001",
        )
        for alias in databases or []
        for name in missing(alias)
    ]


def _after_migrate(sender: AppConfig, using: str, **kwargs: Any) -> None:
    install(using)


def connect(app: AppConfig) -> None:
    """Called once by the journal's AppConfig: own guards, the check and the signal."""
    own = [
        *immutable("journal_entry", ("id",), ("actor", "request_key")),
        *immutable("journal_leaf", ("entry_id",), ("head_id", "position")),
        *immutable("journal_head", ("id",), ("previous",)),
    ]
    for guard in own:
        add(guard)
    checks.register(check, checks.Tags.database)
    post_migrate.connect(_after_migrate, sender=app, dispatch_uid="yimen.ground.journal.guards")
