"""A lifecycle is one table of named transitions, each with the article of law that allows it."""

from collections.abc import Iterable
from dataclasses import dataclass

from yimen.ground.kernel.errors import Refused


@dataclass(frozen=True, slots=True)
class Edge:
    """`verb` may lead from `source` to `target`, by `basis`; `outcome` tells apart edges of one verb and source."""

    verb: str
    source: str
    target: str
    basis: str
    outcome: str = ""


class Lifecycle:
    """Answers where a verb leads."""

    def __init__(self, edges: Iterable[Edge]) -> None:
        self.edges = tuple(edges)
        self._targets = {(edge.verb, edge.source, edge.outcome): edge.target for edge in self.edges}

    def target(self, verb: str, state: str, outcome: str = "") -> str:
        """The state after `verb`; raises `Refused("transition.not_allowed")`."""
        try:
            return self._targets[verb, state, outcome]
        except KeyError:
            raise Refused("transition.not_allowed", verb=verb, state=str(state)) from None

    def allows(self, verb: str, state: str) -> bool:
        """Whether any edge of `verb` leaves `state`."""
        return any(edge.verb == verb and edge.source == state for edge in self.edges)

    def verbs_from(self, state: str) -> list[str]:
        """Verbs that leave `state`, in the order of the table."""
        return list(dict.fromkeys(edge.verb for edge in self.edges if edge.source == state))
