"""Two statements for the hot path: insert a row, change a row that nobody else has changed.

Django's compiler builds each statement anew, which costs more than the statement itself; here the text is built once
per model and set of columns, and values still pass through the fields. Everything else uses the ORM.
"""

from functools import cache
from typing import Any

from django.db import connection, models


@cache
def _insert(model: type[models.Model], vendor: str) -> tuple[str, tuple["models.Field[Any, Any]", ...]]:
    fields = tuple(f for f in model._meta.concrete_fields if not f.primary_key)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(f.column) for f in fields)
    marks = ", ".join(["%s"] * len(fields))
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    return f"INSERT INTO {table} ({columns}) VALUES ({marks}) RETURNING {key}", fields


def insert(model: type[models.Model], **values: Any) -> int:
    """Insert one row (`values` by attribute name, missing ones take the field's default); returns its key."""
    sql, fields = _insert(model, connection.vendor)
    prepared = [
        f.get_db_prep_save(values.pop(f.attname) if f.attname in values else f.get_default(), connection) for f in fields
    ]
    if values:
        raise TypeError(f"{model.__name__} has no field {', '.join(values)}")
    with connection.cursor() as cursor:
        cursor.execute(sql, prepared)
        return int(cursor.fetchone()[0])


@cache
def _update(model: type[models.Model], names: tuple[str, ...], vendor: str) -> tuple[str, tuple[Any, ...]]:
    by_name = {f.attname: f for f in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    fields = tuple(by_name[name] for name in names)
    table, version = quote(model._meta.db_table), quote("version")
    sets = ", ".join([f"{version} = {version} + 1", *(f"{quote(f.column)} = %s" for f in fields)])
    return f"UPDATE {table} SET {sets} WHERE id = %s AND {version} = %s", fields


def guarded_update(model: type[models.Model], key: int, version: int, changes: dict[str, Any]) -> bool:
    """Write `changes` and count `version` up, only if the row still has `version`; False when it has not."""
    sql, fields = _update(model, tuple(changes), connection.vendor)
    prepared = [f.get_db_prep_save(changes[f.attname], connection) for f in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*prepared, key, version])
        return cursor.rowcount == 1
