"""Platforms, stationed units and the three-in board: the boundary days, and what keeps the promises."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests import factories
from yimen.facts import presence
from yimen.facts.registers import base
from yimen.flows import places, stationing
from yimen.ground.kernel.errors import Refused
from yimen.rooms.identity.rules.roles import Role
from yimen.rooms.stationing.models import Station
from yimen.rooms.stationing.rules import platforms, stations

FIRST, LAST = date(2025, 3, 10), date(2025, 12, 31)
DAY = timedelta(days=1)


@pytest.mark.clause("3.1c")
@pytest.mark.parametrize(("day", "works"), [(FIRST - DAY, False), (FIRST, True), (LAST, True), (LAST + DAY, False)])
def test_a_platform_works_from_its_first_to_its_last_day(day: date, works: bool) -> None:
    assert platforms.in_force("granted", FIRST, LAST, None, day) is works


@pytest.mark.parametrize(("day", "works"), [(FIRST + DAY, True), (FIRST + 2 * DAY, False)])
def test_an_ended_platform_works_until_the_eve(day: date, works: bool) -> None:
    assert platforms.in_force("granted", FIRST, LAST, FIRST + 2 * DAY, day) is works
    assert (platforms.state_on("granted", LAST, FIRST + 2 * DAY, day) == "granted") is works


@pytest.mark.clause("3.3b")
@pytest.mark.parametrize(
    ("done", "day", "late"),
    [(None, LAST, False), (None, LAST + DAY, True), (LAST + 3 * DAY, LAST + 2 * DAY, True), (LAST, LAST + DAY, False)],
)
def test_a_deadline_is_overdue_from_the_day_after_until_it_is_kept(done: date | None, day: date, late: bool) -> None:
    assert stations.overdue(LAST, done, day) is late


@pytest.mark.django_db
def test_the_database_keeps_no_affiliated_utility_without_a_deadline() -> None:
    organ = factories.make_organ("O1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Station.objects.create(name="供水", sort="utility", services=["报装"], organ=organ, stationed_on=FIRST)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.COMMITTEE, Role.ORGAN_HEAD, Role.ESTABLISHMENT_OFFICE])
def test_only_the_government_decides_a_platform(role: Role) -> None:
    factories.make_item("X1")
    at, head = factories.now(), factories.make_actor(Role.ORGAN_HEAD)
    made = stationing.apply_platform(organ="O1", items=["X1"], reason="设备", place="东区", by=head, at=at)
    committee = factories.make_actor(Role.COMMITTEE)
    stationing.give_platform_opinion(made.key, opinion="support", reasons="同意", by=committee, at=at)
    with pytest.raises(Refused, match=r"permission\.denied"):
        stationing.decide_platform(
            made.key,
            decision="grant",
            document_number="1号",
            valid_from=timezone.localdate(at),
            by=factories.make_actor(role),
            at=at,
        )


@pytest.mark.django_db
def test_another_organ_s_head_does_not_see_a_platform() -> None:
    factories.make_item("X1")
    at = factories.now()
    made = stationing.apply_platform(
        organ="O1", items=["X1"], reason="设备", place="东区", by=factories.make_actor(Role.ORGAN_HEAD), at=at
    )
    stranger = factories.make_actor(Role.ORGAN_HEAD, organ="O2")
    with pytest.raises(Refused, match=r"thing\.not_found"):
        base.seen("platform", made.key, stranger)


@pytest.mark.clause("2.2a")
@pytest.mark.django_db
def test_a_decision_from_elsewhere_takes_the_power_out_again() -> None:
    """The board asks where cases were really decided: somebody at no window decided, so the power is not in."""
    at, admin = factories.now(), factories.make_actor(Role.ADMIN, organ=None)
    factories.make_item("X1")
    places.register_hall(name="一楼", by=admin, at=at)
    window = places.register_window(hall="一楼", number="01", organ="O1", by=admin, at=at)
    head = factories.make_staff(Role.WINDOW_HEAD)
    places.assign_window_staff(window.key, staff=head.user.username, by=admin, at=at)
    organ = window.organ
    assert organ is not None
    assert presence.three_in(organ, timezone.localdate(at))["powers"] == {"in": 1, "all": 1, "share": 100}
    factories.make_case(state="granted", item="X1")  # by a head of the factories, who sits nowhere
    board = presence.three_in(organ, timezone.localdate(at))
    assert (board["powers"]["in"], board["decided_outside"]) == (0, ["X1"])


@pytest.mark.parametrize(("found", "share"), [({}, 0), ({1: True, 2: True, 3: False}, 66), ({1: True}, 100)])
def test_a_share_is_rounded_down_so_that_100_is_the_whole(found: dict[int, bool], share: int) -> None:
    assert presence.part(found)["share"] == share
