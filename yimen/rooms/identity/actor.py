"""Who acts: a small frozen value that flows, policies and the journal understand."""

from dataclasses import dataclass, field

from yimen.ground.kernel.errors import Denied
from yimen.rooms.identity.rules.mandates import Mandate
from yimen.rooms.identity.rules.reach import NOTHING_MORE, Reach
from yimen.rooms.identity.rules.roles import Role, grants


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a system or the clock at the moment of an act.

    `id` is the journal's text id ("staff:12", "applicant:7", "clock"); `organ_id` is None outside the organs.
    """

    id: str
    name: str
    roles: tuple[Role, ...]
    organ_id: int | None = None
    organ_code: str = ""
    staff_id: int | None = None
    user_id: int | None = None
    window_id: int | None = None
    window_sort: str = ""
    # Cases beyond the own organ's: successions, a shared window.
    reach: Reach = field(default=NOTHING_MORE, compare=False)
    # The enterprises that an applicant's account may act for (identity.rules.mandates).
    mandates: tuple[Mandate, ...] = field(default=(), compare=False)
    # The idempotency key and body hash of the API request that causes the act: kept with its journal entry.
    request: tuple[str, str] | None = field(default=None, compare=False)
    verbs: frozenset[str] = field(default=frozenset(), compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "verbs", frozenset().union(*(grants(role) for role in self.roles)))

    @property
    def hand(self) -> int:
        """The key of the person of the staff whose hand acts; raises `Denied` for anybody else."""
        if self.staff_id is None:
            raise Denied()
        return self.staff_id

    def role_for(self, verb: str) -> Role:
        """The role under which `verb` is done; raises `Denied`."""
        if verb in self.verbs:
            for role in self.roles:
                if verb in grants(role):
                    return role
        raise Denied(verb=verb)


CLOCK = Actor(id="clock", name="clock", roles=(Role.CLOCK,))
