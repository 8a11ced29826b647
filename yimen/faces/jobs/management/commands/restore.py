"""`yimen restore FILE.tar`: a backup becomes the centre of this DATABASE_URL and YIMEN_VAR."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from yimen.faces.jobs.backup import BadArchive
from yimen.faces.jobs.restore import NotEmpty, Restored, restore_backup
from yimen.ground.engines.snapshots import SnapshotFailed


class Command(BaseCommand):
    """Last line `entries=N sealed=M heads=K unsealed=U`; exit 2 when nothing was touched, 1 when the restored journal
    does not hold or is not the one of the manifest."""

    help = "Restore an archive of `yimen backup` into an empty centre, and verify its journal."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The archive, and what happens to a centre that is here already."""
        parser.add_argument("file", type=Path, metavar="FILE.tar")
        parser.add_argument(
            "--force", action="store_true", help="put an existing centre aside (kept, never deleted); stop it first"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check everything, restore, verify."""
        try:
            done = restore_backup(options["file"], force=options["force"], now=timezone.now())
        except (BadArchive, SnapshotFailed) as error:
            raise CommandError(f"nothing was restored: {error}", returncode=2) from error
        except NotEmpty as error:
            raise CommandError(
                f"nothing was restored: {error}. Name another DATABASE_URL and YIMEN_VAR, or put this centre aside "
                "with --force.",
                returncode=2,
            ) from error
        self._report(done)

    def _report(self, done: Restored) -> None:
        for name in done.kept:
            self.stdout.write(f"what was here is kept as {name}")
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("the backup is of an earlier release: run `yimen migrate`")
        report = done.report
        for problem in report.problems:
            self.stdout.write(f"entry {problem.entry}: {problem.reason}")
        self.stdout.write(
            f"entries={report.entries} sealed={report.sealed} heads={report.heads} unsealed={report.unsealed}"
        )
        if not done.ok:
            reason = report.reason or f"{done.short} entries of the manifest are not there"
            raise CommandError(f"restored, but the journal does not hold: {reason}")
