"""Reads of messages."""

from datetime import datetime

from yimen.rooms.messages.models import Delivery


def waiting(at: datetime, limit: int = 50) -> list[Delivery]:
    """Deliveries whose next attempt is due, oldest first."""
    due = Delivery.objects.filter(state=Delivery.State.WAITING, next_try_at__lte=at)
    return list(due.order_by("next_try_at", "id")[:limit])


def copies_of(number: str) -> list[Delivery]:
    """The letters that bring a copy of this paper."""
    return list(Delivery.objects.filter(document_number=number, tells=False))


def deliveries_of(subject: str) -> list[Delivery]:
    """What left the house for a subject."""
    return list(Delivery.objects.filter(subject=subject).order_by("id"))
