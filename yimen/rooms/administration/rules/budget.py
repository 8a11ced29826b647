"""经费: planned, allotted, spent; what is spent never exceeds what is allotted (预算法 第十三条、第十八条). Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from yimen.ground.kernel.errors import Refused

type Entry = Literal["allotment", "spending"]


@dataclass(frozen=True, slots=True)
class Account:
    """The sums of a heading in yuan with two places."""

    allotted: Decimal
    spent: Decimal

    @property
    def remaining(self) -> Decimal:
        """Allotted and not spent."""
        return self.allotted - self.spent


def booked(account: Account, kind: Entry, amount: Decimal) -> Account:
    """The sums after an entry, negative for a counter-entry; raises `budget.exceeded` when more would be spent than is
    allotted."""
    allotted = account.allotted + (amount if kind == "allotment" else 0)
    spent = account.spent + (amount if kind == "spending" else 0)
    if spent > allotted:
        raise Refused("budget.exceeded", remaining=str(account.remaining), amount=str(amount))
    return Account(allotted, spent)


def check_year(year: int, on: date, today: date) -> None:
    """The budget's year is the calendar's, and it is over with it: raises `budget.year_over`."""
    if on.year != year or today.year > year:
        raise Refused("budget.year_over", year=year, on=on.isoformat())
