"""公示 on the pages, in the feed and in the API: what anyone may read, and what the staff see of the rest."""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from yimen.facts import decisions
from yimen.flows import publication
from yimen.rooms.cases.models import Case, Publication
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity.actor import CLOCK
from yimen.rooms.identity.models import Staff, User
from yimen.rooms.identity.queries import actor_of_staff
from yimen.rooms.identity.rules.applicants import ApplicantData
from yimen.rooms.identity.rules.roles import Role

type SignIn = Callable[[User | Staff], Client]
HOSTILE = "<script>alert(1)</script>\"'&公司\x0b"
COMPANY = ApplicantData(HOSTILE, "organisation", "", factories.CREDIT_CODE)
ATOM = "{http://www.w3.org/2005/Atom}"


def public(state: str = "granted", **more: Any) -> Case:
    """A decided case whose decision is published."""
    case = factories.make_case(state=state, **more)
    return publication.publish_decision(case.number, by=CLOCK, at=timezone.now())


def page(path: str, status: int = 200, client: Client | None = None) -> str:
    answer = (client or Client()).get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def test_anyone_reads_the_list_and_one_decision_and_no_personal_data(item: ItemVersion) -> None:
    case = public("issued")
    for text in (page("/decisions/"), page(f"/decisions/{case.number}/"), page("/decisions.atom")):
        assert "示例许可" in text
        assert "张*" in text
        assert "张三" not in text
        assert factories.RESIDENT_ID not in text
        assert "13800000000" not in text
        assert "符合条件" not in text  # the examiner's words
    assert re.search(r'href="/verify/[^"]+/"', page(f"/decisions/{case.number}/"))
    assert "/decisions/" in page("/")


def test_what_waits_is_kept_or_taken_back_can_t_be_read_by_any_way(item: ItemVersion) -> None:
    waiting, kept, taken = factories.make_case(state="granted"), factories.make_case(state="refused"), public()
    head = actor_of_staff(factories.make_staff("organ_head"))
    how: dict[str, Any] = {"basis": "privacy", "reason": "涉及个人隐私", "by": head, "at": timezone.now()}
    publication.withhold_decision(kept.number, **how)
    publication.withdraw_publication(taken.number, **how)
    for case, status in ((waiting, 404), (kept, 404), (taken, 410)):
        for path in (f"/decisions/{case.number}/", f"/api/v1/decisions/{case.number}"):
            text = page(path, status)
            assert "示例许可" not in text
            assert "涉及" not in text
    for path in ("/decisions/", "/decisions.atom", "/api/v1/decisions", f"/decisions/?q={taken.number[:14]}"):
        text = page(path)
        assert [c.number for c in (waiting, kept, taken) if f"/decisions/{c.number}" in text] == []
    assert page("/decisions/none/", 404)


def test_what_people_typed_is_inert_in_page_feed_and_api(item: ItemVersion) -> None:
    case = public(applicant=COMPANY)
    for path in ("/decisions/", f"/decisions/{case.number}/", "/decisions/?q=%3Cscript%3Ealert(1)"):
        text = page(path)
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text
    feed = ElementTree.fromstring(page("/decisions.atom"))  # a control character would make it no XML at all
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    assert "<script>alert(1)</script>" in str(entry.findtext(f"{ATOM}title"))  # type text: shown as it stands
    summary = entry.find(f"{ATOM}summary")
    assert summary is not None
    assert summary.get("type") == "html"
    assert "<script" not in str(summary.text)
    assert "&lt;script&gt;" in str(summary.text)
    answer = Client().get(f"/api/v1/decisions/{case.number}")
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json()["holder"].startswith("<script>")


def test_the_feed_names_its_entries_for_ever_and_speaks_both_languages(item: ItemVersion) -> None:
    case = public()
    feed = ElementTree.fromstring(page("/decisions.atom?language=en"))
    assert "Published decisions" in str(feed.findtext(f"{ATOM}title"))
    assert "Granted" in str(feed.findtext(f"{ATOM}entry/{ATOM}title"))
    assert str(feed.findtext(f"{ATOM}entry/{ATOM}id")).endswith(f"/decisions/{case.number}/")
    assert feed.findtext(f"{ATOM}entry/{ATOM}updated")
    assert ElementTree.fromstring(page("/decisions.atom?q=nothing")).find(f"{ATOM}entry") is None


def test_filters_keep_what_was_typed_and_an_odd_day_is_told(item: ItemVersion) -> None:
    granted, refused = public(), public("refused")
    day = granted.decided_on
    assert day is not None
    text = page("/decisions/?result=refused&organ=O1")
    assert (refused.number in text, granted.number in text) == (True, False)
    assert granted.number not in page(f"/decisions/?since={day + timedelta(days=1)}")
    assert granted.number in page(f"/decisions/?since={day}&until={day}&q=示例")
    text = page("/decisions/?since=yesterday&q=示例")
    assert 'value="yesterday"' in text
    assert 'id="since-error"' in text
    assert granted.number in page("/decisions/?after=%5Bx_1&result=any")
    assert granted.number not in page("/decisions/?q=nothing")


