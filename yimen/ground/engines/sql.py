"""The few statements of the hot path: read, insert, and change a row that nobody else has changed.

Django's compiler builds each statement anew, which costs several times the statement itself; here the text is built
once per model and set of columns, and values still pass through the fields both ways. Everything else uses the ORM.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.db import connection, models

# Where a model's values need work on the way out: position, column expression, the steps.
Converters = list[tuple[int, Any, list[Callable[[Any, Any, Any], Any]]]]


def quoted(name: str | None) -> str:
    """A name of our own code, quoted."""
    return str(connection.ops.quote_name(name or ""))


def _fields(model: type[models.Model]) -> tuple[Any, ...]:
    return tuple(f for f in model._meta.concrete_fields if not f.primary_key)


@cache
def _insert_text(model: type[models.Model], rows: int, vendor: str) -> str:
    quote = quoted
    columns = ", ".join(quote(f.column) for f in _fields(model))
    marks = "(" + ", ".join(["%s"] * len(_fields(model))) + ")"
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    return f"INSERT INTO {table} ({columns}) VALUES {', '.join([marks] * rows)} RETURNING {key}"


def insert_many(model: type[models.Model], rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert rows (values by attribute name, missing ones take the field's default) in one statement; their keys.

    TypeError for a name that is no field. At most a few dozen rows: each value is a parameter of the statement.
    """
    prepared: list[Any] = []
    fields = _fields(model)
    names = {f.attname for f in fields}
    for row in rows:
        if not names.issuperset(row):
            raise TypeError(f"{model.__name__} has no field {', '.join(set(row) - names)}")
        for f in fields:
            value = row[f.attname] if f.attname in row else f.get_default()
            prepared.append(f.get_db_prep_save(value, connection))
    with connection.cursor() as cursor:
        cursor.execute(_insert_text(model, len(rows), connection.vendor), prepared)
        return [int(row[0]) for row in cursor.fetchall()]


def insert(model: type[models.Model], **values: Any) -> int:
    """Insert one row; returns its key."""
    return insert_many(model, [values])[0]


@cache
def _update_text(model: type[models.Model], names: tuple[str, ...], vendor: str) -> tuple[str, tuple[Any, ...]]:
    by_name = {f.attname: f for f in model._meta.concrete_fields}
    quote = quoted
    fields = tuple(by_name[name] for name in names)
    table, version = quote(model._meta.db_table), quote("version")
    sets = ", ".join([f"{version} = {version} + 1", *(f"{quote(f.column)} = %s" for f in fields)])
    return f"UPDATE {table} SET {sets} WHERE id = %s AND {version} = %s", fields


def guarded_update(model: type[models.Model], key: int, version: int, changes: dict[str, Any]) -> bool:
    """Write `changes` and count `version` up, only if the row still has `version`; False when it has not."""
    sql, fields = _update_text(model, tuple(changes), connection.vendor)
    prepared = [f.get_db_prep_save(changes[f.attname], connection) for f in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*prepared, key, version])
        return cursor.rowcount == 1


@cache
def _select_text(
    model: type[models.Model], where: tuple[str, ...], extra: str, vendor: str
) -> tuple[str, list[str], Converters, tuple[Any, ...]]:
    quote = quoted
    fields = model._meta.concrete_fields
    by_name = {f.attname: f for f in fields}
    table = quote(model._meta.db_table)
    columns = [f"{table}.{quote(f.column)}" for f in fields] + ([extra] if extra else [])
    conditions = " AND ".join(f"{quote(by_name[name].column)} = %s" for name in where)
    converters = []
    for position, f in enumerate(fields):
        expression = f.get_col(model._meta.db_table)
        steps = connection.ops.get_db_converters(expression) + expression.get_db_converters(connection)
        if steps:
            converters.append((position, expression, steps))
    text = f"SELECT {', '.join(columns)} FROM {table} WHERE {conditions} ORDER BY {table}.id"
    return text, [f.attname for f in fields], converters, tuple(by_name[name] for name in where)


def select(model: type[models.Model], *, extra: str = "", **where: Any) -> list[Any]:
    """The rows that equal `where` (by attribute name), by key, as instances; `extra`, an SQL expression of our own
    code, becomes their attribute `extra`."""
    text, names, converters, fields = _select_text(model, tuple(where), extra, connection.vendor)
    prepared = [f.get_db_prep_value(where[f.attname], connection) for f in fields]
    with connection.cursor() as cursor:
        cursor.execute(text, prepared)
        found = cursor.fetchall()
    made = []
    for raw in found:
        values = list(raw)
        for position, expression, steps in converters:
            for step in steps:
                values[position] = step(values[position], expression, connection)
        instance = model.from_db(connection.alias, names, values[: len(names)])
        if extra:
            instance.extra = values[-1]  # type: ignore[attr-defined]
        made.append(instance)
    return made


def value(text: str, *parameters: Any) -> Any:
    """The first column of the first row of a statement of our own code; None when there is no row."""
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        row = cursor.fetchone()
    return row[0] if row else None


def rows(text: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """All rows of a statement of our own code, values as the driver gives them."""
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        return list(cursor.fetchall())


def one_of(column: str, values: Sequence[Any]) -> str:
    """The condition that a column of our own code is one of the values, each of which is a parameter."""
    return f"{column} = %s" if len(values) == 1 else f"{column} IN ({', '.join(['%s'] * len(values))})"
