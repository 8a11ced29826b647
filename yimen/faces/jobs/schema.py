"""Whether the tables of a database are those of this program, asked before anything is written into them."""

from collections.abc import Iterator
from itertools import islice

from django.apps import apps
from django.db import Error, connection
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.loader import MigrationLoader

MOST_NAMED = 4


def problem() -> str:
    """Empty when this program may go on: the tables fit, wait for its migrations, or are not there yet.

    Otherwise what is wrong and what to do, in sentences. Nothing is written.
    """
    try:
        found = list(islice(_differences(), MOST_NAMED + 1))
    except Error as error:
        why = " ".join(str(error).split())
        return (
            f"the database {where()} does not answer or is none of ours: {why}. Nothing was changed. Look at "
            "DATABASE_URL and YIMEN_VAR, and whether the server runs or the file may be read and written"
        )
    except InconsistentMigrationHistory as error:
        found = [str(error).rstrip(".")]
    if not found:
        return ""
    named = "; ".join(found[:MOST_NAMED]) + ("; …" if len(found) > MOST_NAMED else "")
    return (
        f"the database {where()} was made by another version of Yimen: {named}. Nothing was changed. To keep its data "
        "go back to the version that made it, run `yimen backup FILE.tar` there and follow docs/operate/upgrade.md. To "
        "begin anew beside it name an empty place: YIMEN_VAR=/another/folder (and DATABASE_URL, if you set it)"
    )


def where() -> str:
    """The database as people know it: file or name, never the password."""
    return str(connection.settings_dict["NAME"])


def _differences() -> Iterator[str]:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    if not tables:
        return
    if "django_migrations" not in tables:
        yield f"it holds tables ({', '.join(sorted(tables)[:MOST_NAMED])}) but no list of migrations"
        return
    loader = MigrationLoader(connection)
    loader.check_consistent_history(connection)
    unknown = sorted(set(loader.applied_migrations) - set(loader.disk_migrations))
    yield from (f"it has the migration {label}.{name}, which this version does not know" for label, name in unknown)
    waiting = {label for label, _name in set(loader.disk_migrations) - set(loader.applied_migrations)}
    yield from _columns(tables, waiting)


def _columns(tables: set[str], waiting: set[str]) -> Iterator[str]:
    """Tables whose migrations are all in, but that have other columns than the program's models."""
    for model in apps.get_models(include_auto_created=True):
        options = model._meta
        if options.app_label in waiting or not options.managed or options.proxy:
            continue
        if options.db_table not in tables:
            yield f"the table {options.db_table} is missing"
            continue
        with connection.cursor() as cursor:
            there = {column.name for column in connection.introspection.get_table_description(cursor, options.db_table)}
        ours = {str(field.column) for field in options.local_concrete_fields}
        yield from (f"{options.db_table} lacks {name}" for name in sorted(ours - there))
        yield from (f"{options.db_table} has {name}, which this version does not know" for name in sorted(there - ours))
