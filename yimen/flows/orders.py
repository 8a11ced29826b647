"""事项调整 Change orders: the State Council, the province, a law or the city adds, cancels, merges, splits, delegates
or changes items from a day, and says what happens to the cases that run.

Three people: one drafts, another (of the legal office) checks, a third (of the government) approves. The approval sets
all days at once; the clock then treats each running case, once. Whoever asks earlier sees what the law says already.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from annotated_types import MaxLen
from django.db import transaction
from django.utils import timezone

from yimen.facts.registers import base as registers
from yimen.flows import arguments as take_in
from yimen.flows.arguments import Day, ItemCode, Items, Line, Of, OrganCode, Text, Url, required
from yimen.flows.authority import missing_powers
from yimen.flows.frame import maker, thing_verb
from yimen.flows.registry import clockwork
from yimen.ground.kernel.errors import Conflict, OutOfScope
from yimen.rooms.cases import queries as cases
from yimen.rooms.cases.actions._write import settle
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.catalogue.rules.versions import Problem
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ
from yimen.rooms.orders.actions import orders
from yimen.rooms.orders.actions.orders import LineGiven
from yimen.rooms.orders.models import Order
from yimen.rooms.orders.queries import to_apply

Level = Literal["state_council", "province", "law", "city"]


class ChangeIn(TypedDict):
    """One line: what happens to an item and to its running cases."""

    action: Literal["add", "cancel", "merge", "split", "delegate", "change"]
    item: ItemCode
    into: NotRequired[Items]
    organ: NotRequired[OrganCode]
    version: NotRequired[Annotated[str, MaxLen(20), Of("version")]]
    running: NotRequired[Literal["finish", "terminate", "move"]]
    note: NotRequired[Annotated[str, MaxLen(500)]]


Changes = Annotated[Sequence[ChangeIn], MaxLen(200)]


@maker("order")
def draft_order(
    *,
    document_number: Line,
    issuing_organ: Line,
    level: Level,
    issued_on: Day,
    effective_on: Day,
    title: Line,
    text: Text,
    changes: Changes,
    url: Url = "",
    by: Actor,
    at: datetime,
) -> Order:
    """Draft a change order; it changes nothing before it is approved.

    `changes`, one line an item: {action, item, running (finish unless given), into, organ, version, note}.
    `add` and `change` need `version`, a checked version of the item; `merge` and `split` need `into`, the items that
    take its place (`version`: a new checked version of one of them); `delegate` needs `organ`, who decides from then on
    (`version` if the text changes too); `cancel` takes none of them. `running`, for the cases that run on the day:
    finish (under their version), terminate (with a notice), move (to the new version, or the item that takes the
    place: one of them, or that of `version`; not with cancel or add).
    By legal_office, and by organ_head for items of the own organ (else permission.denied).
    Refuses reason.missing (number, organ, title or text), order.incomplete, order.item_twice, item.unknown,
    organ.unknown, thing.not_found (the version).
    """
    required(document_number=document_number, issuing_organ=issuing_organ, title=title, text=text)
    values = {
        "document_number": document_number,
        "issuing_organ": issuing_organ,
        "level": level,
        "issued_on": issued_on,
        "effective_on": effective_on,
        "title": title,
        "text": text,
        "url": url,
    }
    return orders.draft(values, _lines(changes, by, "draft_order"), by=by, at=at)


@thing_verb("order")
def change_order(
    order: Order,
    *,
    document_number: Line | None = None,
    issuing_organ: Line | None = None,
    level: Level | None = None,
    issued_on: Day | None = None,
    effective_on: Day | None = None,
    title: Line | None = None,
    text: Text | None = None,
    url: Url | None = None,
    changes: Changes | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Change a draft: what is given replaces what stood there; whoever changes it counts as its drafter.

    By legal_office, and by the organ_head of the organ that drafted it. Refuses as `draft_order`;
    transition.not_allowed (no longer a draft).
    """
    given = dict(locals())
    names = ("document_number", "issuing_organ", "level", "issued_on", "effective_on", "title", "text", "url")
    values = {name: given[name] for name in names if given[name] is not None}
    required(**{n: values[n] for n in ("document_number", "issuing_organ", "title", "text") if n in values})
    lines = None if changes is None else _lines(changes, by, "change_order")
    orders.change_order(order, values, lines, by=by, at=at)


