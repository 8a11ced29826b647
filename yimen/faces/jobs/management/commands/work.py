"""`yimen work`: the background worker."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from yimen.faces.jobs.worker import Worker


class Command(BaseCommand):
    """Deliver letters, run the clock, seal the journal; `--once` runs every job one time."""

    help = "Run the background worker (letters, clock, seals)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run every job once and leave")

    def handle(self, *args: Any, **options: Any) -> None:
        worker = Worker()
        if options["once"]:
            worker.run_due()
        else:
            worker.run()
