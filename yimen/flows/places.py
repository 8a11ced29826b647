"""The house: organs with their names and successors, sections, halls, windows, and who is posted where."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Literal

from annotated_types import MaxLen
from django.db import transaction
from django.utils import timezone

from yimen.facts.registers import base as registers
from yimen.flows import arguments
from yimen.flows.arguments import Day, FileId, Items, Line, Name, Of, OrganCode, Organs, People, StaffName, Text, Word
from yimen.flows.frame import maker, thing_verb
from yimen.flows.registry import clockwork
from yimen.ground.files import queries as files
from yimen.ground.kernel.errors import Denied, Refused
from yimen.rooms.cases import queries as cases
from yimen.rooms.cases.actions._write import settle
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.rules.lifecycle import OPEN_STATES
from yimen.rooms.catalogue.models import Item
from yimen.rooms.identity import actions, places, tenure
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Hall, Organ, Section, Staff, Succession, User, Window
from yimen.rooms.identity.rules.organs import employer
from yimen.rooms.identity.rules.roles import CENTRE_WIDE, Role

HallName = Annotated[str, MaxLen(100), Of("hall")]
WindowKey = Annotated[str, MaxLen(20), Of("window")]
SectionKey = Annotated[str, MaxLen(20), Of("section")]
RoleName = Literal[
    "window_clerk",
    "window_head",
    "examiner",
    "approver",
    "section_head",
    "organ_head",
    "duty_leader",
    "inspector",
    "committee",
    "legal_office",
    "establishment_office",
    "government",
    "finance",
    "bank",
    "price_supervision",
    "supervision",
    "complaint_centre",
    "personnel_office",
    "consultation_desk",
    "auditor",
    "admin",
]


def window(key: str) -> Window:
    """A window by its key; raises `window.unknown`."""
    return _thing("window", key, "window.unknown")


def section(key: str) -> Section:
    """A section by its key; raises `section.unknown`."""
    return _thing("section", key, "section.unknown")


def _thing(kind: str, key: str, unknown: str) -> Any:
    try:
        return registers.thing(kind, str(key))
    except Refused:
        raise Refused(unknown, **{kind: str(key)[:40]}) from None


def _of_own_organ(by: Actor, organ_id: int | None, verb: str) -> None:
    """An organ's head acts for its own people and windows only."""
    if set(by.roles) & {Role.ADMIN, Role.COMMITTEE} or (by.organ_id is not None and by.organ_id == organ_id):
        return
    raise Denied(verb=verb)


@maker("organ")
def register_organ(
    *, code: Word, name: Name, name_en: Name = "", credit_code: Word = "", by: Actor, at: datetime
) -> Organ:
    """A new organ, confirmed; `organ.exists` when the code is taken."""
    arguments.required(code=code, name=name)
    if Organ.objects.filter(code=code.strip()).exists():
        raise Refused("organ.exists", organ=code)
    return actions.register_organ(code=code.strip(), name=name, name_en=name_en, credit_code=credit_code, by=by, at=at)


@thing_verb("organ")
def confirm_organ(organ: Organ, *, by: Actor, at: datetime) -> None:
    """An organ that an import brought is what it says; `organ.confirmed` when it was confirmed before."""
    places.confirm_organ(organ, by=by, at=at)


@thing_verb("organ")
def rename_organ(
    organ: Organ, *, name: Name, name_en: Name = "", valid_from: Day, basis: Line, by: Actor, at: datetime
) -> None:
    """Another name from a day on. Papers, publications and certificates bear the name of their own day, so old ones
    keep the old name. `name.exists`: a name begins on that day already; `reason.missing` without name or basis."""
    places.rename_organ(organ, name=name, name_en=name_en, valid_from=valid_from, basis=basis, by=by, at=at)


@thing_verb("organ")
def succeed_organ(
    organ: Organ,
    *,
    to: OrganCode,
    on: Day,
    basis: Line,
    items: Items = (),
    staff: People = (),
    by: Actor,
    at: datetime,
) -> None:
    """From 00:00 of a day the organ `to` exercises the powers: all of them, or those over `items`; running cases too.

    The people named in `staff` go with them; where neither items nor staff are named, everybody goes. A running case
    is from then on the successor's, and the old organ's people are refused `permission.denied`. Refusals: `day.past`,
    `reason.missing` (basis), `succession.circle`, `succession.exists`, `succession.other_item` (not the organ's).
    """
    successor = arguments.organ(to)
    named = arguments.items(items)
    if strange := [item.code for item in named if item.organ_id != organ.pk]:
        raise Refused("succession.other_item", items=strange)
    people = [arguments.staff(name).user.username for name in staff]
    codes = [item.code for item in named]
    places.succeed_organ(organ, to=successor, on=on, basis=basis, items=codes, staff=people, by=by, at=at)


