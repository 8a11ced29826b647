"""`{% load desk %}`: words of the desks."""

from typing import Any

from django import template

from yimen.faces.web import desk_words

register = template.Library()


@register.filter
def desk(key: Any, table: str) -> str:
    """`{{ paper.told_by|desk:"METHODS" }}`; the key itself when the table has no word for it."""
    return str(getattr(desk_words, table).get(key, key))
