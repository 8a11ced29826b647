"""`{% load desk %}`: words of the desks."""

from typing import Any

from django import template

from yimen.faces.web import desk_words
from yimen.ground.kernel.clock import Line

register = template.Library()


@register.filter
def desk(key: Any, table: str) -> str:
    """`{{ paper.told_by|desk:"METHODS" }}`; the key itself when the table has no word for it."""
    return str(getattr(desk_words, table).get(key, key))


@register.filter
def counted_as(line: Line) -> str:
    """What one day of an explanation is, in words; the name of a holiday comes first."""
    words = [line.name] if line.name else []
    for note in line.note.split():
        code, _colon, kind = note.partition(":")
        words.append(desk(code, "COUNTED_AS") % {"kind": desk(kind, "KINDS")})
    return " · ".join(words)
