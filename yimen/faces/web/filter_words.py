"""The filters of the search for items, in words: what each is called, its choices, the chips of those that are set."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from yimen.faces.web.words import is_chinese
from yimen.facts import search
from yimen.facts.search import Choice
from yimen.rooms.identity.models import Organ

TITLES: Mapping[str, Promise] = {
    "organ": gettext_lazy("Organ"),
    "theme": gettext_lazy("Theme"),
    "event": gettext_lazy("Life event"),
    "object": gettext_lazy("For whom"),
    "charge": gettext_lazy("With or without charge"),
    "online": gettext_lazy("Online or not"),
    "immediate": gettext_lazy("How soon"),
}
WORDS: Mapping[tuple[str, str], Promise] = {
    ("object", "person"): gettext_lazy("people"),
    ("object", "organisation"): gettext_lazy("companies and organisations"),
    ("charge", "free"): gettext_lazy("without charge"),
    ("charge", "charged"): gettext_lazy("with a charge"),
    ("online", "yes"): gettext_lazy("wholly online, nobody must come"),
    ("online", "no"): gettext_lazy("somebody must come"),
    ("immediate", "yes"): gettext_lazy("decided at once"),
}


class Option(NamedTuple):
    """A choice as a page shows it."""

    value: str
    label: str
    number: int
    chosen: bool


class Filter(NamedTuple):
    """One filter; `without` is the query of the same search without it, "" while nothing is chosen."""

    name: str
    title: str
    options: list[Option]
    chosen: str
    without: str


def asked(given: Mapping[str, Any]) -> dict[str, str]:
    """The filters that an address sets."""
    values = {name: str(given.get(name, "")).strip()[: search.MOST] for name in search.FILTERS}
    return {name: value for name, value in values.items() if value}


def shown(choices: Mapping[str, list[Choice]], text: str, asked: Mapping[str, str]) -> list[Filter]:
    """Every filter that leaves something to choose."""
    english = {} if is_chinese() else {group.name: group.name_en for group in search.groups()}
    organs = _organs([choice.value for choice in choices["organ"]])
    found = []
    for name in search.FILTERS:
        options = [Option(c.value, _label(name, c.value, organs, english), c.number, c.chosen) for c in choices[name]]
        chosen = next((option.label for option in options if option.chosen), "")
        rest = {key: value for key, value in asked.items() if key != name}
        without = urlencode({**({"q": text} if text else {}), **rest}) if chosen else ""
        if options:
            found.append(Filter(name, str(TITLES[name]), options, chosen, without))
    return found


def _label(name: str, value: str, organs: Mapping[str, str], english: Mapping[str, str]) -> str:
    if name == "organ":
        return organs.get(value, value)
    return str(WORDS.get((name, value), english.get(value, value)))


def _organs(codes: list[str]) -> dict[str, str]:
    chinese = is_chinese()
    rows = Organ.objects.filter(code__in=codes).values_list("code", "name", "name_en")
    return {code: name if chinese or not name_en else name_en for code, name, name_en in rows}
