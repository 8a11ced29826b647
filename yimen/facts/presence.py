"""三进厅: which items, people and powers of an organ are in the centre, reckoned from what is on record, never ticked.

items    those in force on the day; in: a window of the centre receives for the organ, or an approved platform has them
people   those who receive, examine or approve; in: posted at an open window on the day
powers   the items; in: somebody who may decide them sits at a window, and since the organ's first posting (a year back
         at most) nobody decided one of them from elsewhere
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q

from yimen.rooms.authority.models import Authorisation
from yimen.rooms.authority.queries import in_force
from yimen.rooms.cases.models import Case, Hand
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity import tenure
from yimen.rooms.identity.models import Organ, Posting, StaffRole
from yimen.rooms.identity.queries import on_day
from yimen.rooms.identity.rules.organs import employer, holder
from yimen.rooms.identity.rules.roles import Role
from yimen.rooms.stationing import queries as stationing

AT_WORK = (Role.WINDOW_CLERK, Role.WINDOW_HEAD, Role.EXAMINER, Role.APPROVER)
YEAR = timedelta(days=365)


@dataclass(slots=True)
class Board:
    """What was counted for one organ."""

    items: dict[str, bool] = field(default_factory=dict)
    people: dict[int, bool] = field(default_factory=dict)
    powers: dict[str, bool] = field(default_factory=dict)
    decided_outside: list[str] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        """{items, people, powers: {in, all, share}, decided_outside, complete}."""
        three = {"items": part(self.items), "people": part(self.people), "powers": part(self.powers)}
        complete = all(p["all"] and p["in"] == p["all"] for p in three.values())
        return {**three, "decided_outside": sorted(self.decided_outside), "complete": complete}


def part(found: dict[Any, bool]) -> dict[str, int]:
    """How many are in, of how many, and the share in whole per cent, rounded down: 100 is only the whole."""
    moved = sum(found.values())
    return {"in": moved, "all": len(found), "share": 100 * moved // len(found) if found else 0}


def three_in(organ: Organ, on: date) -> dict[str, Any]:
    """The board of one organ."""
    return boards(on, [organ.pk]).get(organ.pk, Board()).facts()


def boards(on: date, organs: Iterable[int] | None = None) -> dict[int, Board]:
    """{key of the organ: its board}; of all organs that have items or people, unless told. Ten queries."""
    steps = tenure.tenure().steps
    found: dict[int, Board] = {}
    versions = ItemVersion.objects.filter(_in_force(on)).order_by("item__code")
    items = {
        code: (holder(steps, organ, code, on), approver)
        for code, organ, approver in versions.values_list("item__code", "item__organ_id", "approver")
    }
    places = stationing.handled_in([(code, organ) for code, (organ, _approver) in items.items()], on)
    people, roles = _people(on, steps)
    seated = set(_seated(on).values_list("staff_id", flat=True))
    outside = _decided_outside(on)
    authorised = set(Authorisation.objects.filter(in_force(on)).values_list("items__item__code", "staff_id"))
    wanted = set(organs) if organs is not None else None
    for code, (organ, approver) in items.items():
        if wanted is not None and organ not in wanted:
            continue
        board = found.setdefault(organ, Board())
        board.items[code] = places[code] != stationing.NOWHERE
        here = {person for person in seated if people.get(person) == organ}
        signs = any(_decides(roles[person], approver, (code, person) in authorised) for person in here)
        board.powers[code] = signs and code not in outside
        if code in outside:
            board.decided_outside.append(code)
    for person, organ in people.items():
        if (wanted is None or organ in wanted) and roles[person] & set(AT_WORK):
            found.setdefault(organ, Board()).people[person] = person in seated
    return found


def _in_force(on: date) -> Q:
    return Q(state="published") & on_day(on, "valid_from", "valid_to")


def _seated(on: date) -> Any:
    open_then = Q(window__closed_on=None) | Q(window__closed_on__gt=on)
    return Posting.objects.filter(on_day(on), open_then, window__isnull=False)


def _people(on: date, steps: Any) -> tuple[dict[int, int], dict[int, set[str]]]:
    """({person: organ}, {person: roles}) of those at work for organs on a day."""
    rows = StaffRole.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=on),
        Q(valid_to=None) | Q(valid_to__gte=on),
        staff__active=True,
        staff__organ__isnull=False,
    )
    people: dict[int, int] = {}
    roles: dict[int, set[str]] = {}
    for key, organ, username, role in rows.values_list("staff_id", "staff__organ_id", "staff__user__username", "role"):
        people[key] = employer(steps, organ, username, on)
        roles.setdefault(key, set()).add(role)
    return people, roles


def _decides(held: set[str], approver: str, authorised: bool) -> bool:
    """Whether a person with these roles may decide an item that names this approver; a window's head by authorisation
    of the day only."""
    if approver != Role.WINDOW_HEAD:
        return approver in held
    return Role.APPROVER in held or (authorised and Role.WINDOW_HEAD in held)


def _decided_outside(on: date) -> set[str]:
    """Codes of the items that somebody decided who sat at no window on that day, after the organ's first posting."""
    day: Any = OuterRef("case__decided_on")
    at_window = Posting.objects.filter(on_day(day), staff=OuterRef("staff"), window__isnull=False)
    first = Posting.objects.filter(window__isnull=False, staff__organ=OuterRef("case__deciding_organ"))
    hands = (
        Hand.objects.filter(act="approve", case__decided_on__gt=on - YEAR, case__decided_on__lte=on)
        .annotate(since=first.order_by().values("staff__organ").annotate(day=Min("starts")).values("day")[:1])
        .filter(~Exists(at_window), case__decided_on__gte=F("since"))
    )
    return set(hands.values_list("case__item_version__item__code", flat=True).distinct())


def violations(on: date, organs: set[int] | None = None) -> list[dict[str, Any]]:
    """Items in force that are handled neither in the centre nor on an approved platform: [{code, name, organ,
    organ_name, received}], with how many cases of theirs came in during the year; five queries."""
    steps = tenure.tenure().steps
    rows = list(
        ItemVersion.objects.filter(_in_force(on))
        .order_by("item__code")
        .values_list("item__code", "item__name", "item__organ_id")
    )
    owners = {code: holder(steps, organ, code, on) for code, _name, organ in rows}
    places = stationing.handled_in(owners.items(), on)
    names = Organ.objects.in_bulk(set(owners.values()))
    lost = [(code, name) for code, name, _organ in rows if places[code] == stationing.NOWHERE]
    came = _received({code for code, _name in lost}, on)
    return [
        {
            "code": code,
            "name": name,
            "organ": names[owners[code]],
            "received": came.get(code, 0),
        }
        for code, name in lost
        if organs is None or owners[code] in organs
    ]


def _received(codes: set[str], on: date) -> dict[str, int]:
    rows = Case.objects.filter(item_version__item__code__in=codes, received_on__gt=on - YEAR, received_on__lte=on)
    return dict(rows.order_by().values_list("item_version__item__code").annotate(n=Count("pk")))


def handled_in(code: str, organ: int, on: date) -> str:
    """centre, platform or nowhere: where an item of an organ (the one that decides) is handled on a day."""
    return stationing.handled_in([(code, organ)], on)[code]
