"""`yimen verify`: does the whole journal hold?"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yimen.ground.journal.verification import Report, verify


class Command(BaseCommand):
    """Last line `entries=N sealed=M heads=K unsealed=U`; else exit 1 and ` bad=ID`, the first bad entry."""

    help = "Check every entry, leaf and head of the journal."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One option: heads that were kept elsewhere."""
        parser.add_argument("--heads", type=Path, metavar="FILE", help="JSON of heads kept earlier; they must be there")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, print problems first, counts last."""
        report = verify(known_heads=_kept(options["heads"]))
        for problem in report.problems:
            self.stdout.write(f"entry {_id(problem.entry)}: {problem.reason}")
        bad = "" if report.ok else f" bad={_id(report.bad_entry)}"
        self.stdout.write(_counts(report) + bad)
        if not report.ok:
            raise CommandError(f"the journal does not hold: entry {_id(report.bad_entry)}: {report.reason}")


def _counts(report: Report) -> str:
    return f"entries={report.entries} sealed={report.sealed} heads={report.heads} unsealed={report.unsealed}"


def _id(entry: int | None) -> str:
    return "?" if entry is None else str(entry)


def _kept(path: Path | None) -> dict[int, str]:
    """Heads as the heads page publishes them: a list of {id, hash, …} or {"heads": […]}."""
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
        return {head["id"]: head["hash"] for head in (found["heads"] if isinstance(found, dict) else found)}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path}: not a list of heads ({error})", returncode=2) from error
