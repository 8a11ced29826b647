"""The catalogue as tables that can leave the centre and come back: organs, items, all versions, and whatever hangs on a
version or an item. Which tables and columns there are is read from the models, so that no later field is forgotten.

Things are named by what people know: organs and items by their codes, a version by `CODE#NUMBER`. What is not the
catalogue's stays here: who drafted and checked (people of this centre), counters, and what is made of other columns.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models

from yimen.rooms.catalogue.models import ImportRun, Item, ItemVersion, QuarantinedRow
from yimen.rooms.identity.models import Organ

ORGANS, ITEMS, VERSIONS = "organs", "items", "versions"
ORGAN_COLUMNS = ("code", "name", "name_en", "credit_code", "is_sample")
# Of a version in a centre where nobody has looked at it yet.
STANDING = ("state", "valid_from", "valid_to", "check_note")
# Bytes of files don't travel in tables, so neither do the rows that name them.
_OURS = {"search_words", "files"}
_NAMED: dict[type[models.Model], str] = {Organ: "organ", Item: "item", ItemVersion: "version"}


class Table(NamedTuple):
    """A table: its name, its model, the fields that travel, the field that binds it to a version or an item."""

    name: str
    model: type[models.Model]
    fields: tuple[Any, ...]
    parent: str


@cache
def tables() -> tuple[Table, ...]:
    """Items, versions, then what hangs on them, in the order of the models."""
    found = [_table(ITEMS, Item, ""), _table(VERSIONS, ItemVersion, "item")]
    for app in ("catalogue", "guides"):
        for model in apps.get_app_config(app).get_models():
            parent = _parent(model)
            if parent and model not in (Item, ItemVersion, ImportRun, QuarantinedRow):
                found.append(_table(model._meta.model_name or "", model, parent))
    return tuple(found)


def _table(name: str, model: type[models.Model], parent: str) -> Table:
    fields = [f for f in model._meta.concrete_fields if _travels(f)]
    return Table(name, model, tuple(fields), parent)


def _parent(model: type[models.Model]) -> str:
    for field in model._meta.concrete_fields:
        if field.is_relation and field.related_model in (ItemVersion, Item):
            return str(field.name)
    return ""


def _travels(field: Any) -> bool:
    if field.is_relation:
        return field.related_model in _NAMED
    counter = field.name == "version" and isinstance(field, models.PositiveIntegerField)
    return not (isinstance(field, models.AutoField) or counter or field.name in _OURS)


def exported() -> Iterator[tuple[str, Iterator[list[str]]]]:
    """(name of the table, rows with the header first) of the whole catalogue."""
    yield ORGANS, _organ_rows()
    for table in tables():
        yield table.name, _rows(table)


def _organ_rows() -> Iterator[list[str]]:
    """Organs that the catalogue names; nothing of how they are organised here."""
    yield list(ORGAN_COLUMNS)
    for organ in Organ.objects.order_by("code").iterator(chunk_size=500):
        yield [cell(getattr(organ, name)) for name in ORGAN_COLUMNS]


def _rows(table: Table) -> Iterator[list[str]]:
    yield [field.name for field in table.fields]
    # Ordered by what people know, not by keys, which differ from centre to centre.
    paths = {"": ["code"], "item": ["item__code"], "version": ["version__item__code", "version__number"]}[table.parent]
    own = ["number"] if table.name == VERSIONS else ["pk"] if table.parent else []
    related = [f.name for f in table.fields if f.is_relation]
    related += ["version__item"] if "version" in related else []
    found = table.model._default_manager.select_related(*related).order_by(*paths, *own)
    for row in found.iterator(chunk_size=500):
        yield [_written(row, field) for field in table.fields]


def _written(row: Any, field: Any) -> str:
    return named(getattr(row, field.name)) if field.is_relation else cell(getattr(row, field.attname), field)


def named(thing: Any) -> str:
    """What an organ, an item or a version is called in the tables."""
    if thing is None:
        return ""
    return f"{thing.item.code}#{thing.number}" if isinstance(thing, ItemVersion) else str(thing.code)


def cell(value: Any, field: Any = None) -> str:
    """A value as text: nothing is empty, JSON has sorted keys, days are YYYY-MM-DD."""
    if isinstance(field, models.JSONField):
        return "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def value_of(field: Any, text: str) -> Any:
    """What `cell` made a text of; ValueError for what the column can't hold."""
    if isinstance(field, models.JSONField):
        return json.loads(text) if text else None
    if text == "" and not isinstance(field, models.CharField | models.TextField):
        if not field.null:
            raise ValueError(field.name)
        return None
    if isinstance(field, models.BooleanField):
        return {"true": True, "false": False}[text.lower()]
    if isinstance(field, models.DateTimeField):
        return datetime.fromisoformat(text)
    if isinstance(field, models.DateField):
        return date.fromisoformat(text)
    if isinstance(field, models.IntegerField):
        return int(text)
    if "\x00" in text or (field.max_length and len(text) > field.max_length):
        raise ValueError(field.name)
    return text


def values_of(table: Table, record: Mapping[str, str]) -> dict[str, Any]:
    """{column: value} of the plain fields of a row; a column that the file has not keeps its default. Raises ValueError
    naming the column."""
    found = {}
    for field in table.fields:
        if field.is_relation or field.name not in record:
            continue
        try:
            found[field.name] = value_of(field, record[field.name])
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(field.name) from error
    return found


def same(row: Any, values: Mapping[str, Any], but: Sequence[str] = ()) -> bool:
    """Whether a row says what the file says, apart from `but`."""
    return all(getattr(row, name) == value for name, value in values.items() if name not in but)
