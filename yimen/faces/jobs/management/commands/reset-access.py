"""`yimen reset-access USERNAME`: a one-time link for an account whose password or second factor is lost."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from yimen.flows.setup import INSTALLER, reset_access
from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.refusals import REFUSALS


class Command(BaseCommand):
    """Only the link on standard output. Exit 2: no such open account."""

    help = "Take away password and second factor of an account and print a one-time link for a new password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        try:
            key = reset_access(username, by=INSTALLER, at=timezone.now())
        except Refused as refused:
            raise CommandError(_(REFUSALS[refused.code].sentence), returncode=2) from refused
        self.stdout.write(f"{settings.SITE_URL}/account/password/reset/key/{key}/")
