"""Who ends a mandate over the counter: a window of the organ that entered it or of the centre's own, nobody else.

An agent is of the staff but no window; an examiner of the same organ sits at none.
"""

import pytest
from django.test import Client

from tests import factories
from yimen.flows import enterprises
from yimen.ground.kernel.errors import Denied, Refused
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Membership
from yimen.rooms.identity.queries import actor_of_user
from yimen.rooms.identity.rules.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Membership:
    """An owner whom a window of O1 entered."""
    factories.make_centre()
    factories.make_organ("C0", of_centre=True)
    made: Membership = enterprises.appoint_enterprise_owner(
        credit_code=factories.CREDIT_CODE,
        enterprise="某公司",
        username=factories.make_user().username,
        by=factories.make_actor(Role.WINDOW_CLERK, organ="O1"),
        at=factories.now(),
    )
    return made


def invited(owner: Membership) -> Membership:
    made: Membership = enterprises.invite_member(
        credit_code=owner.credit_code,
        username=factories.make_user().username,
        by=actor_of_user(owner.user, at=factories.now()),
        at=factories.now(),
    )
    return made


def stands(membership: Membership) -> bool:
    return Membership.objects.get(pk=membership.pk).revoked_at is None


def end(membership: Membership, by: Actor) -> None:
    enterprises.revoke_membership(membership.pk, by=by, at=factories.now())


@pytest.mark.parametrize("role", [Role.WINDOW_CLERK, Role.WINDOW_HEAD])
@pytest.mark.parametrize("organ", ["O1", "C0"])
def test_windows_of_the_entering_organ_and_of_the_centre_end_it(owner: Membership, role: Role, organ: str) -> None:
    member = invited(owner)
    window = factories.make_actor(role, organ=organ)
    end(member, window)
    end(owner, window)  # the last owner too: a window has the papers before it
    assert not stands(member) and not stands(owner)


@pytest.mark.parametrize(
    ("role", "organ"),
    [(Role.WINDOW_CLERK, "O2"), (Role.WINDOW_HEAD, "O2"), (Role.AGENT, None)],
)
def test_nobody_else_of_the_staff_ends_it(owner: Membership, role: Role, organ: str | None) -> None:
    member = invited(owner)  # what an owner hands on stays with the organ that entered the owner
    by = factories.make_actor(role, organ=organ)
    for membership in (owner, member):
        with pytest.raises(Refused, match=r"membership\.not_found"):
            end(membership, by)
        assert stands(membership)


def test_whoever_sits_at_no_window_ends_none(owner: Membership) -> None:
    for organ in ("O1", "C0"):
        with pytest.raises(Denied):
            end(owner, factories.make_actor(Role.EXAMINER, organ=organ))
    assert stands(owner)


def test_the_person_and_an_owner_end_it(owner: Membership) -> None:
    first, second = invited(owner), invited(owner)
    end(first, actor_of_user(first.user, at=factories.now()))
    end(second, actor_of_user(owner.user, at=factories.now()))
    assert not stands(first) and not stands(second)


def test_a_mandate_without_an_organ_is_ended_at_the_centres_own_windows_only(owner: Membership) -> None:
    Membership.objects.filter(pk=owner.pk).update(organ=None)
    with pytest.raises(Refused, match=r"membership\.not_found"):
        end(owner, factories.make_actor(Role.WINDOW_CLERK, organ="O1"))
    end(owner, factories.make_actor(Role.WINDOW_CLERK, organ="C0"))
    assert not stands(owner)


@pytest.mark.parametrize(("organ", "offered"), [("O1", True), ("C0", True), ("O2", False)])
def test_the_page_offers_it_to_whom_it_is_open(owner: Membership, client: Client, organ: str, offered: bool) -> None:
    client.force_login(factories.make_staff(Role.WINDOW_CLERK, organ=organ).user)
    page = client.get("/desk/enterprises/", {"credit_code": owner.credit_code}).content.decode()
    assert owner.user.username in page and "部门O1" in page  # whoever may not end it reads where it is ended
    assert (f"/account/enterprises/{owner.pk}/revoke/" in page) == offered
