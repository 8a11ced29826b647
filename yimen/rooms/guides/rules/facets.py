"""What a guide is filtered by: theme, life event, whom it serves, charge, online, decided at once.

A guide that does not say something belongs to neither side of it: nothing is guessed from silence.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

FREE, CHARGED = "free", "charged"
PERSON, ORGANISATION = "person", "organisation"
YES, NO = "yes", "no"
# 服务对象 of GB/T 39046 table 4: natural persons; enterprises, public institutions, social organisations.
OBJECTS = {"1": PERSON, "2": ORGANISATION, "3": ORGANISATION, "4": ORGANISATION}
_FREE = re.compile(r"不收费|不收取|免费|免收|^无[。]?$|^否$")
_CHARGED = re.compile(r"\d\s*(?:万)?元|收费标准|^收费|^是$|按.{1,30}收[费取]")


class Group(NamedTuple):
    """A theme or event: items whose name contains one of `words`."""

    kind: str
    name: str
    name_en: str
    words: tuple[str, ...]


class Facets(NamedTuple):
    """What a guide answers to each filter; an empty tuple: it does not say."""

    theme: tuple[str, ...]
    event: tuple[str, ...]
    object: tuple[str, ...]
    charge: tuple[str, ...]
    online: tuple[str, ...]
    immediate: tuple[str, ...]


def groups_of(name: str, groups: Iterable[Group], kind: str, said: Collection[str] = ()) -> tuple[str, ...]:
    """The groups of a kind to which an item of this name belongs, in their order, and those that its guide names."""
    return tuple(g.name for g in groups if g.kind == kind and (g.name in said or any(w in name for w in g.words)))


def charge_of(text: str, fees: Sequence[object] = ()) -> tuple[str, ...]:
    """`free`, `charged`, or neither for a text that says both or nothing."""
    free, charged = bool(_FREE.search(text.strip())), bool(fees) or bool(_CHARGED.search(text.strip()))
    if free == charged:
        return ()
    return (FREE,) if free else (CHARGED,)


def online_of(is_online: bool | None, visits: int | None) -> tuple[str, ...]:
    """Whether it can be done without coming: as the guide says, else by the visits that it asks for."""
    if is_online is None and visits is None:
        return ()
    return (YES,) if (is_online if is_online is not None else visits == 0) else (NO,)


def objects_of(codes: Iterable[str]) -> tuple[str, ...]:
    """Whom the guide serves."""
    return tuple(sorted({OBJECTS[code] for code in codes if code in OBJECTS}))
