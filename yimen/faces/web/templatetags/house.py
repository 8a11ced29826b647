"""`{% load house %}`: words, days and the hidden fields of forms."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yimen.faces.web import file_words, forms, words
from yimen.rooms.catalogue.rules.file_rules import FileRule
from yimen.rooms.identity.actor import Actor

register = template.Library()


@register.filter
def day(value: date | datetime | None) -> str:
    """A day in the reader's language."""
    return words.day_words(value)


@register.filter
def named(thing: Any) -> str:
    """The name of an organ, an item or the terms of one in the reader's language; the Chinese one where no other is."""
    chinese, english = _names(thing)
    return chinese if words.is_chinese() or not english else english


@register.filter
def second_name(thing: Any) -> str:
    """The Chinese name, which is the one in law, where `named` says the English one; else nothing."""
    chinese, english = _names(thing)
    return chinese if english and not words.is_chinese() else ""


def _names(thing: Any) -> tuple[str, str]:
    if isinstance(thing, Mapping):
        return thing["name"], thing["name_en"]
    if hasattr(thing, "item_name"):
        return thing.item_name, thing.item_name_en
    return thing.name, thing.name_en


@register.filter
def month(value: date) -> str:
    """The month in which a day lies, in the reader's language."""
    return words.month_words(value)


@register.filter
def moment(value: datetime | None) -> str:
    """A day with its minute."""
    return words.moment_words(value)


@register.filter
def term(value: str) -> str:
    """A limit in words."""
    return words.term_words(value)


@register.filter
def file_rule(value: FileRule) -> str:
    """Which files a material takes, in words."""
    return file_words.rule_words(value)


@register.filter
def takes_photos(value: FileRule) -> bool:
    """Whether a photograph taken with a telephone fits."""
    return not value.kinds or "jpeg" in value.kinds


@register.filter
def accepts(value: FileRule) -> str:
    """The attribute `accept` of an input for the files of a material."""
    return file_words.accepts(value)


@register.filter
def days_left(value: int | None) -> str:
    """How far a due day is."""
    return words.days_left_words(value)


@register.filter
def turn(who: str) -> str:
    """Whose turn it is in a case (`worklists.Row.turn`), as a phrase; empty at the end of a case."""
    if who == "procedure":
        return _("The special procedure runs")
    return _("Turn of: %(who)s") % {"who": words.word(words.ROLES, who)} if who else ""


@register.filter
def happened(verb: str) -> str:
    """A verb as one line of a history."""
    return words.word(words.HAPPENED, verb)


@register.filter
def word(key: Any, table: str) -> str:
    """`{{ state|word:"STATES" }}`: the word of a table of `faces.web.words`."""
    return words.word(getattr(words, table), key)


@register.filter
def who(actor: Actor) -> str:
    """Name and first role; a persona is its role."""
    role = words.word(words.ROLES, actor.roles[0]) if actor.roles else ""
    is_persona = actor.name == (actor.roles[0] if actor.roles else "") or actor.name.startswith("persona-")
    return role if is_persona else f"{actor.name} · {role}" if role else actor.name


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """A symbol of the one sprite (static/icons.svg); it never speaks alone, so it is hidden from screen readers."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        f" icon--{size}" if size else "",
        static("icons.svg"),
        name,
    )


@register.simple_tag
def tag(text: Any, tone: str = "grey", sign: str = "") -> SafeString:
    """A word in a colour with an icon: `{% tag _("late") "red" "alert" %}`."""
    return format_html('<span class="tag tag--{}">{} {}</span>', tone, icon(sign) if sign else "", text)


@register.simple_tag
def state_tag(state: str) -> SafeString:
    """A state as a tag: an icon, a word and a colour."""
    tone, sign = words.TONES.get(str(state), ("grey", "box"))
    return tag(words.word(words.STATES, state), tone, sign)


@register.inclusion_tag("parts/progress.html")
def progress_bar(done: int, total: int, label: str) -> dict[str, Any]:
    """How far long work is: `done` of `total`, with its words beside the bar."""
    return {"done": done, "total": max(total, 1), "label": label}


@register.inclusion_tag("parts/blank.html")
def blank(text: str, url: str = "", action: str = "") -> dict[str, Any]:
    """An empty list: what it would hold, and how to get the first row."""
    return {"text": text, "url": url, "action": action}


@register.simple_tag
def request_key(given: str = "") -> SafeString:
    """The hidden one-time key that makes a second click harmless (see `forms.acting`)."""
    return format_html('<input type="hidden" name="{}" value="{}">', forms.KEY_FIELD, given or forms.new_key())


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """`{{ values|get:name }}`; empty when there is none."""
    return mapping.get(key, "") if mapping else ""
