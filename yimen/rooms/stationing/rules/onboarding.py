"""增设窗口: a unit moves in by a checklist that ends only when items, people and powers are in (意见三（二）)."""

from collections.abc import Mapping, Sequence
from typing import Any

from yimen.ground.kernel.errors import Refused


def check_steps(steps: Sequence[str]) -> list[str]:
    """The steps without empty ones; raises `onboarding.no_steps`."""
    found = [step.strip() for step in steps if step.strip()]
    if not found:
        raise Refused("onboarding.no_steps", field="steps")
    return found


def check_close(open_steps: Sequence[int], board: Mapping[str, Any]) -> None:
    """Raises `onboarding.steps_open` with their numbers, `onboarding.not_in` with what the three-in board misses."""
    if open_steps:
        raise Refused("onboarding.steps_open", steps=list(open_steps))
    if not board["complete"]:
        raise Refused("onboarding.not_in", missing=missing(board))


def missing(board: Mapping[str, Any]) -> dict[str, str]:
    """{what: "in/all"} of the three that are not wholly in."""
    three = {name: board[name] for name in ("items", "people", "powers")}
    return {name: f"{t['in']}/{t['all']}" for name, t in three.items() if t["in"] < t["all"] or not t["all"]}