@thing_verb("organ")
def set_upper_organ(organ: Organ, *, upper: Name = "", basis: Line, by: Actor, at: datetime) -> None:
    """The organ is vertically managed: what the city would decide of its functions, its upper level decides.

    `upper` left out: it is the city's again. Refusal: `reason.missing` (basis).
    """
    places.set_upper_organ(organ, upper=upper, basis=basis, by=by, at=at)


@maker("section")
def name_section(*, organ: OrganCode, name: Name, is_licensing: bool = False, by: Actor, at: datetime) -> Section:
    """A section of an organ; `is_licensing`: its one licensing section (行政许可科).

    Refusals: `organ.unknown`, `reason.missing` (name), `section.exists`, `section.licensing_exists`.
    """
    return places.name_section(organ=arguments.organ(organ), name=name, is_licensing=is_licensing, by=by, at=at)


@maker("hall")
def register_hall(*, name: Name, address: Line = "", by: Actor, at: datetime) -> Hall:
    """A hall of the centre; `hall.exists` when the name is taken. Halls go by their names."""
    return places.register_hall(name=name, address=address, by=by, at=at)


@maker("window")
def register_window(
    *,
    hall: HallName,
    number: Word,
    organ: OrganCode | None = None,
    sort: Literal["ordinary", "comprehensive"] = "ordinary",
    floor: Word = "",
    duties: Text = "",
    hours: Line = "",
    telephone: Line = "",
    complaint_telephone: Line = "",
    by: Actor,
    at: datetime,
) -> Window:
    """A window of a hall, open from today; `comprehensive`: several organs may share it. Without an organ it is for a
    stationed unit. The public reads it once it says something in each field of the disclosure set in force.

    Refusals: `hall.unknown`, `organ.unknown`, `window.exists`, `reason.missing` (number).
    """
    found = Hall.objects.filter(name=hall).first()
    if found is None:
        raise Refused("hall.unknown", hall=hall)
    made = Window(
        hall=found,
        number=number.strip(),
        organ=arguments.organ(organ) if organ else None,
        sort=Window.Sort.PLATFORM if found.is_secondary_platform else sort,
        floor=floor,
        duties=duties,
        hours=hours,
        telephone=telephone,
        complaint_telephone=complaint_telephone,
    )
    return places.open_window(made, by=by, at=at)


