"""内部制度与公告: what the staff must have read, and what the public is told."""

from datetime import datetime

from django.utils import timezone

from yimen.flows.arguments import Day, Line, Text, required
from yimen.flows.frame import maker, thing_verb
from yimen.rooms.administration.actions import notices
from yimen.rooms.administration.models import Announcement, Rule
from yimen.rooms.identity.actor import Actor


@maker("rule")
def publish_rule(*, title: Line, text: Text, valid_from: Day | None = None, by: Actor, at: datetime) -> Rule:
    """Publish a rule of the house to the staff, in force from a day on (today when none is given)."""
    required(title=title, text=text)
    return notices.publish_rule(title=title, text=text, valid_from=valid_from or timezone.localdate(at), by=by, at=at)


@thing_verb("rule")
def revise_rule(rule: Rule, *, text: Text, valid_from: Day | None = None, by: Actor, at: datetime) -> None:
    """The next edition, in force from a day on (today when none is given); everybody reads it anew."""
    required(text=text)
    notices.revise_rule(rule, text=text, valid_from=valid_from or timezone.localdate(at), by=by, at=at)


@thing_verb("rule")
def acknowledge_rule(rule: Rule, *, by: Actor, at: datetime) -> None:
    """Somebody of the staff has read the present edition; a second time: `rule.already_read`."""
    notices.acknowledge(rule, by=by, at=at)


@maker("announcement")
def publish_announcement(
    *,
    title: Line,
    text: Text,
    valid_from: Day | None = None,
    valid_to: Day | None = None,
    pinned: bool = False,
    by: Actor,
    at: datetime,
) -> Announcement:
    """Tell the public something from a day on (today when none is given) until `valid_to` (both included); pinned ones
    stand first. Ends before it begins: `period.ends_before`."""
    required(title=title, text=text)
    return notices.announce(
        title=title,
        text=text,
        valid_from=valid_from or timezone.localdate(at),
        valid_to=valid_to,
        pinned=pinned,
        by=by,
        at=at,
    )


@thing_verb("announcement")
def withdraw_announcement(announcement: Announcement, *, reason: Text, by: Actor, at: datetime) -> None:
    """Take it from the public pages at once; once."""
    required(reason=reason)
    notices.withdraw(announcement, reason=reason, by=by, at=at)
