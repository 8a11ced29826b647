"""Puts sealed values under the active key, a chunk a transaction; it can be stopped at any moment and started again."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, transaction

from yimen.ground.engines import sql
from yimen.ground.engines.crypto import current_mark, seal, unseal
from yimen.ground.engines.fields import EncryptedCharField


def sealed_fields() -> list[EncryptedCharField]:
    """Every sealed column of the house."""
    return [
        field
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedCharField)
    ]


def waiting(field: EncryptedCharField) -> int:
    """How many rows hold a value under another key than the active one."""
    table, _key, column = _names(field)
    mark = current_mark()
    return int(sql.value(f"SELECT COUNT(*) FROM {table} WHERE {_stale(column)}", len(mark), mark))


def reseal(field: EncryptedCharField, *, chunk: int) -> Iterator[int]:
    """Seal the waiting rows anew; yields the number of rows after each chunk. Raises `Undecipherable`.

    A row is only written while it still holds the value that was read, so a change made meanwhile is never lost.
    """
    table, key, column = _names(field)
    mark, last = current_mark(), 0
    text = f"SELECT {key}, {column} FROM {table} WHERE {key} > %s AND {_stale(column)} ORDER BY {key} LIMIT %s"
    change = f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s"
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            found = sql.rows(text, last, len(mark), mark, chunk)
            if not found:
                return
            cursor.executemany(change, [(seal(unseal(old, field.place), field.place), pk, old) for pk, old in found])
        last = found[-1][0]
        yield len(found)


def _names(field: EncryptedCharField) -> tuple[str, str, str]:
    quote, meta = sql.quoted, field.model._meta
    return quote(meta.db_table), quote(meta.pk.column), quote(field.column)


def _stale(column: str) -> str:
    return f"{column} <> '' AND SUBSTR({column}, 1, %s) <> %s"
