"""Pages of registers: words are those of the register, and a refused form loses nothing of what was typed."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests import factories
from yimen.faces.web.register_words import fact_words, question, value_words
from yimen.rooms.identity.models import User

CHANGE = {"changes-0-action": "cancel", "changes-0-item": "Y1", "changes-0-running": "finish"}
ORDER = {
    "document_number": "国发〔2026〕9号",
    "issuing_organ": "国务院",
    "level": "state_council",
    "issued_on": "2026-03-02",
    "effective_on": "2099-01-01",
    "title": "关于取消示例事项的决定",
    "text": "一字不能丢。",
    **CHANGE,
}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (question("spend_budget", "amount")[0], "金额（元）"),
        (question("set_answer_limit", "amount")[0], "天数"),
        (fact_words("coordination", "asker"), "提出单位"),
        (value_words("state", "asked", "coordination"), "待答复"),
        (value_words("state", "asked", "question"), "待接办"),
        (value_words("approver", "window_head", "version"), "首席代表（窗口负责人）"),
        (value_words("kind", "approval", verb="register_seal"), "审批专用章"),
    ],
)
def test_each_register_speaks_its_own_words(words: str, expected: str) -> None:
    assert words == expected


@pytest.mark.django_db
def test_an_item_of_another_organ_is_refused_in_the_form(signed_in: Callable[[User], Client]) -> None:
    """The list offers every item; who picks a wrong one is told so at the form and keeps what was typed."""
    factories.make_item("X1", organ="O1")
    factories.make_item("Y1", organ="O2")
    head = factories.make_staff("organ_head", organ="O1")
    answer = signed_in(head.user).post("/office/registers/order/new/draft_order/", ORDER)
    text = answer.content.decode()
    assert answer.status_code == 403 and 'id="error-summary"' in text
    assert "一字不能丢。" in text and '<option value="Y1" selected>' in text
