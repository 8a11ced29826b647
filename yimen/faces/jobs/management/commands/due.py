"""`yimen due` as a Django command; `yimen.__main__` takes the short way without Django."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from yimen.faces.jobs.due import add_arguments, answer, main


class Command(BaseCommand):
    """Due day and why, from the shipped calendar; opens no database."""

    help = "计算期限届满日，并逐日说明。"
    requires_system_checks = []

    def run_from_argv(self, argv: list[str]) -> None:
        sys.exit(main(argv[2:]))

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        names = ("start", "days", "unit", "back", "batch")
        code = answer(**{name: options[name] for name in names}, out=self.stdout, err=self.stderr)  # type: ignore[arg-type]
        if code:
            sys.exit(code)
