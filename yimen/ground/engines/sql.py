"""The few statements of the hot path: read, insert, and change a row that nobody else has changed.

Django's compiler builds each statement anew, which costs several times the statement itself; here the text is built
once per model and set of columns, and values still pass through the fields both ways. Everything else uses the ORM.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.base import ModelState

# Where a model's values need work on the way out: position, column expression, the steps.
Converters = list[tuple[int, Any, list[Callable[[Any, Any, Any], Any]]]]


# Fields that hand values of exactly this type to the driver as they are.
_AS_IT_IS: dict[type[Any], type[Any]] = {
    models.CharField: str,
    models.TextField: str,
    models.BooleanField: bool,
    models.IntegerField: int,
    models.PositiveIntegerField: int,
    models.PositiveSmallIntegerField: int,
    models.BigIntegerField: int,
    models.ForeignKey: int,
}


def _run(text: str, parameters: Sequence[Any], *, fetch: bool = True) -> tuple[list[tuple[Any, ...]], int]:
    """(rows, number of rows changed) of one statement, on the driver's own cursor.

    Django's cursor reads the text anew each time and costs as much as the statement. It is used where somebody counts
    or logs queries; its promises are kept here: errors are Django's, and a broken transaction takes no statement.
    """
    db = connections[DEFAULT_DB_ALIAS]
    if db.execute_wrappers or db.queries_logged:
        with db.cursor() as cursor:
            cursor.execute(text, parameters)
            return list(cursor.fetchall()) if fetch else [], cursor.rowcount
    db.ensure_connection()
    db.validate_no_broken_transaction()
    with db.wrap_database_errors:
        found = db.connection.execute(_driver_text(text, db.vendor), parameters)
        return found.fetchall() if fetch else [], found.rowcount


@cache
def _driver_text(text: str, vendor: str) -> str:
    return text.replace("%s", "?") if vendor == "sqlite" else text


def _to_database(field: Any, value: Any, db: Any) -> Any:
    """What `field.get_db_prep_save` answers, at once for the ordinary types."""
    kind = type(value)
    if _AS_IT_IS.get(type(field)) is kind:
        return value
    if kind is datetime and type(field) is models.DateTimeField and value.tzinfo is not None:
        return db.ops.adapt_datetimefield_value(value)
    if kind is date and type(field) is models.DateField:
        return db.ops.adapt_datefield_value(value)
    return field.get_db_prep_save(value, db)


def quoted(name: str | None) -> str:
    """A name of our own code, quoted."""
    return str(connection.ops.quote_name(name or ""))


@cache
def _fields(model: type[models.Model]) -> tuple[tuple[Any, ...], frozenset[str]]:
    """The columns that an INSERT fills, and their attribute names."""
    fields = tuple(f for f in model._meta.concrete_fields if not f.primary_key)
    return fields, frozenset(f.attname for f in fields)


@cache
def _insert_text(model: type[models.Model], rows: int, vendor: str) -> str:
    quote = quoted
    fields, _ = _fields(model)
    columns = ", ".join(quote(f.column) for f in fields)
    marks = "(" + ", ".join(["%s"] * len(fields)) + ")"
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    return f"INSERT INTO {table} ({columns}) VALUES {', '.join([marks] * rows)} RETURNING {key}"


def insert_many(model: type[models.Model], rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert rows (values by attribute name, missing ones take the field's default) in one statement; their keys.

    TypeError for a name that is no field. At most a few dozen rows: each value is a parameter of the statement.
    """
    db = connections[DEFAULT_DB_ALIAS]
    prepared: list[Any] = []
    fields, names = _fields(model)
    for row in rows:
        if not names.issuperset(row):
            raise TypeError(f"{model.__name__} has no field {', '.join(set(row) - names)}")
        for f in fields:
            value = row[f.attname] if f.attname in row else f.get_default()
            prepared.append(_to_database(f, value, db))
    found, _ = _run(_insert_text(model, len(rows), db.vendor), prepared)
    return [int(row[0]) for row in found]


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
    db = connections[DEFAULT_DB_ALIAS]
    text, fields = _update_text(model, tuple(changes), db.vendor)
    prepared = [_to_database(f, changes[f.attname], db) for f in fields]
    _, changed = _run(text, [*prepared, key, version], fetch=False)
    return changed == 1


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
    db = connections[DEFAULT_DB_ALIAS]
    text, names, converters, fields = _select_text(model, tuple(where), extra, db.vendor)
    found, _ = _run(text, [f.get_db_prep_value(where[f.attname], db) for f in fields])
    made = []
    for raw in found:
        values = list(raw)
        for position, expression, steps in converters:
            for step in steps:
                values[position] = step(values[position], expression, db)
        instance = _instance(model, names, values)
        if extra:
            instance.extra = values[-1]
        made.append(instance)
    return made


def _instance(model: type[models.Model], names: list[str], values: list[Any]) -> Any:
    """What `Model.from_db` makes, without asking each field and without signals (the house has none)."""
    instance: Any = model.__new__(model)
    instance.__dict__.update(zip(names, values, strict=False))
    instance._state = ModelState()
    instance._state.adding, instance._state.db = False, DEFAULT_DB_ALIAS
    return instance


def value(text: str, *parameters: Any) -> Any:
    """The first column of the first row of a statement of our own code; None when there is no row."""
    found, _ = _run(text, parameters)
    return found[0][0] if found else None


def rows(text: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """All rows of a statement of our own code, values as the driver gives them."""
    return _run(text, parameters)[0]


def one_of(column: str, values: Sequence[Any]) -> str:
    """The condition that a column of our own code is one of the values, each of which is a parameter."""
    return f"{column} = %s" if len(values) == 1 else f"{column} IN ({', '.join(['%s'] * len(values))})"
