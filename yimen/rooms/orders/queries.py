"""Reads of change orders."""

from datetime import date

from django.db.models import QuerySet

from yimen.rooms.orders.models import Change, Order
from yimen.rooms.orders.rules.orders import ENDING, Action, State


def published() -> QuerySet[Order]:
    """The orders that anybody may read: approved ones, the last to take effect first."""
    return Order.objects.filter(state=State.APPROVED).order_by("-takes_effect_on", "-id")


def _of_item(item_id: int) -> QuerySet[Change]:
    rows = Change.objects.filter(item_id=item_id, order__state=State.APPROVED)
    return rows.select_related("order", "item").order_by("-order__takes_effect_on", "-id")


def changes_of(item_id: int) -> list[Change]:
    """What approved orders do to an item, the last to take effect first, with order and item."""
    return list(_of_item(item_id))


def cancelled_by(item_id: int, on: date, version_id: int | None = None) -> Change | None:
    """The line by which an item (or one version of it) stopped to exist by a day, or None."""
    rows = _of_item(item_id).filter(action__in=ENDING, order__takes_effect_on__lte=on)
    for change in rows:
        if version_id is None or any(key == version_id for key, *_before in change.ended):
            return change
    return None


def delegated_to(organ_id: int, by_day: date) -> set[str]:
    """Codes of the items that a checked or approved order delegates to an organ by a day: its head can authorise people
    before the day comes, so that somebody may decide from its first second."""
    rows = Change.objects.filter(
        organ_id=organ_id,
        action=Action.DELEGATE,
        order__state__in=(State.CHECKED, State.APPROVED),
        order__effective_on__lte=by_day,
    )
    return set(rows.order_by().values_list("item__code", flat=True))


def to_apply(on: date) -> list[Order]:
    """Approved orders whose day has come and of whose running cases some may not have been treated yet."""
    rows = Order.objects.filter(state=State.APPROVED, takes_effect_on__lte=on, applied_at=None)
    return list(rows.order_by("takes_effect_on", "id"))
