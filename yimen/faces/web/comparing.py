"""Two versions of a guide in the reader's words: (label, old, new, changed) for each field and each material."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from yimen.faces.web import file_words, guide_words, register_words, words
from yimen.facts.versions import Row, compare
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.catalogue.rules.versions import special_kind


class Side(NamedTuple):
    """One line of a comparison."""

    label: str
    old: str
    new: str
    changed: bool


def sides(old: ItemVersion | None, new: ItemVersion | None, *, only_changed: bool = False) -> list[Side]:
    """Every field, then every material, of two versions side by side."""
    fields, materials = compare(old, new)
    rows = [*_fields(fields), *_materials(materials)]
    return [row for row in rows if row.changed or not only_changed]


def _fields(rows: Iterable[Row]) -> Iterable[Side]:
    for row in rows:
        label = str(guide_words.FACTS.get(row.name) or register_words.fact_words("version", row.name))
        yield Side(label, _said(row.name, row.old), _said(row.name, row.new), row.changed)


def _materials(rows: Iterable[Row]) -> Iterable[Side]:
    for row in rows:
        label = _("Material %(code)s") % {"code": row.name}
        yield Side(label, _material(row.old), _material(row.new), row.changed)


def _material(said: Mapping[str, Any] | None) -> str:
    if said is None:
        return ""
    parts = [said["name"], register_words.value_words("necessity", said["necessity"])]
    parts += [file_words.form_words(said["form"], said["copies"]), said["issuer"], said["note"]]
    return " · ".join(part for part in parts if part)


def _said(name: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if name in ("statutory_limit", "promised_limit"):
        return str(words.term_words(value))
    if name == "approver":
        return str(words.word(words.ROLES, value))
    if name == "extension":
        return _("at most %(days)s days, by the %(approver)s") % {
            "days": value["max"],
            "approver": words.word(words.ROLES, value["approver"]),
        }
    if name == "special_procedures":
        kinds = [str(words.word(words.PROCEDURES, special_kind(entry))) for entry in value]
        return ("、" if words.is_chinese() else ", ").join(kinds)
    if name == "questions":
        return "\n".join(f"{one['question']} {one['answer']}" for one in value)
    return str(register_words.value_words(name, str(value)))
