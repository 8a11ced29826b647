"""Verbs of the house itself: organs, their names and successors, sections, halls, windows, postings.

Each runs in its caller's transaction and leaves one entry in the journal.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from yimen.ground.files.models import Upload
from yimen.ground.journal.actions import change, enter, note
from yimen.ground.kernel.errors import Refused
from yimen.rooms.identity import tenure
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import (
    Hall,
    Organ,
    OrganName,
    Posting,
    Section,
    Staff,
    StaffRole,
    Succession,
    Window,
    WindowOrgan,
)
from yimen.rooms.identity.rules import organs
from yimen.rooms.identity.rules import places as rules
from yimen.rooms.identity.rules.roles import Role


def _today(at: datetime) -> date:
    return timezone.localdate(at)


# organs
def rename_organ(
    organ: Organ, *, name: str, name_en: str, valid_from: date, basis: str, by: Actor, at: datetime
) -> None:
    """Another name from a day on; what was decided before keeps the old one. Raises `reason.missing`, `name.exists`."""
    rules.check_text(name=name, basis=basis)
    if not organ.names.exists():
        OrganName.objects.create(organ=organ, name=organ.name, name_en=organ.name_en)
    elif organ.names.filter(valid_from=valid_from).exists():
        raise Refused("name.exists", valid_from=valid_from.isoformat())
    OrganName.objects.create(
        organ=organ, name=name.strip(), name_en=name_en.strip(), valid_from=valid_from, basis=basis
    )
    tenure.changed()
    today = tenure.names_on(organ.pk, _today(at))
    change(
        organ,
        "rename_organ",
        {"name": today[0], "name_en": today[1]},
        by=by,
        at=at,
        valid_from=valid_from.isoformat(),
    )


def succeed_organ(
    organ: Organ,
    *,
    to: Organ,
    on: date,
    basis: str,
    items: Sequence[str],
    staff: Sequence[str],
    by: Actor,
    at: datetime,
) -> None:
    """From 00:00 of a day another organ exercises these powers. Raises `reason.missing`, `day.past`,
    `succession.circle`, `succession.exists`."""
    rules.check_text(basis=basis)
    rules.check_ahead(on, _today(at), "on")
    if to.pk == organ.pk:
        raise Refused("succession.circle")
    new = organs.Step(organ.pk, to.pk, on, frozenset(items), frozenset(staff))
    organs.check_succession(tenure.tenure().steps, new)
    Succession.objects.create(
        organ=organ, successor=to, day=on, basis=basis, items=sorted(new.items), staff=sorted(new.staff)
    )
    tenure.changed()
    change(organ, "succeed_organ", by=by, at=at, to=to.code, on=on.isoformat(), items=sorted(new.items))


def set_upper_organ(organ: Organ, *, upper: str, basis: str, by: Actor, at: datetime) -> None:
    """The organ is vertically managed by `upper` (empty: by the city again). Raises `reason.missing`."""
    rules.check_text(basis=basis)
    change(organ, "set_upper_organ", {"upper": upper.strip(), "upper_basis": basis}, by=by, at=at, set=bool(upper))


def confirm_organ(organ: Organ, *, by: Actor, at: datetime) -> None:
    """An organ that an import brought is the one that it says. Raises `organ.confirmed`."""
    if organ.confirmed:
        raise Refused("organ.confirmed", organ=organ.code)
    change(organ, "confirm_organ", {"confirmed": True}, by=by, at=at)


def name_section(*, organ: Organ, name: str, is_licensing: bool, by: Actor, at: datetime) -> Section:
    """A section of an organ. Raises `reason.missing`, `section.exists`, `section.licensing_exists`."""
    rules.check_text(name=name)
    if is_licensing and organ.sections.filter(is_licensing=True).exists():
        raise Refused("section.licensing_exists", organ=organ.code)
    made = Section(organ=organ, name=name.strip(), is_licensing=is_licensing, named_on=_today(at))
    try:
        with transaction.atomic():
            enter(made, "name_section", by=by, at=at, organ=organ.code, is_licensing=is_licensing)
    except IntegrityError:
        raise Refused("section.exists", organ=organ.code) from None
    return made


# halls and windows
def register_hall(*, name: str, address: str, by: Actor, at: datetime) -> Hall:
    """A hall of the centre. Raises `reason.missing`, `hall.exists`."""
    rules.check_text(name=name)
    if Hall.objects.filter(name=name.strip()).exists():
        raise Refused("hall.exists", name=name.strip())
    made = Hall(name=name.strip(), address=address)
    enter(made, "register_hall", by=by, at=at)
    return made


def open_window(window: Window, *, by: Actor, at: datetime) -> Window:
    """Enter a window. Raises `reason.missing`, `window.exists`."""
    rules.check_text(number=window.number)
    if Window.objects.filter(hall=window.hall, number=window.number, closed_on=None).exists():
        raise Refused("window.exists", number=window.number)
    window.opened_on = _today(at)
    enter(
        window,
        "register_window",
        by=by,
        at=at,
        organ=window.organ.code if window.organ else "",
        number=window.number,
        sort=str(window.sort),
    )
    return window


def change_window(window: Window, changes: dict[str, str], *, by: Actor, at: datetime) -> None:
    """What the public reads of a window. Raises `window.closed`."""
    rules.check_open(window.closed_on, _today(at))
    change(window, "change_window", changes, by=by, at=at, fields=sorted(changes))


def open_window_to(window: Window, *, organs: Sequence[Organ], by: Actor, at: datetime) -> None:
    """A comprehensive window receives for more organs from today. Raises `window.closed`, `window.not_comprehensive`,
    `organs.missing`."""
    rules.check_open(window.closed_on, _today(at))
    rules.check_shared(window.sort)
    if not organs:
        raise Refused("organs.missing", field="organs")
    rows = [WindowOrgan(window=window, organ=organ, valid_from=_today(at)) for organ in organs]
    WindowOrgan.objects.bulk_create(rows, ignore_conflicts=True)
    change(window, "open_window_to", by=by, at=at, organs=[organ.code for organ in organs])


def close_window(window: Window, *, on: date, reason: str, by: Actor, at: datetime) -> None:
    """Nothing is received there from `on`; postings end on the eve. Raises `reason.missing`, `day.past`,
    `window.closed`."""
    rules.check_text(reason=reason)
    rules.check_ahead(on, _today(at), "on")
    rules.check_open(window.closed_on, on)
    _end(window.postings.filter(ends=None), on)
    change(window, "close_window", {"closed_on": on}, by=by, at=at, on=on.isoformat())


def _end(postings: QuerySet[Posting], on: date) -> None:
    """End open postings on the eve of a day; those that would end before they began never were."""
    postings.filter(starts__gte=on).delete()
    postings.filter(starts__lt=on).update(ends=on - timedelta(days=1))


# people
def serves(window: Window) -> set[int]:
    """The keys of the organs for which a window receives."""
    shared = set(window.shared.values_list("organ", flat=True)) if window.sort == Window.Sort.COMPREHENSIVE else set()
    return shared | ({window.organ_id} if window.organ_id else set())


def post(
    staff: Staff,
    *,
    window: Window | None = None,
    section: Section | None = None,
    valid_from: date,
    photo: str = "",
) -> Posting:
    """Write a posting; the one before to a place of the same sort ends on the eve. Raises `posting.one_place`,
    `posting.other_organ`, `window.closed`."""
    rules.check_place(window=window is not None, section=section is not None)
    if window is not None:
        rules.check_open(window.closed_on, valid_from)
        rules.check_serves(staff.organ_id, serves(window))
        same = staff.postings.filter(window__isnull=False)
    else:
        assert section is not None
        rules.check_serves(staff.organ_id, {section.organ_id})
        same = staff.postings.filter(section__isnull=False)
    _end(same.filter(ends=None), valid_from)
    return Posting.objects.create(staff=staff, window=window, section=section, starts=valid_from, photo=photo)


def post_staff(
    staff: Staff, *, window: Window | None, section: Section | None, valid_from: date, by: Actor, at: datetime
) -> None:
    """A person works at a window or in a section from a day on; refusals as `post`, and `day.past`."""
    rules.check_ahead(valid_from, _today(at), "valid_from")
    made = post(staff, window=window, section=section, valid_from=valid_from)
    change(staff, "post_staff", by=by, at=at, posting=made.pk, valid_from=valid_from.isoformat())


def assign_window_staff(window: Window, *, staff: Staff, photo: Upload | None, by: Actor, at: datetime) -> None:
    """A person is on duty at a window from today, with the photo of the badge; refusals as `post`, and
    `photo.not_an_image`."""
    if photo is not None:
        rules.check_photo(photo.media_type)
    made = post(staff, window=window, valid_from=_today(at), photo=photo.public_id if photo else "")
    note(window, "assign_window_staff", by=by, at=at, staff=staff.pk, posting=made.pk)


def give_role(staff: Staff, role: Role, valid_from: date) -> None:
    """A person holds a role from a day on."""
    if not staff.roles.filter(role=role, valid_to=None).exists():
        StaffRole.objects.create(staff=staff, role=role, valid_from=valid_from)


def take_role(staff: Staff, role: Role, valid_from: date) -> None:
    """A person holds a role no longer from a day on."""
    held = staff.roles.filter(role=role, valid_to=None)
    held.filter(valid_from__gte=valid_from).delete()
    held.update(valid_to=valid_from - timedelta(days=1))


def mark_written(succession: Succession) -> None:
    """The rows of items and people carry the successor now."""
    Succession.objects.filter(pk=succession.pk).update(written_down=True)


def write_names(on: date) -> int:
    """Write the name of a day into the organs that have another one there; returns how many."""
    done = 0
    for organ in Organ.objects.filter(names__valid_from__lte=on).distinct():
        name, name_en = tenure.names_on(organ.pk, on)
        done += Organ.objects.filter(pk=organ.pk).exclude(name=name, name_en=name_en).update(name=name, name_en=name_en)
    return done
