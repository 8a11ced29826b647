"""经费: opened, allotted, spent, corrected. Each entry moves the sums of its heading under the heading's version."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils import timezone

from yimen.ground.journal.actions import change, enter
from yimen.ground.kernel.errors import Refused
from yimen.rooms.administration.models import Budget, BudgetEntry
from yimen.rooms.administration.rules.budget import Account, Entry, booked, check_year
from yimen.rooms.identity.actor import Actor


def open_budget(*, year: int, heading: str, planned: Decimal, by: Actor, at: datetime) -> Budget:
    """A heading of a year with what is planned; raises `budget.exists`."""
    if Budget.objects.filter(year=year, heading=heading).exists():
        raise Refused("budget.exists", year=year)
    made = Budget(year=year, heading=heading, planned=planned, allotted=Decimal(0), spent=Decimal(0))
    enter(made, "open_budget", by=by, at=at, year=year, planned=str(planned))
    return made


def allot(budget: Budget, *, amount: Decimal, document: str, on: date, by: Actor, at: datetime) -> None:
    """Finance gives money to the heading."""
    _check_entry(budget, "allotment", document, on, at)
    _book(budget, "allot_budget", "allotment", amount, by=by, at=at, on=on, document=document)


def spend(budget: Budget, *, amount: Decimal, voucher: str, on: date, what: str, by: Actor, at: datetime) -> None:
    """A payment with its voucher."""
    _check_entry(budget, "spending", voucher, on, at)
    _book(budget, "spend_budget", "spending", amount, by=by, at=at, on=on, document=voucher, what=what)


def entry(budget: Budget, number: int) -> BudgetEntry:
    """An entry that may still be corrected; raises `budget.no_such_entry`."""
    rows = budget.entries.filter(number=number, corrects=None, correction=None)
    found = rows.first()
    if found is None:
        raise Refused("budget.no_such_entry", number=number)
    return found


def correct(budget: Budget, wrong: BudgetEntry, *, reason: str, by: Actor, at: datetime) -> None:
    """A counter-entry takes a wrong entry back; both stay."""
    _book(
        budget,
        "correct_budget",
        "allotment" if wrong.kind == BudgetEntry.Kind.ALLOTMENT else "spending",
        -wrong.amount,
        by=by,
        at=at,
        on=timezone.localdate(at),
        document=wrong.document,
        what=reason,
        corrects=wrong,
    )


def _check_entry(budget: Budget, kind: Entry, document: str, on: date, at: datetime) -> None:
    check_year(budget.year, on, timezone.localdate(at))
    if budget.entries.filter(kind=kind, document=document, corrects=None).exists():
        raise Refused("budget.document_used", document=document[:80])


def _book(budget: Budget, verb: str, kind: Entry, amount: Decimal, *, by: Actor, at: datetime, **columns: Any) -> None:
    sums = booked(Account(budget.allotted, budget.spent), kind, amount)
    number = (budget.entries.aggregate(last=Max("number"))["last"] or 0) + 1
    changes = {"allotted": sums.allotted, "spent": sums.spent}
    # The heading first: whoever comes second with the same version is told so before a number is taken.
    change(budget, verb, changes, by=by, at=at, number=number, amount=str(amount), document=columns["document"])
    budget.entries.create(number=number, kind=kind, amount=amount, **columns)
