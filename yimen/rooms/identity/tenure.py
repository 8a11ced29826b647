"""What successions and changes of name make of organs on a day, kept in the process.

Both are read with the law's data: whoever enters one gives the law a new revision, and what was kept under another is
read anew, in every process. So the hot path asks nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db import connection

from yimen.ground.law import queries as law
from yimen.ground.law.revision import bump
from yimen.rooms.identity.models import Organ, OrganName, Succession
from yimen.rooms.identity.rules import organs
from yimen.rooms.identity.rules.organs import Named, Step


@dataclass(frozen=True)
class Tenure:
    """All successions in the order of their days, and the names of the organs that ever had another."""

    steps: tuple[Step, ...]
    names: Mapping[int, tuple[Named, ...]]


@lru_cache(maxsize=16)
def _read(database: str, revision: int) -> Tenure:
    steps = tuple(
        Step(s.organ_id, s.successor_id, s.day, frozenset(s.items), frozenset(s.staff))
        for s in Succession.objects.order_by("day", "id")
    )
    names: dict[int, list[Named]] = {}
    for row in OrganName.objects.order_by("id"):
        names.setdefault(row.organ_id, []).append(Named(row.name, row.name_en, row.valid_from))
    return Tenure(steps, {key: tuple(found) for key, found in names.items()})


def tenure(revision: int | None = None) -> Tenure:
    """The tenure as of a revision of the law's data; one query when that is not given."""
    known = law.current_revision() if revision is None else revision
    return _read(str(connection.settings_dict["NAME"]), known)


def forget_tenure() -> None:
    """Read anew (tests whose databases reuse numbers)."""
    _read.cache_clear()


def changed() -> None:
    """Call after a change, in its transaction: every process reads anew."""
    bump(connection.alias)


def holder_of(organ_id: int, item: str, on: date, revision: int | None = None) -> int:
    """The key of the organ that exercises on this day the power that `organ_id` held over an item."""
    return organs.holder(tenure(revision).steps, organ_id, item, on)


def names_on(organ_id: int, on: date, revision: int | None = None) -> tuple[str, str]:
    """(name, name in English) of an organ on a day."""
    found = organs.name_on(tenure(revision).names.get(organ_id, ()), on)
    if found:
        return found.name, found.name_en
    organ = Organ.objects.get(pk=organ_id)
    return organ.name, organ.name_en
