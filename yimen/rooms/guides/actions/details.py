"""What a draft says beyond its version: written while it is a draft, taken over by a copy, never changed afterwards."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from yimen.ground.journal.actions import change
from yimen.ground.kernel.errors import Refused
from yimen.rooms.catalogue.models import ItemVersion, VersionState
from yimen.rooms.guides.models import GuideDetail
from yimen.rooms.guides.queries import base_of, codes
from yimen.rooms.guides.rules import situations as rule
from yimen.rooms.identity.actor import Actor


def set_situations(version: ItemVersion, situations: Sequence[Mapping[str, Any]], *, by: Actor, at: datetime) -> None:
    """The questions of a draft in their order; none takes them away. Raises `version.not_draft`,
    `situation.invalid` (facts: fields)."""
    wrong = rule.problems(situations, base_of(version))
    if wrong:
        raise Refused("situation.invalid", fields=wrong[:20])
    kept = [{**one, "answers": [dict(answer) for answer in one["answers"]]} for one in situations]
    _write(version, "set_situations", {"situations": kept}, by=by, at=at, questions=[one["code"] for one in kept])


def describe_guide(version: ItemVersion, values: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Further fields of a draft; what is given replaces what stood there, of `files` only what is for the same. Raises
    `version.not_draft`, `input.invalid` (a code that the tables don't have, a file for a material that the list does
    not have)."""
    values = {**values}
    if "files" in values:
        values["files"] = _files(version, values["files"])
    wrong = [
        name
        for name, known in codes().items()
        for code in _listed(values.get(name))
        if name in values and code not in known
    ]
    if wrong:
        raise Refused("input.invalid", fields=sorted(set(wrong)))
    handed = [one["sha256"] for one in values.get("files", ())]
    _write(
        version, "describe_guide", values, by=by, at=at, fields=sorted(values), **({"files": handed} if handed else {})
    )


def _files(version: ItemVersion, given: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The files of a draft's guide after these came: {kind, material, title, file, sha256, name, media_type, size}. One
    for the same kind, material and title takes the older one's place; an empty list takes all away."""
    codes_known = {m.code for m in version.materials.all()}
    if any((one["kind"] != "result_sample") != (one["material"] in codes_known) for one in given):
        raise Refused("input.invalid", fields=["files"])
    stood = GuideDetail.objects.filter(version=version).values_list("files", flat=True).first() if given else None
    found = {(one["kind"], one["material"], one["title"]): one for one in [*(stood or []), *given]}
    return list(found.values())


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) and value else list(value or ())


def _write(
    version: ItemVersion, verb: str, values: Mapping[str, Any], *, by: Actor, at: datetime, **facts: Any
) -> None:
    if version.state != VersionState.DRAFT:
        raise Refused("version.not_draft", item=version.item.code, version=version.number)
    drafter = {"drafted_by_id": by.staff_id, "checked_by_id": None}
    change(version, verb, drafter, by=by, at=at, **facts)
    detail, _made = GuideDetail.objects.update_or_create(version=version, defaults=dict(values))
    version.detail = detail


def copy_detail(source: ItemVersion, draft: ItemVersion) -> None:
    """The copy of a version says what the version says here, too."""
    found = GuideDetail.objects.filter(version=source).first()
    if found is None:
        return
    values = {f.name: getattr(found, f.name) for f in GuideDetail._meta.concrete_fields if f.name != "version"}
    GuideDetail.objects.create(version=draft, **values)
