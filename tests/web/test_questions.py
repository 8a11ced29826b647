"""问 The public asks, follows, asks again and rates; the office takes, answers and publishes."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories
from yimen.flows import consultation
from yimen.ground.engines.secrets import query_password
from yimen.ground.journal.models import Entry
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.consultation.models import Faq, Question
from yimen.rooms.identity.models import Staff, User
from yimen.rooms.identity.queries import actor_of_staff, actor_of_user

pytestmark = [pytest.mark.django_db, pytest.mark.clause("1.a"), pytest.mark.clause("4.3b")]
SignIn = Callable[[User | Staff], Client]
FORM = {"title": "能加急吗", "text": "许可能加急办吗？", "name": "张三丰", "contact": "zhang@example.com"}


def asked(**more: Any) -> Question:
    values = {"title": "能加急吗", "text": "许可能加急办吗？", **more}
    return consultation.ask_question(**values, by=consultation.VISITOR, at=timezone.now())


def answered(staff: Staff, text: str = "可以，到三号窗口", **more: Any) -> Question:
    question, by = asked(**more), actor_of_staff(staff)
    consultation.take_question(question.number, by=by, at=timezone.now())
    return consultation.answer_question(question.number, text=text, by=by, at=timezone.now())


def published(item: str = "X1", title: str = "许可能加急吗", answer: str = "可以加急") -> Faq:
    desk = factories.make_staff("consultation_desk", organ=None)
    question = answered(desk, item=item)
    return consultation.publish_question(
        question=question.number,
        title=title,
        text="多久能办好",
        answer=answer,
        item=item,
        by=actor_of_staff(desk),
        at=timezone.now(),
    )


def text_of(response: Any) -> str:
    return response.content.decode()


class TestAsking:
    def test_a_visitor_asks_gets_number_and_password_and_reads_them_again_only_here(self, item: ItemVersion) -> None:
        client = Client()
        sent = client.post("/ask/", {**FORM, "item": "X1", "request_key": "k" * 20})
        question = Question.objects.get()
        assert sent.status_code == 302 and sent["Location"] == f"/ask/{question.number}/"
        page = client.get(sent["Location"])
        assert query_password(question.number) in text_of(page) and "能加急吗" in text_of(page)
        assert page["Cache-Control"].startswith("max-age=0")
        other = Client().get(sent["Location"])
        assert other.status_code == 200 and "能加急吗" not in text_of(other)
        assert query_password(question.number) not in text_of(other)
        assert question.user is None and question.organ == item.item.organ
        assert (question.name, question.contact) == ("张三丰", "zhang@example.com")

    def test_a_second_click_asks_once(self, item: ItemVersion) -> None:
        client = Client()
        first, second = (client.post("/ask/", {**FORM, "request_key": "k" * 20}) for _ in range(2))
        assert first["Location"] == second["Location"] and Question.objects.count() == 1

    def test_what_is_missing_is_said_and_what_was_typed_stays(self, item: ItemVersion) -> None:
        page = Client().post("/ask/", {**FORM, "title": ""})
        assert page.status_code == 422 and "许可能加急办吗" in text_of(page) and 'href="#title"' in text_of(page)
        assert not Question.objects.exists()
        assert Client().post("/ask/", {**FORM, "title": "x" * 201}).status_code == 422

    def test_too_many_questions_from_one_address_wait(self, item: ItemVersion, settings: Any) -> None:
        settings.RATE_LIMITS = {**settings.RATE_LIMITS, "ask": (2, 3600)}
        codes = [Client().post("/ask/", FORM).status_code for _ in range(3)]
        assert codes == [302, 302, 429] and Question.objects.count() == 2

    def test_answers_and_items_that_fit_come_before_the_form(self, item: ItemVersion) -> None:
        published()
        page = text_of(Client().get("/ask/?q=示例许可怎么办理，能不能加急"))
        assert page.index("可以加急") < page.index('id="form"') and "/items/X1/" in page
        assert 'value="示例许可怎么办理，能不能加急"' in page
        nothing = text_of(Client().get("/ask/?q=火星移民"))
        assert "/items/X1/" not in nothing and "可以加急" not in nothing

    def test_the_journal_and_other_pages_hold_nothing_of_the_asker(self, item: ItemVersion) -> None:
        Client().post("/ask/", FORM)
        facts = " ".join(Entry.objects.values_list("facts", flat=True))
        assert "张三丰" not in facts and "zhang@" not in facts and "加急" not in facts

    def test_under_an_account_it_is_one_of_my_questions(self, item: ItemVersion, signed_in: SignIn) -> None:
        user = factories.make_user()
        client = signed_in(user)
        client.post("/ask/", FORM)
        question = Question.objects.get()
        assert question.user == user
        client.session.flush()
        again = signed_in(user)
        assert question.number in text_of(again.get("/my/questions/"))
        assert "许可能加急办吗" in text_of(again.get(f"/ask/{question.number}/"))
        other = signed_in(factories.make_user())
        assert question.number not in text_of(other.get("/my/questions/"))
        assert "许可能加急办吗" not in text_of(other.get(f"/ask/{question.number}/"))


class TestFollowing:
    def test_only_the_right_password_opens_it(self, item: ItemVersion) -> None:
        question = asked()
        client = Client()
        wrong = client.post("/ask/follow/", {"number": question.number, "password": "AAAAAAAAAA"})
        unknown = client.post("/ask/follow/", {"number": "371500-Z20200101-0001-1", "password": "AAAAAAAAAA"})
        assert (wrong.status_code, unknown.status_code) == (404, 404)
        assert re.sub(r"371500-Z\S+?\"|csrf\S+ value=\S+", "", text_of(wrong)) == re.sub(
            r"371500-Z\S+?\"|csrf\S+ value=\S+", "", text_of(unknown)
        )
        right = client.post(
            "/ask/follow/", {"number": question.number, "password": query_password(question.number).lower()}
        )
        assert right["Location"] == f"/ask/{question.number}/"
        page = text_of(client.get(right["Location"]))
        assert "许可能加急办吗" in page and query_password(question.number) not in page

    def test_ask_once_more_and_rate(self, item: ItemVersion) -> None:
        desk = factories.make_staff("consultation_desk", organ=None)
        question = answered(desk)
        client, url = Client(), f"/ask/{question.number}/"
        assert client.post(url, {"do": "rate_answer", "score": "5"}).status_code == 404  # no password yet
        client.post("/ask/follow/", {"number": question.number, "password": query_password(question.number)})
        page = text_of(client.get(url))
        assert "可以，到三号窗口" in page and desk.name in page
        assert client.post(url, {"do": "rate_answer"}).status_code == 422
        assert client.post(url, {"do": "ask_again", "text": " "}).status_code == 422
        assert client.post(url, {"do": "rate_answer", "score": "2", "text": "慢"}).status_code == 302
        assert client.post(url, {"do": "rate_answer", "score": "1"}).status_code == 409
        assert client.post(url, {"do": "ask_again", "text": "周末呢？"}).status_code == 302
        question.refresh_from_db()
        assert (question.score, question.state, question.rounds.count()) == (2, "taken", 2)
        assert "周末呢" in text_of(client.get(url)) and "ask_again" not in text_of(client.get(url))


class TestPublishedAnswers:
    def test_they_stand_on_the_guide_in_the_list_and_in_the_feed(self, item: ItemVersion) -> None:
        faq = published(answer="<script>alert(1)</script>可以")
        for url in ("/items/X1/", "/faq/", "/faq/?item=X1", "/faq/?organ=O1", "/faq/?q=加急", f"/faq/{faq.pk}/"):
            page = text_of(Client().get(url))
            assert "许可能加急吗" in page and "<script>alert" not in page, url
        feed = Client().get("/faq.atom")
        assert feed["Content-Type"].startswith("application/atom+xml")
        assert "许可能加急吗" in text_of(feed) and "<script>" not in text_of(feed)
        for url in ("/faq/?q=火星", "/faq/?item=X9"):
            assert "许可能加急吗" not in text_of(Client().get(url))

    def test_what_was_taken_back_is_gone_everywhere(self, item: ItemVersion) -> None:
        faq = published()
        desk = factories.make_actor("consultation_desk", organ=None)
        consultation.withdraw_faq(faq.key, reason="过时", by=desk, at=timezone.now())
        assert Client().get(f"/faq/{faq.pk}/").status_code == 404
        for url in ("/items/X1/", "/faq/", "/faq/?q=加急", "/ask/?q=加急", "/faq.atom"):
            assert "许可能加急吗" not in text_of(Client().get(url)), url

    def test_nothing_found_leads_to_the_question(self, item: ItemVersion) -> None:
        assert "/ask/?q=%E7%81%AB%E6%98%9F" in text_of(Client().get("/items/?q=火星"))

    @pytest.mark.parametrize("url", ["/faq/", "/faq/?q=加急", "/ask/?q=加急"])
    def test_more_answers_cost_no_more_queries(
        self, item: ItemVersion, url: str, django_assert_max_num_queries: Any
    ) -> None:
        def queries() -> int:
            with django_assert_max_num_queries(40) as counted:
                Client().get(url)
            return len(counted)

        published()
        Client().get(url)
        one = queries()
        for _ in range(2):
            published()
        assert queries() == one


class TestOffice:
    def test_each_sees_its_own_questions(self, item: ItemVersion, signed_in: SignIn) -> None:
        about, without = asked(item="X1"), asked(title="停车场在哪")
        clerk, other = factories.make_staff("window_clerk"), factories.make_staff("examiner", organ="O2")
        desk = factories.make_staff("consultation_desk", organ=None)
        seen = {}
        for person in (clerk, other, desk):
            page = text_of(signed_in(person).get("/office/questions/?list=open"))
            seen[person.pk] = (about.number in page, without.number in page)
        assert seen == {clerk.pk: (True, False), other.pk: (False, False), desk.pk: (True, True)}
        assert signed_in(other).get(f"/office/questions/{about.number}/").status_code == 404
        assert signed_in(clerk).get(f"/office/questions/{about.number}/").status_code == 200
        assert signed_in(factories.make_staff("finance", organ=None)).get("/office/questions/").status_code == 403

    def test_take_reveal_and_answer_on_one_page(self, item: ItemVersion, signed_in: SignIn) -> None:
        question = asked(item="X1", name="张三丰", contact="13800001111")
        clerk = factories.make_staff("window_clerk")
        client, url = signed_in(clerk), f"/office/questions/{question.number}/"
        page = text_of(client.get(url))
        assert "take_question" in page and "answer_question" not in page and "张三丰" not in page
        assert client.post(url, {"do": "take_question", "version": "1"}).status_code == 302
        page = text_of(client.get(url))
        assert "answer_question" in page and "13800001111" not in page
        assert client.post(url, {"do": "reveal_asker", "reason": ""}).status_code == 422
        shown = client.post(url, {"do": "reveal_asker", "reason": "回电"})
        assert "13800001111" in text_of(shown) and "张三丰" in text_of(shown) and "no-store" in shown["Cache-Control"]
        assert client.post(url, {"do": "answer_question", "text": " "}).status_code == 422
        assert client.post(url, {"do": "answer_question", "text": "可以", "version": "1"}).status_code == 409
        assert client.post(url, {"do": "answer_question", "text": "可以"}).status_code == 302
        assert "100%" in text_of(client.get("/office/questions/"))

    def test_who_is_not_responsible_gets_no_answer_form(self, item: ItemVersion, signed_in: SignIn) -> None:
        question = asked(item="X1", name="张三丰", contact="13800001111")
        first, second = factories.make_staff("window_clerk"), factories.make_staff("window_clerk")
        consultation.take_question(question.number, by=actor_of_staff(first), at=timezone.now())
        client, url = signed_in(second), f"/office/questions/{question.number}/"
        assert "answer_question" not in text_of(client.get(url))
        answer = client.post(url, {"do": "answer_question", "text": "我来答"})
        assert answer.status_code == 403 and "我来答" in text_of(answer)
        refused = client.post(url, {"do": "reveal_asker", "reason": "好奇"})
        assert refused.status_code == 403 and "13800001111" not in text_of(refused)

    def test_publishing_begins_with_what_was_asked(self, item: ItemVersion, signed_in: SignIn) -> None:
        desk = factories.make_staff("consultation_desk", organ=None)
        question = answered(desk, item="X1", name="张三丰")
        client, url = signed_in(desk), f"/office/questions/{question.number}/publish/"
        page = text_of(client.get(url))
        assert "许可能加急办吗" in page and "可以，到三号窗口" in page
        form = {"question": question.number, "title": "加急", "text": "张三丰能加急吗", "answer": "可以", "item": "X1"}
        refused = client.post(url, form)
        assert refused.status_code == 422 and 'href="#text"' in text_of(refused) and not Faq.objects.exists()
        assert 'id="text-error"' in text_of(refused) and "张三丰能加急吗" in text_of(refused)
        assert client.post(url, {**form, "text": "能加急吗"}).status_code == 302
        assert Faq.objects.get().item == item.item
        clerk = factories.make_staff("window_clerk")
        assert signed_in(clerk).get(url).status_code == 403

    def test_the_desks_say_what_waits(self, item: ItemVersion, signed_in: SignIn) -> None:
        asked(item="X1")
        desk = signed_in(factories.make_staff("consultation_desk", organ=None)).get("/office/")
        clerk = signed_in(factories.make_staff("window_clerk")).get("/desk/")
        for page in map(text_of, (desk, clerk)):
            assert "/office/questions/?list=unowned" in page
        assert "note_question" in text_of(desk) and "能加急吗" in text_of(desk)

    def test_more_questions_cost_no_more_queries(
        self, item: ItemVersion, signed_in: SignIn, django_assert_max_num_queries: Any
    ) -> None:
        client = signed_in(factories.make_staff("consultation_desk", organ=None))

        def queries() -> int:
            with django_assert_max_num_queries(40) as counted:
                client.get("/office/questions/?list=open")
            return len(counted)

        asked(item="X1")
        client.get("/office/questions/")
        one = queries()
        asked(item="X1")
        asked()
        assert queries() == one

    def test_late_ones_are_counted_by_the_days_of_the_office(self, item: ItemVersion, signed_in: SignIn) -> None:
        past = timezone.now() - timedelta(days=40)
        by = actor_of_user(factories.make_user())
        question = consultation.ask_question(title="旧问", text="还没答", by=by, at=past)
        page = text_of(
            signed_in(factories.make_staff("consultation_desk", organ=None)).get("/office/questions/?list=late")
        )
        assert question.number in page
