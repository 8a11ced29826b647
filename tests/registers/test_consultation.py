"""Questions through the flows: who may, whose they are, letters, the clock, what the database keeps."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from tests import factories
from yimen.facts.registers import base
from yimen.flows import calendar, consultation
from yimen.flows.clock import tick
from yimen.ground.journal.models import Entry
from yimen.ground.kernel.errors import Conflict, Refused
from yimen.rooms.catalogue.models import Item, ItemVersion
from yimen.rooms.consultation import queries
from yimen.rooms.consultation.models import Faq, FaqGram, HandOver, Question, Reveal
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Staff
from yimen.rooms.identity.queries import actor_of_staff, actor_of_user
from yimen.rooms.messages.models import Delivery

pytestmark = [pytest.mark.django_db, pytest.mark.clause("1.a"), pytest.mark.clause("4.3b")]
CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2025, 3, 3, 9, tzinfo=CHINA)
TEXT = {"title": "能加急吗", "text": "急用，许可能加急吗？"}


@pytest.fixture
def item(db: None) -> ItemVersion:
    """Item X1 of organ O1 in a centre."""
    factories.make_centre(at=MONDAY)
    return factories.make_item(at=MONDAY)


def person(role: str, organ: str | None = "O1") -> Actor:
    return actor_of_staff(factories.make_staff(role, organ=organ, at=MONDAY))


def asked(by: Actor = consultation.VISITOR, **more: Any) -> Question:
    return consultation.ask_question(**{**TEXT, "item": "X1", **more}, by=by, at=MONDAY)


def taken(by: Actor, **more: Any) -> Question:
    return consultation.take_question(asked(**more).key, by=by, at=MONDAY)


def refusal(call: Any, *arguments: Any, **named: Any) -> str:
    with pytest.raises(Refused) as refused:
        call(*arguments, **named)
    return refused.value.code


def state_of(question: Question) -> tuple[Any, ...]:
    found = Question.objects.get(pk=question.pk)
    return found.state, found.responsible_id, found.offered_to_id, found.version


@pytest.mark.parametrize("role", ["window_clerk", "window_head", "examiner", "approver", "section_head"])
def test_people_of_the_organ_take_what_is_asked_about_their_items(item: ItemVersion, role: str) -> None:
    by = person(role)
    assert state_of(taken(by))[:2] == ("taken", by.staff_id)


@pytest.mark.parametrize("role", ["organ_head", "committee", "supervision", "inspector", "admin", "applicant"])
def test_whoever_does_not_answer_takes_nothing(item: ItemVersion, role: str) -> None:
    by = actor_of_user(factories.make_user()) if role == "applicant" else person(role)
    question = asked()
    assert refusal(consultation.take_question, question.key, by=by, at=MONDAY) == "permission.denied"
    assert state_of(question) == ("asked", None, None, 1)


def test_another_organ_neither_sees_nor_takes_it_unless_it_is_offered(item: ItemVersion) -> None:
    other, clerk = person("examiner", "O2"), person("window_clerk")
    question = asked()
    assert refusal(consultation.take_question, question.key, by=other, at=MONDAY) == "permission.denied"
    assert refusal(base.seen, "question", question.key, other) == "thing.not_found"
    consultation.take_question(question.key, by=clerk, at=MONDAY)
    name = Staff.objects.get(pk=other.staff_id).user.username
    consultation.hand_over_question(question.key, to=name, reason="请答复", by=clerk, at=MONDAY)
    assert base.seen("question", question.key, other) == question
    consultation.decline_question(question.key, reason="不属于我", by=other, at=MONDAY)
    assert refusal(base.seen, "question", question.key, other) == "thing.not_found"


def test_without_an_item_it_is_the_desks(item: ItemVersion) -> None:
    question, clerk, desk = asked(item=""), person("window_clerk"), person("consultation_desk", None)
    assert refusal(consultation.take_question, question.key, by=clerk, at=MONDAY) == "permission.denied"
    consultation.take_question(question.key, by=desk, at=MONDAY)


def test_of_two_who_take_it_at_once_the_second_is_told(item: ItemVersion) -> None:
    first, second, question = person("window_clerk"), person("window_clerk"), asked()
    consultation.take_question(question.key, by=first, at=MONDAY, version=1)
    with pytest.raises(Conflict):
        consultation.take_question(question.key, by=second, at=MONDAY, version=1)
    assert refusal(consultation.take_question, question.key, by=second, at=MONDAY) == "question.has_owner"
    assert state_of(question)[1] == first.staff_id


def test_the_question_of_somebody_who_left_the_house_may_be_taken(item: ItemVersion) -> None:
    first, second = person("window_clerk"), person("window_clerk")
    question = taken(first)
    Staff.objects.filter(pk=first.staff_id).update(active=False)
    consultation.take_question(question.key, by=second, at=MONDAY)
    found = Question.objects.get()
    assert (found.first_asked_id, found.responsible_id) == (first.staff_id, second.staff_id)


def test_the_giver_answers_while_the_offer_waits_and_overtakes_it(item: ItemVersion) -> None:
    clerk, desk = person("window_clerk"), person("consultation_desk", None)
    question = taken(clerk)
    name = Staff.objects.get(pk=desk.staff_id).user.username
    consultation.hand_over_question(question.key, to=name, reason="请协助", by=clerk, at=MONDAY)
    consultation.answer_question(question.key, text="可以", by=clerk, at=MONDAY)
    assert HandOver.objects.get().outcome == "overtaken"
    assert refusal(consultation.accept_question, question.key, by=desk, at=MONDAY) == "transition.not_allowed"


def test_a_repeated_request_answers_once(item: ItemVersion) -> None:
    by = replace(consultation.VISITOR, request=("key-of-this-request", "body"))
    assert asked(by).key == asked(by).key and Question.objects.count() == 1
    other = replace(by, request=("key-of-this-request", "another body"))
    assert refusal(asked, other) == "idempotency.reused"


def test_an_e_mail_address_gets_the_answer_and_nothing_of_the_question(item: ItemVersion) -> None:
    clerk = person("window_clerk")
    for contact in ("zhang@example.com", "13800000000", ""):
        question = taken(clerk, name="张三丰", contact=contact)
        consultation.answer_question(question.key, text="可以加急", by=clerk, at=MONDAY)
    letter = Delivery.objects.get()
    assert letter.address == "zhang@example.com" and "可以加急" in letter.body and not letter.tells
    assert "急用" not in letter.body and "张三丰" not in letter.body + letter.title


def test_the_journal_holds_no_word_of_anybody(item: ItemVersion) -> None:
    clerk, desk = person("window_clerk"), person("consultation_desk", None)
    question = taken(clerk, name="张三丰", contact="13800000000")
    consultation.reveal_asker(question.key, reason="回电", by=clerk, at=MONDAY)
    consultation.answer_question(question.key, text="可以加急", by=clerk, at=MONDAY)
    asker = consultation.asker(question.key)
    consultation.rate_answer(question.key, score=1, text="太慢", by=asker, at=MONDAY)
    consultation.ask_again(question.key, text="到底多久", by=asker, at=MONDAY)
    faq = consultation.publish_question(
        question=question.key, title="加急", text="能加急吗", answer="可以", by=desk, at=MONDAY
    )
    consultation.withdraw_faq(faq.key, reason="过时", by=desk, at=MONDAY)
    facts = "".join(Entry.objects.filter(subject__regex="^(question|faq):").values_list("facts", flat=True))
    words = ("加急", "张三丰", "1380", "回电", "太慢", "多久", "过时", "可以")
    assert [word for word in words if word in facts] == []
    assert Reveal.objects.get().reason == "回电"


def test_the_row_of_who_asked_is_sealed(item: ItemVersion) -> None:
    asked(name="张三丰", contact="13800000000")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, contact FROM consultation_question")
        row = cursor.fetchone()
    assert "张" not in row[0] and "1380" not in row[1] and all(value.startswith("1.") for value in row)


def test_whoever_has_the_password_of_one_question_acts_on_no_other(item: ItemVersion) -> None:
    clerk = person("window_clerk")
    one, other = taken(clerk), taken(clerk)
    consultation.answer_question(other.key, text="可以", by=clerk, at=MONDAY)
    by = consultation.asker(one.key)
    assert refusal(consultation.rate_answer, other.key, score=1, by=by, at=MONDAY) == "permission.denied"
    by = consultation.VISITOR
    assert refusal(consultation.rate_answer, other.key, score=1, by=by, at=MONDAY) == "permission.denied"


def test_a_day_off_that_is_declared_later_moves_the_day(item: ItemVersion) -> None:
    question, done = asked(), taken(person("window_clerk"))
    consultation.answer_question(done.key, text="可以", by=actor_of_staff(done.responsible), at=MONDAY)
    assert question.due_on == date(2025, 3, 10)
    enters, confirms = person("committee", None), person("legal_office", None)
    day = calendar.declare_emergency_day(day=date(2025, 3, 5), name="暴雪", basis="通告", by=enters, at=MONDAY)
    calendar.confirm_emergency_day(day, by=confirms, at=MONDAY)
    # The facts follow the calendar at once, the stored day of the lists with the clock.
    assert base.kind_of("question").facts(question, MONDAY)["due_on"] == date(2025, 3, 11)
    assert Question.objects.get(pk=question.pk).due_on == date(2025, 3, 10)
    tick(at=MONDAY + timedelta(days=1))
    assert Question.objects.get(pk=question.pk).due_on == date(2025, 3, 11)
    assert Question.objects.get(pk=done.pk).due_on == date(2025, 3, 10)
    assert queries.moved() == []


def test_a_limit_in_natural_days_ends_on_a_working_day(item: ItemVersion) -> None:
    consultation.set_answer_limit(
        channel="online",
        amount=5,
        unit="natural_days",
        valid_from=date(2025, 1, 1),
        basis="规定",
        by=person("committee", None),
        at=MONDAY,
    )
    assert asked().due_on == date(2025, 3, 10)  # 8 March is a Saturday


def test_an_answer_is_found_by_its_pieces_until_it_is_taken_back(item: ItemVersion) -> None:
    desk = person("consultation_desk", None)
    question = taken(desk)
    consultation.answer_question(question.key, text="可以", by=desk, at=MONDAY)

    def publish(title: str) -> Faq:
        return consultation.publish_question(
            question=question.key, title=title, text="问", answer="答", item="X1", by=desk, at=MONDAY
        )

    best, other = publish("许可证遗失如何补办"), publish("停车场收费吗")
    assert queries.found("许可证丢了，遗失补办怎么办", 5)[0] == best
    assert other not in queries.found("许可证遗失补办", 5) and queries.found("怎么办理？", 5) == []
    consultation.withdraw_faq(best.key, reason="过时", by=desk, at=MONDAY)
    assert queries.found("许可证遗失补办", 5) == [] and not FaqGram.objects.filter(faq=best).exists()


def test_a_telephone_of_the_guide_may_stand_in_an_answer(item: ItemVersion) -> None:
    desk = person("consultation_desk", None)
    question = taken(desk)
    consultation.answer_question(question.key, text="可以", by=desk, at=MONDAY)
    text = {"title": "电话", "text": "问谁", "answer": "请拨打0000-1234567"}
    consultation.publish_question(question=question.key, item="X1", **text, by=desk, at=MONDAY)
    text["answer"] = "请拨打0635-7654321"
    code = refusal(consultation.publish_question, question=question.key, item="X1", **text, by=desk, at=MONDAY)
    assert code == "question.personal_data"


def test_a_section_head_publishes_of_the_own_organ_only(item: ItemVersion) -> None:
    factories.make_item("X2", organ="O2", at=MONDAY)
    desk, own, other = person("consultation_desk", None), person("section_head"), person("section_head", "O2")
    question = taken(desk)
    consultation.answer_question(question.key, text="可以", by=desk, at=MONDAY)
    text = {"title": "加急", "text": "能加急吗", "answer": "可以"}
    for by, about in ((other, "X1"), (own, "X2")):
        code = refusal(consultation.publish_question, question=question.key, item=about, **text, by=by, at=MONDAY)
        assert code == "permission.denied"
    faq = consultation.publish_question(question=question.key, item="X1", **text, by=own, at=MONDAY)
    assert refusal(consultation.withdraw_faq, faq.key, reason="过时", by=other, at=MONDAY) == "permission.denied"
    assert Faq.objects.get().item == Item.objects.get(code="X1")


@pytest.mark.parametrize(
    "change",
    [
        {"responsible": None},
        {"state": "asked"},
        {"score": 6},
        {"offered_to": "responsible"},
    ],
    ids=str,
)
def test_the_database_keeps_it_too(item: ItemVersion, change: dict[str, Any]) -> None:
    question = taken(person("window_clerk"))
    if change.get("offered_to"):
        change = {"offered_to": question.responsible_id}
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(**change)


def test_the_lists_hold_what_they_say(item: ItemVersion) -> None:
    clerk, mate = person("window_clerk"), person("window_clerk")
    unowned, mine, offered, done = asked(), taken(clerk), taken(mate), taken(clerk)
    consultation.answer_question(done.key, text="可以", by=clerk, at=MONDAY)
    name = Staff.objects.get(pk=clerk.staff_id).user.username
    consultation.hand_over_question(offered.key, to=name, reason="请协助", by=mate, at=MONDAY)
    today = date(2025, 3, 11)
    found = {name: set(queries.listed(clerk, name, today)) for name in queries.LISTS}
    assert found == {
        "offered": {offered},
        "mine": {mine},
        "unowned": {unowned},
        "late": {unowned, mine, offered},
        "open": {unowned, mine, offered},
        "answered": {done},
    }
    assert queries.counts(clerk, today) == {name: len(rows) for name, rows in found.items()}
    assert queries.counts(clerk, date(2025, 3, 10))["late"] == 0
