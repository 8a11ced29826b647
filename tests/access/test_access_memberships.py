"""An agent is of the staff but no window: it ends nobody's mandate."""

import pytest

from tests import factories
from yimen.flows import enterprises
from yimen.ground.kernel.errors import Refused
from yimen.rooms.identity.models import Membership
from yimen.rooms.identity.rules.roles import Role

pytestmark = pytest.mark.django_db


def test_only_a_window_an_owner_or_the_person_ends_a_mandate() -> None:
    factories.make_centre()
    made = enterprises.appoint_enterprise_owner(
        credit_code=factories.CREDIT_CODE,
        enterprise="某公司",
        username=factories.make_user().username,
        by=factories.make_actor(Role.WINDOW_CLERK),
        at=factories.now(),
    )
    with pytest.raises(Refused, match=r"membership\.not_found"):
        enterprises.revoke_membership(made.pk, by=factories.make_actor(Role.AGENT), at=factories.now())
    assert Membership.objects.get(pk=made.pk).revoked_at is None
    enterprises.revoke_membership(made.pk, by=factories.make_actor(Role.WINDOW_HEAD, organ="O2"), at=factories.now())
    assert Membership.objects.get(pk=made.pk).revoked_at is not None
