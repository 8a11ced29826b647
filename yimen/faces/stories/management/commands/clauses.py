"""`yimen clauses`: clause → scenarios → verbs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yimen.faces.stories.scenario.index import SHIPPED, by_clause
from yimen.faces.stories.scenario.values import Malformed


class Command(BaseCommand):
    """Each clause with the scenarios that show it and the verbs that they use; needs no database."""

    help = "列出条款、展示该条款的情景以及其中的动作。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Another folder than the shipped one."""
        parser.add_argument("folder", nargs="?", type=Path, default=SHIPPED)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the table."""
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder}: there is no such folder of scenarios")
        try:
            clauses = by_clause(folder)
        except Malformed as problem:
            raise CommandError(f"a scenario can't be read: {problem}") from None
        for clause, entries in clauses.items():
            self.stdout.write(clause)
            for entry in entries:
                self.stdout.write(f"  {entry.path.relative_to(folder)}  {entry.title}")
                self.stdout.write(f"    {', '.join(entry.verbs)}")
