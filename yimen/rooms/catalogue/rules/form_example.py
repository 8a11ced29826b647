"""A filled form that fits its JSON Schema, to try an item with."""

from collections.abc import Mapping
from typing import Any


def form_example(schema: Mapping[str, Any]) -> Any:
    """A value that fits `schema`: its own example, default, constant or first choice, else the smallest of its type.

    Understands what the forms of items use: objects, arrays, texts (date and date-time too), numbers, booleans, their
    bounds. A `pattern` needs an example in the schema.
    """
    for said in ("examples", "enum"):
        if schema.get(said):
            return schema[said][0]
    for said in ("default", "const"):
        if said in schema:
            return schema[said]
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kind, list):
        kind = next((k for k in kind if k != "null"), "null")
    return _OF_TYPE.get(kind, _nothing)(schema)


def _object(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {name: form_example(part) for name, part in schema.get("properties", {}).items()}


def _array(schema: Mapping[str, Any]) -> list[Any]:
    return [form_example(schema.get("items") or {}) for _ in range(max(1, schema.get("minItems", 0)))]


def _text(schema: Mapping[str, Any]) -> str:
    known = {"date": "2031-01-01", "date-time": "2031-01-01T09:00:00+08:00", "email": "sample@example.com"}
    text = known.get(schema.get("format", "")) or "样本".ljust(schema.get("minLength", 0), "样")
    return text[: schema.get("maxLength", len(text))]


def _number(schema: Mapping[str, Any]) -> int | float:
    low = schema.get("minimum", schema.get("exclusiveMinimum", 0) + ("exclusiveMinimum" in schema))
    high: int | float = schema.get("maximum", max(low, 1))
    return max(low, min(1, high))


def _nothing(schema: Mapping[str, Any]) -> None:
    return None


_OF_TYPE: Mapping[str, Any] = {
    "object": _object,
    "array": _array,
    "string": _text,
    "number": _number,
    "integer": _number,
    "boolean": lambda schema: False,
}
