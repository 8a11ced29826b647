"""The country's administrative divisions, from `yimen/data/regions` (its SOURCES.md says where they come from)."""

import csv
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import yimen.data

# Length of a code at each level: province, city, county, town.
LEVELS = (2, 4, 6, 9)
# An address is exact enough from the county on.
LEAST = 6


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    path = Path(yimen.data.__file__).parent / "regions" / "regions.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row["name"] for row in csv.DictReader(lines)}


@lru_cache(maxsize=1)
def _children() -> Mapping[str, Sequence[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for code, name in _names().items():
        level = LEVELS.index(len(code))
        found.setdefault(code[: LEVELS[level - 1]] if level else "", []).append((code, name))
    return found


def children(code: str) -> Sequence[tuple[str, str]]:
    """(code, name) of the divisions directly below `code`; "" gives the provinces, an unknown code nothing."""
    return _children().get(code, ())


def exists(code: str) -> bool:
    """Whether there is such a division, at any level."""
    return code in _names()


def chain(code: str) -> list[str]:
    """The codes from the province down to `code`, as far as they exist: `["37", "3715", "371502"]`."""
    return [code[:size] for size in LEVELS if size <= len(code) and exists(code[:size])]


def full_name(code: str) -> str:
    """`山东省聊城市东昌府区`; the code itself when unknown."""
    return "".join(_names()[part] for part in chain(code)) if exists(code) else code


def is_address(code: str) -> bool:
    """A division of at least a county."""
    return len(code) >= LEAST and exists(code)