@thing_verb("order")
def check_order(order: Order, *, opinion: Literal["pass", "return"], note: Text = "", by: Actor, at: datetime) -> None:
    """The legal office looks a draft over: `pass` makes it `checked`, `return` leaves it a draft with the note.

    By legal_office; another person than the drafter (separation.same_person). Refuses transition.not_allowed,
    reason.missing (a return without note).
    """
    orders.check(order, passes=opinion == "pass", note=note, by=by, at=at)


@thing_verb("order")
def approve_order(order: Order, *, by: Actor, at: datetime) -> None:
    """Approve a checked order: all days are set at once; `version.incomplete` where nobody could decide afterwards.

    It is published at once. The old versions end on the eve of `effective_on` and the new ones begin on it (fact
    `takes_effect_on`). An order of the State Council, the province or a law whose day has passed takes effect on the
    day of the approval.
    By government; a person who neither drafted nor checked it (separation.same_person). Refuses
    transition.not_allowed, order.effective_in_past (an order of the city), order.item_not_in_force (on the eve),
    order.no_target, version.not_checked, version.not_draft, version.overlap, and version.incomplete: also where nobody
    may decide under a version that begins (field `subject`: its organ, of a delegated item the receiving one, is no
    licensing subject on the day; `authorisation`: a window head approves and nobody of that organ is authorised).
    """
    orders.approve(order, lacking=_lacking, by=by, at=at)


@thing_verb("order")
def withdraw_order(order: Order, *, reason: Text, by: Actor, at: datetime) -> None:
    """Withdraw an order before its day; what the approval set is put back.

    By legal_office, and by the organ_head of the organ that drafted it. Refuses reason.missing, order.in_effect (from
    its day on), transition.not_allowed.
    """
    required(reason=reason)
    orders.withdraw(order, reason=reason, by=by, at=at)


@clockwork
def take_effect(at: datetime) -> int:
    """Treat each running case of the orders whose day has come, each in its own transaction; returns how many.

    Killed in the middle it has treated some; run again it treats the rest. A case that somebody else changes at the
    same moment is left for the next time, and with it the end of the order.
    """
    done = 0
    for order in to_apply(timezone.localdate(at)):
        left = 0
        for number in cases.touched_by(order):
            try:
                with transaction.atomic():
                    case = cases.load(number)
                    settle(case, at)
                    done += 1
            except Conflict:
                left += 1
        if not left:
            with transaction.atomic():
                orders.take_effect(order, at=at)
    return done


def _lacking(version: ItemVersion, day: date, organ: Organ | None) -> list[Problem]:
    return missing_powers(version, day, organ=organ)


def _lines(given: Sequence[ChangeIn], by: Actor, verb: str) -> list[LineGiven]:
    lines = [_line(line) for line in given]
    everywhere = registers.is_wide(by) or registers.is_clock(by)
    if not everywhere and any(line.item.organ_id != by.organ_id for line in lines):
        raise OutOfScope(verb=verb)
    return lines


def _line(given: Mapping[str, Any]) -> LineGiven:
    version = str(given.get("version") or "")
    return LineGiven(
        action=str(given["action"]),
        item=take_in.item(str(given["item"])),
        into=take_in.items(given.get("into") or ()),
        organ=take_in.organ(str(given["organ"])) if given.get("organ") else None,
        version=registers.thing("version", version) if version else None,
        running=str(given.get("running") or "finish"),
        note=str(given.get("note") or ""),
    )
