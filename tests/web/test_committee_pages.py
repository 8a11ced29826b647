"""Pages of the committee's work: the public's without an account, each role's own, and what people typed inert."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from yimen.flows import budget, meetings, notices, promises, rota
from yimen.ground.engines.secrets import query_password
from yimen.rooms.administration.models import Breach, Reading
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity.models import Staff, User
from yimen.rooms.identity.queries import actor_of_staff

type SignIn = Callable[[User | Staff], Client]
HOSTILE = "<script>alert(1)</script>&\"'"


def cost(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def promised(text: str = "等候不超过二十分钟") -> Any:
    now = factories.now()
    made = promises.make_promise(organ="O1", text=text, by=factories.make_actor("window_head"), at=now)
    return promises.publish_promise(made.key, by=factories.make_actor("committee"), at=now)


@pytest.mark.clause("4.3b")
def test_a_visitor_reports_a_broken_promise_and_reads_the_answer(item: ItemVersion) -> None:
    promise, client = promised(), Client()
    form = f"/promises/{promise.key}/report/"
    assert form in client.get("/promises/").content.decode()
    empty = client.post(form, {"what": " "})
    assert empty.status_code == 422 and 'id="what-error"' in empty.content.decode()
    sent = client.post(form, {"what": HOSTILE, "contact": "13812345678"}, follow=True)
    breach = Breach.objects.get()
    text = sent.content.decode()
    assert breach.number in text and query_password(breach.number) in text
    assert "<script>alert" not in text and "13812345678" not in text
    stranger, look = Client(), {"number": breach.number, "password": query_password(breach.number)}
    assert stranger.get(f"/promises/reports/?number={breach.number}").content.decode().count("alert(1)") == 0
    wrong = stranger.post("/promises/reports/", {**look, "password": "AAAAAAAAAA"})
    nobody = stranger.post("/promises/reports/", {**look, "number": "CN20250101-00000000"})
    assert (wrong.status_code, nobody.status_code) == (404, 404)
    promises.answer_breach(
        breach.key, upheld=True, text="已整改" + HOSTILE, by=factories.make_actor("committee"), at=factories.now()
    )
    answer = stranger.post("/promises/reports/", look, follow=True).content.decode()
    assert "已整改" in answer and "<script>alert" not in answer
    page = client.get("/promises/", headers={"cookie": "django_language=en"}).content.decode()
    assert promise.text in page


@pytest.mark.clause("4.3b")
def test_reports_are_limited_and_drafts_can_t_be_reported(item: ItemVersion, settings: Any) -> None:
    promise = promised()
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "report": (1, 600)}
    client, form = Client(), f"/promises/{promise.key}/report/"
    assert client.post(form, {"what": "一"}).status_code == 302
    assert client.post(form, {"what": "二"}).status_code == 429
    now = factories.now()
    draft = promises.make_promise(organ="O1", text="草稿", by=factories.make_actor("window_head"), at=now)
    assert client.get(f"/promises/{draft.key}/report/").status_code == 404
    assert "草稿" not in client.get("/promises/").content.decode()
    assert Breach.objects.count() == 1


@pytest.mark.clause("1.a")
def test_announcements_are_inert_on_page_home_and_feed_and_gone_when_withdrawn(item: ItemVersion) -> None:
    office, now = factories.make_actor("committee"), factories.now()
    today = timezone.localdate(now)
    shown = notices.publish_announcement(title="停电" + HOSTILE, text=HOSTILE, pinned=True, by=office, at=now)
    later = notices.publish_announcement(
        title="以后", text="x", valid_from=today + timedelta(days=1), by=office, at=now
    )
    client = Client()
    for path in ("/", "/announcements/", f"/announcements/{shown.key}/"):
        text = client.get(path).content.decode()
        assert "停电" in text and "<script>alert" not in text and "以后" not in text, path
    feed = client.get("/announcements.atom").content.decode()
    atom = "{http://www.w3.org/2005/Atom}"
    entries = ElementTree.fromstring(feed).findall(f"{atom}entry")
    assert [entry.findtext(f"{atom}title") for entry in entries] == ["停电" + HOSTILE]
    assert "<script>" not in str(entries[0].findtext(f"{atom}summary"))
    assert client.get(f"/announcements/{later.key}/").status_code == 404
    notices.withdraw_announcement(shown.key, reason="不停了", by=office, at=now)
    assert "停电" not in client.get("/announcements/").content.decode() + client.get("/").content.decode()
    assert client.get(f"/announcements/{shown.key}/").status_code == 404


@pytest.mark.clause("2.3c")
def test_the_public_rota_shows_published_shifts_and_absence(item: ItemVersion) -> None:
    chief, now = factories.make_actor("organ_head"), factories.now()
    today = timezone.localdate(now)
    costs = []
    for days in (1, 3):
        for _each in range(days):
            leader, other = factories.make_staff("duty_leader"), factories.make_staff("duty_leader")
            on = today + timedelta(days=1 + _each + 3 * (days == 3) - (days == 3))
            made = rota.plan_shift(
                organ="O1",
                on=on,
                half="morning" if days == 1 else "afternoon",
                leader=leader.user.username,
                substitute=other.user.username,
                by=chief,
                at=now,
            )
            assert leader.name not in Client().get("/duty/").content.decode()
            rota.publish_rota(organ="O1", valid_from=on, valid_to=on, by=chief, at=now)
            assert leader.name in Client().get("/duty/").content.decode()
        costs.append(cost(Client(), "/duty/"))
    assert costs[0] == costs[1]
    rota.report_shift_absence(made.key, reason="生病住院", by=actor_of_staff(leader), at=now)
    text = Client().get("/duty/").content.decode()
    assert "缺勤" in text and "生病住院" not in text


@pytest.mark.clause("7.1")
def test_meetings_due_by_role(item: ItemVersion, signed_in: SignIn) -> None:
    now = factories.now()
    today = timezone.localdate(now)
    office, costs = factories.make_staff("committee", organ=None), []
    chiefs = {code: factories.make_staff("organ_head", organ=code) for code in ("O1", "O2", "O3")}
    for code, chief in chiefs.items():
        meetings.name_responsible_leader(
            organ=code,
            staff=chief.user.username,
            valid_from=today - timedelta(days=40),
            by=actor_of_staff(chief),
            at=now,
        )
        costs.append(cost(signed_in(office), "/office/meetings/due/"))
    assert costs[0] == costs[2]
    page = signed_in(office).get("/office/meetings/due/").content.decode()
    assert "逾期</" not in page  # no term is set, so nothing is overdue
    meetings.set_management_term(
        name="unit_meeting_days",
        amount=30,
        valid_from=today,
        basis="中心规定",
        by=actor_of_staff(office),
        at=now,
    )
    page = signed_in(office).get("/office/meetings/due/").content.decode()
    assert page.count("tag--red") == 3 and chiefs["O2"].name in page
    own = signed_in(chiefs["O1"]).get("/office/meetings/due/").content.decode()
    assert chiefs["O1"].name in own and chiefs["O2"].name not in own
    assert signed_in(factories.make_staff("window_clerk")).get("/office/meetings/due/").status_code == 403


@pytest.mark.clause("7.2b")
def test_the_budget_of_a_year_beside_the_one_before(item: ItemVersion, signed_in: SignIn) -> None:
    office, treasury, now = (
        factories.make_staff("committee", organ=None),
        factories.make_staff("finance"),
        factories.now(),
    )
    by, year, costs = actor_of_staff(office), timezone.localdate(now).year, []
    for heading in ("办公费", "=2+3", "信息系统"):
        for each, planned in ((year - 1, "80.00"), (year, "100.00")):
            budget.open_budget(year=each, heading=heading, planned=Decimal(planned), by=by, at=now)
        costs.append(cost(signed_in(office), "/office/budget/"))
    assert costs[0] == costs[2]
    page = signed_in(treasury).get("/office/budget/").content.decode()
    assert "300.00" in page and "240.00" in page
    answer = signed_in(office).get(f"/office/budget/?year={year}&as=csv")
    table = answer.content.decode("utf-8-sig")
    assert answer["Content-Type"].startswith("text/csv") and "办公费,100.00,0.00,0.00,0.00,80.00,0.00" in table
    assert "\n=2+3" not in table.replace("\r", "")
    assert signed_in(office).get("/office/budget/?as=xlsx").content[:2] == b"PK"
    assert signed_in(office).get("/office/budget/?as=exe").status_code == 404
    assert signed_in(factories.make_staff("organ_head")).get("/office/budget/").status_code == 403


@pytest.mark.clause("6.3")
def test_unread_rules_stand_first_on_the_desk_until_they_are_acknowledged(item: ItemVersion, signed_in: SignIn) -> None:
    office, clerk, now = (
        factories.make_staff("committee", organ=None),
        factories.make_staff("window_clerk"),
        factories.now(),
    )
    rule = notices.publish_rule(title="岗位规范" + HOSTILE, text=HOSTILE, by=actor_of_staff(office), at=now)
    client = signed_in(clerk)
    assert "/office/rules/" in client.get("/desk/").content.decode()
    page = client.get("/office/rules/").content.decode()
    assert "岗位规范" in page and "<script>alert" not in page and "<details" not in page
    form = f"/office/registers/rule/{rule.key}/do/acknowledge_rule/"
    assert client.get(form).status_code == 200
    assert client.post(form, {"version": "1"}).status_code == 302
    assert Reading.objects.filter(staff=clerk, edition=1).exists()
    assert "/office/rules/" not in client.get("/desk/").content.decode()
    assert "<details" in signed_in(office).get("/office/rules/").content.decode()


@pytest.mark.clause("4.3b")
def test_only_the_committee_reads_how_to_reach_who_reported(item: ItemVersion, signed_in: SignIn) -> None:
    promises.report_breach(
        promise=promised().key, what="一小时", contact="13812345678", by=promises.VISITOR, at=factories.now()
    )
    number = Breach.objects.get().number
    office, head = factories.make_staff("committee", organ=None), factories.make_staff("window_head")
    assert "13812345678" in signed_in(office).get("/office/breaches/").content.decode()
    assert signed_in(head).get("/office/breaches/").status_code == 403
    record = signed_in(head).get(f"/office/registers/breach/{number}/")
    assert record.status_code == 200 and "13812345678" not in record.content.decode()
    other = signed_in(factories.make_staff("window_head", organ="O2"))
    assert other.get(f"/office/registers/breach/{number}/").status_code == 404


@pytest.mark.clause("2.3c")
def test_the_register_of_shifts_asks_the_same_for_one_and_for_three(item: ItemVersion, signed_in: SignIn) -> None:
    chief, now, costs = factories.make_staff("organ_head"), factories.now(), []
    for day in (1, 2, 3):
        leader = factories.make_staff("duty_leader").user.username
        on = timezone.localdate(now) + timedelta(days=day)
        rota.plan_shift(organ="O1", on=on, half="morning", leader=leader, by=actor_of_staff(chief), at=now)
        client = signed_in(chief)
        costs.append(cost(client, "/office/registers/shift/"))
        assert leader in client.get("/office/registers/shift/").content.decode()
    assert costs[0] == costs[2]
    assert "/duty/" in client.get("/office/registers/shift/").content.decode()
