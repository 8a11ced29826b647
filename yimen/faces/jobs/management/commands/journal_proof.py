"""`yimen journal_proof SUBJECT`: the proof of a subject's history as JSON on standard output."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yimen.ground.journal.queries import proof


class Command(BaseCommand):
    """Prints only the JSON; check it with `python verifier/verify_journal.py FILE`, which needs no Django."""

    help = "Print the proof of a subject's journal entries, e.g. case:371500-20261124-0012-7."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The subject, kind:number."""
        parser.add_argument("subject")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the bundle; exit 1 when the journal knows no such subject."""
        bundle = proof(options["subject"])
        if not bundle["entries"]:
            raise CommandError(f"the journal has no entry of {options['subject']}")
        self.stdout.write(json.dumps(bundle, ensure_ascii=False, indent=1, sort_keys=True))
