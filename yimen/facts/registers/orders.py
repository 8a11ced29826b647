"""Change orders: what they do to items and to running cases."""

from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from yimen.facts.registers.base import Kind, describe, is_clock, is_wide
from yimen.rooms.cases.queries import running_by_item
from yimen.rooms.identity.actor import Actor
from yimen.rooms.orders.models import Change, Order
from yimen.rooms.orders.rules.orders import ORDERS, State


def state_on(order: Order, day: date) -> str:
    """draft, checked, approved, in_force or withdrawn, as it is on a day whatever job ran."""
    approved = order.state == State.APPROVED and order.takes_effect_on is not None
    return "in_force" if approved and order.takes_effect_on <= day else str(order.state)  # type: ignore[operator]


def _line(change: Change, running: int) -> dict[str, Any]:
    return {
        "action": str(change.action),
        "item": change.item.code,
        "into": list(change.into),
        "organ": change.organ.code if change.organ else None,
        "version": str(change.version_id) if change.version_id else None,
        "running": str(change.running),
        "note": change.note,
        "running_cases": running,
    }


def order_facts(order: Order, at: datetime) -> dict[str, Any]:
    """What is told of a change order. `state`: draft, checked, approved, in_force (from 00:00 of `takes_effect_on`) or
    withdrawn; `applied`: the clock has treated every running case; `treated`: how many so far. `changes`: a list of
    {action, item, into, organ, version, running, note, running_cases (open cases of the item now)}."""
    if "running" not in vars(order):  # a list brings it with its rows
        _together([order], at)
    changes, counts, treated = (vars(order).pop(name) for name in ("lines", "running", "treated"))
    return {
        "document_number": order.document_number,
        "state": state_on(order, timezone.localdate(at)),
        "level": str(order.level),
        "issuing_organ": order.issuing_organ,
        "title": order.title,
        "text": order.text,
        "url": order.url,
        "issued_on": order.issued_on,
        "effective_on": order.effective_on,
        "takes_effect_on": order.takes_effect_on,
        "drafted_by": order.drafted_by.user.username if order.drafted_by else None,
        "checked_by": order.checked_by.user.username if order.checked_by else None,
        "approved_by": order.approved_by.user.username if order.approved_by else None,
        "note": order.check_note,
        "reason": order.withdrawn_reason,
        "applied": order.applied_at is not None,
        "treated": treated,
        "changes": [_line(change, counts.get(change.item_id, 0)) for change in changes],
    }


def _together(orders: list[Order], _at: datetime) -> None:
    """The lines of each, the open cases of their items, how many cases were treated."""
    lines: dict[int, list[Change]] = {order.pk: [] for order in orders}
    for change in Change.objects.filter(order__in=orders).select_related("item", "organ"):
        lines[change.order_id].append(change)
    running = running_by_item(change.item_id for changes in lines.values() for change in changes)
    rows = Order.objects.filter(pk__in=[order.pk for order in orders]).order_by()
    treated = dict(rows.annotate(number=Count("treatments")).values_list("pk", "number"))
    for order in orders:
        vars(order).update(lines=lines[order.pk], running=running, treated=treated[order.pk])


def _visible(actor: Actor) -> QuerySet[Order]:
    """Approved orders are public; the rest is for the whole centre and for the organ that drafted it."""
    rows = Order.objects.select_related("drafted_by__user", "checked_by__user", "approved_by__user")
    if is_clock(actor) or is_wide(actor):
        return rows
    if actor.staff_id is None:
        return rows.none()
    return rows.filter(Q(state=State.APPROVED) | Q(organ_id=actor.organ_id or 0))


def _acts(actor: Actor, _verb: str, order: Order) -> bool:
    return is_clock(actor) or is_wide(actor) or (order.organ_id is not None and order.organ_id == actor.organ_id)


describe(
    Kind(
        name="order",
        model=Order,
        visible=_visible,
        facts=order_facts,
        columns=("document_number", "title", "issuing_organ", "state", "effective_on", "takes_effect_on"),
        title=lambda order: order.title,
        acts=_acts,
        allows=lambda verb, order: ORDERS.allows(verb, order.state),
        together=_together,
    )
)
