"""A centre from a file: its name, organs, windows, people and who may decide. What is there already stays as it is.

centre: {name: 示例市行政服务中心, name_en: Example City Service Centre, area_code: "371500"}
organs:
  - {code: J01, name: 市建设局, name_en: Construction Bureau, credit_code: ""}
  - {code: J00, name: 示例市行政服务中心, of_centre: true}
windows:
  - {hall: 一楼大厅, number: "03", organ: J01}
people:
  - {username: wangjing, name: 王静, roles: [admin]}
  - {username: liqiang, name: 李强, roles: [window_clerk], organ: J01, hall: 一楼大厅, window: "03"}
subjects:
  - {organ: J01, kind: statutory, basis: 建筑法 第七条, valid_from: 2026-01-01}
authorisations:
  - {given_by: zhangjun, staff: wanglei, items: ["371500-001"], document_number: 建授〔2026〕1号,
      valid_from: 2026-01-01}

A subject without `items` is one for all items of its organ. An authorisation names items that are there, so it comes
after the items: the same file can be carried out again then.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from yimen.flows import authority, setup
from yimen.rooms.authority.models import Authorisation, LicensingSubject
from yimen.rooms.authority.queries import in_force, subjects_on
from yimen.rooms.authority.rules.subjects import Kind
from yimen.rooms.catalogue.models import Item
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Centre, Organ, Staff, User, Window
from yimen.rooms.identity.rules.roles import CENTRE_WIDE, Role

# part → {key: whether it must be there}
KEYS = {
    "centre": {"name": True, "name_en": False, "area_code": True},
    "organs": {"code": True, "name": True, "name_en": False, "credit_code": False, "of_centre": False},
    "windows": {"hall": True, "number": True, "organ": True},
    "people": {"username": True, "name": True, "roles": True, "organ": False, "hall": False, "window": False},
    "subjects": {
        **{"organ": True, "kind": True, "basis": True, "valid_from": True, "valid_to": False, "items": False},
        **{"entrusted_by": False, "announcement": False, "announced_on": False},
    },
    "authorisations": {
        **{"given_by": True, "staff": True, "items": True, "document_number": True},
        **{"valid_from": True, "valid_to": False, "text": False},
    },
}
# Parts that are told only where the file has them.
POWERS = ("subjects", "authorisations")
NO_STAFF = {Role.APPLICANT, Role.CLOCK, Role.SYSTEM}
WITHOUT_ORGAN = CENTRE_WIDE | setup.WITHOUT_ORGAN
# Keys that are true or false, not a text.
FLAGS = {"of_centre"}
DAYS = {"valid_from", "valid_to", "announced_on"}
LISTS = {"items"}
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Book:
    """What a file says, checked; `problems` is empty when it can be carried out."""

    parts: dict[str, list[dict[str, Any]]]
    problems: list[str]


@dataclass(slots=True)
class Made:
    """What became of it: numbers of new things, and the one-time key of each new person."""

    numbers: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("organs", "windows", "people"), 0))
    keys: dict[str, str] = field(default_factory=dict)


def read(path: Path) -> Book:
    """Raises OSError, and ValueError when it is no YAML."""
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} can't be read as YAML in UTF-8: {error}") from error
    if not isinstance(found, dict):
        return Book({}, [f"the file says nothing; it has one of {', '.join(f'{name}:' for name in KEYS)}"])
    parts = {name: _lines(found.get(name)) for name in KEYS}
    problems = [f"{name}: this part is not known; use {', '.join(KEYS)}" for name in found if name not in KEYS]
    return Book(parts, problems + list(_problems(parts)))


def _lines(part: Any) -> list[dict[str, Any]]:
    rows = part if isinstance(part, list) else [] if part is None else [part]
    return [row if isinstance(row, dict) else {"": row} for row in rows]


def _problems(parts: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    for part, rows in parts.items():
        for at, row in enumerate(rows, 1):
            wrong = list(_row_problems(KEYS[part], row))
            yield from (f"{part} {at}: {text}" for text in wrong)
            if part == "people" and not wrong:
                yield from (f"people {at} ({row['username']}): {text}" for text in _person_problems(row))
    known = set(Organ.objects.values_list("code", flat=True)) | {str(row.get("code")) for row in parts["organs"]}
    for part in ("windows", "people", "subjects"):
        codes = {str(row["organ"]) for row in parts[part] if row.get("organ")}
        yield from (f"{part}: there is no organ {code}" for code in sorted(codes - known))


def _row_problems(keys: dict[str, bool], row: dict[str, Any]) -> Iterator[str]:
    yield from (f"{name!r} is not known; use {', '.join(keys)}" for name in row if name not in keys)
    for name, needed in keys.items():
        value = row.get(name)
        if needed and (value is None or value == "" or value == []):
            yield f"{name} is missing"
        elif name in FLAGS:
            if value is not None and not isinstance(value, bool):
                yield f"{name} is true or false"
        elif name in DAYS:
            if value is not None and _day(value) is None:
                yield f"{name} is a day such as 2026-03-14"
        elif name in LISTS:
            if value is not None and not (isinstance(value, list) and all(isinstance(each, str) for each in value)):
                yield f"{name} is a list of codes (write numbers in quotes)"
        elif name == "kind" and value not in list(Kind):
            yield f"kind is one of {', '.join(Kind)}"
        elif name != "roles" and value is not None and not (isinstance(value, str) and len(value) <= LONGEST):
            yield f"{name} is not a text of at most {LONGEST} characters (write numbers in quotes)"


def _day(value: Any) -> date | None:
    """A day as YAML reads it, or in quotes."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _person_problems(row: dict[str, Any]) -> Iterator[str]:
    roles = row["roles"] if isinstance(row["roles"], list) else [row["roles"]]
    offered = [role for role in Role if role not in NO_STAFF]
    if strange := [str(role) for role in roles if role not in offered]:
        yield f"no role of the staff: {', '.join(strange)}; roles are {', '.join(offered)}"
    elif not row.get("organ") and not set(roles) <= WITHOUT_ORGAN:
        yield "these roles belong to an organ; name it"
    if bool(row.get("window")) != bool(row.get("hall")):
        yield "a window is named by its hall and its number"