def test_pages_go_on_by_key_and_cost_the_same(item: ItemVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "PAGE", 2)
    costs = []
    numbers = [public().number]
    for more in (0, 2):
        numbers += [public().number for _n in range(more)]
        page("/decisions/")
        with CaptureQueriesContext(connection) as queries:
            page("/decisions/")
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 4
    api = Client().get("/api/v1/decisions?limit=2").json()
    following = Client().get(f"/api/v1/decisions?limit=2&after={api['next']}").json()
    assert [d["number"] for d in api["decisions"] + following["decisions"]] == numbers[::-1]
    assert following["next"] is None


def test_the_api_says_no_more_than_the_page(item: ItemVersion) -> None:
    case = public("issued", applicant=ApplicantData("示例公司", "organisation", "", factories.CREDIT_CODE))
    found = Client().get(f"/api/v1/decisions/{case.number}").json()
    assert found["certificate"]["state"] == "valid"
    assert {name: value for name, value in found.items() if name != "certificate"} == {
        "number": case.number,
        "result": "granted",
        "item_code": "X1",
        "item_name": "示例许可",
        "organ_code": "O1",
        "organ_name": "部门O1",
        "holder_kind": "organisation",
        "holder": "示例公司",
        "credit_code": factories.CREDIT_CODE,
        "decided_on": str(case.decided_on),
        "published_on": str(timezone.localdate()),
        "corrected_on": None,
    }
    assert Client().get("/api/v1/decisions/0").json()["code"] == "publication.not_found"


def test_the_organ_s_head_does_each_step_on_the_page_of_the_case(item: ItemVersion, signed_in: SignIn) -> None:
    case = factories.make_case(state="granted")
    client = signed_in(factories.make_staff("organ_head"))
    at = f"/cases/{case.number}"
    assert f"{at}/do/withhold_decision/" in page(f"{at}/", client=client)
    assert "只有" in page(f"{at}/do/withhold_decision/", client=client)
    wrong = client.post(f"{at}/do/withhold_decision/", {"basis": "mistake", "reason": "商业秘密条款"})
    assert wrong.status_code == 422
    assert "商业秘密条款" in wrong.content.decode()  # nothing typed is lost
    done = client.post(f"{at}/do/withhold_decision/", {"basis": "trade_secret", "reason": "商业秘密条款"})
    assert done.status_code == 302
    text = page("/office/publications/?list=hidden", client=client)
    assert case.number in text
    assert "商业秘密条款" in text
    assert client.post(f"{at}/do/publish_decision/", {}).status_code == 302
    assert "张*" in page(f"/decisions/{case.number}/")
    assert "决定已公示" in page(f"{at}/", client=client)


def test_the_staff_s_page_for_every_role(item: ItemVersion, signed_in: SignIn) -> None:
    sees = set()
    for role in set(Role) - {Role.CLOCK, Role.APPLICANT, Role.AGENT}:
        person = factories.make_staff(role)
        status = signed_in(person).get("/office/publications/").status_code
        assert status == (200 if "view_case" in actor_of_staff(person).verbs else 403), role
        sees |= {str(role)} if status == 200 else set()
    assert {"supervision", "auditor", "organ_head", "window_clerk"} <= sees
    assert sees & {"admin", "finance", "system", "bidder"} == set()


def test_missed_days_stand_on_supervision_s_page_and_not_on_a_stranger_s(item: ItemVersion, signed_in: SignIn) -> None:
    case = factories.make_case(state="granted")
    Publication.objects.filter(number=case.number).update(due_on=timezone.localdate() - timedelta(days=1))
    supervision = signed_in(factories.make_staff("supervision"))
    text = page("/office/publications/", client=supervision)
    assert case.number in text
    assert "应当公示而未公示" in text
    stranger = signed_in(factories.make_staff("examiner", organ="O2"))
    assert case.number not in page("/office/publications/", client=stranger)
    assert "/office/publications/" in page("/office/", client=supervision)
    assert Client().get("/office/publications/").status_code == 302
    assert signed_in(factories.make_user()).get("/office/publications/").status_code == 403


def test_the_applicant_is_told_when_and_what_becomes_public(item: ItemVersion, signed_in: SignIn) -> None:
    user = factories.make_user()
    case = factories.make_case(state="granted", user=user)
    client = signed_in(user)
    assert "商业秘密" in page(f"/my/{case.number}/", client=client)
    publication.publish_decision(case.number, by=CLOCK, at=timezone.now())
    assert f"/decisions/{case.number}/" in page(f"/my/{case.number}/", client=client)
    history = json.dumps(page(f"/my/{case.number}/", client=client), ensure_ascii=False)
    assert "publish_decision" not in history
