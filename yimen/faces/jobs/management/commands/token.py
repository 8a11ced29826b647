"""`yimen token --role R [--organ C]`: a bearer token of a role's demonstration account."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError
from django.utils import timezone
from django.utils.translation import gettext as _

from yimen.flows.setup import issue_persona_token
from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.refusals import REFUSALS
from yimen.rooms.identity.rules.roles import Role

# The clock is no person: nobody signs in as it.
ROLES = [role.value for role in Role if role != Role.CLOCK]


class Command(BaseCommand):
    """Only the token on standard output. Exit 2: no such role or organ; 1: not in demo mode, no database."""

    help = "Print a bearer token (8 hours) of the demonstration account of a role; demo mode only."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--role", required=True, help=", ".join(ROLES))
        parser.add_argument("--organ", help="code of the organ; without it the first one that serves an item")

    def handle(self, *args: Any, role: str, organ: str | None, **options: Any) -> None:
        if role not in ROLES:
            raise CommandError(
                _("There is no role %(role)s. Roles: %(roles)s") % {"role": role, "roles": ", ".join(ROLES)},
                returncode=2,
            )
        try:
            token = issue_persona_token(Role(role), organ_code=organ, at=timezone.now())
        except Refused as refused:
            if refused.code == "organ.unknown":
                raise CommandError(_(REFUSALS[refused.code].sentence), returncode=2) from refused
            raise CommandError(_("Demonstration accounts exist in demo mode only (YIMEN_MODE=demo).")) from refused
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(_("The database is not ready (run `yimen migrate` first): %s") % error) from error
        self.stdout.write(token)