def carry_out(book: Book, *, at: datetime, say: Callable[[str], None]) -> Made:
    """Make what is not there yet, each thing in a transaction of its own: a second run goes on where one stopped."""
    made = Made()
    for row in book.parts["centre"]:
        if Centre.objects.exists():
            say("the centre has its name already")
        else:
            setup.name_centre(**row, by=setup.INSTALLER, at=at)
    for row in book.parts["organs"]:
        if not Organ.objects.filter(code=row["code"]).exists():
            setup.register_organ(**row, by=setup.INSTALLER, at=at)
            made.numbers["organs"] += 1
    for row in book.parts["windows"]:
        if _window(row["hall"], row["number"]) is None:
            organ = Organ.objects.get(code=row["organ"])
            setup.register_window(**row | {"organ": organ}, by=setup.INSTALLER, at=at)
            made.numbers["windows"] += 1
    for row in book.parts["people"]:
        _person(row, made, at=at, say=say)
    made.numbers |= {part: 0 for part in POWERS if book.parts[part]}
    for row in book.parts["subjects"]:
        _subject(_with_days(row), made, at=at)
    for row in book.parts["authorisations"]:
        _authorisation(_with_days(row), made, at=at, say=say)
    return made


def _with_days(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _day(value) if name in DAYS else value for name, value in row.items() if value is not None}


def _subject(row: dict[str, Any], made: Made, *, at: datetime) -> None:
    """One subject of an organ, kind and first day is there once."""
    there = LicensingSubject.objects.filter(
        organ__code=row["organ"], kind=row["kind"], valid_from=row["valid_from"], all_items=not row.get("items")
    )
    if row.get("items"):
        there = there.filter(items__item__code__in=row["items"])
    if not there.exists():
        authority.register_subject(**row, by=setup.INSTALLER, at=at)
        made.numbers["subjects"] += 1


def _authorisation(row: dict[str, Any], made: Made, *, at: datetime, say: Callable[[str], None]) -> None:
    """What the head of an organ has signed is entered by whoever sets the centre up, and the journal says so."""
    name, number = row["staff"], row["document_number"]
    given_by = row.pop("given_by")
    head = Staff.objects.filter(user__username=given_by, roles__role=Role.ORGAN_HEAD).first()
    if head is None:
        say(f"{number}: {given_by} heads no organ; the authorisation is left out")
        return
    codes = set(row["items"])
    if unknown := sorted(codes - set(Item.objects.filter(code__in=codes).values_list("code", flat=True))):
        say(f"{number}: there is no item {', '.join(unknown)} yet; import the items and carry the file out again")
        return
    if not Authorisation.objects.filter(staff__user__username=name, document_number=number).exists():
        by = Actor(
            id=setup.INSTALLER.id,
            name=setup.INSTALLER.name,
            roles=(Role.ORGAN_HEAD,),
            organ_id=head.organ_id,
            staff_id=head.pk,
        )
        authority.authorise_window(**row, by=by, at=at)
        made.numbers["authorisations"] += 1


def lacking(on: date) -> Iterator[str]:
    """What is missing so that items of the organs can be published and decided, as sentences with what to do."""
    organs = Organ.objects.filter(confirmed=True, of_centre=False).order_by("code")
    for organ in organs.exclude(pk__in=subjects_on(on).values("organ")):
        yield (
            f"{organ.code}: no licensing subject is in force; before its items are published enter one,"
            " under subjects: or at /office/registers/subject/"
        )
    for organ in organs.exclude(pk__in=Authorisation.objects.filter(in_force(on)).values("staff__organ")):
        yield (
            f"{organ.code}: nobody is authorised to decide at its window; before items that a window head decides are"
            " published its head authorises somebody, under authorisations: or at /office/registers/authorisation/"
        )


def _window(hall: str, number: str) -> Window | None:
    return Window.objects.filter(hall__name=hall, number=number).first()


def _person(row: dict[str, Any], made: Made, *, at: datetime, say: Callable[[str], None]) -> None:
    """A new person gets a one-time key; who has an account keeps it and what it may do."""
    username = row["username"]
    if Staff.objects.filter(user__username=username).exists():
        return
    if User.objects.filter(username=username).exists():
        say(f"{username}: an applicant has this name; choose another one")
        return
    window = _window(row["hall"], row["window"]) if row.get("window") else None
    if row.get("window") and window is None:
        say(f"{username}: there is no window {row['window']} in {row['hall']}; the person is left out")
        return
    roles = row["roles"] if isinstance(row["roles"], list) else [row["roles"]]
    setup.register_staff(
        username=username,
        name=row["name"],
        roles=[Role(role) for role in roles],
        organ=Organ.objects.get(code=row["organ"]) if row.get("organ") else None,
        window=window,
        by=setup.INSTALLER,
        at=at,
    )
    made.numbers["people"] += 1
    made.keys[username] = setup.reset_access(username, by=setup.INSTALLER, at=at)
