"""经费: the centre's budget by year and heading: planned, allotted, spent; mistakes get a counter-entry."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from annotated_types import Ge, Gt, Le, MaxLen
from pydantic import BeforeValidator, Field

from yimen.flows.arguments import Day, Line, Text, required
from yimen.flows.frame import maker, thing_verb
from yimen.ground.kernel.errors import Denied
from yimen.rooms.administration.actions import budget as books
from yimen.rooms.administration.models import Budget, BudgetEntry
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.roles import Role

MOST = Decimal("999999999999.99")


def _money(value: Any) -> Any:
    """Yuan as a text or a number with at most two places; a number is read as it is written, never counted with."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError("an amount of money is written 1234.50")
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise ValueError("an amount of money is written 1234.50") from None
    if not found.is_finite() or abs(found) > MOST or found != round(found, 2):
        raise ValueError("an amount of money has at most twelve digits and two places")
    return found.quantize(Decimal("0.01"))


Money = Annotated[
    Decimal,
    Gt(Decimal(0)),
    Le(MOST),
    BeforeValidator(_money, json_schema_input_type=str),
    Field(strict=False),
]
Year = Annotated[int, Ge(1990), Le(2100)]
Heading = Annotated[str, MaxLen(100)]
DocumentNumber = Annotated[str, MaxLen(80)]
Number = Annotated[int, Ge(1), Le(1_000_000)]


@maker("budget")
def open_budget(*, year: Year, heading: Heading, planned: Money, by: Actor, at: datetime) -> Budget:
    """Enter a heading of the centre's budget for a year with what is planned (yuan, two places); a heading that is
    there already: `budget.exists`."""
    required(heading=heading)
    return books.open_budget(year=year, heading=heading.strip(), planned=planned, by=by, at=at)


@thing_verb("budget")
def allot_budget(
    budget: Budget, *, amount: Money, document_number: DocumentNumber, on: Day, by: Actor, at: datetime
) -> None:
    """Finance allots money by a document. A day outside the budget's year, or a year that is over: `budget.year_over`;
    the same document a second time: `budget.document_used`."""
    required(document_number=document_number)
    books.allot(budget, amount=amount, document=document_number, on=on, by=by, at=at)


@thing_verb("budget")
def spend_budget(
    budget: Budget, *, amount: Money, voucher: DocumentNumber, on: Day, what: Line, by: Actor, at: datetime
) -> None:
    """Enter a payment with its voucher; more than was allotted: `budget.exceeded`; days and vouchers as for
    `allot_budget`."""
    required(voucher=voucher, what=what)
    books.spend(budget, amount=amount, voucher=voucher, on=on, what=what, by=by, at=at)


@thing_verb("budget")
def correct_budget(budget: Budget, *, number: Number, reason: Text, by: Actor, at: datetime) -> None:
    """Take entry `number` back by a counter-entry; both stay. Finance corrects an allotment, the committee a payment
    (else `permission.denied`); corrected already, or none: `budget.no_such_entry`; an allotment that is spent already:
    `budget.exceeded`."""
    required(reason=reason)
    wrong = books.entry(budget, number)
    if (Role.FINANCE if wrong.kind == BudgetEntry.Kind.ALLOTMENT else Role.COMMITTEE) not in by.roles:
        raise Denied(verb="correct_budget")
    books.correct(budget, wrong, reason=reason[:200], by=by, at=at)
