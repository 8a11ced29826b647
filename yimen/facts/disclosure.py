"""Empty fields of the disclosure set in force, and all that stands in the way of publishing a draft."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Q

from yimen.ground.kernel.term import Term
from yimen.ground.law import queries as law
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.catalogue.queries import published_items
from yimen.rooms.catalogue.rules.versions import Problem
from yimen.rooms.guides.queries import SetInForce, lost_in_situations, set_in_force
from yimen.rooms.guides.rules.disclosure import AppliesTo
from yimen.rooms.guides.rules.promise import may_be_longer
from yimen.rooms.identity.models import Organ, Window

# Fields whose every fact needs a source (行政许可法 第三十条 and the limits of 第四十二条).
LEGAL_FIELDS = ("statutory_limit", "statutory_basis", "conditions", "charges", "materials")


@dataclass(frozen=True, slots=True)
class Failing:
    """Something that must be public and says nothing in `fields`. `found`: the version, window or organ."""

    found: Any
    fields: list[str]


@dataclass(frozen=True, slots=True)
class Group:
    """What fails one set of a day; `needed` None: nothing must be public of this kind."""

    applies_to: AppliesTo
    needed: SetInForce | None
    rows: list[Failing]


def failing(organs: Collection[int] | None, on: date) -> list[Group]:
    """All that fails the sets of a day (of these organs only; None: of all): guides in force, open windows, confirmed
    organs. A published guide that fails was published under another set. Six queries."""
    versions = published_items(on).select_related("item__organ", "organ")
    windows = Window.objects.filter(Q(closed_on=None) | Q(closed_on__gt=on)).select_related("hall", "organ", "station")
    units = Organ.objects.filter(confirmed=True).order_by("code")
    if organs is not None:
        versions = versions.filter(item__organ__in=organs)
        windows, units = windows.filter(organ__in=organs), units.filter(pk__in=organs)
    asked: list[tuple[AppliesTo, Iterable[Any], Callable[[Any, str], Any]]] = [
        (AppliesTo.ITEM, versions, _item_field),
        (AppliesTo.WINDOW, windows.order_by("hall_id", "number", "id"), _window_field),
        (AppliesTo.ORGAN, units, _organ_field),
    ]
    found = []
    for kind, rows, read in asked:
        needed = set_in_force(kind, on)
        told = ((row, _lacking(needed, row, read)) for row in rows) if needed else ()
        found.append(Group(kind, needed, [Failing(row, fields) for row, fields in told if fields]))
    return found


def undisclosed(windows: Sequence[Window], on: date) -> set[int]:
    """The keys of those windows that can't be shown to the public: they, or the organs that they serve, say nothing in
    a field of the sets of the day. Two queries whatever their number."""
    of_window, of_organ = set_in_force(AppliesTo.WINDOW, on), set_in_force(AppliesTo.ORGAN, on)
    return {
        window.pk
        for window in windows
        if _lacking(of_window, window, _window_field)
        or (window.organ is not None and _lacking(of_organ, window.organ, _organ_field))
    }


def _lacking(needed: SetInForce | None, found: Any, read: Callable[[Any, str], Any]) -> list[str]:
    return [field for field in needed.fields if _empty(read(found, field))] if needed else []


def _window_field(window: Window, field: str) -> Any:
    """What a window says; one without an organ is a stationed unit's, which then stands for the organ."""
    if field == "organ":
        return window.organ_id or getattr(window, "station", None)
    return getattr(window, field, "")


def _organ_field(organ: Organ, field: str) -> Any:
    return getattr(organ, field, "")


def _item_field(version: ItemVersion, field: str) -> Any:
    """What a version says in a field of a set; the procedure is drawn from its own steps, so it always says one."""
    item = version.item
    if field == "basis":
        return version.statutory_basis or item.basis
    if field == "procedure":
        return version.procedure or version.review
    if field == "materials":
        return True  # an empty list says that none is needed
    if field == "form_schema":
        return (version.form_schema or {}).get("properties")
    return getattr(item, field) if field in ("name", "organ") else getattr(version, field)


def _empty(value: Any) -> bool:
    return not (value.strip() if isinstance(value, str) else value)


def empty_fields(version: ItemVersion, on: date) -> list[str]:
    """Fields of the items' set of a day in which a version says nothing."""
    return _lacking(set_in_force(AppliesTo.ITEM, on), version, _item_field)


def guide_problems(version: ItemVersion, on: date) -> list[Problem]:
    """Empty fields and questions that no longer fit as problems; flagged: a promise that some day of the calendar makes
    longer than the law, legal fields without a source."""
    found = [Problem(field, "not_disclosed") for field in empty_fields(version, on)]
    if promise_may_be_longer(version.statutory_limit, version.promised_limit):
        found.append(Problem("promised_limit", "longer_than_statutory", is_flag=True))
    found += [Problem("situations", field) for field in lost_in_situations(version)]
    return found + [Problem(f"sources.{field}", "missing", is_flag=True) for field in missing_sources(version)]


def missing_sources(version: ItemVersion) -> list[str]:
    """Legal fields that say something and name no source."""
    said = [f for f in LEGAL_FIELDS if f != "materials" and getattr(version, f)]
    if version.materials.exists():
        said.append("materials")
    return [field for field in said if not version.sources.get(field)]


def promise_may_be_longer(statutory: str, promised: str) -> bool:
    """Whether a promise of another unit can end after the law's limit, for any day of receipt that the calendar knows;
    False where the units are the same, for then the amounts say it."""
    try:
        law_term, promise = Term.parse(statutory), Term.parse(promised)
    except ValueError:
        return False
    return law_term.unit != promise.unit and _compared(statutory, promised, law.current_revision())


@cache
def _compared(statutory: str, promised: str, revision: int) -> bool:
    return may_be_longer(law.calendar(revision), Term.parse(statutory), Term.parse(promised))
