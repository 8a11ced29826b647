"""Several people of one enterprise: who makes whom, what a mandate reaches, and that a revoked one is out at once."""

from datetime import timedelta

import pytest

from tests import factories
from yimen.flows import enterprises, outcome
from yimen.ground.journal.queries import history
from yimen.ground.kernel.errors import Denied, OutOfScope, Refused
from yimen.rooms.cases import policy, queries
from yimen.rooms.cases.models import Case
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Membership, User
from yimen.rooms.identity.queries import actor_of_user
from yimen.rooms.identity.rules.applicants import ApplicantData

CODE = factories.CREDIT_CODE
COMPANY = ApplicantData("示例公司", kind="organisation", id_number=CODE)


@pytest.fixture(autouse=True)
def centre(db: None) -> None:
    factories.make_centre()
    factories.make_item("X1")


def me(user: User) -> Actor:
    return actor_of_user(user, at=factories.now())


def owner() -> User:
    user = factories.make_user()
    clerk = factories.make_actor("window_clerk")
    enterprises.appoint_enterprise_owner(
        credit_code=CODE, enterprise="示例公司", username=user.username, by=clerk, at=factories.now()
    )
    return user


def member(boss: User, kind: str = "member", **terms: object) -> tuple[User, Membership]:
    user = factories.make_user()
    made = enterprises.invite_member(
        credit_code=CODE, username=user.username, kind=kind, by=me(boss), at=factories.now(), **terms
    )
    enterprises.accept_membership(made.pk, by=me(user), at=factories.now())
    return user, made


def of_company(item: str = "X1") -> Case:
    return factories.make_case(item=item, applicant=COMPANY, user=factories.make_user())


def sees(user: User, case: Case) -> bool:
    listed = queries.visible_to(me(user)).filter(pk=case.pk).exists()
    assert listed == policy.may_see(me(user), case), "the list and the one-case form of the scope differ"
    return listed


def test_an_owner_and_its_member_see_and_act_on_the_cases_of_the_enterprise() -> None:
    boss, case, private = owner(), of_company(), factories.make_case()
    colleague, _ = member(boss)
    for user in (boss, colleague):
        assert sees(user, case) and not sees(user, private)
    outcome.withdraw_application(case.number, reason="不再需要", by=me(colleague), at=factories.now())
    assert queries.load(case.number).state == "withdrawn"


def test_strangers_and_the_merely_invited_see_nothing() -> None:
    boss, case, invited = owner(), of_company(), factories.make_user()
    made = enterprises.invite_member(credit_code=CODE, username=invited.username, by=me(boss), at=factories.now())
    assert not sees(invited, case) and not sees(factories.make_user(), case)
    with pytest.raises(Refused, match=r"membership\.not_found"):
        enterprises.accept_membership(made.pk, by=me(factories.make_user()), at=factories.now())
    enterprises.accept_membership(made.pk, by=me(invited), at=factories.now())
    assert sees(invited, case)


def test_a_revoked_agent_is_out_at_once() -> None:
    boss, case = owner(), of_company()
    agent, made = member(boss, "agent")
    before = me(agent)
    assert before.mandates and policy.may_see(before, case)
    enterprises.revoke_membership(made.pk, by=me(boss), at=factories.now())
    # Even with what was read before the revocation.
    assert not policy.may_see(before, case) and not queries.visible_to(before).exists()
    with pytest.raises(OutOfScope):
        policy.permit(before, "withdraw_application", case)


def test_a_mandate_for_some_items_and_until_a_day() -> None:
    factories.make_item("X2")
    boss, first, second = owner(), of_company("X1"), of_company("X2")
    today = factories.now().date()
    agent, _ = member(boss, "agent", items=["X2"], valid_to=today + timedelta(days=3))
    assert sees(agent, second) and not sees(agent, first)
    later = actor_of_user(agent, at=factories.now() + timedelta(days=5))
    assert not queries.visible_to(later).exists() and not policy.may_see(later, second)


def test_nobody_makes_himself_an_owner() -> None:
    user = factories.make_user()
    with pytest.raises(Denied):
        enterprises.appoint_enterprise_owner(
            credit_code=CODE, enterprise="示例公司", username=user.username, by=me(user), at=factories.now()
        )
    with pytest.raises(Denied):
        enterprises.invite_member(credit_code=CODE, username=user.username, by=me(user), at=factories.now())
    colleague, _ = member(owner())
    with pytest.raises(Denied):
        enterprises.invite_member(credit_code=CODE, username=user.username, by=me(colleague), at=factories.now())


def test_refusals() -> None:
    boss = owner()
    own = Membership.objects.get(user=boss)
    colleague, made = member(boss)
    with pytest.raises(Refused, match=r"membership\.exists"):
        enterprises.invite_member(credit_code=CODE, username=colleague.username, by=me(boss), at=factories.now())
    with pytest.raises(Refused, match=r"membership\.last_owner"):
        enterprises.revoke_membership(own.pk, by=me(boss), at=factories.now())
    with pytest.raises(Refused, match=r"membership\.not_found"):
        enterprises.revoke_membership(own.pk, by=me(factories.make_user()), at=factories.now())
    with pytest.raises(Refused, match=r"account\.unknown"):
        enterprises.invite_member(credit_code=CODE, username="nobody", by=me(boss), at=factories.now())
    with pytest.raises(Refused, match=r"input\.invalid"):
        enterprises.invite_member(
            credit_code=CODE,
            username=factories.make_user().username,
            valid_to=factories.now().date() - timedelta(days=3),
            by=me(boss),
            at=factories.now(),
        )
    with pytest.raises(Refused, match=r"applicant\.invalid"):
        enterprises.appoint_enterprise_owner(
            credit_code="123",
            enterprise="X",
            username=boss.username,
            by=factories.make_actor("window_clerk"),
            at=factories.now(),
        )
    enterprises.revoke_membership(made.pk, by=me(colleague), at=factories.now())
    assert [entry.verb for entry in history(f"membership:{made.pk}")] == [
        "invite_member",
        "accept_membership",
        "revoke_membership",
    ]
