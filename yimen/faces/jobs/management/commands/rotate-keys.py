"""`yimen rotate-keys`: personal data under a new key, while the centre works."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from yimen.flows.keys import CHUNK, NotYet, rotate_keys
from yimen.flows.setup import INSTALLER
from yimen.ground.engines.crypto import Undecipherable
from yimen.ground.engines.keyring import CIPHERS, BadRing


class Command(BaseCommand):
    """Last line `resealed=N reindexed=M keys=K active=ID`; exit 1 when something could not be done."""

    help = "Seal personal data under a new key (docs/operate/keys.md). Stopped half-way, run it again."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cipher", choices=CIPHERS, default=settings.PERSONAL_CIPHER, help="of the new key")
        parser.add_argument("--index", action="store_true", help="a new key for the blind index, too")
        parser.add_argument("--forget", action="store_true", help="no new key: drop the older ones from the ring")
        parser.add_argument("--chunk", type=int, default=CHUNK, help=f"rows a transaction (default {CHUNK})")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate, then report."""
        if not 0 < options["chunk"] <= 100_000:
            raise CommandError("--chunk: a number from 1 to 100000")
        names = ("cipher", "index", "forget", "chunk")
        try:
            done = rotate_keys(
                **{name: options[name] for name in names}, say=self._say, by=INSTALLER, at=timezone.now()
            )
        except (BadRing, NotYet, Undecipherable) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"resealed={done.resealed} reindexed={done.reindexed} keys={done.keys} active={done.active}")

    def _say(self, text: str) -> None:
        self.stderr.write(text)
