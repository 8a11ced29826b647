"""`yimen import-items FILE [--map MAP] [--report OUT]`: brings a list of items into the catalogue."""

from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError
from django.utils import timezone
from django.utils.translation import gettext as _

from yimen.faces.jobs import import_report
from yimen.flows.importing import Counts, import_items
from yimen.ground.engines.tables import Unreadable
from yimen.rooms.catalogue.rules.columns import HEADINGS, BadMapping, parse_mapping
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.roles import Role

OPERATOR = Actor(id="system:import-items", name="import-items", roles=(Role.ADMIN,))


class Command(BaseCommand):
    """The last line of standard output counts the rows; remarks and errors go to standard error.

    Exit 0: read to the end (also with rows in quarantine); 2: the file, the map or the report can't be used.
    """

    requires_system_checks: list[str] = []  # pages and templates are no concern of an import
    help = "Import a list of items (CSV or spreadsheet); every row ends imported, updated, unchanged or quarantined."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--map",
            default="",
            help=f"column=field,column=field or a file of such lines; fields: {', '.join(HEADINGS)}, - (keep as extra)",
        )
        parser.add_argument("--report", type=Path, help="where to write every row with its outcome (.csv or .xlsx)")

    def handle(self, *args: Any, file: Path, map: str, report: Path | None, **options: Any) -> None:
        if report and report.resolve() == file.resolve():
            raise CommandError(_("The report would overwrite the file itself."), returncode=2)
        try:
            counts = self._import(file, _read_mapping(map), report)
        except Unreadable as error:
            raise CommandError(f"{file.name}: {_(error.message) % error.facts}", returncode=2) from error
        except BadMapping as error:
            raise CommandError(_("The map can't be understood: %(why)s") % {"why": error}, returncode=2) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}", returncode=2) from error
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(_("The database is not ready (run `yimen migrate` first): %s") % error) from error
        self.stdout.write(
            f"rows={counts.rows} imported={counts.imported} updated={counts.updated} "
            f"unchanged={counts.unchanged} quarantined={counts.quarantined}"
        )

    def _import(self, file: Path, mapping: dict[str, str], report: Path | None) -> Counts:
        with import_report.written(report) if report else nullcontext() as write:
            return import_items(
                file,
                mapping=mapping,
                by=OPERATOR,
                at=timezone.now(),
                progress=self._progress if self.stderr.isatty() else None,
                report=write,
                remark=lambda message, facts: self.stderr.write(_(message) % facts),
            )

    def _progress(self, counts: Counts) -> None:
        self.stderr.write(f"\r{counts.rows}", ending="")


def _read_mapping(given: str) -> dict[str, str]:
    """The map itself, or the file that holds it."""
    is_pairs = "=" in given or given.lstrip().startswith("{")
    if not given or (is_pairs and not Path(given).is_file()):
        return parse_mapping(given)
    return parse_mapping(Path(given).read_text(encoding="utf-8-sig"))
