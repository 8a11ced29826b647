"""The committee's registers: the pure rules, and who may do what to whose record. What happens day by day is told by
`scenarios/` (coordination, meetings, rota, duties, promises, house, budget)."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from yimen.facts import worklists
from yimen.facts.registers import base
from yimen.flows import budget, coordination, duties, examination, meetings, notices, promises, rota
from yimen.ground.journal.models import Entry
from yimen.ground.kernel.clock import OFFICE_HOURS
from yimen.ground.kernel.errors import Conflict, Refused
from yimen.rooms.administration import queries
from yimen.rooms.administration.models import Breach, Budget, Shift
from yimen.rooms.administration.rules import budget as books
from yimen.rooms.administration.rules import meetings as meeting_rules
from yimen.rooms.administration.rules import rota as rules
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Staff
from yimen.rooms.identity.rules.roles import Role

ZONE = ZoneInfo("Asia/Shanghai")
TUESDAY = date(2025, 3, 4)


def at(hour: str, day: date = TUESDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(hour), ZONE)


def refused(code: str, act: Any, **arguments: Any) -> None:
    """`act` is refused with `code` and writes no entry."""
    before = Entry.objects.count()
    with pytest.raises(Refused) as refusal:
        act(**arguments)
    assert refusal.value.code == code
    assert Entry.objects.count() == before


def account(actor: Actor) -> str:
    return Staff.objects.get(pk=actor.staff_id).user.username


# pure rules


@pytest.mark.clause("2.3c")
@pytest.mark.parametrize(
    ("hour", "half"),
    [
        ("00:00", "morning"),
        ("11:59", "morning"),
        ("12:00", "afternoon"),
        ("13:00", "afternoon"),
        ("23:59", "afternoon"),
    ],
)
def test_the_morning_ends_with_the_first_span_of_the_office_hours(hour: str, half: str) -> None:
    assert rules.half_of(at(hour), OFFICE_HOURS) == half


@pytest.mark.clause("2.3c")
@pytest.mark.parametrize("substitute", [True, False])
@pytest.mark.parametrize(
    ("came", "reported", "grace", "minute", "absent"),
    [
        (None, None, None, 200, ""),  # no term is set: nobody is missed without a report
        (None, None, 30, 30, ""),  # the last minute still counts
        (None, None, 30, 31, "not_checked_in"),
        (40, None, 30, 35, "not_checked_in"),  # asked about the time before the check-in
        (40, None, 30, 45, ""),
        (5, 20, 30, 19, ""),
        (5, 20, 30, 20, "reported"),  # a report counts also after a check-in
    ],
)
def test_who_is_in_charge(
    came: int | None, reported: int | None, grace: int | None, minute: int, absent: str, substitute: bool
) -> None:
    starts = at("08:30")

    def moment(minutes: int | None) -> datetime | None:
        return None if minutes is None else starts + timedelta(minutes=minutes)

    presence = rules.Presence(moment(came), moment(reported), substitute)
    now = starts + timedelta(minutes=minute)
    assert rules.absence(presence, starts, now, grace) == absent
    expected = "leader" if not absent else "substitute" if substitute else "nobody"
    assert rules.in_charge(presence, starts, now, grace) == expected


@pytest.mark.clause("7.1")
def test_a_meeting_is_due_from_the_last_one_or_from_the_leader_s_first_day() -> None:
    first, last = date(2025, 1, 2), date(2025, 2, 5)
    assert meeting_rules.due_on(None, first, None) is None
    assert meeting_rules.due_on(None, first, 30) == date(2025, 2, 1)
    assert meeting_rules.due_on(last, first, 30) == date(2025, 3, 7)
    assert meeting_rules.due_on(date(2024, 12, 1), first, 30) == date(2025, 2, 1)


amounts = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("1e6"), places=2)
entries = st.lists(st.tuples(st.sampled_from(["allotment", "spending"]), amounts), max_size=40)


@pytest.mark.clause("7.2b")
@given(entries)
def test_never_is_more_spent_than_allotted_and_a_counter_entry_restores_the_sums(lines: list[Any]) -> None:
    account, booked = books.Account(Decimal("0.00"), Decimal("0.00")), []
    for kind, amount in lines:
        try:
            account = books.booked(account, kind, amount)
        except Refused as refusal:
            assert refusal.code == "budget.exceeded" and kind == "spending" and amount > account.remaining
            continue
        booked.append((kind, amount))
        assert account.remaining >= 0
    assert account.allotted == sum((a for k, a in booked if k == "allotment"), Decimal(0))
    assert account.spent == sum((a for k, a in booked if k == "spending"), Decimal(0))
    assert account.remaining == round(account.remaining, 2)
    for kind, amount in sorted(booked, key=lambda line: line[0] == "allotment"):  # payments back first
        account = books.booked(account, kind, -amount)
    assert (account.allotted, account.spent) == (0, 0)


@pytest.mark.parametrize("value", [True, "1.001", 0.001, "NaN", "Infinity", "", "x", [1], None, 0, -1, "1e13"])
def test_what_is_no_money_is_not_taken(value: Any) -> None:
    from pydantic import TypeAdapter, ValidationError

    with pytest.raises(ValidationError):
        TypeAdapter(budget.Money).validate_python(value)


@pytest.mark.parametrize(("value", "money"), [(5, "5.00"), ("5.5", "5.50"), (0.07, "0.07"), (Decimal("1.10"), "1.10")])
def test_money_has_two_places(value: Any, money: str) -> None:
    from pydantic import TypeAdapter

    assert str(TypeAdapter(budget.Money).validate_python(value)) == money


# flows


@pytest.fixture
def people(db: None) -> dict[str, Actor]:
    factories.make_centre()
    roles = {
        "office": ("committee", None),
        "head1": ("section_head", "O1"),
        "head2": ("section_head", "O2"),
        "head3": ("section_head", "O3"),
        "chief1": ("organ_head", "O1"),
        "chief2": ("organ_head", "O2"),
        "leader": ("duty_leader", "O1"),
        "substitute": ("duty_leader", "O1"),
        "treasury": ("finance", "O1"),
        "super": ("supervision", None),
    }
    return {name: factories.make_actor(role, organ=organ) for name, (role, organ) in roles.items()}


@pytest.mark.clause("2.1")
def test_only_the_two_units_and_the_committee_see_a_request(people: dict[str, Actor]) -> None:
    made = coordination.ask_coordination(organ="O2", matter="核对", due_in=3, by=people["head1"], at=at("09:00"))
    seen = {name for name, who in people.items() if base.kind_of("coordination").visible(who).exists()}
    assert seen == {"office", "head1", "head2", "chief1", "chief2", "leader", "substitute", "treasury"}
    for name in ("head1", "head3", "office"):  # the asker, a stranger, the committee: none of them was asked
        refused(
            "permission.denied",
            coordination.answer_coordination,
            key=made.key,
            text="答",
            by=people[name],
            at=at("10:00"),
        )
    refused(
        "permission.denied",
        coordination.close_coordination,
        key=made.key,
        outcome="settled",
        text="好",
        by=people["head2"],
        at=at("10:00"),
    )


@pytest.mark.clause("2.1")
def test_a_stale_version_and_a_second_click(people: dict[str, Actor]) -> None:
    by = replace(people["head1"], request=("page:k1", "h1"))
    ask = {"organ": "O2", "matter": "核对", "due_in": 3}
    made = coordination.ask_coordination(**ask, by=by, at=at("09:00"))
    assert coordination.ask_coordination(**ask, by=by, at=at("09:01")).pk == made.pk
    assert Entry.objects.filter(verb="ask_coordination").count() == 1
    other = replace(people["head1"], request=("page:k1", "h2"))
    refused("idempotency.reused", coordination.ask_coordination, **ask, by=other, at=at("09:02"))
    coordination.answer_coordination(made.key, text="答", by=people["head2"], at=at("10:00"), version=1)
    with pytest.raises(Conflict):
        coordination.escalate_coordination(made.key, reason="慢", by=people["head1"], at=at("10:01"), version=1)


@pytest.mark.clause("2.1")
def test_the_journal_holds_no_words_of_people(people: dict[str, Actor]) -> None:
    made = coordination.ask_coordination(organ="O2", matter="机密事由", due_in=3, by=people["head1"], at=at("09:00"))
    coordination.answer_coordination(made.key, text="机密答复", by=people["head2"], at=at("10:00"))
    assert "机密" not in "".join(Entry.objects.values_list("facts", flat=True))


def plan(people: dict[str, Actor], half: str = "morning", **more: Any) -> Shift:
    names = {"leader": account(people["leader"]), "substitute": account(people["substitute"])}
    made: Shift = rota.plan_shift(
        organ="O1", on=TUESDAY, half=half, **{**names, **more}, by=people["chief1"], at=at("08:00")
    )
    return made


@pytest.mark.clause("2.3c")
def test_the_decision_and_its_list_come_to_whoever_is_in_charge(people: dict[str, Actor]) -> None:
    item = factories.make_item("D1", approver="duty_leader")
    case = factories.make_case(state="examined", item=item, at=at("08:00", date(2025, 3, 3)))
    decide = {"number": case.number, "decision": "grant"}

    def listed() -> set[str]:
        counted = {
            name: worklists.counts(people[name], ["for_a_leader"], at("14:00")) for name in ("leader", "substitute")
        }
        return {name for name, found in counted.items() if found["for_a_leader"]}

    assert listed() == set()  # no rota: nobody's
    refused("rota.not_on_duty", examination.approve_case, **decide, by=people["leader"], at=at("14:00"))
    shift = plan(people, "afternoon")
    assert listed() == {"leader"}
    refused("rota.not_on_duty", examination.approve_case, **decide, by=people["substitute"], at=at("14:00"))
    rota.report_shift_absence(shift.key, reason="开会", by=people["leader"], at=at("13:00"))
    assert listed() == {"substitute"}
    refused("rota.not_on_duty", examination.approve_case, **decide, by=people["leader"], at=at("14:00"))
    # The other half day has no shift.
    refused("rota.not_on_duty", examination.approve_case, **decide, by=people["substitute"], at=at("11:00"))
    examination.approve_case(**decide, by=people["substitute"], at=at("14:01"))
    facts = Entry.objects.get(verb="approve_case").facts
    assert f'"acting_for":"staff:{people["leader"].staff_id}"' in facts and f'"shift":"{shift.key}"' in facts


@pytest.mark.clause("2.3c")
def test_other_approvers_pay_nothing_for_the_rota(people: dict[str, Actor], django_assert_num_queries: Any) -> None:
    case = factories.make_case(state="examined", at=at("08:00", date(2025, 3, 3)))
    with django_assert_num_queries(0):
        assert rota.on_duty(case, people["leader"], at("10:00")) == {}


@pytest.mark.clause("2.3c")
def test_the_database_keeps_one_shift_a_half_day_and_two_people(people: dict[str, Actor]) -> None:
    shift = plan(people)
    for changes in ({"pk": None}, {"pk": None, "half": "afternoon", "substitute_id": people["leader"].staff_id}):
        row = Shift.objects.get(pk=shift.pk)
        for name, value in changes.items():
            setattr(row, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


@pytest.mark.clause("2.3c")
def test_a_unit_plans_its_own_rota_only(people: dict[str, Actor]) -> None:
    shift = plan(people)
    given_ = {"organ": "O1", "valid_from": TUESDAY, "valid_to": TUESDAY}
    refused("permission.denied", rota.publish_rota, **given_, by=people["chief2"], at=at("09:00"))
    refused("permission.denied", rota.publish_rota, **given_, by=people["head1"], at=at("09:00"))
    refused(
        "permission.denied", rota.report_shift_absence, key=shift.key, reason="x", by=people["chief2"], at=at("09:00")
    )
    rota.publish_rota(**given_, by=people["office"], at=at("09:00"))
    assert list(queries.published_shifts(TUESDAY, TUESDAY)) == [shift]


@pytest.mark.clause("2.3c")
def test_a_second_check_in_keeps_the_first_time(people: dict[str, Actor]) -> None:
    shift = plan(people)
    for hour in ("08:35", "10:00"):
        rota.check_in_shift(shift.key, hall="一楼", by=people["leader"], at=at(hour))
    assert Shift.objects.get(pk=shift.pk).checked_in_at == at("08:35")


@pytest.mark.clause("7.1")
def test_who_sees_and_completes_a_meeting_s_decisions(people: dict[str, Actor]) -> None:
    made = meetings.call_meeting(
        kind="joint", organs=["O1", "O2"], on=TUESDAY, agenda=["并联"], by=people["office"], at=at("09:00")
    )
    decisions = [{"text": "派人", "owner": "O3"}, {"text": "发文", "owner": "O1"}]
    told = {"attended": ["甲"], "minutes": "记录", "decisions": decisions}
    refused("permission.denied", meetings.record_meeting, key=made.key, **told, by=people["chief1"], at=at("10:00"))
    meetings.record_meeting(made.key, **told, by=people["office"], at=at("10:00"))
    visible = base.kind_of("meeting").visible
    assert {n for n in ("head1", "head2", "head3", "super") if visible(people[n]).exists()} == {
        "head1",
        "head2",
        "head3",
    }
    done = {"key": made.key, "number": 1, "evidence": "名单"}
    refused("permission.denied", meetings.complete_meeting_decision, **done, by=people["head1"], at=at("11:00"))
    meetings.complete_meeting_decision(**done, by=people["head3"], at=at("11:00"))
    refused("meeting.no_such_decision", meetings.complete_meeting_decision, **done, by=people["head3"], at=at("11:01"))


@pytest.mark.clause("7.2d")
def test_a_duty_is_reported_by_its_owner_and_confirmed_by_supervision(people: dict[str, Actor]) -> None:
    decision = duties.register_decision(
        title="意见", issuing_organ="市政府", issued_on=date(2005, 11, 21), by=people["office"], at=at("09:00")
    )
    duty = duties.assign_duty(decision=decision.key, text="带班", organ="O1", by=people["office"], at=at("09:01"))
    told = {"key": duty.key, "evidence": "表", "text": "已排"}
    for name in ("head2", "office", "super"):
        refused("permission.denied", duties.report_duty, **told, by=people[name], at=at("10:00"))
    duties.report_duty(**told, by=people["head1"], at=at("10:00"))
    for name in ("head1", "office"):
        refused("permission.denied", duties.confirm_duty, key=duty.key, by=people[name], at=at("11:00"))
    duties.confirm_duty(duty.key, by=people["super"], at=at("11:00"))
    assert base.thing("duty", duty.key).state == "confirmed"


@pytest.mark.clause("4.3b")
def test_a_contact_lies_sealed_and_drafts_are_the_unit_s_own(people: dict[str, Actor]) -> None:
    head = factories.make_actor("window_head", organ="O1")
    promise = promises.make_promise(organ="O1", text="二十分钟", by=head, at=at("09:00"))
    visible = base.kind_of("promise").visible
    assert [visible(people[n]).exists() for n in ("head1", "head2", "office")] == [True, False, True]
    promises.publish_promise(promise.key, by=people["office"], at=at("09:01"))
    assert visible(people["head2"]).exists()
    breach = promises.report_breach(
        promise=promise.key, what="一小时", contact="13812345678", by=promises.VISITOR, at=at("10:00")
    )
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT contact FROM administration_breach")
        assert "13812345678" not in str(cursor.fetchall())
    assert Breach.objects.get().contact == "13812345678"
    assert "13812345678" not in str(base.kind_of("breach").facts(breach, at("10:00")))
    assert "13812345678" not in "".join(Entry.objects.values_list("facts", flat=True))


@pytest.mark.clause("6.3")
def test_unread_rules_wait_for_each_person(people: dict[str, Actor]) -> None:
    rule = notices.publish_rule(title="制度", text="到岗", by=people["office"], at=at("09:00"))
    me = people["head1"].staff_id or 0
    assert list(queries.unread_rules(me, TUESDAY)) == [rule]
    notices.acknowledge_rule(rule.key, by=people["head1"], at=at("09:01"))
    assert not queries.unread_rules(me, TUESDAY)
    assert queries.unread_rules(people["head2"].staff_id or 0, TUESDAY)
    notices.revise_rule(rule.key, text="早到", by=people["office"], at=at("10:00"))
    assert list(queries.unread_rules(me, TUESDAY)) == [rule]
    assert list(rule.earlier.values_list("edition", "text")) == [(1, "到岗")]
    refused("permission.denied", notices.publish_rule, title="x", text="y", by=people["head1"], at=at("11:00"))


@pytest.mark.clause("7.2b")
def test_who_plans_allots_and_spends(people: dict[str, Actor]) -> None:
    money = Decimal("100.00")
    made = budget.open_budget(year=2025, heading="办公费", planned=money, by=people["office"], at=at("09:00"))
    allot = {"key": made.key, "amount": money, "document_number": "拨1", "on": TUESDAY}
    spend = {"key": made.key, "amount": money, "voucher": "凭1", "on": TUESDAY, "what": "纸"}
    refused("permission.denied", budget.allot_budget, **allot, by=people["office"], at=at("10:00"))
    refused("permission.denied", budget.allot_budget, **allot, by=people["chief1"], at=at("10:00"))
    refused("budget.exceeded", budget.spend_budget, **spend, by=people["office"], at=at("10:00"))
    budget.allot_budget(**allot, by=people["treasury"], at=at("10:00"))
    refused("permission.denied", budget.spend_budget, **spend, by=people["treasury"], at=at("10:01"))
    budget.spend_budget(**spend, by=people["office"], at=at("10:01"))
    assert not base.kind_of("budget").visible(people["head1"]).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Budget.objects.update(spent=Decimal("100.01"))


def test_every_role_that_works_in_the_house_reads_its_rules() -> None:
    from yimen.rooms.identity.rules.roles import grants

    assert "acknowledge_rule" in grants(Role.BANK) and "acknowledge_rule" not in grants(Role.TENDERER)
