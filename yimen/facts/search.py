"""The search for items with its filters, each with the number of items behind every choice.

The database finds and ranks; what a guide answers to the filters is read once a process, for a published version never
changes (a renamed item gives the law's data another revision, and everything is read anew).
"""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection
from django.db.models.functions import Coalesce

from yimen.ground.law import queries as law
from yimen.rooms.catalogue import queries as catalogue
from yimen.rooms.catalogue import terms
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.guides.rules.facets import YES, Facets, Group, charge_of, groups_of, objects_of, online_of
from yimen.rooms.identity.models import Organ

FILTERS = ("organ", "theme", "event", "object", "charge", "online", "immediate")
MOST = 200  # characters of a filter's value
_FILE = Path(__file__).resolve().parents[1] / "data" / "catalogue" / "themes.csv"
_CHUNK = 2000
# Guides with the same answers share a number: thousands of rows are then counted as pairs of integers.
_known: dict[tuple[str, int], dict[int, int]] = {}
_numbers: dict[Facets, int] = {}
_made_of: list[Facets] = []


# A version that answers the words: its key, rank, code and the key of the organ that decides.
type Row = tuple[int, int, str, int]
# The answers of a version: the key of its organ, the number of its facets.
type _Answers = tuple[int, int]


class Choice(NamedTuple):
    """A value of a filter: how many items it leaves, whether it is chosen."""

    value: str
    number: int
    chosen: bool


class Found(NamedTuple):
    """A page of a search, as `catalogue.Answers`, and the choices of each filter; a chosen one is always among them."""

    total: int
    versions: list[ItemVersion]
    next_after: str
    choices: dict[str, list[Choice]]


@cache
def groups() -> tuple[Group, ...]:
    """Themes and events with their words, in the order of the file."""
    with _FILE.open(encoding="utf-8", newline="") as source:
        return tuple(
            Group(r["kind"], r["name"], r["name_en"], tuple(r["words"].split())) for r in csv.DictReader(source)
        )


def find(
    text: str,
    on: date,
    asked: Mapping[str, str],
    *,
    after: str = "",
    limit: int,
    by_code: bool = False,
) -> Found:
    """A page of the items in force that answer `text` and every filter of `asked`, the best first; `after` is the key
    of the page before (rank:code; the code alone with `by_code`)."""
    wanted = {name: value for name, value in asked.items() if name in FILTERS and value}
    rows = _rows(text, on)
    facets = _facets([row[0] for row in rows])
    combined = [(row[3], facets[row[0]]) for row in rows]
    counted = Counter(combined)
    fitting, choices = _choose(counted, _organ_codes({organ for organ, _number in counted}), wanted)
    left = [row for row, answers in zip(rows, combined, strict=True) if answers in fitting] if wanted else rows
    if by_code:
        left.sort(key=lambda row: row[2])
    start = _start(left, after, by_code)
    page = left[start : start + limit]
    whole = catalogue.whole_of([row[0] for row in page], on)
    more = len(left) > start + limit
    last = (page[-1][2] if by_code else f"{page[-1][1]}:{page[-1][2]}") if more and page else ""
    return Found(len(left), [whole[row[0]] for row in page if row[0] in whole], last, choices)


def _rows(text: str, on: date) -> list[Row]:
    """Plain tuples as the driver makes them: a name for each field would cost as much as the search."""
    found = catalogue.ranked(text, on).annotate(deciding=Coalesce("organ_id", "item__organ_id"))
    return list(found.values_list("pk", "rank", "item__code", "deciding"))


def _organ_codes(keys: Iterable[int]) -> dict[int, str]:
    return dict(Organ.objects.filter(pk__in=keys).values_list("pk", "code"))


def _start(rows: list[Row], after: str, by_code: bool) -> int:
    """Where the page begins; 0 for a key that is none."""
    if by_code:
        return next((n for n, row in enumerate(rows) if row[2] > after), len(rows)) if after else 0
    rank, colon, code = after.partition(":")
    if not colon or rank not in ("0", "1", "2", "3", "4"):
        return 0
    key = (int(rank), code)
    for number, row in enumerate(rows):
        if (row[1], row[2]) == key:
            return number + 1
    return next((n for n, row in enumerate(rows) if (row[1], row[2]) > key), len(rows))


