"""变更决定 What a change order may say, and the states it goes through. Pure.

行政许可法 第二十条、第二十一条 (items are reviewed, changed and stopped by who made them), 第五条 (published);
最高法行政许可案件规定 第九条 (which law applies to who has applied already).
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.lifecycle import Edge, Lifecycle


class State(StrEnum):
    """States of an order as they are kept; `in_force` is what an approved one is from its day on."""

    DRAFT = "draft"
    CHECKED = "checked"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Level(StrEnum):
    """Who issued it."""

    STATE_COUNCIL = "state_council"
    PROVINCE = "province"
    LAW = "law"
    CITY = "city"


class Action(StrEnum):
    """What happens to an item: 新增、取消、合并、拆分、下放（划转）、调整."""

    ADD = "add"
    CANCEL = "cancel"
    MERGE = "merge"
    SPLIT = "split"
    DELEGATE = "delegate"
    CHANGE = "change"


class Running(StrEnum):
    """What happens to the cases that run: they finish under their version, are terminated, or move to the new one."""

    FINISH = "finish"
    TERMINATE = "terminate"
    MOVE = "move"


ENDING = (Action.CANCEL, Action.MERGE, Action.SPLIT)
REPLACED = (Action.MERGE, Action.SPLIT)
BASIS = "行政许可法 第二十条、第二十一条"

ORDERS = Lifecycle(
    [
        Edge("change_order", State.DRAFT, State.DRAFT, BASIS),
        Edge("check_order", State.DRAFT, State.CHECKED, "意见二（一）", "pass"),
        Edge("check_order", State.DRAFT, State.DRAFT, "意见二（一）", "return"),
        Edge("approve_order", State.CHECKED, State.APPROVED, BASIS),
        *(
            Edge("withdraw_order", state, State.WITHDRAWN, BASIS)
            for state in (State.DRAFT, State.CHECKED, State.APPROVED)
        ),
        Edge("take_effect", State.APPROVED, State.APPROVED, "行政许可法 第五条"),
    ]
)


class Line(NamedTuple):
    """A line as it is judged: codes only; `version_item` is the code of the version's item, "" without a version."""

    action: str
    item: str
    into: Sequence[str]
    organ: str
    version_item: str
    running: str


def check_lines(lines: Sequence[Line]) -> None:
    """Raises `order.incomplete` (no lines, or facts: problems [{item, field}]), `order.item_twice`."""
    if not lines:
        raise Refused("order.incomplete", problems=[])
    items = [line.item for line in lines]
    if len(set(items)) < len(items):
        raise Refused("order.item_twice", items=sorted({i for i in items if items.count(i) > 1}))
    problems = [{"item": line.item, "field": field} for line in lines for field in _missing(line)]
    if problems:
        raise Refused("order.incomplete", problems=problems)


def _missing(line: Line) -> list[str]:
    """The fields of a line that are missing or don't fit its action."""
    wrong = []
    needs_version = line.action in (Action.ADD, Action.CHANGE)
    if needs_version and not line.version_item:
        wrong.append("version")
    if line.version_item and line.version_item not in _may_start(line):
        wrong.append("version")
    if (line.action in REPLACED) is not bool(line.into) or line.item in line.into:
        wrong.append("into")
    if (line.action == Action.DELEGATE) is not bool(line.organ):
        wrong.append("organ")
    if line.running == Running.MOVE and not _has_a_target(line):
        wrong.append("running")
    return wrong


def _may_start(line: Line) -> Sequence[str]:
    """The items whose version a line may bring into force."""
    if line.action == Action.CANCEL:
        return ()
    return line.into if line.action in REPLACED else (line.item,)


def _has_a_target(line: Line) -> bool:
    """A case moves to the new text of its item, or to the one item that takes its place."""
    if line.action in REPLACED:
        return len(line.into) == 1 or bool(line.version_item)
    return line.action in (Action.CHANGE, Action.DELEGATE)


def effect_day(level: str, effective_on: date, today: date) -> date:
    """The day on which an order that is approved today takes effect: its own, or today when that has passed.

    Only what stands above the centre may have taken effect already: `order.effective_in_past` for the city's own.
    """
    if effective_on < today and level == Level.CITY:
        raise Refused("order.effective_in_past", effective_on=effective_on.isoformat())
    return max(effective_on, today)
