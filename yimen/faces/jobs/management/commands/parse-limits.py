"""`yimen parse-limits`: time limits as texts, read by the rules of the catalogue."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from yimen.faces.jobs.parse_limits import main


class Command(BaseCommand):
    """Texts from standard input, one a line, to JSON, one a line; opens no database."""

    help = "Read time limits as guides write them (20个工作日, 报告书60日；报告表30日) from standard input."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Read to the end of standard input."""
        sys.exit(main())
