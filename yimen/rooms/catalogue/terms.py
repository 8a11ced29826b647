"""What a case needs to know of its item version, as one frozen value kept in the process.

A published version never changes; a new text is a new version. The item's name may change: whoever renames an item
gives the law's data a new revision (`importing.py`), every case is read with that number, and what was kept under
another number is read anew, in every process.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.db import connection
from jsonschema import Draft202012Validator

from yimen.ground.kernel.errors import Refused
from yimen.ground.law import queries as law
from yimen.rooms.catalogue.formats import FORMATS
from yimen.rooms.catalogue.models import ItemVersion, Material
from yimen.rooms.catalogue.queries import version_in_force
from yimen.rooms.catalogue.rules.file_rules import FileRule
from yimen.rooms.catalogue.rules.procedure import Procedure, procedure
from yimen.rooms.catalogue.rules.versions import special_kind


@dataclass(frozen=True)
class VersionTerms:
    """Terms under which an application for this version is handled."""

    id: int
    number: int
    item_code: str
    item_name: str
    item_name_en: str
    organ_id: int
    immediate: bool
    approver: str
    statutory_limit: str
    promised_limit: str
    extension: Mapping[str, Any] | None
    special_procedures: tuple[str, ...]
    guide: Mapping[str, str]
    material_names: Mapping[str, str]
    file_rules: Mapping[str, FileRule]
    form_schema: Mapping[str, Any]
    result_name: str
    validity_years: int | None

    @cached_property
    def form_validator(self) -> Draft202012Validator:
        """Checks a form against the version's JSON Schema, its formats (a date must exist) included."""
        return Draft202012Validator(dict(self.form_schema), format_checker=FORMATS)


@lru_cache(maxsize=4096)
def _read(database: str, version_id: int, revision: int) -> VersionTerms:
    version = ItemVersion.objects.select_related("item").prefetch_related("materials").get(pk=version_id)
    materials = list(version.materials.all())
    return VersionTerms(
        id=version.pk,
        number=version.number,
        item_code=version.item.code,
        item_name=version.item.name,
        item_name_en=version.item.name_en,
        organ_id=version.organ_id or version.item.organ_id,
        immediate=version.review == ItemVersion.Review.IMMEDIATE,
        approver=version.approver,
        statutory_limit=version.statutory_limit,
        promised_limit=version.promised_limit,
        extension=version.extension,
        special_procedures=tuple(special_kind(entry) for entry in version.special_procedures),
        guide={m.code: m.necessity for m in materials},
        material_names={m.code: m.name for m in materials},
        file_rules={m.code: file_rule(m) for m in materials},
        form_schema=version.form_schema,
        result_name=version.result_name,
        validity_years=version.validity_years,
    )


def procedure_of(version: ItemVersion) -> Procedure:
    """The way of an application under this version."""
    return procedure(
        immediate=version.review == ItemVersion.Review.IMMEDIATE,
        approver=version.approver,
        promised_limit=version.promised_limit,
        statutory_limit=version.statutory_limit,
        special_procedures=version.special_procedures,
        extension=version.extension,
    )


def file_rule(material: Material) -> FileRule:
    """Which files may stand for a material."""
    return FileRule(tuple(material.file_kinds), material.max_bytes, material.max_files)


def terms(version_id: int, revision: int | None = None) -> VersionTerms:
    """The terms of a published version; one query when `revision` (of the law's data) is not given."""
    known = law.current_revision() if revision is None else revision
    return _read(str(connection.settings_dict["NAME"]), version_id, known)


_PUBLISHED = (
    "i.code = %(code)s AND v.state = 'published'"
    " AND v.valid_from <= %(day)s AND (v.valid_to IS NULL OR v.valid_to >= %(day)s)"
)
_IN_FORCE = (
    f"SELECT v.id, {law.REVISION_SQL}, EXISTS (SELECT 1 FROM catalogue_suspension s WHERE s.item_id = i.id"
    " AND s.starts <= %(day)s AND (s.until IS NULL OR s.until >= %(day)s)"
    " AND (s.lifted_from IS NULL OR s.lifted_from > %(day)s))"
    f" FROM catalogue_itemversion v JOIN catalogue_item i ON i.id = v.item_id WHERE {_PUBLISHED}"
)


def terms_in_force(item_code: str, on: date) -> VersionTerms:
    """The terms on which an item can be applied for on a day; raises `item.unknown` or `item.not_in_force`, also while
    it is suspended."""
    row = _row(_IN_FORCE, item_code, on)
    if row and row[2]:
        raise Refused("item.not_in_force", item=item_code[:120], on=on.isoformat(), suspended=True)
    return terms(row[0], row[1] or 0) if row else terms(version_in_force(item_code, on).pk)


def _row(statement: str, item_code: str, on: date) -> Any:
    """The one row of an item in force; PostgreSQL can't even be asked for a code with NUL."""
    if "\x00" in item_code:
        return None
    day = connection.ops.adapt_datefield_value(on)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"code": item_code, "day": day})
        return cursor.fetchone()


class Shown(NamedTuple):
    """What may change about an item whose version does not: together with the version's key it names one text."""

    version_id: int
    code: str
    name: str
    name_en: str
    kind: str
    basis: str
    is_sample: bool
    organ_id: int
    organ_name: str
    item_id: int
    revision: int


_SHOWN = (
    f"SELECT v.id, i.code, i.name, i.name_en, i.kind, i.basis, i.is_sample, o.id, o.name, i.id, {law.REVISION_SQL}"
    " FROM catalogue_itemversion v JOIN catalogue_item i ON i.id = v.item_id"
    f" JOIN identity_organ o ON o.id = COALESCE(v.organ_id, i.organ_id) WHERE {_PUBLISHED}"
)


def shown_in_force(item_code: str, on: date) -> Shown:
    """The item and the version whose guide is in force on a day; raises `item.unknown` or `item.not_in_force`."""
    row = _row(_SHOWN, item_code, on)
    if row:
        return Shown._make((*row[:-1], row[-1] or 0))
    version = version_in_force(item_code, on)  # says which of the two it is, or was published a moment ago
    item, organ = version.item, version.deciding_organ
    return Shown(
        version.pk,
        item.code,
        item.name,
        item.name_en,
        item.kind,
        item.basis,
        item.is_sample,
        organ.pk,
        organ.name,
        item.pk,
        law.current_revision(),
    )


_forgotten: list[Callable[[], None]] = []


def on_forget(clear: Callable[[], None]) -> None:
    """Whoever remembers something made of a version clears it with the terms."""
    _forgotten.append(clear)


def forget_terms() -> None:
    """Read versions anew (tests whose databases reuse keys)."""
    _read.cache_clear()
    for clear in _forgotten:
        clear()
