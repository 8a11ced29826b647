"""许可主体 An organ is entered as a licensing subject, its record is changed, its power ends."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from yimen.ground.journal.actions import change, enter
from yimen.ground.kernel.errors import Refused
from yimen.ground.law.revision import bump
from yimen.rooms.authority.models import LicensingSubject, SubjectItem
from yimen.rooms.authority.queries import covering, in_force
from yimen.rooms.authority.rules import days, subjects
from yimen.rooms.authority.rules.subjects import Kind
from yimen.rooms.catalogue.models import Item
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ


def register(
    *,
    organ: Organ,
    kind: Kind,
    basis: str,
    items: Sequence[Item],
    entrusted_by: Organ | None,
    announcement: str,
    announced_on: date | None,
    valid_from: date,
    valid_to: date | None,
    by: Actor,
    at: datetime,
) -> LicensingSubject:
    """A new subject, over `items` or (none) all items of the organ."""
    days.check_days(valid_from, valid_to)
    announced = subjects.announced_on(announcement, announced_on, timezone.localdate(at))
    span = days.Span(valid_from, valid_to)
    subjects.check_entruster(kind, named=entrusted_by is not None, is_itself=entrusted_by == organ)
    if entrusted_by is not None:
        _check_entrustment(organ, entrusted_by, items, span)
    _check_overlap(organ, items, span)
    made = LicensingSubject(
        organ=organ,
        kind=kind,
        basis=basis.strip(),
        all_items=not items,
        entrusted_by=entrusted_by,
        announcement=announcement.strip(),
        announced_on=announced,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    facts: dict[str, Any] = {"organ": organ.code, "kind": str(kind), "items": [item.code for item in items]}
    enter(made, "register_subject", by=by, at=at, **facts, **_iso(valid_from=valid_from, valid_to=valid_to))
    SubjectItem.objects.bulk_create([SubjectItem(licensing=made, item=item) for item in items])
    if entrusted_by is not None:
        bump(connection.alias)  # every process learns whose decisions are in another's name
    return made


def _check_entrustment(organ: Organ, entruster: Organ, items: Sequence[Item], span: days.Span) -> None:
    """第二十四条: of which organ, by which organ, within which power."""
    others = LicensingSubject.objects.filter(organ=organ, kind=Kind.AUTHORISED)
    subjects.check_is_administrative(
        of_centre=organ.of_centre, authorised_organisation=any(row.span.meets(span) for row in others)
    )
    theirs = LicensingSubject.objects.filter(in_force(span.first), organ=entruster)
    own = theirs.exclude(kind=Kind.ENTRUSTED)
    without = [item.code for item in items if not covering(own, item.code).exists()] if items else []
    holds = own.exists() and not without
    entrusted = theirs.filter(kind=Kind.ENTRUSTED)
    only = not holds and (any(covering(entrusted, code).exists() for code in without) if items else entrusted.exists())
    subjects.check_own_power(holds=holds, only_entrusted=only)


def _check_overlap(organ: Organ, items: Sequence[Item], span: days.Span) -> None:
    mine = {item.code for item in items}
    for row in LicensingSubject.objects.filter(organ=organ).prefetch_related("items__item"):
        if row.span.meets(span):
            days.check_scopes_apart(mine, {named.item.code for named in row.items.all()})


def change_record(
    row: LicensingSubject,
    *,
    basis: str,
    announcement: str,
    announced_on: date | None,
    valid_to: date | None,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    """Another basis or last day, or the announcement that was still missing; what is left out stays."""
    if row.ended_on is not None:
        raise Refused("authority.ended", on=row.ended_on.isoformat())
    days.check_days(row.valid_from, valid_to)
    changes: dict[str, Any] = {}
    if basis.strip():
        changes["basis"] = basis.strip()
    if valid_to is not None:
        changes["valid_to"] = valid_to
    announced = subjects.announced_on(announcement, announced_on, timezone.localdate(at))
    if announced is not None:
        changes |= {"announcement": announcement.strip(), "announced_on": announced}
    if not changes:
        raise Refused("reason.missing", field="basis")
    # The reason is free text, so it lies in the row: the last one given.
    changes["reason"] = reason.strip()
    facts = _iso(**{name: value for name, value in changes.items() if isinstance(value, date)})
    change(row, "change_subject", changes, by=by, at=at, changed=sorted(set(changes) - {"reason"}), **facts)


def end(row: LicensingSubject, *, on: date, reason: str, by: Actor, at: datetime) -> None:
    """`on`: the first day on which the organ may no longer decide."""
    days.check_end(row.span, on)
    changes = {"ended_on": on, "reason": reason.strip()}
    change(row, "end_subject", changes, by=by, at=at, on=on.isoformat())


def _iso(**given: date | None) -> dict[str, str | None]:
    return {name: day.isoformat() if day else None for name, day in given.items()}
