"""Names, successors, windows and postings of the house: rules by the day, and who may write them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from yimen.flows import places
from yimen.ground.journal.queries import history
from yimen.ground.kernel.errors import Refused
from yimen.rooms.identity.models import Organ, Posting
from yimen.rooms.identity.queries import actor_of_staff
from yimen.rooms.identity.rules import organs
from yimen.rooms.identity.rules.organs import Named, Step
from yimen.rooms.identity.rules.reach import Reach
from yimen.rooms.identity.rules.roles import Role
from yimen.rooms.identity.tenure import names_on

DAY = date(2025, 3, 10)
BEFORE = DAY - timedelta(days=1)


# rules
@pytest.mark.parametrize(("day", "item", "holds"), [(BEFORE, "X", 1), (DAY, "X", 2), (DAY, "Y", 1)])
def test_powers_pass_at_midnight_of_the_day_and_only_those_named(day: date, item: str, holds: int) -> None:
    assert organs.holder([Step(1, 2, DAY, frozenset({"X"}))], 1, item, day) == holds


def test_powers_pass_on_along_a_chain() -> None:
    steps = [Step(1, 2, DAY), Step(2, 3, DAY + timedelta(days=5))]
    assert [organs.holder(steps, 1, "X", DAY + timedelta(days=n)) for n in (-1, 0, 4, 5)] == [1, 2, 2, 3]
    assert organs.taken_over(steps, 3, DAY + timedelta(days=5)) == {1: None, 2: None}


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(0, 9)), max_size=6), st.integers(0, 12))
def test_however_powers_pass_a_question_ends_and_one_organ_holds_them(
    rows: list[tuple[int, int, int]], ahead: int
) -> None:
    steps = [Step(a, b, DAY + timedelta(days=n)) for a, b, n in rows if a != b]
    assert organs.holder(steps, 1, "X", DAY + timedelta(days=ahead)) in {1, *(s.to for s in steps)}


def test_a_circle_is_refused() -> None:
    with pytest.raises(Refused, match=r"succession\.circle"):
        organs.check_succession([Step(1, 2, DAY)], Step(2, 1, DAY))


@pytest.mark.parametrize(("day", "name"), [(BEFORE, "旧"), (DAY, "新")])
def test_a_name_holds_from_its_day(day: date, name: str) -> None:
    found = organs.name_on([Named("旧", "", None), Named("新", "", DAY)], day)
    assert found is not None and found.name == name


def test_a_shared_window_receives_and_decides_nothing() -> None:
    reach = Reach(shared=frozenset({2}))
    assert reach.covers(Role.WINDOW_CLERK, 1, 2, "X")
    assert not reach.covers(Role.WINDOW_HEAD, 1, 2, "X")
    assert not reach.covers(Role.WINDOW_CLERK, 1, 3, "X")


# flows
@pytest.mark.django_db
def test_a_verb_of_an_organ_is_guarded_by_version_and_answered_once() -> None:
    organ, at = factories.make_organ("O1"), factories.now()
    by = factories.make_actor(Role.ESTABLISHMENT_OFFICE)
    told = {"name": "新名称", "valid_from": timezone.localdate(at) + timedelta(days=30), "basis": "文件"}
    with pytest.raises(Refused, match=r"conflict\.stale"):
        places.rename_organ("O1", by=by, at=at, version=organ.version + 1, **told)
    keyed = replace(by, request=("key", "0" * 64))
    places.rename_organ("O1", by=keyed, at=at, **told)
    places.rename_organ("O1", by=keyed, at=at, **told)
    assert [entry.verb for entry in history("organ:O1")].count("rename_organ") == 1
    assert Organ.objects.get(code="O1").name != "新名称"  # not before its day
    assert names_on(organ.pk, told["valid_from"])[0] == "新名称"
    assert "新名称" not in str([entry.facts for entry in history("organ:O1")])


@pytest.mark.django_db
def test_a_future_name_is_written_by_the_clock_on_its_day() -> None:
    organ, at = factories.make_organ("O1"), factories.now()
    day = timezone.localdate(at) + timedelta(days=30)
    by = factories.make_actor(Role.ADMIN, organ=None)
    places.rename_organ("O1", name="新名称", valid_from=day, basis="文件", by=by, at=at)
    places.write_down_organs(at + timedelta(days=31))
    organ.refresh_from_db()
    assert organ.name == "新名称"


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.WINDOW_CLERK, Role.ORGAN_HEAD, Role.COMMITTEE, Role.GOVERNMENT])
def test_nobody_else_passes_powers_on(role: Role) -> None:
    factories.make_organ("O1"), factories.make_organ("O2")
    at = factories.now()
    with pytest.raises(Refused, match=r"permission\.denied"):
        places.succeed_organ(
            "O1", to="O2", on=timezone.localdate(at), basis="文件", by=factories.make_actor(role), at=at
        )


@pytest.mark.django_db
def test_a_posting_ends_the_one_before_on_its_eve_and_is_read_by_the_day() -> None:
    at, admin = factories.now(), factories.make_actor(Role.ADMIN, organ=None)
    staff = factories.make_staff(Role.WINDOW_CLERK)
    places.register_hall(name="一楼", by=admin, at=at)
    first, second = (places.register_window(hall="一楼", number=n, organ="O1", by=admin, at=at) for n in ("01", "02"))
    name, day = staff.user.username, timezone.localdate(at) + timedelta(days=10)
    places.assign_window_staff(first.key, staff=name, by=admin, at=at)
    places.post_staff(name, window=second.key, valid_from=day, by=admin, at=at)
    assert list(Posting.objects.order_by("starts").values_list("ends", flat=True)) == [day - timedelta(days=1), None]
    assert actor_of_staff(staff, at=at).window_id == first.pk
    assert actor_of_staff(staff, at=at + timedelta(days=11)).window_id == second.pk


@pytest.mark.django_db
def test_a_head_posts_own_people_only() -> None:
    at = factories.now()
    head, stranger = factories.make_actor(Role.ORGAN_HEAD, organ="O1"), factories.make_staff(Role.EXAMINER, organ="O2")
    bianban = factories.make_actor(Role.ESTABLISHMENT_OFFICE)
    section = places.name_section(organ="O2", name="许可科", by=bianban, at=at)
    with pytest.raises(Refused, match=r"permission\.denied"):
        places.post_staff(
            stranger.user.username, section=section.key, valid_from=timezone.localdate(at), by=head, at=at
        )
