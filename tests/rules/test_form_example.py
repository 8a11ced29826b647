"""The example of a form fits the form, whatever the form asks."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from yimen.faces.stories.sample import book
from yimen.rooms.catalogue.rules.form_example import form_example

SCHEMAS: list[dict[str, Any]] = [
    {},
    {"type": "object", "properties": {}},
    {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "minLength": 5, "maxLength": 6}}},
    {"properties": {"n": {"type": "integer", "minimum": 7}, "m": {"type": "number", "maximum": -2, "minimum": -9}}},
    {"properties": {"n": {"type": "number", "exclusiveMinimum": 3}, "b": {"type": "boolean"}}},
    {"properties": {"d": {"type": "string", "format": "date"}, "t": {"type": "string", "format": "date-time"}}},
    {"properties": {"c": {"enum": ["甲", "乙"]}, "k": {"const": 4}, "x": {"type": ["null", "integer"]}}},
    {
        "properties": {
            "rows": {
                "type": "array",
                "minItems": 2,
                "items": {"type": "object", "required": ["n"], "properties": {"n": {"type": "string"}}},
            }
        }
    },
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_the_example_fits_its_schema(schema: dict[str, Any]) -> None:
    example = form_example(schema)
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(example)
    assert set(example if isinstance(example, dict) else {}) == set(schema.get("properties", {}))


def test_every_sample_item_has_an_example_that_its_own_form_takes() -> None:
    for item in book.items():
        schema = item.guide["form_schema"]
        Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(form_example(schema))
        assert form_example(schema) == item.example
