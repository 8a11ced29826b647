"""Versions of guides, suspensions and change orders: rules, who may, what is refused, what runs again harmlessly."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from yimen.facts.cases import case_facts
from yimen.facts.registers import base
from yimen.flows import authority, catalogue, clock, orders
from yimen.flows import setup as founding
from yimen.ground.journal.models import Entry
from yimen.ground.kernel.calendar import Calendar
from yimen.ground.kernel.errors import Conflict, Denied, OutOfScope, Refused
from yimen.ground.law import queries as law
from yimen.rooms.authority.models import LicensingSubject
from yimen.rooms.cases import queries as cases
from yimen.rooms.cases.models import Case, OrderTreatment
from yimen.rooms.cases.rules.deadlines import better_limits, clocks
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.documents.queries import papers_of
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.queries import actor_of_staff
from yimen.rooms.identity.rules.roles import Role
from yimen.rooms.orders.models import Order
from yimen.rooms.orders.rules.orders import Line, check_lines, effect_day
from yimen.rooms.orders.standing import forget_orders

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 3, 3, 9, tzinfo=ZONE)
DAY = date(2026, 3, 20)
MIDNIGHT = datetime(2026, 3, 20, tzinfo=ZONE)


def person(role: Role, organ: str | None = None) -> Actor:
    return actor_of_staff(factories.make_staff(role, organ=organ, at=AT))


@pytest.fixture
def version(db: None) -> ItemVersion:
    """Item X1 of organ O1 in a centre."""
    forget_orders()
    factories.make_centre(at=AT)
    return factories.make_item(at=AT)


def values(**other: Any) -> dict[str, Any]:
    return {
        "document_number": "国发〔2026〕1号（示例）",
        "issuing_organ": "国务院",
        "level": "state_council",
        "issued_on": date(2026, 3, 1),
        "effective_on": DAY,
        "title": "关于取消示例许可的决定",
        "text": "取消。",
        "changes": [{"action": "cancel", "item": "X1", "running": "terminate"}],
        **other,
    }


def checked(**other: Any) -> Order:
    order: Order = orders.draft_order(**values(**other), by=person(Role.LEGAL_OFFICE), at=AT)
    checked: Order = orders.check_order(order.key, opinion="pass", by=person(Role.LEGAL_OFFICE), at=AT)
    return checked


def receiving(version: ItemVersion, *, subject: bool = True, authorised: bool = True) -> None:
    """Organ O2, which may decide about the item and has a window head who is authorised for it."""
    organ = factories.make_organ("O2", at=AT)
    if subject:
        LicensingSubject.objects.create(organ=organ, kind="statutory", basis="示例法 第一条", valid_from=DAY)
    head = factories.make_staff(Role.WINDOW_HEAD, organ=organ, at=AT)
    if authorised:
        factories.authorise(head, items=[version.item], valid_from=DAY)


def approved(*, at: datetime = AT, **other: Any) -> Order:
    made: Order = orders.approve_order(checked(**other).key, by=person(Role.GOVERNMENT), at=at)
    return made


class TestLines:
    """What a line must say, by its action."""

    FINE = (
        Line("add", "A", (), "", "A", "finish"),
        Line("change", "A", (), "", "A", "move"),
        Line("cancel", "A", (), "", "", "terminate"),
        Line("merge", "A", ("B",), "", "", "move"),
        Line("split", "A", ("B", "C"), "", "C", "move"),
        Line("delegate", "A", (), "O2", "", "move"),
        Line("delegate", "A", (), "O2", "A", "finish"),
    )

    @pytest.mark.parametrize("line", FINE)
    def test_fine(self, line: Line) -> None:
        check_lines([line])

    @pytest.mark.parametrize(
        ("line", "field"),
        [
            (FINE[0]._replace(version_item=""), "version"),
            (FINE[1]._replace(version_item="B"), "version"),
            (FINE[2]._replace(version_item="A"), "version"),
            (FINE[2]._replace(running="move"), "running"),
            (FINE[2]._replace(into=("B",)), "into"),
            (FINE[3]._replace(into=()), "into"),
            (FINE[3]._replace(into=("A",)), "into"),
            (FINE[4]._replace(version_item=""), "running"),
            (FINE[4]._replace(version_item="A"), "version"),
            (FINE[5]._replace(organ=""), "organ"),
            (FINE[1]._replace(organ="O2"), "organ"),
            (FINE[0]._replace(running="move"), "running"),
        ],
    )
    def test_what_is_missing_is_named(self, line: Line, field: str) -> None:
        with pytest.raises(Refused) as refusal:
            check_lines([line])
        assert refusal.value.code == "order.incomplete"
        assert {"item": "A", "field": field} in refusal.value.facts["problems"]

    @pytest.mark.parametrize(("lines", "code"), [([], "order.incomplete"), ([FINE[2], FINE[2]], "order.item_twice")])
    def test_whole_orders(self, lines: Sequence[Line], code: str) -> None:
        with pytest.raises(Refused, match=code.replace(".", r"\.")):
            check_lines(lines)

    def test_only_those_above_may_have_taken_effect_already(self) -> None:
        assert effect_day("city", DAY, DAY) == DAY
        assert effect_day("law", DAY - timedelta(days=9), DAY) == DAY
        assert effect_day("province", DAY + timedelta(days=9), DAY) == DAY + timedelta(days=9)
        with pytest.raises(Refused, match=r"order\.effective_in_past"):
            effect_day("city", DAY - timedelta(days=1), DAY)


LIMITS = st.tuples(st.integers(0, 60), st.sampled_from(["working_days", "natural_days", "hours"])).map(
    lambda term: f"{term[0]} {term[1]}"
)


class TestBetterLimits:
    @given(
        old=st.tuples(LIMITS, LIMITS), new=st.tuples(LIMITS, LIMITS), day=st.dates(date(2026, 1, 5), date(2026, 6, 1))
    )
    def test_nobody_waits_longer_than_before_or_than_the_new_law_says(
        self, old: tuple[str, str], new: tuple[str, str], day: date
    ) -> None:
        calendar, start = (
            Calendar([], noticed_years=frozenset({2026})),
            datetime(day.year, day.month, day.day, 10, tzinfo=ZONE),
        )
        kept = better_limits(calendar, start, old, new)
        for which, name in ((0, "statutory"), (1, "promised")):

            def ends(limit: str, name: str = name) -> Any:
                return getattr(clocks(calendar, start, statutory_limit=limit, promised_limit=limit), name).on

            assert kept[which] in ("", old[which])
            assert ends(kept[which] or new[which]) == min(ends(old[which]), ends(new[which]))


class TestWho:
    """Grants and denials with their scope; the table of roles is in tests/access/registers.py."""

    def test_a_head_orders_for_the_own_items_only(self, version: ItemVersion) -> None:
        factories.make_organ("O2", at=AT)
        orders.draft_order(**values(), by=person(Role.ORGAN_HEAD, "O1"), at=AT)
        with pytest.raises(OutOfScope):
            orders.draft_order(**values(), by=person(Role.ORGAN_HEAD, "O2"), at=AT)
        with pytest.raises(Denied):
            orders.draft_order(**values(), by=person(Role.WINDOW_CLERK, "O1"), at=AT)

    def test_another_organ_neither_sees_nor_changes_a_draft(self, version: ItemVersion) -> None:
        order = orders.draft_order(**values(), by=person(Role.ORGAN_HEAD, "O1"), at=AT)
        factories.make_organ("O2", at=AT)
        stranger = person(Role.ORGAN_HEAD, "O2")
        with pytest.raises(OutOfScope):
            orders.change_order(order.key, title="改", by=stranger, at=AT)
        with pytest.raises(Refused, match=r"thing\.not_found"):
            base.seen("order", order.key, stranger)
        orders.change_order(order.key, title="改", by=person(Role.ORGAN_HEAD, "O1"), at=AT)

    def test_approved_orders_are_for_all_but_not_theirs_to_withdraw(self, version: ItemVersion) -> None:
        order = approved()
        factories.make_organ("O2", at=AT)
        stranger = person(Role.ORGAN_HEAD, "O2")
        assert base.seen("order", order.key, stranger) == order
        with pytest.raises(Denied):
            orders.withdraw_order(order.key, reason="x", by=stranger, at=AT)

    def test_three_people(self, version: ItemVersion) -> None:
        both = actor_of_staff(factories.make_staff(Role.LEGAL_OFFICE, Role.GOVERNMENT, organ=None, at=AT))
        order = orders.draft_order(**values(), by=both, at=AT)
        with pytest.raises(Refused, match=r"separation\.same_person"):
            orders.check_order(order.key, opinion="pass", by=both, at=AT)
        orders.check_order(order.key, opinion="pass", by=person(Role.LEGAL_OFFICE), at=AT)
        with pytest.raises(Refused, match=r"separation\.same_person"):
            orders.approve_order(order.key, by=both, at=AT)

    def test_the_version_that_was_read_and_the_same_request_again(self, version: ItemVersion) -> None:
        by = person(Role.LEGAL_OFFICE)
        asking = replace(by, request=("k1", "0" * 64))
        order = orders.draft_order(**values(), by=asking, at=AT)
        assert orders.draft_order(**values(), by=asking, at=AT) == order
        assert Order.objects.count() == 1 and Entry.objects.filter(verb="draft_order").count() == 1
        with pytest.raises(Conflict):
            orders.change_order(order.key, title="改", by=by, at=AT, version=order.version + 1)


class TestDays:
    """The approval sets all days; a withdrawal before the day puts them back."""

    def test_cancelled_one_second_later(self, version: ItemVersion) -> None:
        approved()
        last = MIDNIGHT - timedelta(seconds=1)
        factories.make_case(item=version, at=last)
        for at in (MIDNIGHT, MIDNIGHT + timedelta(seconds=1)):
            with pytest.raises(Refused, match=r"item\.not_in_force"):
                factories.make_case(item=version, at=at)
        facts = base.kind_of("version").facts
        assert facts(ItemVersion.objects.get(pk=version.pk), last)["state"] == "published"
        assert facts(ItemVersion.objects.get(pk=version.pk), MIDNIGHT)["state"] == "cancelled"

    def test_a_withdrawn_order_leaves_no_trace(self, version: ItemVersion) -> None:
        before = list(ItemVersion.objects.order_by("pk").values("pk", "state", "valid_from", "valid_to"))
        receiving(version)
        order = approved(changes=[{"action": "delegate", "item": "X1", "organ": "O2"}])
        assert ItemVersion.objects.count() == 2
        orders.withdraw_order(order.key, reason="x", by=person(Role.LEGAL_OFFICE), at=MIDNIGHT - timedelta(seconds=1))
        after = list(ItemVersion.objects.order_by("pk").values("pk", "state", "valid_from", "valid_to"))
        assert after[:1] == before and after[1]["state"] == "withdrawn"
        assert cases.orders_due(factories.make_case(item=version, at=AT + timedelta(days=1)), MIDNIGHT) == []

    def test_what_is_no_longer_in_force_can_t_be_cancelled_and_an_unchecked_text_not_begin(
        self, version: ItemVersion
    ) -> None:
        draft = catalogue.copy_item_version(source=version.key, by=factories.ADMIN, at=AT)
        change = [{"action": "change", "item": "X1", "version": draft.key}]
        with pytest.raises(Refused, match=r"version\.not_checked"):
            approved(changes=change)
        assert ItemVersion.objects.get(pk=version.pk).valid_to is None  # nothing was ended by halves
        catalogue.end_item_version(version.key, valid_to=date(2026, 3, 10), by=factories.ADMIN, at=AT)
        with pytest.raises(Refused, match=r"order\.item_not_in_force"):
            approved()

    @pytest.mark.parametrize(
        ("lacks", "field"), [({"subject": False}, "subject"), ({"authorised": False}, "authorisation")]
    )
    def test_nothing_is_delegated_to_an_organ_where_nobody_may_decide(
        self, version: ItemVersion, lacks: dict[str, bool], field: str
    ) -> None:
        receiving(version, **lacks)
        with pytest.raises(Refused, match=r"version\.incomplete") as refused:
            approved(changes=[{"action": "delegate", "item": "X1", "organ": "O2"}])
        assert refused.value.facts["problems"] == [{"field": field, "reason": "not_in_force"}]
        assert refused.value.facts["item"] == "X1"  # that the old organ's people are authorised does not help
        assert ItemVersion.objects.get().valid_to is None

    def test_where_a_leader_decides_no_window_needs_to_be_authorised(self, version: ItemVersion) -> None:
        ItemVersion.objects.filter(pk=version.pk).update(approver="organ_head")
        receiving(version, authorised=False)
        approved(changes=[{"action": "delegate", "item": "X1", "organ": "O2"}])

    def test_the_receiving_head_authorises_from_the_day_of_a_checked_order(self, version: ItemVersion) -> None:
        receiving(version, authorised=False)
        boss, head = person(Role.ORGAN_HEAD, "O2"), factories.make_staff(Role.WINDOW_HEAD, organ="O2", at=AT)

        def authorise(first: date) -> None:
            number = {"document_number": "1号", "items": ["X1"], "staff": head.user.username}
            authority.authorise_window(valid_from=first, **number, by=boss, at=AT)

        delegation = [{"action": "delegate", "item": "X1", "organ": "O2"}]
        orders.draft_order(**values(changes=delegation), by=person(Role.LEGAL_OFFICE), at=AT)
        with pytest.raises(OutOfScope):
            authorise(DAY)  # a draft promises nothing
        order = checked(changes=delegation)
        with pytest.raises(OutOfScope):
            authorise(DAY - timedelta(days=1))
        authorise(DAY)
        orders.approve_order(order.key, by=person(Role.GOVERNMENT), at=AT)

    def test_the_item_in_its_place_must_be_in_force(self, version: ItemVersion) -> None:
        founding.register_account(username="x", by=factories.ADMIN, at=AT)
        catalogue.register_item(code="X2", name="新", organ="O1", by=factories.ADMIN, at=AT)
        with pytest.raises(Refused, match=r"order\.no_target"):
            approved(changes=[{"action": "merge", "item": "X1", "into": ["X2"], "running": "finish"}])


class TestRunningCases:
    def test_a_terminated_case_is_told_with_the_order_s_number(self, version: ItemVersion) -> None:
        case = factories.make_case(state="accepted", item=version, at=AT)
        approved()
        assert clock.tick(at=MIDNIGHT) > 0
        facts = case_facts(cases.load(case.number), MIDNIGHT)
        assert (facts["state"], facts["orders"][0]["treatment"]) == ("terminated", "terminate")
        (notice,) = [paper for paper in papers_of(f"case:{case.number}") if paper.kind == "termination"]
        assert "国发〔2026〕1号" in notice.data["reason"] and notice.told_at is not None
        entry = Entry.objects.get(verb="apply_order")
        assert entry.role == "clock" and '"treatment":"terminate"' in entry.facts

    def test_at_a_window_the_notice_still_has_to_be_told(self, version: ItemVersion) -> None:
        case = factories.make_case(state="accepted", item=version, at=AT)
        Case.objects.filter(pk=case.pk).update(channel="window")
        approved()
        clock.tick(at=MIDNIGHT)
        (notice,) = [paper for paper in papers_of(f"case:{case.number}") if paper.kind == "termination"]
        assert notice.told_at is None

    @pytest.mark.parametrize("state", ["received", "awaiting_correction", "accepted", "paused", "examined"])
    @pytest.mark.parametrize("running", ["finish", "terminate"])
    def test_every_running_state_and_nothing_that_is_decided(
        self, version: ItemVersion, state: str, running: str
    ) -> None:
        at = AT + timedelta(days=14)
        open_case = factories.make_case(state=state, item=version, at=at)
        decided = factories.make_case(state="granted", item=version, at=at)
        approved(at=at, changes=[{"action": "cancel", "item": "X1", "running": running}])
        before = case_facts(cases.load(open_case.number), MIDNIGHT - timedelta(seconds=1))["state"]
        sooner = case_facts(cases.load(open_case.number), MIDNIGHT + timedelta(seconds=1))
        clock.tick(at=MIDNIGHT + timedelta(seconds=1))
        after = case_facts(cases.load(open_case.number), MIDNIGHT + timedelta(seconds=1))
        assert {**sooner, "version": 0} == {**after, "version": 0}  # what the law said is what was written
        assert after["state"] == ("terminated" if running == "terminate" else before)
        assert case_facts(cases.load(decided.number), MIDNIGHT)["orders"] == []

    def test_killed_in_the_middle_and_run_again_each_case_once(
        self, version: ItemVersion, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _ in range(5):
            factories.make_case(item=version, at=AT)
        approved()
        real, calls = orders.settle, iter(range(100))

        def dies(case: Case, at: datetime) -> None:
            if next(calls) == 2:
                raise SystemExit("killed")
            real(case, at)

        monkeypatch.setattr(orders, "settle", dies)
        with pytest.raises(SystemExit):
            orders.take_effect(MIDNIGHT)
        assert OrderTreatment.objects.count() == 2 and Order.objects.get().applied_at is None
        monkeypatch.setattr(orders, "settle", real)
        assert orders.take_effect(MIDNIGHT + timedelta(minutes=5)) == 3
        assert orders.take_effect(MIDNIGHT + timedelta(minutes=6)) == 0
        assert OrderTreatment.objects.count() == 5
        assert Entry.objects.filter(verb="apply_order").count() == 5
        assert Entry.objects.filter(verb="take_effect").count() == 1

    def test_who_changes_a_case_at_the_same_moment_leaves_it_for_the_next_time(
        self, version: ItemVersion, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        factories.make_case(item=version, at=AT)
        approved()
        real = orders.settle

        def conflicts(case: Case, at: datetime) -> None:
            raise Conflict(number=case.number)

        monkeypatch.setattr(orders, "settle", conflicts)
        assert orders.take_effect(MIDNIGHT) == 0
        assert Order.objects.get().applied_at is None
        monkeypatch.setattr(orders, "settle", real)
        assert orders.take_effect(MIDNIGHT) == 1
        assert Order.objects.get().applied_at is not None

    def test_five_hundred_cases(self, version: ItemVersion) -> None:
        one = factories.make_case(state="accepted", item=version, at=AT)
        whole = Case.objects.get(pk=one.pk)
        copies = []
        for number in range(499):
            copy = Case.objects.get(pk=whole.pk) if not copies else replace_case(whole)
            copy.pk, copy.number = None, f"371500-20260303-{number + 1000:04}-0"
            copies.append(copy)
        Case.objects.bulk_create(copies)
        approved()
        assert orders.take_effect(MIDNIGHT) == 500
        assert set(Case.objects.values_list("state", flat=True)) == {"terminated"}
        assert OrderTreatment.objects.count() == 500


def replace_case(case: Case) -> Case:
    """Another row with the same values."""
    return Case(**{field.attname: getattr(case, field.attname) for field in Case._meta.concrete_fields})


class TestSuspension:
    def test_both_ends_count_and_running_cases_go_on(self, version: ItemVersion) -> None:
        by = person(Role.ORGAN_HEAD, "O1")
        catalogue.suspend_item(
            "X1", reason="停", basis="例", starts_on=date(2026, 3, 10), until=date(2026, 3, 12), by=by, at=AT
        )
        for day, taken in ((9, True), (10, False), (12, False), (13, True)):
            at = datetime(2026, 3, day, 12, tzinfo=ZONE)
            assert base.kind_of("item").facts(base.thing("item", "X1"), at)["in_force"] is taken
            if taken:
                factories.make_case(state="accepted", item=version, at=at)
            else:
                with pytest.raises(Refused, match=r"item\.not_in_force"):
                    factories.make_case(item=version, at=at)

    def test_what_has_not_begun_never_begins_when_resumed(self, version: ItemVersion) -> None:
        by = person(Role.LEGAL_OFFICE)
        catalogue.suspend_item("X1", reason="停", basis="例", starts_on=date(2026, 3, 10), by=by, at=AT)
        catalogue.resume_item("X1", by=by, at=AT)
        factories.make_case(item=version, at=datetime(2026, 3, 10, 12, tzinfo=ZONE))
        catalogue.suspend_item("X1", reason="停", basis="例", starts_on=date(2026, 3, 11), by=by, at=AT)


class TestVersions:
    def test_who_changed_a_draft_last_can_t_check_it(self, version: ItemVersion) -> None:
        both = actor_of_staff(factories.make_staff(Role.LEGAL_OFFICE, Role.ADMIN, organ=None, at=AT))
        draft = catalogue.copy_item_version(source=version.key, by=person(Role.ADMIN), at=AT)
        catalogue.change_item_version(draft.key, charges="收费", by=both, at=AT)
        with pytest.raises(Refused, match=r"separation\.same_person"):
            catalogue.check_item_version(draft.key, opinion="pass", by=both, at=AT)
        catalogue.check_item_version(draft.key, opinion="pass", by=person(Role.LEGAL_OFFICE), at=AT)

    def test_a_copy_says_what_its_source_says(self, version: ItemVersion) -> None:
        copy = catalogue.copy_item_version(source=version.key, by=person(Role.SECTION_HEAD, "O1"), at=AT)
        facts = base.kind_of("version").facts
        differing = {name for name, value in facts(version, AT).items() if facts(copy, AT)[name] != value}
        assert differing == {"number", "state", "valid_from", "in_force", "drafted_by"}

    def test_the_revision_of_the_law_moves_with_an_approval(self, version: ItemVersion) -> None:
        before = law.current_revision()
        order = checked()
        assert law.current_revision() == before
        orders.approve_order(order.key, by=person(Role.GOVERNMENT), at=AT)
        assert law.current_revision() > before
