"""The order of a form's questions, written into its schema. Pure."""

from collections.abc import Mapping
from typing import Any


def with_order(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with `x-order` (the names of its properties as they stand) wherever an object has none.

    PostgreSQL's jsonb keeps the keys of an object by length and letter, so the order that the author wrote would be
    lost; an order of the author's own stays.
    """
    made: dict[str, Any] = {}
    for key, value in schema.items():
        if isinstance(value, Mapping):
            value = with_order(value)
        elif isinstance(value, list):
            value = [with_order(entry) if isinstance(entry, Mapping) else entry for entry in value]
        made[key] = value
    properties = schema.get("properties")
    if isinstance(properties, Mapping) and schema.get("type") == "object" and "x-order" not in schema:
        made["x-order"] = list(properties)
    return made
