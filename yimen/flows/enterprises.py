"""Several people act for one enterprise: its owner, its members, an agent with a mandate.

The window enters the owner after it has seen the licence (nobody can make himself one); the rest is between accounts.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from annotated_types import MaxLen
from django.utils import timezone

from yimen.flows.frame import plain_verb
from yimen.rooms.identity import actions
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Membership

Name = Annotated[str, MaxLen(150)]
CreditCode = Annotated[str, MaxLen(40)]
Items = Annotated[Sequence[Annotated[str, MaxLen(120)]], MaxLen(200)]


@plain_verb
def appoint_enterprise_owner(
    *, credit_code: CreditCode, enterprise: Annotated[str, MaxLen(200)], username: Name, by: Actor, at: datetime
) -> Membership:
    """Enter the account that owns an enterprise's affairs, at a window."""
    return actions.appoint_enterprise_owner(
        credit_code=credit_code, enterprise=enterprise, username=username, today=timezone.localdate(at), by=by, at=at
    )


@plain_verb
def invite_member(
    *,
    credit_code: CreditCode,
    username: Name,
    kind: Literal["owner", "member", "agent"] = "member",
    items: Items = (),
    valid_to: date | None = None,
    by: Actor,
    at: datetime,
) -> Membership:
    """An owner invites another owner, a member, or an agent with a mandate for some items until a day."""
    return actions.invite_member(
        credit_code=credit_code,
        username=username,
        kind=kind,
        items=items,
        valid_to=valid_to,
        today=timezone.localdate(at),
        by=by,
        at=at,
    )


@plain_verb
def accept_membership(key: int, *, by: Actor, at: datetime) -> None:
    """The invited account accepts its mandate."""
    actions.accept_membership(key, by=by, at=at)


@plain_verb
def revoke_membership(key: int, *, by: Actor, at: datetime) -> None:
    """End a mandate at once."""
    actions.revoke_membership(key, by=by, at=at)
