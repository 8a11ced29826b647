"""Versions of guides: what each says, on which days it is law, what became of it."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from yimen.facts.registers.base import Kind, describe, is_clock, is_wide
from yimen.rooms.catalogue.models import ItemVersion, Material, VersionState
from yimen.rooms.catalogue.queries import gap_before, suspension_of
from yimen.rooms.guides.queries import detail_of, further_fields
from yimen.rooms.identity.actor import Actor
from yimen.rooms.orders.queries import cancelled_by

MATERIAL = ("code", "name", "necessity", "note", "form", "copies", "issuer", "file_kinds", "max_bytes", "max_files")
CHECKING = ("check_item_version", "publish_item_version", "end_item_version")


def state_on(version: ItemVersion, day: date) -> str:
    """draft, checked, published, suspended, cancelled or withdrawn, as it is on a day whatever job ran."""
    if version.state != VersionState.PUBLISHED or version.valid_from is None:
        return str(version.state)
    ended = version.valid_to is not None and version.valid_to < day
    if ended and cancelled_by(version.item_id, day, version.pk):
        return "cancelled"
    if version.valid_from <= day and not ended and suspension_of(version.item_id, day):
        return "suspended"
    return str(version.state)


def _flags(version: ItemVersion) -> list[str]:
    if version.valid_from and version.state == VersionState.PUBLISHED and gap_before(version, version.valid_from):
        return ["valid_from.leaves_a_gap"]
    return []


def _material(material: Material) -> dict[str, Any]:
    return {name: getattr(material, name) for name in MATERIAL}


def version_facts(version: ItemVersion, at: datetime) -> dict[str, Any]:
    """What is told of a version of a guide. `state`: draft, checked, published, suspended (nobody can apply now),
    cancelled (a change order ended its item) or withdrawn. `number` counts the versions of its item; `in_force`:
    whether it is law today; `flags`: `valid_from.leaves_a_gap` when days without any version lie before it;
    `drafted_by` and `checked_by` are account names. `situations` are the questions that make the
    list personal, `details` the further fields of `describe_guide` that say something. The rest is what it says."""
    today, detail = timezone.localdate(at), detail_of(version)
    return {
        "item": version.item.code,
        "number": version.number,
        "state": state_on(version, today),
        "valid_from": version.valid_from,
        "valid_to": version.valid_to,
        "in_force": version.state == VersionState.PUBLISHED
        and version.valid_from is not None
        and version.valid_from <= today
        and (version.valid_to is None or version.valid_to >= today),
        "flags": _flags(version),
        "drafted_by": version.drafted_by.user.username if version.drafted_by else None,
        "checked_by": version.checked_by.user.username if version.checked_by else None,
        "note": version.check_note,
        "organ": version.deciding_organ.code,
        "supervising_organ": version.supervising_organ.code if version.supervising_organ else None,
        "materials": [_material(m) for m in version.materials.all()],
        "statutory_limit": version.statutory_limit,
        "promised_limit": version.promised_limit,
        "statutory_basis": version.statutory_basis,
        "conditions": version.conditions,
        "procedure": version.procedure,
        "charges": version.charges,
        "place": version.place,
        "directions": version.directions,
        "hours": version.hours,
        "telephone": version.telephone,
        "complaint_telephone": version.complaint_telephone,
        "result_name": version.result_name,
        "validity_years": version.validity_years,
        "visits": version.visits,
        "quantity": version.quantity,
        "review": str(version.review),
        "approver": version.approver,
        "extension": version.extension,
        "special_procedures": [{"kind": e} if isinstance(e, str) else e for e in version.special_procedures],
        "questions": version.questions,
        "form_schema": version.form_schema,
        "sources": version.sources,
        "situations": detail.situations if detail else [],
        "details": further_fields(detail),
    }


def _visible(actor: Actor) -> QuerySet[ItemVersion]:
    """Everybody of the staff reads what was or is law; the rest is for the unit itself and for the whole centre."""
    rows = ItemVersion.objects.select_related(
        "item__organ", "organ", "supervising_organ", "drafted_by__user", "checked_by__user", "detail"
    ).prefetch_related("materials")
    if is_clock(actor) or is_wide(actor):
        return rows
    if actor.staff_id is None:
        return rows.none()
    return rows.filter(Q(state=VersionState.PUBLISHED) | Q(item__organ_id=actor.organ_id or 0))


def _acts(actor: Actor, verb: str, version: ItemVersion) -> bool:
    return verb in CHECKING or is_clock(actor) or is_wide(actor) or version.item.organ_id == actor.organ_id


def _allows(verb: str, version: ItemVersion) -> bool:
    state = version.state
    if verb in ("change_item_version", "check_item_version", "describe_guide", "set_situations"):
        return bool(state == VersionState.DRAFT)
    if verb == "publish_item_version":
        return bool(state == VersionState.CHECKED)
    if verb == "end_item_version":
        return bool(state == VersionState.PUBLISHED)
    return bool(verb == "copy_item_version" or state != VersionState.WITHDRAWN)


def _allows_on(verb: str, version: ItemVersion, day: date) -> bool:
    """What was law for a day stays on record: `version.was_law`."""
    begun = version.state == VersionState.PUBLISHED and version.valid_from is not None and version.valid_from <= day
    return not (verb == "withdraw_item_version" and begun)


describe(
    Kind(
        name="version",
        model=ItemVersion,
        visible=_visible,
        facts=version_facts,
        columns=("item", "number", "state", "valid_from", "valid_to", "organ"),
        acts=_acts,
        allows=_allows,
        allows_on=_allows_on,
    )
)
