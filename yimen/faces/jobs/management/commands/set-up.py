"""`yimen set-up FILE`: a centre with its organs, windows, people and powers from a file (docs/operate/install.md)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from yimen.faces.jobs import setting_up
from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.refusals import REFUSALS


class Command(BaseCommand):
    """One line a new person: the user name and a one-time link. Last line `organs=N windows=N people=N`, then
    `subjects=N` and `authorisations=N` where the file has such parts. What is missing before items can be published
    is told on standard error.

    Exit 0; 2: the file has mistakes, each is named, and nothing was made; 1: a row was refused, the rows before stand.
    """

    help = "A centre, its organs, windows, people and who may decide, from a YAML file; what is there already stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            book = setting_up.read(file)
        except (OSError, ValueError) as error:
            raise CommandError(str(error), returncode=2) from error
        if book.problems:
            raise CommandError("\n".join([f"{file}: nothing was made", *book.problems]), returncode=2)
        try:
            at = timezone.now()
            made = setting_up.carry_out(book, at=at, say=self._say)
        except Refused as refused:
            sentence = _(REFUSALS[refused.code].sentence) if refused.code in REFUSALS else refused.code
            raise CommandError(f"{sentence} {refused.facts or ''}".strip()) from refused
        for username, key in made.keys.items():
            self.stdout.write(f"{username} {settings.SITE_URL}/account/password/reset/key/{key}/")
        for sentence in setting_up.lacking(timezone.localdate(at)):
            self._say(sentence)
        self.stdout.write(" ".join(f"{name}={number}" for name, number in made.numbers.items()))

    def _say(self, text: str) -> None:
        self.stderr.write(f"yimen: {text}")
