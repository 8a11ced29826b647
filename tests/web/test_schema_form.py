"""From an item's JSON Schema to fields and pages, and from a POST to the form: no database."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.utils import translation
from jsonschema import Draft202012Validator

from yimen.faces.web import schema_form, schema_steps
from yimen.ground.kernel.errors import Refused
from yimen.rooms.cases.rules.form import check_form
from yimen.rooms.catalogue.formats import FORMATS

PERSON = {"type": "object", "properties": {"name": {"type": "string", "title": "姓名"}}, "required": ["name"]}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "kind": {"enum": ["shop", "stall"], "title": "类别", "x-enum-titles": {"shop": "店铺", "stall": "摊位"}},
        "place": {"type": "string", "format": "region", "title": "所在地"},
        "capital": {"type": "string", "format": "money", "title": "注册资本"},
        "owner": {"type": "string", "format": "credit-code", "title": "单位"},
        "staff": {"type": "array", "title": "从业人员", "maxItems": 3, "items": PERSON},
        "rent": {"type": "string", "title": "租期", "x-show-if": {"field": "kind", "equals": "shop"}},
        "agent": {"type": "string", "title": "代理人"},
        "mandate": {"type": "string", "title": "委托书编号"},
    },
    "required": ["kind"],
    "if": {"properties": {"kind": {"const": "stall"}}, "required": ["kind"]},
    "then": {"properties": {"market": {"type": "string", "title": "市场"}}, "required": ["market"]},
    "dependentRequired": {"agent": ["mandate"]},
    "x-order": ["kind", "place", "capital", "owner", "staff", "rent", "agent", "mandate"],
}
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FORMATS)
CREDIT_CODE = "91350100M000100Y43"


def posted(text: str) -> Any:
    request = RequestFactory().post("/")
    request.POST = QueryDict(text)  # type: ignore[assignment]
    return request


def answered(text: str) -> dict[str, Any]:
    return schema_form.answers(SCHEMA, posted(text))


def wrong(form: dict[str, Any]) -> dict[str, str]:
    """{field: message} of what the rules refuse."""
    try:
        check_form(form, VALIDATOR)
    except Refused as refusal:
        return {error.field: error.message for error in schema_form.field_errors(SCHEMA, refusal)}
    return {}


@pytest.mark.parametrize(
    ("typed", "kept", "sound"),
    [
        ("1200", "1200.00", True),
        ("1,200.5", "1200.50", True),
        ("￥0.01", "0.01", True),
        ("1.005", "1.005", False),
        ("-3", "-3.00", False),
        ("many", "many", False),
        ("1e999", "1e999", False),
        ("NaN", "NaN", False),
    ],
)
def test_money_keeps_every_cent(typed: str, kept: str, sound: bool) -> None:
    form = answered(f"form-kind=shop&form-capital={typed}")
    assert form["capital"] == kept
    assert ("form-capital" in wrong(form)) is not sound


def test_money_as_a_number_where_the_schema_wants_one() -> None:
    schema = {"properties": {"sum": {"type": "number", "x-widget": "money"}}}
    assert schema_form.answers(schema, posted("form-sum=1,200.50")) == {"sum": 1200.5}
    assert schema_form.shown(schema["properties"]["sum"], 1200.5).startswith("1200.50")


@pytest.mark.parametrize(
    ("typed", "again"),
    [
        ("3", "3"),
        ("3.0", "3"),
        ("3.5", "3.5"),
        ("-0.25", "-0.25"),
        ("0.00001", "0.00001"),
        ("100", "100"),
        ("abc", "abc"),
    ],
)
def test_a_decimal_is_shown_as_it_was_typed(typed: str, again: str) -> None:
    own = {"type": "number"}
    given = schema_form.answers({"properties": {"area": own}}, posted(f"form-area={typed}"))
    (field,) = schema_form.fields({"properties": {"area": own}}, given, {})
    assert field.value == again
    assert schema_form.shown(own, given["area"]) == again


@pytest.mark.parametrize(
    ("typed", "code", "sound"),
    [
        ("form-place=37", "37", False),
        ("form-place=37&form-place.1=3715", "3715", False),
        ("form-place=37&form-place.1=3715&form-place.2=371502", "371502", True),
        ("form-place=37&form-place.1=3715&form-place.2=371502&form-place.3=371502001", "371502001", True),
        # The province was changed: the lists below it count no more.
        ("form-place=11&form-place.1=3715&form-place.2=371502", "11", False),
        ("form-place=99&form-place.1=9999", "9999", False),
    ],
)
def test_an_address_is_chosen_list_by_list(typed: str, code: str, sound: bool) -> None:
    form = answered(f"form-kind=shop&{typed}")
    assert form["place"] == code
    assert ("form-place" in wrong(form)) is not sound


def test_the_lists_of_an_address_hang_on_each_other() -> None:
    (place,) = schema_form.fields(SCHEMA, {"place": "3715"}, {}, ["place"])
    assert [(level.name, level.value) for level in place.levels] == [
        ("form-place", "37"),
        ("form-place.1", "3715"),
        ("form-place.2", ""),
    ]
    assert ("371502", "东昌府区") in place.levels[2].choices
    assert schema_form.shown(SCHEMA["properties"]["place"], "371502") == "山东省聊城市东昌府区"


def test_a_credit_code_is_folded_and_its_check_digit_checked() -> None:
    form = answered(f"form-kind=shop&form-owner= {CREDIT_CODE.lower()} ")
    assert form["owner"] == CREDIT_CODE and wrong(form) == {}
    assert list(wrong({**form, "owner": CREDIT_CODE[:-1] + "4"})) == ["form-owner"]


def test_rows_are_added_removed_and_named_in_errors() -> None:
    two = "form-kind=shop&form-staff.rows=2&form-staff.0.name=甲&form-staff.1.name=乙"
    assert answered(two)["staff"] == [{"name": "甲"}, {"name": "乙"}]
    assert answered(two + "&row=add:form-staff")["staff"] == [{"name": "甲"}, {"name": "乙"}, {}]
    assert answered(two + "&row=remove:form-staff.0")["staff"] == [{"name": "乙"}]
    assert answered(two + "&row=remove:form-staff.9")["staff"] == [{"name": "甲"}, {"name": "乙"}]
    assert "staff" not in answered("form-kind=shop&form-staff.rows=2")
    assert len(answered("form-kind=shop&row=add:form-staff&form-staff.rows=999")["staff"]) == schema_form.MOST_ROWS
    errors = wrong({"kind": "shop", "staff": [{"name": "甲"}, {}]})
    assert list(errors) == ["form-staff.1.name"] and "姓名" in errors["form-staff.1.name"]
    assert list(wrong({"kind": "shop", "staff": [{"name": "甲"}] * 4})) == ["form-staff"]
    (group,) = schema_form.fields(SCHEMA, {"staff": [{"name": "甲"}, {}]}, errors, ["staff"])
    assert [[(f.name, f.value, bool(f.error)) for f in row] for row in group.rows] == [
        [("form-staff.0.name", "甲", False)],
        [("form-staff.1.name", "", True)],
    ]


def names(form: dict[str, Any]) -> list[tuple[str, ...]]:
    return [step.names for step in schema_steps.steps(SCHEMA, form)]


def test_conditions_bring_questions_and_take_them_away() -> None:
    flat = {name for form in ({}, {"kind": "shop"}) for page in names(form) for name in page}
    assert "rent" in flat and "market" not in flat
    assert "rent" not in {name for page in names({"kind": "stall"}) for name in page}
    known, required = schema_steps.properties(SCHEMA, {"kind": "stall", "agent": "丙"})
    assert "market" in known and {"kind", "market", "mandate"} <= required
    assert list(wrong({"kind": "stall"})) == ["form-market"]
    assert list(wrong({"kind": "shop", "agent": "丙"})) == ["form-mandate"]
    # An answer whose question went away is not handed in; what the schema does not know is left to the rules.
    asked = schema_steps.asked_form(SCHEMA, {"kind": "stall", "rent": "一年", "other": 1})
    assert asked == {"kind": "stall", "other": 1}


def test_a_question_never_stands_on_the_page_of_the_one_it_hangs_on() -> None:
    for form in ({"kind": "shop"}, {"kind": "stall"}):
        for page in names(form):
            assert not any(schema_steps.controllers(SCHEMA, name) & set(page) for name in page)
            assert len(page) <= schema_steps.A_PAGE


def test_the_schema_may_say_its_pages() -> None:
    schema = {**SCHEMA, "x-steps": [{"title": "场所", "fields": ["place", "capital", "nonsense"]}]}
    first, *rest = schema_steps.steps(schema, {"kind": "shop"})
    assert (first.title, first.names) == ("场所", ("place", "capital"))
    assert "place" not in {name for step in rest for name in step.names}


@pytest.mark.parametrize("schema", [{}, {"properties": []}, {"properties": {"a": 1}}, {"x-steps": [1, {}]}])
def test_an_item_without_a_form_has_no_questions(schema: Any) -> None:
    assert schema_steps.steps(schema, {}) == []
    assert schema_form.answers(schema, posted("form-a=1")) == {}


def test_titles_of_answers_are_shown() -> None:
    assert schema_form.shown(SCHEMA["properties"]["kind"], "stall") == "摊位"
    (kind,) = schema_form.fields(SCHEMA, {}, {}, ["kind"])
    assert kind.choices == [("shop", "店铺"), ("stall", "摊位")]
    listed = {"enum": ["a", "b"], "x-enum-titles": ["甲", "乙"]}
    assert schema_form.shown(listed, "b") == "乙"


@pytest.mark.parametrize(
    ("code", "lists", "button"),
    [("", 1, "City"), ("37", 2, "County or district"), ("3715", 3, "Town or subdistrict"), ("371502001", 4, "")],
)
def test_the_button_of_an_address_names_the_list_that_comes_next(code: str, lists: int, button: str) -> None:
    with translation.override("en"):
        (field,) = schema_form.fields({"properties": {"place": {"format": "region"}}}, {"place": code}, {})
    words = ["Province", "City", "County or district", "Town or subdistrict"]
    assert [level.label for level in field.levels] == words[:lists]
    assert field.next_list == button


def test_the_answers_of_a_case_are_read_as_people_gave_them() -> None:
    schema = {
        "properties": {
            "place": {"title": "地点", "format": "region"},
            "trade": {"title": "业态", "enum": ["food"], "x-enum-titles": ["餐饮"]},
            "area": {"title": "面积", "type": "number"},
            "staff": {"title": "人员", "type": "array", "items": {"properties": {"name": {"title": "姓名"}}}},
            "gas": {"title": "燃气", "type": "boolean"},
        }
    }
    form = {"area": 3.0, "trade": "food", "place": "371502", "staff": [{"name": "甲"}], "gas": False, "old": 2.0}
    assert schema_form.answered(schema, form) == [
        ("地点", "山东省聊城市东昌府区"),
        ("业态", "餐饮"),
        ("面积", "3"),
        ("人员", "1. 姓名 甲"),
        ("燃气", "否"),
        ("old", "2"),
    ]
