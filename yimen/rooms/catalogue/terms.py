"""What a case needs to know of its item version, as one frozen value kept in the process.

A published version never changes, so nothing has to be read again; a new text is a new version.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.db import connection
from jsonschema import Draft202012Validator

from yimen.ground.engines import sql
from yimen.rooms.catalogue.formats import FORMATS
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.catalogue.queries import version_in_force
from yimen.rooms.catalogue.rules.versions import special_kind


@dataclass(frozen=True)
class VersionTerms:
    """Terms under which an application for this version is handled."""

    id: int
    number: int
    item_code: str
    item_name: str
    organ_id: int
    immediate: bool
    approver: str
    statutory_limit: str
    promised_limit: str
    extension: Mapping[str, Any] | None
    special_procedures: tuple[str, ...]
    guide: Mapping[str, str]
    material_names: Mapping[str, str]
    form_schema: Mapping[str, Any]
    result_name: str
    validity_years: int | None

    @cached_property
    def form_validator(self) -> Draft202012Validator:
        """Checks a form against the version's JSON Schema, its formats (a date must exist) included."""
        return Draft202012Validator(dict(self.form_schema), format_checker=FORMATS)


@lru_cache(maxsize=4096)
def _read(database: str, version_id: int) -> VersionTerms:
    version = ItemVersion.objects.select_related("item").prefetch_related("materials").get(pk=version_id)
    materials = list(version.materials.all())
    return VersionTerms(
        id=version.pk,
        number=version.number,
        item_code=version.item.code,
        item_name=version.item.name,
        organ_id=version.item.organ_id,
        immediate=version.review == ItemVersion.Review.IMMEDIATE,
        approver=version.approver,
        statutory_limit=version.statutory_limit,
        promised_limit=version.promised_limit,
        extension=version.extension,
        special_procedures=tuple(special_kind(entry) for entry in version.special_procedures),
        guide={m.code: m.necessity for m in materials},
        material_names={m.code: m.name for m in materials},
        form_schema=version.form_schema,
        result_name=version.result_name,
        validity_years=version.validity_years,
    )


def terms(version_id: int) -> VersionTerms:
    """The terms of a published version."""
    return _read(str(connection.settings_dict["NAME"]), version_id)


_IN_FORCE = (
    "SELECT v.id FROM catalogue_itemversion v JOIN catalogue_item i ON i.id = v.item_id WHERE i.code = %s"
    " AND v.state = 'published' AND v.valid_from <= %s AND (v.valid_to IS NULL OR v.valid_to >= %s)"
)


def terms_in_force(item_code: str, on: date) -> VersionTerms:
    """The terms of an item on a day; raises `item.unknown` or `item.not_in_force`."""
    day = connection.ops.adapt_datefield_value(on)
    version_id = sql.value(_IN_FORCE, item_code, day, day)
    return terms(version_id if version_id else version_in_force(item_code, on).pk)


class Shown(NamedTuple):
    """What may change about an item whose version does not: together with the version's key it names one text."""

    version_id: int
    code: str
    name: str
    kind: str
    basis: str
    is_sample: bool
    organ_id: int
    organ_name: str


_SHOWN = (
    "SELECT v.id, i.code, i.name, i.kind, i.basis, i.is_sample, i.organ_id, o.name FROM catalogue_itemversion v"
    " JOIN catalogue_item i ON i.id = v.item_id JOIN identity_organ o ON o.id = i.organ_id WHERE i.code = %s"
    " AND v.state = 'published' AND v.valid_from <= %s AND (v.valid_to IS NULL OR v.valid_to >= %s)"
)


def shown_in_force(item_code: str, on: date) -> Shown:
    """The item and the version whose guide is in force on a day; raises `item.unknown` or `item.not_in_force`."""
    if "\x00" not in item_code:
        day = connection.ops.adapt_datefield_value(on)
        with connection.cursor() as cursor:
            cursor.execute(_SHOWN, [item_code, day, day])
            row = cursor.fetchone()
        if row:
            return Shown(*row)
    version = version_in_force(item_code, on)  # says which of the two it is, or was published a moment ago
    item, organ = version.item, version.item.organ
    return Shown(version.pk, item.code, item.name, item.kind, item.basis, item.is_sample, organ.pk, organ.name)


_forgotten: list[Callable[[], None]] = []


def on_forget(clear: Callable[[], None]) -> None:
    """Whoever remembers something made of a version clears it with the terms."""
    _forgotten.append(clear)


def forget_terms() -> None:
    """Read versions anew (tests whose databases reuse keys)."""
    _read.cache_clear()
    for clear in _forgotten:
        clear()
