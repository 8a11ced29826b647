"""The author's order of questions survives a database that keeps no order."""

from yimen.rooms.catalogue.rules.form_order import with_order

GROUP = {"type": "array", "items": {"type": "object", "properties": {"zz": {"type": "string"}, "a": {}}}}


def test_every_object_says_the_order_of_its_questions() -> None:
    made = with_order(
        {"type": "object", "properties": {"name": {"type": "string"}, "at": {"type": "string"}, "g": GROUP}}
    )
    assert made["x-order"] == ["name", "at", "g"]
    assert made["properties"]["g"]["items"]["x-order"] == ["zz", "a"]


def test_an_order_of_the_authors_own_stays() -> None:
    schema = {"type": "object", "x-order": ["b", "a"], "properties": {"a": {}, "b": {}}}
    assert with_order(schema) == schema


def test_a_question_called_properties_is_no_object() -> None:
    schema = {"type": "object", "properties": {"properties": {"type": "string"}}}
    assert with_order(schema)["properties"] == {"properties": {"type": "string"}}
    assert with_order({}) == {}
