"""Budgets on the tail: the median function is small everywhere, the longest ones tell good code from bad."""

import math
from collections.abc import Iterable

import pytest

from tests.consistency.tree import functions, modules

FUNCTION_MAX, FUNCTION_P90, FILE_MAX, FILE_P90, ROOM_MAX = 60, 25, 600, 300, 2500


def p90(values: Iterable[int]) -> int:
    """The nearest-rank 90th percentile."""
    ordered = sorted(values)
    return ordered[math.ceil(0.9 * len(ordered)) - 1]


def test_no_function_is_too_long() -> None:
    lengths = [pair for module in modules() for pair in functions(module)]
    assert [f"{name}: {lines}" for name, lines in lengths if lines > FUNCTION_MAX] == []
    assert p90(lines for _, lines in lengths) <= FUNCTION_P90


def test_no_file_is_too_long() -> None:
    lengths = [(m.name, m.length) for m in modules()]
    assert [pair for pair in lengths if pair[1] > FILE_MAX] == []
    assert p90(lines for _, lines in lengths) <= FILE_P90


def test_no_room_bursts() -> None:
    rooms: dict[str, int] = {}
    for module in modules("yimen/rooms"):
        rooms[module.name.split("/")[2]] = rooms.get(module.name.split("/")[2], 0) + module.length
    assert {room: lines for room, lines in rooms.items() if lines > ROOM_MAX} == {}


@pytest.mark.parametrize(("values", "expected"), [([1], 1), (range(1, 11), 9), ([5] * 9 + [100], 5)])
def test_p90(values: Iterable[int], expected: int) -> None:
    assert p90(values) == expected
