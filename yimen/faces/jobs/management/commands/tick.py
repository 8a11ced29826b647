"""`yimen tick`: run the clock once."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from yimen.flows import clock, publication


class Command(BaseCommand):
    """Writes down what the law already says of every case, and publishes the decisions that are due."""

    help = "Write down every deemed acceptance that holds now and publish the decisions that are due."

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        self.stdout.write(f"settled={clock.tick(at=at)} published={publication.publish_due(at=at)}")
