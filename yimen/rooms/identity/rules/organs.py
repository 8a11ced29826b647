"""Names and powers of organs by day (行政许可法 第二十二条: only who holds the power on the day may decide)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yimen.ground.kernel.errors import Refused

# Longer chains of successions are a circle.
MOST_STEPS = 20


@dataclass(frozen=True, slots=True)
class Step:
    """From 00:00 of `day` `to` exercises the powers of `organ`; `items` empty: all of them."""

    organ: int
    to: int
    day: date
    items: frozenset[str] = frozenset()
    staff: frozenset[str] = frozenset()

    def moves_item(self, item: str) -> bool:
        """Whether the power over this item goes with it."""
        return not self.items or item in self.items

    def moves_person(self, username: str) -> bool:
        """Whether a person goes with it: those named; where nobody is named and all powers go, everybody."""
        return username in self.staff if self.staff or self.items else True


@dataclass(frozen=True, slots=True)
class Named:
    """A name from `valid_from` (None: from the beginning)."""

    name: str
    name_en: str
    valid_from: date | None


def holder(steps: Sequence[Step], organ: int, item: str, day: date) -> int:
    """Who exercises on `day` the power that `organ` held over `item`."""
    for _ in range(MOST_STEPS):
        found = [s for s in steps if s.organ == organ and s.day <= day and s.moves_item(item)]
        if not found:
            return organ
        organ = min(found, key=lambda s: s.day).to
    return organ


def employer(steps: Sequence[Step], organ: int, username: str, day: date) -> int:
    """Where a person who was of `organ` works on `day`."""
    for _ in range(MOST_STEPS):
        found = [s for s in steps if s.organ == organ and s.day <= day and s.moves_person(username)]
        if not found:
            return organ
        organ = min(found, key=lambda s: s.day).to
    return organ


def taken_over(steps: Sequence[Step], organ: int, day: date) -> Mapping[int, frozenset[str] | None]:
    """The organs whose powers `organ` holds on `day` → None for all, or the items."""
    found: dict[int, frozenset[str] | None] = {}
    for step in steps:
        if step.day > day:
            continue
        if step.items:
            mine = frozenset(i for i in step.items if holder(steps, step.organ, i, day) == organ)
            known = found.get(step.organ, frozenset())
            if mine:
                found[step.organ] = None if known is None else known | mine
        elif holder(steps, step.to, "", day) == organ and step.organ != organ:
            found[step.organ] = None
    return found


def given_away(steps: Sequence[Step], organ: int, day: date) -> frozenset[str] | None:
    """The items over which `organ` lost its powers by `day`; None: all of them."""
    gone = [s for s in steps if s.organ == organ and s.day <= day]
    return None if any(not s.items for s in gone) else frozenset().union(*(s.items for s in gone))


def name_on(names: Sequence[Named], day: date) -> Named | None:
    """The name that holds on `day`."""
    held = [n for n in names if n.valid_from is None or n.valid_from <= day]
    return max(held, key=lambda n: n.valid_from or date.min) if held else None


def check_succession(steps: Sequence[Step], new: Step) -> None:
    """Raises `succession.circle` (the powers would come back), `succession.exists` (they are gone by then)."""
    if holder(steps, new.to, "", new.day) == new.organ:
        raise Refused("succession.circle")
    for step in steps:
        if step.organ == new.organ and (not step.items or not new.items or step.items & new.items):
            raise Refused("succession.exists", on=step.day.isoformat())
