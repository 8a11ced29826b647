"""`given`: who may decide. Unless a story says otherwise every organ is a licensing subject for all of its items, and
its window heads are authorised for them, from long before.

Where a story takes one away (`subject: none`, `authorised: false`) it has lapsed: it held on the first day of the
item's version alone, for without it the version could not have been published.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from yimen.faces.stories.scenario.given import ALWAYS, default_person
from yimen.faces.stories.scenario.values import Given, ItemGiven, PersonGiven
from yimen.flows import authority
from yimen.flows.setup import INSTALLER
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.roles import Role

DEFAULT = "default"
BASIS = "本情景给定"


class Powers:
    """Gives them, and keeps the keys under the labels by which a story ends or revokes them."""

    def __init__(self, given: Given, world: Any, at: datetime) -> None:
        self.labels: dict[tuple[str, str], str] = {}
        self._given, self._world, self._at = given, world, at
        self._since = min([ALWAYS, *(item.valid_from for item in given.items)])

    def give(self, acting: Collection[str]) -> None:
        """`acting`: names of those who do something in the story."""
        for organ in self._given.organs:
            self._subjects(organ)
        for organ in dict.fromkeys(item.organ for item in self._given.items):
            self._authorise(organ, acting)

    def _label(self, kind: str, names: tuple[str, ...], thing: Any) -> None:
        for name in names:
            self.labels.setdefault((kind, name), thing.key)

    def _items(self, organ: str) -> list[ItemGiven]:
        return [item for item in self._given.items if item.organ == organ]

    def _subjects(self, organ: str) -> None:
        lapsed = [item for item in self._items(organ) if not item.subject]
        kept = {item.code for item in self._items(organ)} - {item.code for item in lapsed}
        if kept or not lapsed:
            made = self._subject(organ, sorted(kept) if lapsed else [], self._since, None)
            first = next(iter(self._given.organs)) == organ
            self._label("subject", (f"{DEFAULT}-{organ}", *([DEFAULT] if first else [])), made)
        for item in lapsed:
            self._subject(organ, [item.code], item.valid_from, item.valid_from)

    def _subject(self, organ: str, items: list[str], first: date, last: date | None) -> Any:
        return authority.register_subject(
            organ=organ,
            kind="statutory",
            basis=BASIS,
            items=items,
            valid_from=first,
            valid_to=last,
            by=INSTALLER,
            at=self._at,
        )

    def _authorise(self, organ: str, acting: Collection[str]) -> None:
        signs, mine = self._signer(organ), self._items(organ)
        heads = dict(self._heads(organ, acting)) or {f"window head of {organ}": PersonGiven((Role.WINDOW_HEAD,), organ)}
        lasting: set[str] = set()
        for name, person in heads.items():
            self._world.hire(name, person)
            codes = list(dict.fromkeys(item.code for item in mine if item.authorised)) if person.authorised else []
            if codes:
                made = self._authorisation(signs, name, codes, self._since, None)
                self._label("authorisation", (name, DEFAULT), made)
                lasting |= set(codes)
        for item in mine:
            if item.approver == Role.WINDOW_HEAD and item.code not in lasting:
                self._authorisation(signs, next(iter(heads)), [item.code], item.valid_from, item.valid_from)

    def _authorisation(self, by: Actor, staff: str, items: list[str], first: date, last: date | None) -> Any:
        return authority.authorise_window(
            items=items,
            staff=staff,
            valid_from=first,
            valid_to=last,
            document_number="示例授权〔1990〕1号",
            by=by,
            at=self._at,
        )

    def _heads(self, organ: str, acting: Collection[str]) -> Iterator[tuple[str, PersonGiven]]:
        """The window heads of an organ: those whom the story names, and those who act by the name of their role."""
        for name, person in self._given.staff.items():
            if Role.WINDOW_HEAD in person.roles and person.organ == organ:
                yield name, person
        for name in acting:
            meant = None if name in self._given.staff else default_person(name, next(iter(self._given.organs)))
            if meant and meant.organ == organ and Role.WINDOW_HEAD in meant.roles:
                yield name, meant

    def _signer(self, organ: str) -> Actor:
        named = (n for n, p in self._given.staff.items() if Role.ORGAN_HEAD in p.roles and p.organ == organ)
        name = next(named, f"organ head of {organ}")
        hired: Actor = self._world.hire(name, self._given.staff.get(name) or PersonGiven((Role.ORGAN_HEAD,), organ))
        return hired
