"""窗口授权 The head of an organ authorises a person of its window, and takes that back."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.utils import timezone

from yimen.ground.journal.actions import change, enter
from yimen.ground.kernel.errors import OutOfScope, Refused
from yimen.rooms.authority.models import Authorisation, AuthorisedItem
from yimen.rooms.authority.rules import days
from yimen.rooms.catalogue.models import Item
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Staff
from yimen.rooms.identity.rules.organs import employer
from yimen.rooms.identity.tenure import holder_of, tenure


def authorise(
    *,
    items: Sequence[Item],
    coming: Collection[str],
    staff: Staff,
    valid_from: date,
    valid_to: date | None,
    document_number: str,
    text: str,
    by: Actor,
    at: datetime,
) -> Authorisation:
    """Of the own organ only: its items on the first day (`coming`: codes of those that it will have got by then), its
    people."""
    days.check_days(valid_from, valid_to)
    day = max(valid_from, timezone.localdate(at))
    others = [item for item in items if item.code not in coming]
    if by.organ_id is None or any(holder_of(item.organ_id, item.code, day) != by.organ_id for item in others):
        raise OutOfScope(verb="authorise_window")
    steps = tenure().steps
    if staff.organ_id is None or employer(steps, staff.organ_id, staff.user.username, day) != by.organ_id:
        raise Refused("authorisation.other_organ", staff=staff.user.username)
    made = Authorisation(
        organ_id=by.organ_id,
        staff=staff,
        given_by_id=by.hand,
        document_number=document_number.strip(),
        text=text.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    enter(
        made,
        "authorise_window",
        by=by,
        at=at,
        staff=staff.pk,
        items=[item.code for item in items],
        valid_from=valid_from.isoformat(),
        valid_to=valid_to.isoformat() if valid_to else None,
    )
    AuthorisedItem.objects.bulk_create([AuthorisedItem(authorisation=made, item=item) for item in items])
    return made


def revoke(row: Authorisation, *, on: date | None, reason: str, by: Actor, at: datetime) -> None:
    """`on`: the first day without it, today unless told. What was decided under it stands, so it is no earlier day."""
    today = timezone.localdate(at)
    if on is not None and on < today:
        raise Refused("authorisation.revoked_in_past", on=on.isoformat())
    if row.ended_on is not None:
        raise Refused("authority.ended", on=row.ended_on.isoformat())
    changes = {"ended_on": on or today, "reason": reason.strip()}
    change(row, "revoke_authorisation", changes, by=by, at=at, on=(on or today).isoformat())
