"""Whose cases a person reaches beyond those of the own organ."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from yimen.rooms.identity.rules.roles import Role


@dataclass(frozen=True, slots=True)
class Reach:
    """What successions and a shared window change about the scope of a person of the staff, on one day.

    `taken`: organs whose powers the own organ took over: None for all of them, else the codes of the items. `given`:
    codes of items over which the own organ lost its powers, None when it lost all. `shared`: organs for which the
    person's comprehensive window receives.
    """

    taken: Mapping[int, frozenset[str] | None] = field(default_factory=dict)
    given: frozenset[str] | None = frozenset()
    shared: frozenset[int] = frozenset()

    def covers(self, role: str, own: int | None, organ: int, item: str) -> bool:
        """Whether a case of `organ` about `item` is the person's in this role."""
        if organ == own:
            return self.given is not None and item not in self.given
        if role == Role.WINDOW_CLERK and organ in self.shared:
            return True
        if organ not in self.taken:
            return False
        items = self.taken[organ]
        return items is None or item in items


NOTHING_MORE = Reach()
