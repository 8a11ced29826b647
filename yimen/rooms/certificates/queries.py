"""Reads of certificates. Anyone may check one by its number; the holder's name is masked there."""

from collections.abc import Collection
from datetime import date

from yimen.ground.kernel.identifiers import mask
from yimen.rooms.certificates.models import Certificate


def of_ground(ground: str) -> Certificate | None:
    """The certificate that a case led to."""
    return Certificate.objects.filter(ground=ground).order_by("-id").first()


def of_grounds(grounds: Collection[str]) -> dict[str, Certificate]:
    """{ground: its newest certificate}, of those grounds that led to one."""
    return {found.ground: found for found in Certificate.objects.filter(ground__in=grounds).order_by("id")}


def public_view(number: str, today: date) -> dict[str, object] | None:
    """What the public check shows: item, organ, masked holder, validity, state; None when there is no such number."""
    found = Certificate.objects.filter(number=number.strip()[:60]).first()
    if found is None:
        return None
    holder = mask(found.holder_name) if found.holder_kind == "person" else found.holder_name
    expired = found.valid_to is not None and today > found.valid_to
    return {
        "number": found.number,
        "item": found.item_name,
        "organ": found.organ_name,
        "holder": holder,
        "issued_on": found.issued_on,
        "valid_to": found.valid_to,
        "state": "expired" if expired and found.state == "valid" else found.state,
    }
