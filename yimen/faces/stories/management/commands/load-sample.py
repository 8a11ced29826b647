"""`yimen load-sample`: fill an empty centre with the sample."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from yimen.faces.stories.sample import load_sample
from yimen.ground.kernel.errors import Refused


class Command(BaseCommand):
    """Last line `organs=N items=M cases=K verbs=V`, or `nothing loaded: …` when the centre is not empty."""

    help = "Fill an empty centre with the sample centre (demo mode only); does nothing when there is one."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The day up to whose eve the sample centre has worked, and the seed of its people."""
        parser.add_argument("--as-of", type=_day, metavar="YYYY-MM-DD", help="default: today")
        parser.add_argument("--seed", type=int, default=1, metavar="N", help="default: 1")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load once."""
        try:
            made = load_sample(as_of=options["as_of"] or timezone.localdate(), seed=options["seed"])
        except Refused as refused:
            if refused.code == "permission.denied":
                raise CommandError("the sample centre is for demo mode: set YIMEN_MODE=demo", returncode=2) from refused
            raise CommandError(f"{refused.code} {refused.facts}", returncode=2) from refused
        if made is None:
            self.stdout.write("nothing loaded: the centre already has its name or its organs")
            return
        self.stdout.write(f"organs={made.organs} items={made.items} cases={made.cases} verbs={made.verbs}")


def _day(text: str) -> date:
    return date.fromisoformat(text)
