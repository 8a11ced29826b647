"""Reads of the room: what a guide says beyond its version, situations, the disclosure set of a day."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.db import connection

from yimen.ground.files.models import Upload
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.catalogue.terms import VersionTerms, on_forget, terms
from yimen.rooms.guides.models import DisclosureSet, GuideDetail
from yimen.rooms.guides.rules import situations as rule

_DATA = Path(__file__).resolve().parents[2] / "data" / "guides"


@cache
def codes() -> Mapping[str, Mapping[str, str]]:
    """{table: {code: name}} of the values that GB/T 39046 gives."""
    found: dict[str, dict[str, str]] = {}
    with (_DATA / "codes.csv").open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            found.setdefault(row["table"], {})[row["code"]] = row["name"]
    return found


@dataclass(frozen=True, slots=True)
class SetInForce:
    """A disclosure set as it holds on a day; `key` is "" for a shipped one."""

    name: str
    fields: tuple[str, ...]
    basis: str
    key: str = ""


@cache
def shipped_sets() -> tuple[tuple[str, SetInForce], ...]:
    """(what it applies to, the set) of each variant that the product ships; the first of a kind is the default."""
    with (_DATA / "disclosure_sets.csv").open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    return tuple((r["applies_to"], SetInForce(r["name"], tuple(r["fields"].split()), r["basis"])) for r in rows)


def set_in_force(applies_to: str, on: date) -> SetInForce | None:
    """The set that must be public on a day: the last one activated, else the first that is shipped; None: no set."""
    rows = DisclosureSet.objects.filter(applies_to=applies_to, active_from__lte=on)
    found = rows.order_by("-active_from").first()
    if found:
        return SetInForce(found.name, tuple(found.fields), found.basis, found.key)
    return next((one for kind, one in shipped_sets() if kind == applies_to), None)


def active_on(found: DisclosureSet, on: date) -> bool:
    """Whether this is the set in force on a day."""
    now = set_in_force(found.applies_to, on)
    return now is not None and now.key == found.key


def detail_of(version: ItemVersion) -> GuideDetail | None:
    """What the guide says beyond the version; None when nothing was written."""
    found: GuideDetail | None = getattr(version, "detail", None)
    return found


def further_fields(detail: GuideDetail | None) -> dict[str, Any]:
    """The further fields that say something, by name."""
    values = {f.name: getattr(detail, f.name) for f in GuideDetail._meta.concrete_fields} if detail else {}
    return {k: v for k, v in values.items() if k not in ("version", "situations") and v not in ("", None, [])}


def files_of(version_id: int) -> Sequence[Mapping[str, Any]]:
    """The files that the guide of a version offers and that are here: a row that came from elsewhere names none."""
    named = GuideDetail.objects.filter(version_id=version_id).values_list("files", flat=True).first() or []
    if not named:
        return []
    rows = Upload.objects.filter(public_id__in=[one["file"] for one in named])
    here = set(rows.values_list("public_id", "sha256"))
    return [one for one in named if (one["file"], one["sha256"]) in here]


def situations_of(version_id: int) -> Sequence[Mapping[str, Any]]:
    """The questions of a version, in their order."""
    found = GuideDetail.objects.filter(version_id=version_id).values_list("situations", flat=True).first()
    return found or []


def personal_terms(version_id: int, answers: Mapping[str, str], revision: int | None = None) -> VersionTerms:
    """The terms of a version for one who gave these answers; raises `situation.unknown_answer`,
    `situation.unanswered`. Without answers they are the version's own: its whole list counts."""
    return narrowed(terms(version_id, revision), answers)


def narrowed(own: VersionTerms, answers: Mapping[str, str]) -> VersionTerms:
    """These terms for one who gave these answers, as `personal_terms`."""
    if not answers:
        return own
    found = texts_for(own.id, answers)
    return replace(own, guide=found.guide, statutory_limit=found.statutory_limit, promised_limit=found.promised_limit)


def texts_for(version_id: int, answers: Mapping[str, str]) -> rule.Terms:
    """What a published version asks, promises and charges for these answers; raises as `personal_terms`."""
    return _personal(str(connection.settings_dict["NAME"]), version_id, tuple(sorted(answers.items())))


def questions_of(version_id: int) -> Sequence[Mapping[str, Any]]:
    """The questions of a published version, kept in the process."""
    return _questions(str(connection.settings_dict["NAME"]), version_id)


@lru_cache(maxsize=4096)
def _questions(_database: str, version_id: int) -> Sequence[Mapping[str, Any]]:
    return situations_of(version_id)


@lru_cache(maxsize=4096)
def _personal(_database: str, version_id: int, answers: tuple[tuple[str, str], ...]) -> rule.Terms:
    """A published version never changes, nor do its questions."""
    return personal_of(ItemVersion.objects.prefetch_related("materials").get(pk=version_id), dict(answers))


on_forget(_personal.cache_clear)
on_forget(_questions.cache_clear)


def base_of(version: ItemVersion) -> rule.Terms:
    """The terms of a version before any answer."""
    return rule.Terms(
        {m.code: m.necessity for m in version.materials.all()},
        version.statutory_limit,
        version.promised_limit,
        version.charges,
        version.conditions,
    )


def personal_of(version: ItemVersion, answers: Mapping[str, str]) -> rule.Terms:
    """Materials, limits, charges and conditions for one who gave these answers; raises as `rules.situations`."""
    return rule.personal(situations_of(version.pk), answers, base_of(version))


def lost_in_situations(version: ItemVersion) -> list[str]:
    """What in the questions of a draft no longer fits its materials and limits, which may have changed since."""
    found = GuideDetail.objects.filter(version=version).first()
    return rule.problems(found.situations, base_of(version)) if found and found.situations else []
