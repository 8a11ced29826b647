"""Reads of the room: terms of the centre, the shift of a half day, meetings of a unit, what was read."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from yimen.ground.law import queries as law
from yimen.rooms.administration.models import (
    Announcement,
    Leader,
    ManagementTerm,
    Meeting,
    Promise,
    Reading,
    Rule,
    Shift,
)
from yimen.rooms.administration.rules import rota
from yimen.rooms.administration.rules.meetings import Held, MeetingKind, due_on
from yimen.rooms.administration.rules.promises import Promised
from yimen.rooms.identity.models import Staff

CHECK_IN_MINUTES, MEETING_DAYS = "check_in_minutes", "unit_meeting_days"
TERMS = (CHECK_IN_MINUTES, MEETING_DAYS)


def term(name: str, on: date) -> int | None:
    """The centre's term on a day; None where it has set none."""
    rows = ManagementTerm.objects.filter(name=name, valid_from__lte=on).order_by("-valid_from")
    return rows.values_list("amount", flat=True).first()


def terms(on: date) -> dict[str, int]:
    """The centre's terms on a day; the row that began last counts."""
    rows = ManagementTerm.objects.filter(valid_from__lte=on).order_by("valid_from")
    return dict(rows.values_list("name", "amount"))


def with_grace(shifts: QuerySet[Shift]) -> QuerySet[Shift]:
    """Each shift with the centre's check-in term of its day (`grace`) and the law's revision, in the same query."""
    terms = ManagementTerm.objects.filter(name=CHECK_IN_MINUTES, valid_from__lte=OuterRef("on")).order_by("-valid_from")
    return shifts.annotate(grace=Subquery(terms.values("amount")[:1]), law_revision=law.revision_subquery())


def half_day(at: datetime) -> tuple[date, rota.Half]:
    """The office's day and half day of a moment."""
    local = timezone.localtime(at)
    return local.date(), rota.half_of(local, law.office_hours(local.date()))


@dataclass(frozen=True, slots=True)
class Standing:
    """A shift at a moment: who decides, and why it is not the leader."""

    charge: rota.Charge
    absence: rota.Absence
    person: Staff | None


def standing(shift: Shift, at: datetime, grace: int | None, revision: int | None = None) -> Standing:
    """Read from the record as it was at `at`; `grace` is the term in minutes. One query, none with the law's
    `revision`."""
    local = timezone.localtime(at)
    starts = rota.begins(shift.on, rota.Half(shift.half), law.office_hours(shift.on, revision=revision), local)
    presence = rota.Presence(shift.checked_in_at, shift.absence_at, shift.substitute_id is not None)
    charge = rota.in_charge(presence, starts, at, grace)
    people = {rota.Charge.LEADER: shift.leader, rota.Charge.SUBSTITUTE: shift.substitute}
    return Standing(charge, rota.absence(presence, starts, at, grace), people.get(charge))


def shift_at(organ_id: int | None, at: datetime) -> tuple[Shift, Standing] | None:
    """The unit's shift of the half day of `at` with who is in charge; None where none is planned. Two queries."""
    on, half = half_day(at)
    rows = Shift.objects.filter(organ_id=organ_id or 0, on=on, half=half).select_related(
        "leader__user", "substitute__user"
    )
    shift = rows.first()
    return (shift, standing(shift, at, term(CHECK_IN_MINUTES, on))) if shift else None


def is_on_duty(organ_id: int | None, staff_id: int | None, at: datetime) -> bool:
    """Whether this person decides for the unit at `at`."""
    found = shift_at(organ_id, at)
    person = found[1].person if found else None
    return person is not None and person.pk == staff_id


def published_shifts(first: date, last: date) -> QuerySet[Shift]:
    """The public shifts of these days, by day, half day and unit."""
    rows = Shift.objects.filter(published=True, on__range=(first, last)).select_related("organ", "leader", "substitute")
    return rows.order_by("on", "-half", "organ__code")


@dataclass(frozen=True, slots=True)
class MeetingDue:
    """When a unit's leadership met last on window work, and by when it meets next (None: no period is set)."""

    last: date | None
    due_on: date | None
    overdue: bool


def meetings_due(leaders: Iterable[Leader], today: date) -> dict[int, MeetingDue]:
    """{organ's key: …} for units whose responsible leader is given. Two queries, however many."""
    rows = list(leaders)
    period = term(MEETING_DAYS, today)
    held = Meeting.objects.filter(
        kind=MeetingKind.UNIT_LEADERSHIP, state=Held.HELD, on__lte=today, organs__in=[row.organ_id for row in rows]
    )
    last: dict[int, date] = dict(held.values_list("organs").annotate(day=Max("on")))
    found = {}
    for row in rows:
        due = due_on(last.get(row.organ_id), row.valid_from, period)
        found[row.organ_id] = MeetingDue(last.get(row.organ_id), due, due is not None and today > due)
    return found


def leaders_on(today: date) -> QuerySet[Leader]:
    """Who answers for window work today, by unit."""
    rows = Leader.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), valid_from__lte=today)
    return rows.select_related("organ", "staff__user").order_by("organ__code")


def promises() -> QuerySet[Promise]:
    """Promises in force with the number of reports: `reported`, `upheld` and `waiting`."""
    rows = Promise.objects.filter(state=Promised.PUBLISHED).select_related("organ", "window__hall")
    return rows.annotate(
        reported=Count("breaches"),
        upheld=Count("breaches", filter=Q(breaches__state="upheld")),
        waiting=Count("breaches", filter=Q(breaches__state="open")),
    ).order_by("organ__code", "window_id", "pk")


def promises_at(window_id: int, organ_ids: Collection[int]) -> QuerySet[Promise]:
    """Those of `promises` that hold at a window: its own, then those of its organs for all their windows."""
    of_organs = Q(window=None, organ__in=organ_ids)
    return promises().filter(Q(window=window_id) | of_organs).order_by(F("window_id").asc(nulls_last=True), "pk")


def unread_rules(staff_id: int, today: date) -> QuerySet[Rule]:
    """Rules in force whose present edition this person has not acknowledged."""
    read = Reading.objects.filter(rule=OuterRef("pk"), edition=OuterRef("edition"), staff_id=staff_id)
    return Rule.objects.filter(~Exists(read), valid_from__lte=today).order_by("valid_from", "pk")


def announcements(today: date) -> QuerySet[Announcement]:
    """Announcements in force, the pinned ones first, then the newest."""
    rows = Announcement.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), valid_from__lte=today)
    return rows.filter(withdrawn_at=None).order_by("-pinned", "-valid_from", "-pk")
