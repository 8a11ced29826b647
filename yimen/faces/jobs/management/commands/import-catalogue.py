"""`yimen import-catalogue FILE [--published]`: takes over what `export-catalogue` of another centre wrote."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from yimen.flows.exchange import import_catalogue
from yimen.ground.engines.tables import Unreadable
from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.refusals import REFUSALS
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.roles import Role

OPERATOR = Actor(id="system:import-catalogue", name="import-catalogue", roles=(Role.ADMIN,))


class Command(BaseCommand):
    """The last line of standard output counts; what is kept as it is here stands on standard error. Exit 2: nothing
    was taken over."""

    requires_system_checks: list[str] = []
    help = "Take over an exported catalogue; versions come as drafts unless --published."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--published", action="store_true", help="keep states and days: a whole centre moves")

    def handle(self, *args: Any, file: Path, published: bool, **options: Any) -> None:
        try:
            taken = import_catalogue(file, as_published=published, by=OPERATOR, at=timezone.now())
        except Unreadable as error:
            raise CommandError(f"{file.name}: {_(error.message) % error.facts}", returncode=2) from error
        except Refused as refused:
            facts = " ".join(f"{key}={value}" for key, value in refused.facts.items() if value)
            raise CommandError(f"{_(REFUSALS[refused.code].sentence)} {facts}", returncode=2) from refused
        for name in taken.kept:
            self.stderr.write(_("%(what)s is here already and says something else: kept as it is.") % {"what": name})
        self.stdout.write(
            f"organs={taken.organs} items={len(taken.items)} versions={len(taken.versions)} "
            f"unchanged={taken.unchanged} kept={len(taken.kept)}"
        )