@thing_verb("window")
def change_window(
    window: Window,
    *,
    floor: Word | None = None,
    duties: Text | None = None,
    hours: Line | None = None,
    telephone: Line | None = None,
    complaint_telephone: Line | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """What the public reads of a window: floor, duties, hours, telephones; what is left out stays. `window.closed`."""
    given = {
        "floor": floor,
        "duties": duties,
        "hours": hours,
        "telephone": telephone,
        "complaint_telephone": complaint_telephone,
    }
    places.change_window(window, {k: v for k, v in given.items() if v is not None}, by=by, at=at)


@thing_verb("window")
def open_window_to(window: Window, *, organs: Organs, by: Actor, at: datetime) -> None:
    """A comprehensive window receives for these organs too: its clerks take and treat their applications from now on.

    Refusals: `window.not_comprehensive`, `window.closed`, `organ.unknown`, `organs.missing`.
    """
    places.open_window_to(window, organs=[arguments.organ(code) for code in organs], by=by, at=at)


@thing_verb("window")
def assign_window_staff(
    window: Window, *, staff: StaffName, photo: FileId | None = None, by: Actor, at: datetime
) -> None:
    """A person is on duty at the window from today, shown there by name and photo (JPEG or PNG); an earlier window is
    left. Refusals: `window.closed`, `staff.unknown`, `posting.other_organ`, `file.unknown`, `photo.not_an_image`."""
    person = arguments.staff(staff)
    _of_own_organ(by, person.organ_id, "assign_window_staff")
    upload = files.find(photo, [by.id]) if photo else None
    places.assign_window_staff(window, staff=person, photo=upload, by=by, at=at)


@thing_verb("window")
def close_window(window: Window, *, on: Day, reason: Text, by: Actor, at: datetime) -> None:
    """The window is closed from a day on, and postings to it end on the eve; `day.past`, `window.closed`,
    `reason.missing`."""
    places.close_window(window, on=on, reason=reason, by=by, at=at)


@maker("staff")
def register_staff(
    *,
    username: Annotated[str, MaxLen(150)],
    name: Annotated[str, MaxLen(100)],
    roles: Annotated[Sequence[RoleName], MaxLen(10)],
    organ: OrganCode | None = None,
    window: WindowKey | None = None,
    by: Actor,
    at: datetime,
) -> Staff:
    """A person of the staff, whose account opens through lost access. Refusals: `staff.exists`, `organ.unknown`,
    `window.unknown`, `organs.missing` (roles that belong to an organ), `reason.missing`."""
    arguments.required(username=username, name=name, roles=" ".join(roles))
    if User.objects.filter(username=username).exists():
        raise Refused("staff.exists", username=username)
    if organ is None and not set(roles) <= CENTRE_WIDE | {Role.ADMIN, Role.FINANCE, Role.BANK}:
        raise Refused("organs.missing", field="organ")
    return actions.register_staff(
        username=username,
        name=name,
        roles=[Role(role) for role in dict.fromkeys(roles)],
        organ=arguments.organ(organ) if organ else None,
        window=_thing("window", window, "window.unknown") if window else None,
        by=by,
        at=at,
    )


@thing_verb("staff")
def post_staff(
    staff: Staff,
    *,
    window: WindowKey | None = None,
    section: SectionKey | None = None,
    valid_from: Day,
    by: Actor,
    at: datetime,
) -> None:
    """A person works at a window, or in a section, from a day on; the posting before ends on the eve.

    Refusals: `posting.one_place` (neither or both), `posting.other_organ`, `day.past`, `window.unknown`,
    `section.unknown`, `window.closed`.
    """
    _of_own_organ(by, staff.organ_id, "post_staff")
    at_window = _thing("window", window, "window.unknown") if window else None
    in_section = _thing("section", section, "section.unknown") if section else None
    places.post_staff(staff, window=at_window, section=in_section, valid_from=valid_from, by=by, at=at)


@clockwork
def write_down_organs(at: datetime) -> int:
    """The names of today, and items and people under the successors of today: what holds already, by the day."""
    today = timezone.localdate(at)
    done = places.write_names(today)
    for succession in Succession.objects.filter(day__lte=today, written_down=False).order_by("day", "id"):
        with transaction.atomic():
            _write_down(succession, today)
            done += 1
    return done + _settle_taken_over(at)


def _write_down(succession: Succession, today: date) -> None:
    """Items and people carry the successor's key, so that lists and guides need no reckoning."""
    step = next(s for s in tenure.tenure().steps if (s.organ, s.to, s.day) == _triple(succession))
    items = Item.objects.filter(organ=succession.organ)
    (items.filter(code__in=step.items) if step.items else items).update(organ=succession.successor)
    for person in Staff.objects.filter(organ=succession.organ).select_related("user"):
        key = employer([replace(step, day=today)], succession.organ_id, person.user.username, today)
        if key != person.organ_id:
            Staff.objects.filter(pk=person.pk).update(organ_id=key)
    places.mark_written(succession)
    tenure.changed()


def _triple(succession: Succession) -> tuple[int, int, date]:
    return succession.organ_id, succession.successor_id, succession.day


def _settle_taken_over(at: datetime) -> int:
    """Open cases of organs whose powers have passed are written to the successor, each in its own transaction."""
    today, done = timezone.localdate(at), 0
    organs = {step.organ for step in tenure.tenure().steps if step.day <= today}
    if not organs:
        return 0
    rows = Case.objects.filter(deciding_organ_id__in=organs, state__in=OPEN_STATES)
    for number in list(rows.order_by("id").values_list("number", flat=True)):
        with transaction.atomic():
            case = cases.load(number)
            before = case.version
            settle(case, at)
            done += case.version != before
    return done
