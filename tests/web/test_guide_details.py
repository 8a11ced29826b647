"""Further fields of a guide on its page and its list: what is filled in is shown, what is not leaves no trace."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from yimen.faces.web import guide_details
from yimen.rooms.guides.models import GuideDetail
from yimen.rooms.guides.queries import codes

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.4a")]
SAID: dict[str, Any] = {
    "subject_nature": "1",
    "exercise_level": "3",
    "power_division": "分级<b>",
    "power_content": "核发证件",
    "jurisdiction": "全市",
    "handling_organ": "许可科",
    "co_organs": ["某某局", "另一局"],
    "handling_scope": "跨市",
    "handling_forms": ["1", "3"],
    "service_objects": ["1", "4"],
    "themes": ["开办企业主题"],
    "statutory_note": "法定说明",
    "promised_note": "承诺说明",
    "visits_note": "到场说明",
    "consultation": "问讯台",
    "supervision": "监督台",
    "is_online": True,
    "is_bookable": False,
    "is_payable_online": False,
    "is_express": True,
    "online_url": "https://example.org/do?a=1&b=2",
    "system_level": "市级系统",
    "local_kind": "急办件",
    "national_kind": "9",
    "results": [{"name": "证书正本", "validity": "五年内"}],
    "services": [
        {"name": "方案编制", "when": "before", "kind": "intermediary", "by": "甲公司<i>", "has_window": False},
        {"name": "通水", "when": "after", "kind": "utility", "has_window": True},
    ],
    "fees": [{"name": "工本费", "amount": "十元", "basis": "某文件", "reduction": "困难户免交"}],
    "procedure_limits": [{"kind": "hearing", "limit": "二十日内组织", "basis": "第四十七条"}],
    "material_notes": [{"code": "M1", "made_out_within": "三十天内开具", "how_to": "签名盖章", "place": "二楼"}],
    "commitment": {"text": "承诺符合条件", "basis": "承诺办法"},
    "tolerance": {"materials": ["M2"], "days": 7, "basis": "容缺办法"},
}
SHOWN = (
    *("法定机关", "市级", "分级&lt;b&gt;", "核发证件", "全市", "许可科", "某某局", "另一局", "跨市", "窗口办理"),
    *("移动端办理", "自然人", "社会组织法人", "开办企业主题", "法定说明", "承诺说明", "到场说明", "问讯台", "监督台"),
    *("https://example.org/do?a=1&amp;b=2", "市级系统", "急办件", "证书正本", "五年内", "方案编制", "通水"),
    *("甲公司&lt;i&gt;", "大厅没有窗口", "大厅有窗口", "工本费", "十元", "某文件", "困难户免交", "二十日内组织"),
    *("第四十七条", "三十天内开具", "签名盖章", "二楼", "承诺符合条件", "承诺办法", "容缺办法", "7 天"),
)


def described(**values: Any) -> str:
    version = factories.make_item("X1")
    GuideDetail.objects.create(version=version, **values)
    return str(version.item.code)


def body(path: str, language: str = "zh-hans") -> str:
    client = Client()
    client.post("/language/", {"language": language, "next": "/"})
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode().split("<main")[1].split("</main")[0]


def test_every_field_that_says_something_stands_on_the_page() -> None:
    fields = {f.name for f in GuideDetail._meta.concrete_fields} - {"version", "situations", "files"}
    assert set(SAID) == fields, "a new field needs a place on the page and a value here"
    described(**SAID)
    page = body("/items/X1/")
    assert [text for text in SHOWN if text not in page] == []
    assert "分级<b>" not in page and "甲公司<i>" not in page


def test_a_guide_that_says_nothing_further_has_no_empty_places() -> None:
    version = factories.make_item("X1")
    plain = body("/items/X1/")
    GuideDetail.objects.create(version=version)
    factories.forget_terms()
    assert body("/items/X1/") == plain
    for text in ("前置或后续服务", "您属于哪种情形", "告知承诺", "容缺"):
        assert text not in plain


def test_the_list_to_take_along_says_what_helps_on_the_way() -> None:
    described(**SAID)
    page = body("/items/X1/list/")
    wanted = ("三十天内开具", "签名盖章", "方案编制", "工本费", "问讯台", "许可科", "7 天", "承诺符合条件")
    assert [text for text in wanted if text not in page] == []
    assert "通水" not in page


def test_charges_of_one_situation_hide_the_fees_of_the_whole_guide() -> None:
    answers = [{"code": "a", "text": "甲"}, {"code": "b", "text": "乙", "charges": "全部免交"}]
    described(**SAID, situations=[{"code": "k", "question": "哪种？", "answers": answers}])
    assert "工本费" in body("/items/X1/list/?s.k=a")
    page = body("/items/X1/list/?s.k=b")
    assert "全部免交" in page and "工本费" not in page


def test_the_guide_asks_which_situation_and_leads_to_the_own_list() -> None:
    answers = [{"code": "a", "text": "甲<u>"}, {"code": "b", "text": "乙", "materials": {"M2": "not_needed"}}]
    described(situations=[{"code": "k", "question": "哪种？", "answers": answers}])
    page = body("/items/X1/")
    assert "您属于哪种情形" in page and 'action="/items/X1/list/"' in page and 'name="s.k"' in page
    assert page.count('type="radio"') == 2 and "甲<u>" not in page
    assert "补充说明" not in body("/items/X1/list/?s.k=b")


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//example.org", "https://", "http://[x"]
)
def test_only_an_address_of_the_web_becomes_a_link(address: str) -> None:
    described(online_url=address)
    assert f'href="{address}"' not in body("/items/X1/") and guide_details.web_address(address) == ""


def test_every_code_of_the_standard_has_words_and_the_chinese_ones_are_its_own() -> None:
    known = {f"{table}.{code}": name for table, rows in codes().items() for code, name in rows.items()}
    assert set(guide_details.CODES) == set(known)
    for key, name in known.items():
        assert guide_details.code_words(*key.split(".")) == name


def test_english_readers_get_english_words() -> None:
    described(subject_nature="1", handling_forms=["1"], is_online=True)
    page = body("/items/X1/", "en")
    assert "statutory organ" in page and "at the window" in page and "法定机关" not in page


def test_a_known_guide_with_details_costs_no_query_more() -> None:
    described(**SAID)
    body("/items/X1/")
    with CaptureQueriesContext(connection) as queries:
        body("/items/X1/")
    assert not [q for q in queries.captured_queries if "guidedetail" in q["sql"]]
