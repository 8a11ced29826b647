"""A lifecycle is one table of named transitions, each with the article of law that allows it."""

from collections.abc import Iterable
from dataclasses import dataclass

from yimen.ground.kernel.errors import Refused


@dataclass(frozen=True, slots=True)
class Edge:
    """`verb` may lead from any of `sources` to `target`, by `basis`."""

    verb: str
    sources: frozenset[str]
    target: str
    basis: str


class Lifecycle:
    """Answers where a verb leads. One verb may have several edges only from different sources."""

    def __init__(self, edges: Iterable[Edge]) -> None:
        self.edges = tuple(edges)
        self._targets = {(edge.verb, source): edge for edge in self.edges for source in edge.sources}

    def target(self, verb: str, state: str) -> str:
        """The state after `verb`; raises `Refused("transition.not_allowed")`."""
        edge = self._targets.get((verb, state))
        if edge is None:
            raise Refused("transition.not_allowed", verb=verb, state=str(state))
        return edge.target

    def verbs_from(self, state: str) -> list[str]:
        """Verbs that leave `state`, in the order of the table."""
        return list(dict.fromkeys(e.verb for e in self.edges if state in e.sources))
