"""Verbs of change orders. The approval writes all days at once, so that the law's state hangs on no job."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from yimen.ground.journal.actions import change, enter
from yimen.ground.kernel.errors import Conflict, Refused
from yimen.rooms.catalogue.actions import put_materials, ready_to_publish
from yimen.rooms.catalogue.drafting import copied
from yimen.rooms.catalogue.models import Item, ItemVersion, VersionState
from yimen.rooms.catalogue.queries import in_force
from yimen.rooms.catalogue.rules.versions import Problem
from yimen.rooms.identity.actor import CLOCK, Actor
from yimen.rooms.identity.models import Organ
from yimen.rooms.orders import standing
from yimen.rooms.orders.models import Change, Order
from yimen.rooms.orders.rules import orders
from yimen.rooms.orders.rules.orders import ENDING, ORDERS, REPLACED, Action, Running, State

DAY = timedelta(days=1)
type Lacking = Callable[[ItemVersion, date, Organ | None], Sequence[Problem]]


class LineGiven(NamedTuple):
    """One line of an order with its rows."""

    action: str
    item: Item
    into: Sequence[Item]
    organ: Organ | None
    version: ItemVersion | None
    running: str
    note: str = ""


def draft(values: Mapping[str, Any], lines: Sequence[LineGiven], *, by: Actor, at: datetime) -> Order:
    """A new order with its lines; nothing changes before the approval."""
    _check(lines)
    order = Order(drafted_by_id=by.staff_id, organ_id=by.organ_id, **values)
    enter(order, "draft_order", by=by, at=at, items=[line.item.code for line in lines], level=order.level)
    _put(order, lines)
    return order


def change_order(
    order: Order, values: Mapping[str, Any], lines: Sequence[LineGiven] | None, *, by: Actor, at: datetime
) -> None:
    """Other words or lines in a draft; its drafter is from now on who changed it."""
    ORDERS.target("change_order", order.state)
    if lines is not None:
        _check(lines)
    changes = {**values, "drafted_by_id": by.staff_id, "checked_by_id": None}
    change(order, "change_order", changes, by=by, at=at, fields=sorted(values))
    if lines is not None:
        order.changes.all().delete()
        _put(order, lines)


def _check(lines: Sequence[LineGiven]) -> None:
    orders.check_lines(
        [
            orders.Line(
                action=line.action,
                item=line.item.code,
                into=[item.code for item in line.into],
                organ=line.organ.code if line.organ else "",
                version_item=line.version.item.code if line.version else "",
                running=line.running,
            )
            for line in lines
        ]
    )


def _put(order: Order, lines: Sequence[LineGiven]) -> None:
    rows = [
        Change(
            order=order,
            position=position,
            action=line.action,
            item=line.item,
            into=[item.code for item in line.into],
            organ=line.organ,
            version=line.version,
            running=line.running,
            note=line.note[:500],
        )
        for position, line in enumerate(lines)
    ]
    Change.objects.bulk_create(rows)


def check(order: Order, *, passes: bool, note: str, by: Actor, at: datetime) -> None:
    """Another person than the drafter looks the order over."""
    state = ORDERS.target("check_order", order.state, "pass" if passes else "return")
    if by.staff_id is not None and by.staff_id == order.drafted_by_id:
        raise Refused("separation.same_person")
    if not passes and not note.strip():
        raise Refused("reason.missing", field="note")
    changes = {"state": state, "checked_by_id": by.staff_id, "check_note": note[:500]}
    change(order, "check_order", changes, by=by, at=at, passes=passes)


def approve(order: Order, *, lacking: Lacking, by: Actor, at: datetime) -> None:
    """The days of all versions are set now: the old ones end on the eve, the new ones begin on the day.

    `lacking(version, day, organ)`: who is missing so that somebody may decide under a version from its day on.
    """
    ORDERS.target("approve_order", order.state)
    if by.staff_id is not None and by.staff_id in (order.drafted_by_id, order.checked_by_id):
        raise Refused("separation.same_person")
    day = orders.effect_day(order.level, order.effective_on, timezone.localdate(at))
    lines = list(order.changes.select_related("item", "version__item", "organ"))
    try:
        with transaction.atomic():
            for line in lines:
                _end(line, day)
            for line in lines:
                _begin(line, day, lacking)
            for line in lines:
                _aim(line, day)
    except IntegrityError as error:
        raise Refused("version.overlap", order=order.document_number) from error
    Change.objects.bulk_update(lines, ["starts", "moves_to", "ended"])
    new = {"state": State.APPROVED, "approved_by_id": by.staff_id, "approved_at": at, "takes_effect_on": day}
    told = [{"item": line.item.code, "action": line.action, "running": line.running} for line in lines]
    change(order, "approve_order", new, by=by, at=at, takes_effect_on=day.isoformat(), lines=told)
    standing.changed()


def _write(version: ItemVersion, **changes: Any) -> None:
    """A guarded change of a version, told by the order's own entry."""
    rows = ItemVersion.objects.filter(pk=version.pk, version=version.version)
    if rows.update(version=F("version") + 1, **changes) != 1:
        raise Conflict(item=version.item_id, version=version.number)


