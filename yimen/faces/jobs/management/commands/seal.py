"""`yimen seal`: put the journal's new entries under a signed head."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from yimen.flows.evidence import seal_journal


class Command(BaseCommand):
    """Last line `sealed=N heads=K bad=B`; exit 1 when an entry does not fit its digest (it stays unsealed)."""

    help = "Put the journal's new entries under a signed head."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal, then report."""
        result = seal_journal(at=timezone.now())
        self.stdout.write(f"sealed={result.sealed} heads={result.heads} bad={len(result.bad)}")
        if result.bad:
            raise CommandError(f"not sealed, the entry was changed: {', '.join(map(str, result.bad[:20]))}")
