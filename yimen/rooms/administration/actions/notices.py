"""内部制度与公告: published, revised and read; announced and withdrawn."""

from datetime import date, datetime

from django.utils import timezone

from yimen.ground.journal.actions import change, enter, note
from yimen.ground.kernel.errors import Refused
from yimen.rooms.administration.models import Announcement, Reading, Rule
from yimen.rooms.identity.actor import Actor


def publish_rule(*, title: str, text: str, valid_from: date, by: Actor, at: datetime) -> Rule:
    """The first edition."""
    made = Rule(title=title, text=text, valid_from=valid_from)
    enter(made, "publish_rule", by=by, at=at, valid_from=valid_from.isoformat())
    return made


def revise_rule(rule: Rule, *, text: str, valid_from: date, by: Actor, at: datetime) -> None:
    """The next edition, which everybody reads anew; the earlier text is kept."""
    rule.earlier.create(edition=rule.edition, text=rule.text, valid_from=rule.valid_from)
    edition = rule.edition + 1
    changes = {"text": text, "valid_from": valid_from, "edition": edition}
    change(rule, "revise_rule", changes, by=by, at=at, edition=edition)


def acknowledge(rule: Rule, *, by: Actor, at: datetime) -> None:
    """Somebody has read the present edition; once."""
    _row, new = Reading.objects.get_or_create(rule=rule, edition=rule.edition, staff_id=by.hand, defaults={"at": at})
    if not new:
        raise Refused("rule.already_read", edition=rule.edition)
    note(rule, "acknowledge_rule", by=by, at=at, edition=rule.edition)


def announce(
    *, title: str, text: str, valid_from: date, valid_to: date | None, pinned: bool, by: Actor, at: datetime
) -> Announcement:
    """Public from its first day; raises `period.ends_before`."""
    if valid_to is not None and valid_to < valid_from:
        raise Refused("period.ends_before", valid_to=valid_to.isoformat())
    made = Announcement(
        title=title, text=text, valid_from=valid_from, valid_to=valid_to, pinned=pinned, published_at=at
    )
    enter(made, "publish_announcement", by=by, at=at, valid_from=valid_from.isoformat(), pinned=pinned)
    return made


def withdraw(announcement: Announcement, *, reason: str, by: Actor, at: datetime) -> None:
    """Gone from the public pages at once."""
    if announcement.withdrawn_at is not None:
        raise Refused("transition.not_allowed", verb="withdraw_announcement", state="withdrawn")
    changes = {"withdrawn_at": at, "withdrawn_because": reason}
    change(announcement, "withdraw_announcement", changes, by=by, at=at, on=timezone.localdate(at).isoformat())
