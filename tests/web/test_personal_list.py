"""The list to bring asks about the situation where the guide does, and then shows only what it needs."""

from typing import Any

import pytest
from django.test import Client

from tests import factories
from yimen.rooms.guides.models import GuideDetail

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.4a")]
QUESTION = {
    "code": "kind",
    "question": "办理哪一种？<script>",
    "answers": [
        {"code": "new", "text": "新办", "materials": {"M2": "required"}},
        {"code": "change", "text": "变更", "materials": {"M2": "not_needed"}, "charges": "工本费十元"},
    ],
}


@pytest.fixture
def asked(db: Any) -> str:
    """The code of an item whose guide asks one question."""
    version = factories.make_item("X1")
    GuideDetail.objects.create(version=version, situations=[QUESTION])
    return version.item.code


def page(client: Client, code: str, query: str = "") -> str:
    answer = client.get(f"/items/{code}/list/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_answers_the_whole_list_stands_with_the_questions(client: Client, asked: str) -> None:
    html = page(client, asked)
    assert "补充说明" in html and "办理哪一种？&lt;script&gt;" in html and "<script>" not in html.split("<main")[1]
    assert 'name="s.kind"' in html and "工本费十元" not in html


def test_answers_make_the_list_and_the_charges_their_own(client: Client, asked: str) -> None:
    html = page(client, asked, "?s.kind=change")
    assert "补充说明" not in html and "申请书" in html and "工本费十元" in html


def test_a_personal_list_leads_on_to_the_application_with_its_answers(client: Client, asked: str) -> None:
    assert f'href="/items/{asked}/apply/?s.kind=change"' in page(client, asked, "?s.kind=change")
    assert "/apply/?" not in page(client, asked)


@pytest.mark.parametrize("query", ["?s.kind=other", "?s.kind=", "?kind=change"])
def test_an_answer_that_the_guide_does_not_know_counts_as_none(client: Client, asked: str, query: str) -> None:
    assert "补充说明" in page(client, asked, query)


def test_a_guide_without_questions_asks_nothing(client: Client, db: Any) -> None:
    version = factories.make_item("X2")
    assert '<form method="get" class="noprint">' not in page(client, version.item.code)
