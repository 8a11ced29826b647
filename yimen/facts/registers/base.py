"""What a register is to flows and faces: how its things are found, who sees them, what is told of them.

A kind is described once and is from then on a label of the scenarios, an address of the API and a page of the office.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from yimen.ground.kernel.errors import Denied, OutOfScope, Refused
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.roles import CENTRE_WIDE, Role

MODULES: tuple[str, ...] = (
    "house",
    "places",
    "stationing",
    "authority",
    "catalogue",
    "guides",
    "orders",
    "committee",
    "committee_books",
    "consultation",
)
PAGE_ROWS = 50
LONGEST_KEY = 150


def _anything(_verb: str, _thing: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Kind:
    """One register.

    `visible(actor)`: the things that an actor may read, a QuerySet. `facts(thing, at)`: {name: JSON value or day or
    moment}. `acts(actor, verb, thing)`: whether a thing that an actor sees is also the actor's to change (the role is
    asked before). `allows(verb, thing)`: whether the state lets the verb happen, for the buttons of pages; the flow's
    own rule decides; `allows_on(verb, thing, day)`: whether the day does.
    `columns`: names of facts that a list shows. `key_field`: the column that people know it by;
    `journal_field`: the one that its subject in the journal bears, where people know it by a name of theirs.
    `together(things, at)` reads at once what the facts of a whole page need and lays it at the things.
    """

    name: str
    model: type[Model]
    visible: Callable[[Actor], QuerySet[Any]]
    facts: Callable[[Any, datetime], dict[str, Any]]
    columns: tuple[str, ...]
    title: Callable[[Any], str] = str
    key_field: str = "pk"
    acts: Callable[[Actor, str, Any], bool] = lambda _actor, _verb, _thing: True
    allows: Callable[[str, Any], bool] = _anything
    allows_on: Callable[[str, Any, date], bool] = lambda _verb, _thing, _day: True
    newest_first: bool = True
    unknown: str = "thing.not_found"
    journal_field: str = ""
    together: Callable[[list[Any], datetime], None] = lambda _things, _at: None

    def lets(self, verb: str, thing: Any, at: datetime) -> bool:
        """Whether state and day let the verb happen to a thing at a moment."""
        return self.allows(verb, thing) and self.allows_on(verb, thing, timezone.localdate(at))

    def key(self, thing: Any) -> str:
        """The key of a thing."""
        return str(reduce(getattr, self.key_field.split("__"), thing))

    def subject(self, thing: Any) -> str:
        """What the journal calls a thing."""
        return f"{self.name}:{getattr(thing, self.journal_field) if self.journal_field else self.key(thing)}"

    def found(self, key: str) -> dict[str, Any] | None:
        """The filter that finds a key; None for a text that can't be one."""
        if self.key_field != "pk":
            return {self.key_field: key} if key and len(key) <= LONGEST_KEY and "\x00" not in key else None
        return {"pk": int(key)} if key.isascii() and key.isdigit() and len(key) < 19 else None


KINDS: dict[str, Kind] = {}


def describe(kind: Kind) -> Kind:
    """Called by the modules of this package, once for each kind."""
    KINDS[kind.name] = kind
    return kind


def all_kinds() -> dict[str, Kind]:
    """Every kind, whatever was imported first, in the order of `MODULES`."""
    for module in MODULES:
        importlib.import_module(f"yimen.facts.registers.{module}")
    return KINDS


def kind_of(name: str) -> Kind:
    """A kind by its word; raises `thing.not_found`."""
    found = all_kinds().get(name)
    if found is None:
        raise Refused("thing.not_found", kind=name[:40])
    return found


def thing(name: str, key: str) -> Any:
    """A thing whoever asks; raises the kind's `unknown` (`thing.not_found` unless it says otherwise)."""
    kind = kind_of(name)
    wanted = kind.found(key)
    found = kind.model._default_manager.filter(**wanted).first() if wanted else None
    if found is None:
        raise Refused(kind.unknown, kind=name, key=key[:80])
    return found


def of_journal(name: str, key: str) -> Any:
    """A thing by its key in the journal; raises the kind's `unknown`."""
    kind = kind_of(name)
    if not kind.journal_field:
        return thing(name, key)
    found = kind.model._default_manager.filter(**{kind.journal_field: key}).first()
    if found is None:
        raise Refused(kind.unknown, kind=name, key=key[:80])
    return found


