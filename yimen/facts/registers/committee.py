"""What the committee coordinates and leads: requests, meetings, responsible leaders, rotas."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from yimen.facts.registers.base import Kind, describe, everything, is_clock
from yimen.ground.kernel.clock import is_past
from yimen.rooms.administration import queries
from yimen.rooms.administration.models import Coordination, Leader, ManagementTerm, Meeting, Rota, Shift
from yimen.rooms.administration.policy import is_committee
from yimen.rooms.administration.rules.coordination import COORDINATION, UNANSWERED
from yimen.rooms.administration.rules.meetings import MEETING
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.roles import Role


def parties[M: Model](
    model: type[M], *fields: str, readers: tuple[Role, ...] = (Role.COMMITTEE,), related: tuple[str, ...] = ()
) -> Callable[[Actor], QuerySet[M]]:
    """`visible` of what only the units named in `fields` and the `readers` see."""

    def visible(actor: Actor) -> QuerySet[M]:
        rows = model._default_manager.select_related(*related) if related else model._default_manager.all()
        if is_clock(actor) or any(role in actor.roles for role in readers):
            return rows
        if actor.staff_id is None or actor.organ_id is None or not fields:
            return rows.none()
        mine = Q(pk__in=[])
        for field in fields:
            mine |= Q(**{field: actor.organ_id})
        return rows.filter(mine)

    return visible


def coordination_facts(asked: Coordination, at: datetime) -> dict[str, Any]:
    """`asker`: code of the unit that asks, None: the committee. `organ`: the unit that was asked and owns the answer.
    `state`: asked, answered, escalated or closed. `overdue`: not answered after the day on which it was due."""
    return {
        "state": asked.state,
        "asker": asked.asker.code if asked.asker else None,
        "organ": asked.organ.code,
        "matter": asked.matter,
        "about_case": asked.about,
        "asked_on": asked.asked_on,
        "due_on": asked.due_on,
        "overdue": asked.state in UNANSWERED and is_past(asked.due_on, timezone.localdate(at)),
        "answer": asked.answer,
        "answered_on": asked.answered_on,
        "escalated_on": asked.escalated_on,
        "reason": asked.escalation,
        "outcome": asked.outcome,
        "closing": asked.closing,
    }


def _acts_on_coordination(actor: Actor, verb: str, asked: Coordination) -> bool:
    """The unit that was asked answers; the asker and the committee do the rest."""
    if verb == "answer_coordination":
        return actor.organ_id == asked.organ_id
    return is_committee(actor) or (asked.asker_id is not None and actor.organ_id == asked.asker_id)


describe(
    Kind(
        name="coordination",
        model=Coordination,
        visible=parties(Coordination, "asker", "organ", related=("asker", "organ")),
        facts=coordination_facts,
        columns=("asker", "organ", "state", "due_on", "overdue"),
        acts=_acts_on_coordination,
        allows=lambda verb, asked: COORDINATION.allows(verb, asked.state),
    )
)


def meeting_facts(meeting: Meeting, at: datetime) -> dict[str, Any]:
    """`kind`: unit_leadership or joint. `state`: called, held or cancelled. `decisions`: a list of {number, text,
    owner, due_on, done_on, overdue}; `open_decisions`: how many are not done."""
    today = timezone.localdate(at)
    decided = [
        {
            "number": one.number,
            "text": one.text,
            "owner": one.owner.code,
            "due_on": one.due_on,
            "done_on": one.done_on,
            "overdue": one.done_on is None and is_past(one.due_on, today),
        }
        for one in meeting.decided.all()
    ]
    return {
        "state": meeting.state,
        "kind": meeting.kind,
        "organs": [organ.code for organ in meeting.organs.all()],
        "on": meeting.on,
        "place": meeting.place,
        "agenda": meeting.agenda,
        "attended": meeting.attended,
        "absent": meeting.absent,
        "minutes": meeting.minutes,
        "decisions": decided,
        "open_decisions": sum(one["done_on"] is None for one in decided),
        "reason": meeting.cancelled_because,
    }


def _meetings(actor: Actor) -> QuerySet[Meeting]:
    """The committee's all; a unit's own, and those that gave it something to do."""
    rows = Meeting.objects.prefetch_related("organs", "decided__owner")
    if is_clock(actor) or is_committee(actor):
        return rows
    if actor.staff_id is None or actor.organ_id is None:
        return rows.none()
    mine = Meeting.objects.filter(Q(organs=actor.organ_id) | Q(decided__owner=actor.organ_id))
    return rows.filter(pk__in=mine.values("pk"))


def _acts_on_meeting(actor: Actor, verb: str, meeting: Meeting) -> bool:
    """A unit acts on its own leadership's meetings, and on what a meeting decided for it (the flow asks whose)."""
    if is_committee(actor) or verb == "complete_meeting_decision":
        return True
    organs = [organ.pk for organ in meeting.organs.all()]
    return meeting.kind == "unit_leadership" and organs == [actor.organ_id]


