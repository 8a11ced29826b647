"""Disclosure sets: defined as a list of fields, in force from a day."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from yimen.ground.journal.actions import change, enter
from yimen.ground.kernel.errors import Refused
from yimen.rooms.guides.models import DisclosureSet
from yimen.rooms.guides.rules.disclosure import FIELDS, AppliesTo
from yimen.rooms.identity.actor import Actor


def define(*, name: str, fields: Sequence[str], applies_to: str, basis: str, by: Actor, at: datetime) -> DisclosureSet:
    """A named set, not in force yet. Raises `disclosure.unknown_field`, `disclosure.exists`."""
    unknown = sorted(set(fields) - FIELDS[AppliesTo(applies_to)])
    if unknown or not fields:
        raise Refused("disclosure.unknown_field", fields=unknown)
    if DisclosureSet.objects.filter(name=name).exists():
        raise Refused("disclosure.exists")
    made = DisclosureSet(name=name, fields=list(dict.fromkeys(fields)), applies_to=applies_to, basis=basis)
    enter(made, "define_disclosure_set", by=by, at=at, applies_to=applies_to, fields=made.fields)
    return made


def activate(found: DisclosureSet, *, starts: date, by: Actor, at: datetime) -> None:
    """In force from a day, today at the earliest. Raises `disclosure.in_past`, `disclosure.active`."""
    if found.active_from is not None:
        raise Refused("disclosure.active", active_from=found.active_from.isoformat())
    if starts < timezone.localdate(at):
        raise Refused("disclosure.in_past")
    others = DisclosureSet.objects.filter(applies_to=found.applies_to, active_from=starts)
    if others.exists():
        raise Refused("disclosure.active", active_from=starts.isoformat())
    try:
        with transaction.atomic():
            days = {"active_from": starts}
            change(found, "activate_disclosure_set", days, by=by, at=at, active_from=starts.isoformat())
    except IntegrityError as error:
        if by.request:
            raise  # the second time of a request, which the flow answers
        raise Refused("disclosure.active", active_from=starts.isoformat()) from error
