"""`{% load case_table %}`: the lines of a list of cases, each word made once a page.

Fifty rows hold few days and few states; to format, translate and escape each of them in every row was half the time
of the page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yimen.faces.web import words
from yimen.faces.web.templatetags.house import named, state_tag, turn
from yimen.facts.worklists import Row

register = template.Library()


@dataclass(frozen=True, slots=True)
class Line:
    """What one row says, in the reader's language; `tag` is HTML. Empty: not said in this row."""

    url: str
    number: str
    received: str
    item: str
    applicant: str
    organ: str
    tag: SafeString
    turn: str
    paused: str
    due: str
    left: str
    late: bool
    provisional: bool


@register.simple_tag
def case_lines(rows: Iterable[Row], organ_shown: object = "") -> list[Line]:
    """The rows as lines; organ and turn only where `organ_shown`."""
    tag, day, left, whose = cache(state_tag), cache(words.day_words), cache(words.days_left_words), cache(turn)
    received = cache(lambda value: _("received %(day)s") % {"day": day(value)})
    return [
        Line(
            url=reverse("case", args=[row.number]),
            number=row.number,
            received=received(row.received_on),
            item=named(row),
            applicant=row.applicant,
            organ=(row.organ if words.is_chinese() or not row.organ_en else row.organ_en) if organ_shown else "",
            tag=tag(row.state),
            turn=whose(row.turn) if organ_shown else "",
            paused=_("since %(day)s") % {"day": day(row.paused_since)} if row.paused_since else "",
            due=day(row.due_on),
            left=left(row.days_left),
            late=row.days_left is not None and row.days_left < 0,
            provisional=row.provisional,
        )
        for row in rows
    ]
