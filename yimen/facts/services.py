"""前置或后续服务: what somebody needs before or after the items in force, those without a window in the hall first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection

from yimen.ground.law import queries as law
from yimen.rooms.catalogue.queries import published_items
from yimen.rooms.catalogue.terms import on_forget


@dataclass(slots=True)
class Service:
    """One service of one provider. `has_window`: None where no guide says; `before`, `after`: the items (code, name,
    English name) before or after which it is needed."""

    name: str
    by: str
    kind: str
    has_window: bool | None
    before: list[Mapping[str, str]] = field(default_factory=list)
    after: list[Mapping[str, str]] = field(default_factory=list)


def services(on: date) -> Sequence[Service]:
    """The services that the guides in force on a day name, each once; kept until the catalogue changes."""
    return _services(str(connection.settings_dict["NAME"]), on, law.current_revision())


@lru_cache(maxsize=4)
def _services(_database: str, on: date, _revision: int) -> Sequence[Service]:
    rows = published_items(on).filter(detail__isnull=False).exclude(detail__services=[])
    found: dict[tuple[Any, ...], Service] = {}
    for code, name, name_en, said in rows.values_list(
        "item__code", "item__name", "item__name_en", "detail__services"
    ).iterator(chunk_size=500):
        for one in said:
            key = (one["name"], one.get("by", ""), one.get("kind", "none"), one.get("has_window"))
            service = found.setdefault(key, Service(*key))
            items = service.before if one["when"] == "before" else service.after
            if not items or items[-1]["code"] != code:
                items.append({"code": code, "name": name, "name_en": name_en})
    places = {False: 0, None: 1, True: 2}
    return sorted(found.values(), key=lambda one: (places[one.has_window], one.name, one.by, one.kind))


on_forget(_services.cache_clear)
