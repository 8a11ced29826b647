"""Switches off one rule after another and lets the scenarios find it out.

    python tests/mutation/run.py [-k TEXT] [-j JOBS] [--list]

Prints every survivor; exit 1 when one survives that docs/algorithms/mutation.md does not explain. Each mutant runs in a
forked child, only the scenarios that reach the changed function, until the first one fails.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("YIMEN_MODE", "demo")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
    import django

    django.setup()

from tests.mutation.equivalent import EQUIVALENT  # noqa: E402
from tests.mutation.mutants import PACKAGE, Mutant, all_mutants  # noqa: E402
from yimen.faces.stories.scenario.running import run_file  # noqa: E402

SCENARIOS = ROOT / "scenarios"
SECONDS_A_MUTANT = 20
type Reach = dict[Path, tuple[set[tuple[str, int]], float]]


def silent(_line: str) -> None:
    """The steps of a story are not told here."""


def reach() -> Reach:
    """scenario → (lines of the product that it runs, seconds). RuntimeError when a scenario fails as things are."""
    found: Reach = {}
    for path in sorted(SCENARIOS.rglob("*.yaml")):
        with _watched() as lines:
            start = time.perf_counter()
            problem = run_file(path, silent)
        if problem:
            raise RuntimeError(f"{path} fails without any mutant: {problem}")
        found[path] = (lines, time.perf_counter() - start)
    return found


@contextmanager
def _watched() -> Iterator[set[tuple[str, int]]]:
    """Collects (file, line) of the package while inside."""
    lines: set[tuple[str, int]] = set()
    tool, monitoring, package = 3, sys.monitoring, str(PACKAGE)

    def on_line(code: CodeType, line: int) -> object:
        if code.co_filename.startswith(package):
            lines.add((code.co_filename, line))
        return monitoring.DISABLE

    monitoring.use_tool_id(tool, "yimen-mutation")
    monitoring.register_callback(tool, monitoring.events.LINE, on_line)
    monitoring.set_events(tool, monitoring.events.LINE)
    monitoring.restart_events()
    try:
        yield lines
    finally:
        monitoring.set_events(tool, 0)
        monitoring.free_tool_id(tool)


def killers(mutant: Mutant, reached: Reach) -> list[Path]:
    """The scenarios that can find the mutant out, the likely and quick ones first."""

    def rank(path: Path) -> tuple[int, float]:
        lines, seconds = reached[path]
        if mutant.code is None:
            return (0 if mutant.edge[0] in path.read_text(encoding="utf-8") else 2), seconds
        hit = [line for file, line in lines if file == mutant.file and mutant.span[0] < line <= mutant.span[1]]
        exact = any(mutant.lines[0] <= line <= mutant.lines[1] for line in hit)
        return (0 if exact else 1 if hit else 3), seconds

    ranked = sorted((rank(path), path) for path in reached)
    return [path for (order, _seconds), path in ranked if order < 3]


def judge(mutant: Mutant, paths: list[Path], answer: int) -> None:
    """In a forked child: write the name of the scenario that fails, or "-" for a survivor, to the pipe; never return.

    A mutant that runs for ever is ended by the alarm and leaves the pipe empty.
    """
    try:
        signal.alarm(SECONDS_A_MUTANT)
        mutant.apply()
        killer = next((str(path.relative_to(ROOT)) for path in paths if run_file(path, silent)), "-")
        os.write(answer, killer.encode())
    except BaseException as error:
        os.write(answer, f"! {type(error).__name__}: {error}".encode()[:4000])
    finally:
        os._exit(0)


def judged(mutants: list[Mutant], reached: Reach, jobs: int) -> Iterator[tuple[Mutant, str]]:
    """(mutant, killer) as the children end; killer "-" for a survivor."""
    waiting = [(mutant, killers(mutant, reached)) for mutant in reversed(mutants)]
    running: dict[int, tuple[Mutant, int]] = {}
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant, paths = waiting.pop()
            receive, send = os.pipe()
            child = os.fork()
            if child == 0:
                judge(mutant, paths, send)
            os.close(send)
            running[child] = (mutant, receive)
        child, _status = os.wait()
        mutant, receive = running.pop(child)
        killer = os.read(receive, 5000).decode() or "(ran for ever)"
        os.close(receive)
        if killer.startswith("!"):
            raise RuntimeError(f"{mutant.name}: {killer}")
        yield mutant, killer


def run(text: str = "", jobs: int = 2, say: Callable[[str], None] = print) -> int:
    """Judge all mutants whose name contains `text`; returns how many survive unexplained."""
    start = time.perf_counter()
    reached = reach()
    mutants = [mutant for mutant in all_mutants() if text in mutant.name]
    alive, explained = [], []
    for mutant, killer in judged(mutants, reached, jobs):
        if killer == "-":
            (explained if mutant.name in EQUIVALENT else alive).append(mutant.name)
            if mutant.name not in EQUIVALENT:
                say(f"SURVIVED: {mutant.name}")
        elif mutant.name in EQUIVALENT:
            say(f"explained, but {killer} kills it: {mutant.name}")
    for name in sorted(explained):
        say(f"equivalent: {name}: {EQUIVALENT[name]}")
    kinds = ", ".join(f"{sum(m.kind == kind for m in mutants)} {kind}" for kind in ("edge", "refusal", "clock"))
    killed = len(mutants) - len(alive) - len(explained)
    say(
        f"mutants={len(mutants)} ({kinds}) killed={killed} equivalent={len(explained)} survived={len(alive)}"
        f" scenarios={len(reached)} seconds={time.perf_counter() - start:.0f}"
    )
    return len(alive)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-k", default="", metavar="TEXT", help="only mutants whose name contains it")
    parser.add_argument("-j", type=int, default=os.cpu_count() or 1, metavar="JOBS")
    parser.add_argument("--list", action="store_true", help="only name the mutants")
    options = parser.parse_args()
    if options.list:
        print(*(mutant.name for mutant in all_mutants()), sep="\n")
        return 0
    return 1 if run(options.k, options.j) else 0


if __name__ == "__main__":
    sys.exit(main())