def _end(line: Change, day: date) -> None:
    """The item's versions end on the eve; what was scheduled for later never begins when the item itself ends."""
    replaced = line.version.item_id if line.action in REPLACED and line.version else None
    line.ended = []
    if line.action != Action.ADD:
        eve = day - DAY
        published = ItemVersion.objects.filter(item_id=line.item_id, state=VersionState.PUBLISHED)
        if not published.filter(in_force(eve) | in_force(day)).exists():
            raise Refused("order.item_not_in_force", item=line.item.code, on=eve.isoformat())
        line.ended = [_ended(v, day) for v in published.filter(valid_from__lt=day).filter(in_force(eve))]
        if line.action in ENDING:
            line.ended += [_ended(v, day) for v in published.filter(valid_from__gte=day)]
    if replaced is not None:  # a new text of the item that takes its place follows the present one
        line.ended += [_ended(v, day) for v in ItemVersion.objects.filter(in_force(day), item_id=replaced)]


def _ended(version: ItemVersion, day: date) -> list[Any]:
    before = version.valid_to.isoformat() if version.valid_to else None
    never = version.valid_from is not None and version.valid_from >= day
    if never:
        _write(version, state=VersionState.WITHDRAWN)
    elif version.valid_to is None or version.valid_to >= day:
        _write(version, valid_to=day - DAY)
    return [version.pk, before, never]


def _begin(line: Change, day: date, lacking: Lacking) -> None:
    """The new version becomes law from the day; a delegated item goes on under its present text, decided elsewhere."""
    version = line.version
    if version is None and line.action == Action.DELEGATE:
        version = _copy(line)
    if version is None:
        return
    version = ItemVersion.objects.select_related("item").get(pk=version.pk)
    if version.state != VersionState.CHECKED:
        code = "version.not_checked" if version.state == VersionState.DRAFT else "version.not_draft"
        raise Refused(code, item=version.item.code, version=version.number)
    organ = {"organ": line.organ} if line.action == Action.DELEGATE else {}
    ready_to_publish(version, valid_from=day, more=lacking(version, day, organ.get("organ")))
    _write(version, state=VersionState.PUBLISHED, valid_from=day, valid_to=None, **organ)
    line.starts_id = version.pk


def _copy(line: Change) -> ItemVersion:
    """The item's present text as a checked version."""
    old = ItemVersion.objects.get(pk=line.ended[0][0])
    values, materials = copied(old)
    last = ItemVersion.objects.filter(item_id=old.item_id).order_by("-number").values_list("number", flat=True)[0]
    new = ItemVersion.objects.create(item_id=old.item_id, number=last + 1, state=VersionState.CHECKED, **values)
    put_materials(new, materials)
    return new


def _aim(line: Change, day: date) -> None:
    """Where running cases move, and that every item that takes another's place is in force."""
    targets = {}
    for code in line.into:
        found = ItemVersion.objects.filter(in_force(day), item__code=code).first()
        if found is None:
            raise Refused("order.no_target", item=code, on=day.isoformat())
        targets[code] = found.pk
    if line.running == Running.MOVE:
        line.moves_to_id = line.starts_id or next(iter(targets.values()))


def withdraw(order: Order, *, reason: str, by: Actor, at: datetime) -> None:
    """Before its day: everything that the approval wrote is put back."""
    state = ORDERS.target("withdraw_order", order.state)
    if order.takes_effect_on is not None and timezone.localdate(at) >= order.takes_effect_on:
        raise Refused("order.in_effect", order=order.document_number, on=order.takes_effect_on.isoformat())
    was_approved = order.state == State.APPROVED
    change(order, "withdraw_order", {"state": state, "withdrawn_reason": reason}, by=by, at=at)
    if not was_approved:
        return
    lines = list(order.changes.all())
    begun = ItemVersion.objects.filter(Q(pk__in=[line.starts_id for line in lines if line.starts_id]))
    given = [line.version_id for line in lines if line.version_id]
    begun.filter(pk__in=given).update(state=VersionState.CHECKED, valid_from=None, version=F("version") + 1)
    begun.exclude(pk__in=given).update(state=VersionState.WITHDRAWN, version=F("version") + 1)
    for key, before, never in (entry for line in lines for entry in line.ended):
        old = {"state": VersionState.PUBLISHED} if never else {"valid_to": before}
        ItemVersion.objects.filter(pk=key).update(version=F("version") + 1, **old)
    standing.changed()


def take_effect(order: Order, *, at: datetime) -> None:
    """Every running case has been treated: who decides on delegated items is written into the items, too."""
    ORDERS.target("take_effect", order.state)
    change(order, "take_effect", {"applied_at": at}, by=CLOCK, at=at)
    for line in order.changes.filter(action=Action.DELEGATE).select_related("item"):
        change(line.item, "take_effect", {"organ_id": line.organ_id}, by=CLOCK, at=at, order=order.key)
