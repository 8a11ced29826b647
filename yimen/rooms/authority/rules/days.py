"""From when until when a power, an authorisation or a seal holds. Pure.

Both ends of the days written in a document count; the day on which it was ended, revoked or retired is the first on
which it no longer holds.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from yimen.ground.kernel.errors import Refused


class State(StrEnum):
    """Where a document stands on a day."""

    COMING = "coming"
    IN_FORCE = "in_force"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Span:
    """`last`: the last day written in the document; `ended_on`: the first day without it, whatever was written."""

    first: date
    last: date | None = None
    ended_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it holds on this day."""
        return self.state_on(day) == State.IN_FORCE

    def state_on(self, day: date) -> State:
        """Ended before it began, it never comes."""
        if self._is_over(max(day, self.first)):
            return State.PAST
        return State.COMING if day < self.first else State.IN_FORCE

    def _is_over(self, day: date) -> bool:
        return (self.last is not None and day > self.last) or (self.ended_on is not None and day >= self.ended_on)

    def meets(self, other: "Span") -> bool:
        """Whether some day lies in both."""
        first = max(self.first, other.first)
        return self.holds_on(first) and other.holds_on(first)


def check_days(first: date, last: date | None) -> None:
    """Raises `period.ends_before` for days in the wrong order."""
    if last is not None and last < first:
        raise Refused("period.ends_before", valid_from=first.isoformat(), valid_to=last.isoformat())


def check_end(span: Span, on: date) -> None:
    """An end that was set stays; a first day without force lies not before the first day. Raises `authority.ended`,
    `period.ends_before`."""
    if span.ended_on is not None:
        raise Refused("authority.ended", on=span.ended_on.isoformat())
    check_days(span.first, on)


def check_scopes_apart(mine: Set[str], theirs: Set[str]) -> None:
    """Two powers of the same organ on the same days are over different items; an empty set stands for all of its own.

    An organ may hold all of its own items and others besides (by entrustment), so only equals meet.
    """
    if mine & theirs or mine == theirs:
        raise Refused("subject.overlap", items=sorted(mine & theirs))
