"""`yimen export-catalogue OUT.xlsx|OUT.zip`: the whole catalogue as one file that `import-catalogue` reads back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from yimen.flows.exchange import FORMATS, export_catalogue
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.roles import Role

OPERATOR = Actor(id="system:export-catalogue", name="export-catalogue", roles=(Role.ADMIN,))


class Command(BaseCommand):
    """Exit 0: the file is complete; 2: it can't be written there."""

    requires_system_checks: list[str] = []
    help = "Write organs, items, all versions and what hangs on them to a spreadsheet or a ZIP of CSV files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out", type=Path)

    def handle(self, *args: Any, out: Path, **options: Any) -> None:
        kind = out.suffix.lower().removeprefix(".")
        if kind not in FORMATS:
            raise CommandError(_("Name a file that ends in .xlsx or .zip."), returncode=2)
        try:
            with out.open("wb") as file:
                export_catalogue(file, kind, by=OPERATOR)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}", returncode=2) from error
