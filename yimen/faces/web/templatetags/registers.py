"""`{% load registers %}`: a fact of a register as people read it."""

from typing import Any

from django import template

from yimen.faces.web.register_words import value_words

register = template.Library()


@register.inclusion_tag("registers/value.html")
def fact_value(value: Any) -> dict[str, Any]:
    """What `views.registers.shown` made of a value: text, [(label, value)] of a record, or a list of either."""
    if not isinstance(value, list):
        return {"text": value}
    if value and all(isinstance(inner, tuple) for inner in value):
        return {"pairs": value}
    lines = [{"pairs": inner} if isinstance(inner, list) else {"text": inner} for inner in value]
    return {"lines": lines, "text": ""}


@register.filter
def value(key: Any, fact: str) -> str:
    """`{{ question.state|value:"state" }}`: a value of a register's fact in words."""
    return value_words(fact, str(key))
