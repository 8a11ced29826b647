"""Rates of the clock on the shipped calendar: `python bench/clock.py`."""

import time
from collections.abc import Callable
from datetime import date

from yimen.ground.kernel.clock import due, explain
from yimen.ground.kernel.term import Term, Unit
from yimen.ground.law.calendar import shipped_calendar


def rate(work: Callable[[], object], times: int) -> int:
    """Calls a second, the best of five rounds."""
    best = float("inf")
    for _ in range(5):
        began = time.perf_counter()
        for _ in range(times):
            work()
        best = min(best, time.perf_counter() - began)
    return round(times / best)


def main() -> None:
    calendar, day, term = shipped_calendar(), date(2025, 1, 20), Term(20, Unit.WORKING_DAYS)
    after = calendar.after
    bare = rate(lambda: after(day, 20), 200_000)
    full = rate(lambda: due(calendar, term, day), 50_000)
    told = rate(lambda: explain(calendar, term, day), 4_000)
    print(f"clock after={bare}/s due={full}/s explain={told}/s")


if __name__ == "__main__":
    main()
