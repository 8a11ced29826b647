"""From draft to checked, and back out: what happens to a version of a guide before it is law, and a suspended item.

A version that was law is never changed or withdrawn: a new text is a new version.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import router
from django.utils import timezone

from yimen.ground.journal.actions import change
from yimen.ground.kernel.errors import Refused
from yimen.ground.law.revision import bump
from yimen.rooms.catalogue.actions import MaterialText, checked_columns, define_version, put_materials
from yimen.rooms.catalogue.models import Item, ItemVersion, Suspension, VersionState
from yimen.rooms.catalogue.queries import suspended_on
from yimen.rooms.identity.actor import Actor

# What a copy takes over: everything that a guide says.
NOT_COPIED = frozenset(
    ("id", "item", "number", "version", "state", "valid_from", "valid_to", "drafted_by", "checked_by", "check_note")
)


def change_version(
    version: ItemVersion,
    *,
    materials: Sequence[MaterialText] | None = None,
    questions: Sequence[Mapping[str, str]] | None = None,
    values: Mapping[str, Any],
    by: Actor,
    at: datetime,
) -> None:
    """Other words in a draft, whose drafter is from now on who changed it. Raises `version.not_draft`."""
    if version.state != VersionState.DRAFT:
        raise Refused("version.not_draft", item=version.item.code, version=version.number)
    columns = checked_columns(values, materials=materials, questions=questions)
    facts = {"fields": sorted([*columns, *(["materials"] if materials is not None else [])])}
    drafter = {"drafted_by_id": by.staff_id, "checked_by_id": None}
    change(version, "change_item_version", columns | drafter, by=by, at=at, **facts)
    if materials is not None:
        version.materials.all().delete()
        put_materials(version, materials)


def copied(version: ItemVersion) -> tuple[dict[str, Any], list[MaterialText]]:
    """(columns, materials) of what a version says."""
    fields = [f for f in ItemVersion._meta.concrete_fields if f.name not in NOT_COPIED]
    values = {f.attname: getattr(version, f.attname) for f in fields}
    materials = [
        MaterialText(**{name: getattr(m, name) for name in MaterialText._fields}) for m in version.materials.all()
    ]
    return values, materials


def copy_version(version: ItemVersion, *, by: Actor, at: datetime) -> ItemVersion:
    """A new draft that says what this version says."""
    values, materials = copied(version)
    questions = values.pop("questions")
    verb = "copy_item_version"
    return define_version(version.item, materials=materials, questions=questions, verb=verb, by=by, at=at, **values)


def check_version_draft(version: ItemVersion, *, passes: bool, note: str, by: Actor, at: datetime) -> None:
    """Another person than the drafter looks the draft over: it may be published, or goes back with a note."""
    if version.state != VersionState.DRAFT:
        raise Refused("version.not_draft", item=version.item.code, version=version.number)
    if by.staff_id is not None and version.drafted_by_id == by.staff_id:
        raise Refused("separation.same_person")
    if not passes and not note.strip():
        raise Refused("reason.missing", field="note")
    new = {"state": VersionState.CHECKED} if passes else {}
    changes = {**new, "checked_by_id": by.staff_id, "check_note": note[:500]}
    change(version, "check_item_version", changes, by=by, at=at, passes=passes)


def withdraw_version(version: ItemVersion, *, at: datetime, by: Actor) -> None:
    """Take back what never was law: a draft, a checked version, or a published one before its first day."""
    published = version.state == VersionState.PUBLISHED
    if published and version.valid_from is not None and version.valid_from <= timezone.localdate(at):
        raise Refused("version.was_law", item=version.item.code, version=version.number)
    if version.state == VersionState.WITHDRAWN:
        raise Refused("transition.not_allowed", verb="withdraw_item_version", state=str(version.state))
    change(version, "withdraw_item_version", {"state": VersionState.WITHDRAWN}, by=by, at=at)


def suspend(item: Item, *, starts: date, until: date | None, reason: str, basis: str, by: Actor, at: datetime) -> None:
    """Nobody can apply from `starts` to `until`. Raises `suspension.in_past`, `suspension.exists`."""
    if starts < timezone.localdate(at) or (until is not None and until < starts):
        raise Refused("suspension.in_past", item=item.code)
    others = Suspension.objects.filter(item=item, lifted_from=None).exclude(until__lt=starts)
    if (others.filter(starts__lte=until) if until else others).exists():
        raise Refused("suspension.exists", item=item.code)
    days: dict[str, Any] = {"starts": starts.isoformat(), "until": until.isoformat() if until else None}
    change(item, "suspend_item", by=by, at=at, **days)
    bump(router.db_for_write(Item))
    Suspension.objects.create(item=item, starts=starts, until=until, reason=reason, basis=basis[:300])


def resume(item: Item, *, by: Actor, at: datetime) -> None:
    """Applications are taken again at once; a suspension that has not begun yet never begins."""
    today = timezone.localdate(at)
    rows = Suspension.objects.filter(item=item)
    found = rows.filter(suspended_on(today)).first() or rows.filter(starts__gt=today, lifted_from=None).first()
    if found is None:
        raise Refused("suspension.none", item=item.code)
    change(item, "resume_item", by=by, at=at, suspended_since=found.starts.isoformat())
    bump(router.db_for_write(Item))
    Suspension.objects.filter(pk=found.pk).update(
        lifted_from=min(today, found.starts) if found.starts > today else today
    )
