"""What approved orders make of running cases, kept in the process.

Read with the law's data: whoever approves or withdraws an order gives the law a new revision, and what was kept under
another is read anew, in every process. So the hot path asks nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache

from django.db import connection
from django.utils import timezone

from yimen.ground.law import queries as law
from yimen.ground.law.revision import bump
from yimen.rooms.orders.models import Change
from yimen.rooms.orders.rules.orders import Action, State


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an approved order. `since`: the moment from which it holds; who applied before that is treated."""

    order_id: int
    number: str
    title: str
    day: date
    since: datetime
    action: str
    item_code: str
    running: str
    starts_id: int | None
    moves_to_id: int | None


@lru_cache(maxsize=16)
def _read(database: str, revision: int) -> Mapping[str, tuple[OrderLine, ...]]:
    rows = Change.objects.filter(order__state=State.APPROVED).exclude(action=Action.ADD).select_related("order", "item")
    found: dict[str, list[OrderLine]] = {}
    for row in rows.order_by("order__takes_effect_on", "order_id", "position"):
        order = row.order
        midnight = timezone.make_aware(datetime.combine(order.takes_effect_on, time()))  # type: ignore[arg-type]
        found.setdefault(row.item.code, []).append(
            OrderLine(
                order_id=order.pk,
                number=order.document_number,
                title=order.title,
                day=order.takes_effect_on,  # type: ignore[arg-type]
                since=max(midnight, order.approved_at or midnight),
                action=row.action,
                item_code=row.item.code,
                running=row.running,
                starts_id=row.starts_id,
                moves_to_id=row.moves_to_id,
            )
        )
    return {code: tuple(lines) for code, lines in found.items()}


def lines_of(item_code: str, revision: int | None = None) -> tuple[OrderLine, ...]:
    """The lines of approved orders about an item, in the order of their days."""
    known = law.current_revision() if revision is None else revision
    return _read(str(connection.settings_dict["NAME"]), known).get(item_code, ())


def forget_orders() -> None:
    """Read anew (tests whose databases reuse numbers)."""
    _read.cache_clear()


def changed() -> None:
    """Call after a change, in its transaction: every process reads anew."""
    bump(connection.alias)