def _choose(
    counted: Mapping[_Answers, int], organs: Mapping[int, str], wanted: Mapping[str, str]
) -> tuple[set[_Answers], dict[str, list[Choice]]]:
    """(what fits all filters, the choices). A filter's numbers say what each of its values would leave, with all other
    filters as they are."""
    fitting, numbers = _counted(counted, organs, wanted)
    choices = {}
    for name in FILTERS:
        chosen = wanted.get(name, "")
        values = sorted(numbers[name], key=lambda v, n=numbers[name]: (-n[v], v))  # type: ignore[misc]
        extra = [chosen] if chosen and chosen not in values else []
        choices[name] = [Choice(v, numbers[name][v], v == chosen) for v in [*values, *extra]]
    return fitting, choices


def _counted(
    counted: Mapping[_Answers, int], organs: Mapping[int, str], wanted: Mapping[str, str]
) -> tuple[set[_Answers], dict[str, Counter[str]]]:
    """What fits, and {filter: {value: items}}. What fails one filter alone counts for that filter; facets are looked at
    once, not once for each organ."""
    failed = {number: _failed(_made_of[number], wanted) for number in {number for _organ, number in counted}}
    fitting: set[_Answers] = set()
    of_organ: Counter[int] = Counter()
    of_facets: Counter[tuple[str, int]] = Counter()  # (the one filter that fails or "", number)
    for answers, count in counted.items():
        organ, number = answers
        fails = failed[number]
        if wanted.get("organ") and organs.get(organ) != wanted["organ"]:
            of_organ[organ] += count if not fails else 0
        elif not fails:
            fitting.add(answers)
            of_organ[organ] += count
            of_facets["", number] += count
        elif len(fails) == 1:
            of_facets[fails[0], number] += count
    numbers: dict[str, Counter[str]] = {name: Counter() for name in FILTERS}
    for organ, count in of_organ.items():
        numbers["organ"][organs.get(organ, "")] += count
    for (only, number), count in of_facets.items():
        for name in (only,) if only else Facets._fields:
            for value in getattr(_made_of[number], name):
                numbers[name][value] += count
    return fitting, {name: +counter for name, counter in numbers.items()}


def _failed(facets: Facets, wanted: Mapping[str, str]) -> list[str]:
    return [name for name, value in wanted.items() if name != "organ" and value not in getattr(facets, name)]


def _facets(keys: list[int]) -> dict[int, int]:
    """{key of a version: the number of its facets}; only what this process has not seen is read."""
    place = (str(connection.settings_dict["NAME"]), law.current_revision())
    if place not in _known:
        forget()
    known = _known.setdefault(place, {})
    new = [key for key in keys if key not in known]
    for start in range(0, len(new), _CHUNK):
        rows = ItemVersion.objects.filter(pk__in=new[start : start + _CHUNK]).order_by().values(*_READ)
        for row in rows:
            made = _made(row)
            known[row["pk"]] = _number_of(made)
    return known


def _number_of(facets: Facets) -> int:
    if facets not in _numbers:
        _made_of.append(facets)
        _numbers[facets] = len(_made_of) - 1
    return _numbers[facets]


_READ = (
    *("pk", "item__name", "item__main_item", "charges", "visits", "review"),
    *("detail__themes", "detail__service_objects", "detail__is_online", "detail__fees"),
)


def _made(row: Mapping[str, Any]) -> Facets:
    name, said = f"{row['item__name']} {row['item__main_item']}", row["detail__themes"] or []
    return Facets(
        theme=groups_of(name, groups(), "theme", said),
        event=groups_of(name, groups(), "event", said),
        object=objects_of(row["detail__service_objects"] or []),
        charge=charge_of(row["charges"], row["detail__fees"] or []),
        online=online_of(row["detail__is_online"], row["visits"]),
        immediate=(YES,) if row["review"] == ItemVersion.Review.IMMEDIATE else (),
    )


def forget() -> None:
    """Read everything anew."""
    # The numbers stay: another thread may be counting with them.
    _known.clear()


terms.on_forget(forget)
