"""`yimen scenario FILE…`: run stories of the law, each in a database of its own."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from yimen.faces.stories.scenario.running import run_file


class Command(BaseCommand):
    """A line a step, then `ok FILE` or `FAILED FILE: the first difference`; exit 1 if any failed."""

    help = "运行情景（法律条文的可执行故事），每个文件用自己的数据库。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Files, or folders of them."""
        parser.add_argument("files", nargs="+", metavar="FILE", help="a scenario, or a folder of scenarios")
        parser.add_argument("-q", "--quiet", action="store_true", help="only the last line of each file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run all; one that fails does not keep the next from running."""
        failed = False
        for name in _expanded(options["files"]):
            problem = run_file(Path(name), self._silent if options["quiet"] else self._say)
            failed |= bool(problem)
            self._say(f"FAILED {name}: {problem}" if problem else f"ok {name}")
        if failed:
            sys.exit(1)

    def _say(self, line: str) -> None:
        self.stdout.write(" ".join(line.splitlines()))
        self.stdout.flush()

    def _silent(self, line: str) -> None:
        """Steps are left out."""


def _expanded(names: list[str]) -> list[str]:
    """Files as they were named; a folder stands for the files in it."""
    found: list[str] = []
    for name in names:
        found += sorted(map(str, Path(name).rglob("*.yaml"))) if Path(name).is_dir() else [name]
    return found