def leader_facts(leader: Leader, at: datetime) -> dict[str, Any]:
    """`staff` answers for the window work of `organ`. `last_meeting_on`: when the unit's leadership met last on window
    work; `meeting_due_on`, `meeting_overdue`: by when it meets next, by the centre's term `unit_meeting_days` (None and
    false where none is set)."""
    today = timezone.localdate(at)
    due = vars(leader).get("meeting_due") or queries.meetings_due([leader], today)[leader.organ_id]
    return {
        "organ": leader.organ.code,
        "staff": leader.staff.user.username,
        "valid_from": leader.valid_from,
        "valid_to": leader.valid_to,
        "in_force": leader.valid_from <= today and (leader.valid_to is None or today <= leader.valid_to),
        "last_meeting_on": due.last,
        "meeting_due_on": due.due_on,
        "meeting_overdue": due.overdue,
    }


def _leaders_together(leaders: list[Leader], at: datetime) -> None:
    due = queries.meetings_due(leaders, timezone.localdate(at))
    for leader in leaders:
        vars(leader)["meeting_due"] = due[leader.organ_id]


def management_term_facts(term: ManagementTerm, at: datetime) -> dict[str, Any]:
    """`name`: unit_meeting_days or check_in_minutes; the row that began last counts."""
    listed, today = vars(term), timezone.localdate(at)  # a list brings the amounts of the day with its rows
    return {
        "name": term.name,
        "amount": term.amount,
        "valid_from": term.valid_from,
        "basis": term.basis,
        "in_force": (listed["today"] if "today" in listed else queries.term(term.name, today)) == term.amount,
    }


def _terms_together(terms: list[ManagementTerm], at: datetime) -> None:
    amounts = queries.terms(timezone.localdate(at))
    for term in terms:
        vars(term)["today"] = amounts.get(term.name)


def rota_facts(rota: Rota, at: datetime) -> dict[str, Any]:
    """Which days of a unit's rota were made public."""
    return {"organ": rota.organ.code, "valid_from": rota.valid_from, "valid_to": rota.valid_to}


def shift_facts(shift: Shift, at: datetime) -> dict[str, Any]:
    """`in_charge`: account name of who decides at the moment asked (None: nobody). `absence`: empty, reported, or
    not_checked_in (the centre's term `check_in_minutes` is over). `swap_with`: key of the shift asked for."""
    listed = vars(shift)  # a list brings what it needs with its rows
    grace = listed["grace"] if "grace" in listed else queries.term(queries.CHECK_IN_MINUTES, shift.on)
    standing = queries.standing(shift, at, grace, listed.get("law_revision"))
    return {
        "organ": shift.organ.code,
        "on": shift.on,
        "half": shift.half,
        "leader": shift.leader.user.username,
        "substitute": shift.substitute.user.username if shift.substitute else None,
        "published": shift.published,
        "checked_in": shift.checked_in_at is not None,
        "checked_in_at": shift.checked_in_at,
        "hall": shift.hall,
        "absence": str(standing.absence),
        "reason": shift.absence,
        "in_charge": standing.person.user.username if standing.person else None,
        "swap_with": str(shift.swap_with_id) if shift.swap_with_id else None,
    }


def _shift_allows(verb: str, shift: Shift) -> bool:
    """What the record allows; whether the half day fits is the rule's to say."""
    if verb in ("accept_shift_swap", "refuse_shift_swap"):
        return shift.swap_with_id is not None
    return shift.absence_at is None or verb == "check_in_shift"


_shifts = parties(
    Shift,
    "organ",
    readers=(Role.COMMITTEE, Role.SUPERVISION),
    related=("organ", "leader__user", "substitute__user"),
)
describe(
    Kind(
        name="meeting",
        model=Meeting,
        visible=_meetings,
        facts=meeting_facts,
        columns=("kind", "organs", "on", "state", "open_decisions"),
        acts=_acts_on_meeting,
        allows=lambda verb, meeting: MEETING.allows(verb, meeting.state),
    )
)
describe(
    Kind(
        name="leader",
        model=Leader,
        visible=lambda actor: everything(Leader)(actor).select_related("organ", "staff__user"),
        facts=leader_facts,
        columns=("organ", "staff", "in_force", "last_meeting_on", "meeting_due_on", "meeting_overdue"),
        together=_leaders_together,
    )
)
describe(
    Kind(
        name="management_term",
        model=ManagementTerm,
        visible=everything(ManagementTerm),
        facts=management_term_facts,
        columns=("name", "amount", "valid_from", "in_force"),
        together=_terms_together,
    )
)
describe(
    Kind(
        name="rota",
        model=Rota,
        visible=parties(Rota, "organ", related=("organ",)),
        facts=rota_facts,
        columns=("organ", "valid_from", "valid_to"),
    )
)
describe(
    Kind(
        name="shift",
        model=Shift,
        visible=lambda actor: queries.with_grace(_shifts(actor)),
        facts=shift_facts,
        columns=("organ", "on", "half", "leader", "in_charge", "absence", "published"),
        allows=_shift_allows,
    )
)
