"""`yimen replay PREFIX`: run a real event log through the flows, on an empty migrated database."""

import sys
from argparse import ArgumentParser
from collections import Counter
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from yimen.faces.stories.replay.centre import ReplayCentre
from yimen.faces.stories.replay.durability import disk_not_awaited
from yimen.faces.stories.replay.mapping import BadMapping, choose
from yimen.faces.stories.replay.reading import Log, Unreadable, read_log
from yimen.faces.stories.replay.running import Replay, Replayed
from yimen.flows.evidence import seal_journal
from yimen.ground.journal.models import Entry
from yimen.ground.journal.verification import verify
from yimen.rooms.cases.models import Case
from yimen.rooms.identity.models import Centre, Organ, User


class Command(BaseCommand):
    """Last line `cases=N verbs=V refusals=R rate=X/s verified=yes`; exit 1 when the journal does not verify, 2 when
    there is nothing to replay or no place to replay it in. Everything else is told on standard error."""

    help = "Replay a real event log (PREFIX.cases.csv, PREFIX.events.csv.gz) through the flows of an empty centre."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One argument."""
        parser.add_argument("prefix", metavar="PREFIX", help="path of the log without .cases.csv / .events.csv.gz")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay, seal, verify, report."""
        self._check_database()
        try:
            log = read_log(options["prefix"], timezone.get_default_timezone())
            if not log.events:
                raise Unreadable(f"{options['prefix']}: the log has no event that can be read")
            mapping = choose(options["prefix"], {event.activity for event in log.events})
        except (OSError, Unreadable, BadMapping) as error:
            raise CommandError(str(error), returncode=2) from error
        with disk_not_awaited():
            centre = ReplayCentre(mapping, at=log.events[0].at - timedelta(days=1))
            result = Replay(log, mapping, centre, self._say).run()
        verified = self._verified()
        self._summary(log, result, mapping.name, centre.people)
        self.stdout.write(
            f"cases={result.cases} verbs={result.verbs.total()} refusals={result.refusals.total()}"
            f" rate={result.rate:.0f}/s verified={'yes' if verified else 'no'}"
        )
        if not verified:
            sys.exit(1)

    def _check_database(self) -> None:
        """A replay tells of days long past, so it may never meet a centre's own cases."""
        if not settings.DEMO:
            raise CommandError(
                f"replay refuses a {settings.MODE} database: it writes acts with other days than today's. "
                "Set YIMEN_MODE=demo and DATABASE_URL to a database of its own.",
                returncode=2,
            )
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("the database is not migrated; run `yimen migrate` first", returncode=2)
        if any(model.objects.exists() for model in (Centre, Organ, User, Case, Entry)):
            raise CommandError(
                "the database is not empty: replay makes its own centre. Set DATABASE_URL to a new database, "
                "`yimen migrate` it, and replay there.",
                returncode=2,
            )

    def _verified(self) -> bool:
        sealed = seal_journal(at=timezone.now())
        report = verify()
        for problem in report.problems[:20]:
            self._say(f"journal entry {problem.entry}: {problem.reason}")
        return report.ok and not sealed.bad and not report.unsealed

    def _summary(self, log: Log, result: Replayed, family: str, people: int) -> None:
        self._say(f"mapping {family}: {len(log.by_case)} log cases, {len(log.events)} events, {people} people")
        for title, counts in (
            ("done", result.verbs),
            ("refused", Counter({f"{verb}: {code}": n for (verb, code), n in result.refusals.items()})),
            ("noted, no verb", result.noted),
            ("unmapped", result.unmapped),
        ):
            for name, times in counts.most_common():
                self._say(f"{title:>15}  {times:>6}  {name}")
        self._say(
            f"second persons who acted for a barred one: {result.deputies}; accepted by silence: {result.settled}"
            f" in {result.nights} nights; began in the middle: {result.implied}; unreadable rows: {log.unreadable};"
            f" cases without events: {log.without_events}"
        )
        if not log.has_cases_file:
            self._say("there is no cases.csv: the applications carry no attributes")

    def _say(self, line: str) -> None:
        self.stderr.write(line)
