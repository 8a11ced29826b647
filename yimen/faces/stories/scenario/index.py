"""Which clause is shown by which scenario, and by which verbs."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from yimen.faces.stories.scenario.reading import read_scenario

SHIPPED = Path(settings.PROJECT_DIR) / "scenarios"


@dataclass(frozen=True)
class Entry:
    """One scenario of a clause; `verbs` in the order of their first use."""

    path: Path
    title: str
    verbs: tuple[str, ...]


def clause_order(clause: str) -> tuple[tuple[int, str], ...]:
    """`2.3a` before `10.1`: numbers by value, then letters."""
    parts = []
    for part in clause.split("."):
        digits = "".join(c for c in part if c.isdecimal())
        parts.append((int(digits or 0), part))
    return tuple(parts)


def by_clause(folder: Path = SHIPPED) -> dict[str, list[Entry]]:
    """clause → its scenarios, both in order; raises `Malformed` for a file that can't be read."""
    found: dict[str, list[Entry]] = {}
    for path in sorted(folder.rglob("*.yaml")):
        scenario = read_scenario(path)
        verbs = tuple(dict.fromkeys(step.do for step in scenario.steps if step.do))
        for clause in scenario.clauses:
            found.setdefault(clause, []).append(Entry(path, scenario.title, verbs))
    return dict(sorted(found.items(), key=lambda pair: clause_order(pair[0])))
