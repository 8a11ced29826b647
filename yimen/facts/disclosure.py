"""Empty fields of the disclosure set in force, and all that stands in the way of publishing a draft."""

from datetime import date
from functools import cache
from typing import Any

from yimen.ground.kernel.term import Term
from yimen.ground.law import queries as law
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.catalogue.rules.versions import Problem
from yimen.rooms.guides.queries import lost_in_situations, set_in_force
from yimen.rooms.guides.rules.disclosure import AppliesTo
from yimen.rooms.guides.rules.promise import may_be_longer
from yimen.rooms.identity.models import Organ, Window

# Fields whose every fact needs a source (行政许可法 第三十条 and the limits of 第四十二条).
LEGAL_FIELDS = ("statutory_limit", "statutory_basis", "conditions", "charges", "materials")


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
    needed = set_in_force(AppliesTo.ITEM, on)
    return [field for field in needed.fields if _empty(_item_field(version, field))] if needed else []


def empty_of_window(window: Window, on: date) -> list[str]:
    """Fields of the windows' set of a day in which a window says nothing."""
    needed = set_in_force(AppliesTo.WINDOW, on)
    return [field for field in needed.fields if _empty(getattr(window, field, ""))] if needed else []


def empty_of_organ(organ: Organ, on: date) -> list[str]:
    """Fields of the organs' set of a day in which an organ says nothing."""
    needed = set_in_force(AppliesTo.ORGAN, on)
    return [field for field in needed.fields if _empty(getattr(organ, field, ""))] if needed else []


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