def _subject(name: str, key: str) -> Any:
    """The thing that a verb acts on: an unknown one is not there, whatever an unknown argument would be called."""
    try:
        return thing(name, key)
    except Refused:
        raise Refused("thing.not_found", kind=name, key=key[:80]) from None


def seen(name: str, key: str, actor: Actor) -> Any:
    """A thing that the actor may read; raises `thing.not_found` for any other, be it there or not."""
    kind = kind_of(name)
    wanted = kind.found(key)
    found = kind.visible(actor).filter(**wanted).first() if wanted else None
    if found is None:
        raise Refused("thing.not_found", kind=name, key=key[:80])
    return found


def permitted(name: str, key: str, verb: str, actor: Actor) -> Any:
    """The thing on which an actor does `verb`.

    Raises `Denied` or, where the actor may not know that the thing exists, `OutOfScope` (both permission.denied);
    `thing.not_found` when there is none.
    """
    kind, found = kind_of(name), _subject(name, key)
    wanted = kind.found(key)
    if not (wanted and kind.visible(actor).filter(**wanted).exists()):
        actor.role_for(verb)
        raise OutOfScope(verb=verb)
    actor.role_for(verb)
    if not kind.acts(actor, verb, found):
        raise Denied(verb=verb)
    return found


def offered(kind: Kind, found: Any, actor: Actor, verbs: list[str], at: datetime) -> list[str]:
    """Those of `verbs` that the actor may do with the thing as it is at a moment."""
    return [v for v in verbs if v in actor.verbs and kind.acts(actor, v, found) and kind.lets(v, found, at)]


def page(kind: Kind, actor: Actor, after: str = "", size: int = PAGE_ROWS, *, at: datetime) -> tuple[list[Any], str]:
    """(things, key of the next page or ""), newest first unless the kind is ordered by its key; ready to tell their
    facts at `at`."""
    rows = kind.visible(actor)
    field = "pk" if kind.newest_first else kind.key_field
    if after and (field != "pk" or (after.isascii() and after.isdigit() and len(after) < 19)) and "\x00" not in after:
        rows = rows.filter(**{f"{field}__lt" if kind.newest_first else f"{field}__gt": after})
    found = list(rows.order_by(f"-{field}" if kind.newest_first else field)[: size + 1])
    kind.together(found[:size], at)
    return found[:size], str(reduce(getattr, field.split("__"), found[size - 1])) if len(found) > size else ""


def everything[M: Model](model: type[M]) -> Callable[[Actor], QuerySet[M]]:
    """`visible` of a register that every person of the staff reads."""

    def visible(actor: Actor) -> QuerySet[M]:
        rows = model._default_manager.all()
        return rows if actor.staff_id is not None or is_clock(actor) else rows.none()

    return visible


def everybody[M: Model](model: type[M]) -> Callable[[Actor], QuerySet[M]]:
    """`visible` of a register that anybody with an account reads."""
    return lambda _actor: model._default_manager.all()


def own_organ[M: Model](model: type[M], *fields: str) -> Callable[[Actor], QuerySet[M]]:
    """`visible` of a register whose things belong to organs (keys of `fields`): the whole centre's roles see all, the
    people of an organ its own."""

    def visible(actor: Actor) -> QuerySet[M]:
        rows = model._default_manager.all()
        if is_clock(actor) or (actor.staff_id is not None and is_wide(actor)):
            return rows
        if actor.staff_id is None or actor.organ_id is None:
            return rows.none()
        mine = Q()
        for field in fields or ("organ",):
            mine |= Q(**{f"{field}_id": actor.organ_id})
        return rows.filter(mine)

    return visible


def is_wide(actor: Actor) -> bool:
    """Whether an actor works for the whole centre."""
    return any(role in CENTRE_WIDE or role in (Role.ADMIN, Role.ESTABLISHMENT_OFFICE) for role in actor.roles)


def is_clock(actor: Actor) -> bool:
    """Whether the clock itself, or whoever sets the centre up, acts."""
    return actor.id in ("clock", "installer")
