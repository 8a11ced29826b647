"""`yimen tick`: run the clock once."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from yimen.flows import clock


class Command(BaseCommand):
    """Writes down what the law already says of every case."""

    help = "Write down every deemed acceptance that holds now."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"settled={clock.tick(at=timezone.now())}")
