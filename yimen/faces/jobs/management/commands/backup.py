"""`yimen backup FILE.tar`: the whole centre in one file, while it works."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from yimen.faces.jobs.backup import write_backup
from yimen.ground.engines.snapshots import SnapshotFailed


class Command(BaseCommand):
    """Last line `members=N bytes=B entries=E sealed=S heads=H`; exit 1 when a file is missing from the store (the
    archive is written all the same), 2 when no archive was written."""

    help = "Write database, files and keys to one archive; the server may be running."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The archive."""
        parser.add_argument("file", type=Path, metavar="FILE.tar", help="must not exist yet")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, then report."""
        path: Path = options["file"]
        try:
            written = write_backup(path, now=timezone.now())
        except FileExistsError as error:
            raise CommandError(f"{path} exists already; a backup never replaces one", returncode=2) from error
        except (SnapshotFailed, OSError) as error:
            raise CommandError(f"no backup was written: {error}", returncode=2) from error
        manifest = written.manifest
        if manifest["secret_key"] == "environment":
            self.stderr.write("YIMEN_SECRET_KEY is not in the archive: keep it in another safe place")
        journal = manifest["journal"]
        self.stdout.write(
            f"members={len(manifest['members'])} bytes={path.stat().st_size} entries={journal['entries']}"
            f" sealed={journal['sealed']} heads={journal['heads']}"
        )
        if written.missing:
            raise CommandError(
                f"files that the database names are missing or damaged: {', '.join(written.missing[:20])}"
            )
