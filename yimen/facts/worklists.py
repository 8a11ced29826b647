"""What waits for somebody: named lists of cases as conditions, so that one query counts them all.

Every list starts from `cases.queries.visible_to`; the state is the law's (a received case whose five days are over
counts as accepted, whether or not the clock has written it down).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Substr
from django.utils import timezone

from yimen.facts.cases import working_days_left
from yimen.facts.paging import read_key, write_key
from yimen.ground.kernel.calendar import Calendar
from yimen.ground.law import queries as law
from yimen.rooms.administration.queries import is_on_duty
from yimen.rooms.cases import queries
from yimen.rooms.cases.models import Case, Hand
from yimen.rooms.cases.rules.deadlines import is_overdue
from yimen.rooms.cases.rules.lifecycle import BEFORE_ACCEPTANCE, CLOSED, OPEN_STATES, UNDECIDED, State
from yimen.rooms.cases.rules.receipt import is_deemed_accepted
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.documents.models import Document
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Applicant, Organ
from yimen.rooms.identity.rules.roles import Role

NEVER = date(9999, 12, 31)
_CASE = "case:"
# Who decides what is too much for the head of a window.
LEADERS = (Role.ORGAN_HEAD, Role.DUTY_LEADER, Role.SECTION_HEAD)
IMMEDIATE = Q(item_version__review=ItemVersion.Review.IMMEDIATE)


def _of(*states: State) -> Q:
    """What holds anyway for the states of an OR: said once more in front, it lets an index find the few open cases."""
    return Q(state__in=states)


def received(today: date) -> Q:
    """Received and still open to the five treatments of Article 32."""
    return Q(state=State.RECEIVED, correction_notice_due_on__gte=today)


def accepted(today: date) -> Q:
    """Accepted by a person, or by silence."""
    by_silence = Q(state=State.RECEIVED, correction_notice_due_on__lt=today)
    return _of(State.ACCEPTED, State.RECEIVED) & (Q(state=State.ACCEPTED) | by_silence)


def late(today: date) -> Q:
    """Undecided after the promised day."""
    return Q(state__in=UNDECIDED, promised_due_on__lt=today)


def due_soon(today: date) -> Q:
    """Not late yet, and to be decided, accepted or corrected by the end of the next working day."""
    by = (today, law.calendar().after(today, 1))
    undecided = Q(state__in=UNDECIDED, promised_due_on__range=by, paused_since__isnull=True)
    silent = Q(state=State.RECEIVED, correction_notice_due_on__range=by)
    return _of(*UNDECIDED, State.RECEIVED) & (undecided | silent)


def _running(today: date) -> Q:
    return Q(paused_since__isnull=True) & accepted(today)


def _was_returned() -> Q:
    return Q(Exists(Hand.objects.filter(case=OuterRef("pk"), act=Hand.Act.RETURN)))


def _untold() -> Q:
    # From the few papers to their cases, not from every case to its papers.
    papers = Document.objects.filter(told_at__isnull=True, withdrawn=False, subject__startswith=_CASE)
    return Q(number__in=papers.values(case_number=Substr("subject", len(_CASE) + 1)))


def _approvable(actor: Actor, today: date) -> Q:
    """Waits for this actor's approval: the item names the role, and none of the hands so far is the actor's."""
    roles = {str(role) for role in actor.roles}
    if Role.APPROVER in actor.roles:  # approves ordinary items beside the head of the window; see cases.policy
        roles.add(str(Role.WINDOW_HEAD))
    barred = Hand.objects.filter(case=OuterRef("pk"), staff_id=actor.staff_id or 0)
    ready = Q(state=State.EXAMINED) & ~Q(Exists(barred.filter(act=Hand.Act.EXAMINE)))
    ready |= accepted(today) & IMMEDIATE & ~Q(Exists(barred.filter(act=Hand.Act.ACCEPT)))
    return (
        _of(State.EXAMINED, State.ACCEPTED, State.RECEIVED)
        & ready
        & Q(paused_since__isnull=True, item_version__approver__in=sorted(roles))
    )


def _for_a_leader(today: date) -> Q:
    """Ready to be decided, by somebody above the head of the window."""
    ready = Q(state=State.EXAMINED) | accepted(today) & IMMEDIATE
    return (
        _of(State.EXAMINED, State.ACCEPTED, State.RECEIVED)
        & ready
        & Q(paused_since__isnull=True, item_version__approver__in=[str(role) for role in LEADERS])
    )


type Condition = Callable[[Actor, date], Q]
# name → (condition, the column whose day sorts the list)
LISTS: dict[str, tuple[Condition, str]] = {
    "to_accept": (lambda a, t: received(t), "correction_notice_due_on"),
    "corrections_back": (lambda a, t: received(t) & Q(complete_at__gt=F("received_at")), "correction_notice_due_on"),
    "awaiting": (lambda a, t: Q(state=State.AWAITING_CORRECTION), "received_on"),
    "void_requests": (
        lambda a, t: Q(
            state__in=BEFORE_ACCEPTANCE, void_request__isnull=False, void_request__confirmed_at__isnull=True
        ),
        "received_on",
    ),
    "untold": (lambda a, t: _untold(), "correction_notice_due_on"),
    "to_examine": (lambda a, t: _running(t) & ~IMMEDIATE & ~_was_returned(), "promised_due_on"),
    "returned": (lambda a, t: _running(t) & ~IMMEDIATE & _was_returned(), "promised_due_on"),
    "to_approve": (_approvable, "promised_due_on"),
    "for_a_leader": (lambda a, t: _for_a_leader(t), "promised_due_on"),
    "paused": (lambda a, t: Q(state__in=UNDECIDED, paused_since__isnull=False), "paused_since"),
    "late": (lambda a, t: late(t), "promised_due_on"),
    "due_soon": (lambda a, t: due_soon(t), "promised_due_on"),
    "to_issue": (lambda a, t: Q(state=State.GRANTED), "issue_due_on"),
    "to_hand_out": (lambda a, t: Q(state__in=(State.ISSUED, State.REFUSED)), "decided_on"),
    "running": (lambda a, t: Q(state__in=OPEN_STATES), "promised_due_on"),
    "finished": (lambda a, t: ~Q(state__in=OPEN_STATES), "received_on"),
    "to_archive": (lambda a, t: Q(state__in=CLOSED), "received_on"),
}


# Lists of decisions: those of the leader on duty lie on one desk at a time.
FOR_DECIDERS = ("to_approve", "for_a_leader")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list. `due_on`: the day that the list is sorted by; `days_left` in working days, negative: late;
    `turn`: the role whose turn it is, "applicant", "procedure" while one stops the clocks, or empty at the end."""

    number: str
    state: str
    item_name: str
    item_name_en: str
    applicant: str
    organ: str
    organ_en: str
    received_on: date
    due_on: date | None
    days_left: int | None
    paused_since: date | None
    overdue: bool
    provisional: bool
    turn: str
    key: str


def _condition(actor: Actor, name: str, at: datetime) -> Q:
    """What a list holds for an actor at a moment: what the leader on duty decides comes to the one in charge only."""
    found = LISTS[name][0](actor, timezone.localdate(at))
    leads = name in FOR_DECIDERS and Role.DUTY_LEADER in actor.roles
    if leads and not is_on_duty(actor.organ_id, actor.staff_id, at):
        found &= ~Q(item_version__approver=str(Role.DUTY_LEADER))
    return found


def counts(actor: Actor, names: Sequence[str], at: datetime) -> dict[str, int]:
    """{list name: number of cases}, by one query that goes through the cases of each list and no others."""
    each = [_count(queries.visible_to(actor).filter(_condition(actor, name, at)), name) for name in names]
    found = dict(each[0].union(*each[1:], all=True)) if each else {}
    return {name: found.get(name, 0) for name in names}


def _count(cases: QuerySet[Case], name: str) -> QuerySet[Case, tuple[str, int]]:
    """The row (name, number)."""
    named = cases.order_by().annotate(list_name=Value(name)).values("list_name")
    return named.annotate(number_of=Count("pk")).values_list("list_name", "number_of")


def narrowed(
    actor: Actor, at: datetime, *, name: str = "", state: str = "", organ: str = "", text: str = ""
) -> QuerySet[Case]:
    """The visible cases of a named list, in a state of the law, of an organ, with `text` in number or applicant."""
    today = timezone.localdate(at)
    cases = queries.visible_to(actor)
    if name in LISTS:
        cases = cases.filter(_condition(actor, name, at))
    if state == State.RECEIVED:
        cases = cases.filter(received(today))
    elif state == State.ACCEPTED:
        cases = cases.filter(accepted(today))
    elif state:
        cases = cases.filter(state=state)
    if organ:
        cases = cases.filter(deciding_organ__code=organ)
    if text := text.replace("\x00", "").strip()[:100]:
        cases = cases.filter(_with_text(text))
    return cases


MANY = 500  # more keys than this are no help to a list


def _with_text(text: str) -> Q:
    """`text` in the number or in the applicant's name.

    Numbers and names are looked through in their own indexes, which hold nothing else; only what was found there is
    read. A text that MANY of them hold is found soon on the way through the list, so there the list is asked.
    """
    people = _first_keys(Applicant.objects.filter(name__icontains=text))
    said = Q(applicant__name__icontains=text) if len(people) > MANY else Q(applicant_id__in=people)
    if not text.isascii():  # no number holds it
        return said
    numbers = _first_keys(Case.objects.filter(number__contains=text))
    return said | (Q(number__contains=text) if len(numbers) > MANY else Q(pk__in=numbers))


def _first_keys(found: QuerySet[Any]) -> list[int]:
    return list(found.order_by().values_list("pk", flat=True)[: MANY + 1])


# What a row is made of; a list reads nothing else of its cases (the form and sealed numbers least of all).
READ = (
    "id",
    "number",
    "state",
    "received_on",
    "complete_at",
    "correction_notice_due_on",
    "promised_due_on",
    "issue_due_on",
    "decided_on",
    "paused_since",
    "provisional",
    "item_version_id",
    "item_version__item__name",
    "item_version__item__name_en",
    "item_version__review",
    "item_version__approver",
    "applicant__name",
    "deciding_organ__name",
    "deciding_organ__name_en",
)
# Days that every case has, so that an index gives their order; the others are sorted, unknown days last.
ALWAYS_THERE = ("received_on", "correction_notice_due_on")


def page(cases: QuerySet[Case], at: datetime, *, name: str = "", after: str = "", size: int = 20) -> list[Row]:
    """Up to `size` + 1 rows (one more tells that there is a next page), sorted by the list's day, unknown days last.

    `after` is the key of the last row shown. Two queries, whatever the number of rows.
    """
    column = LISTS[name][1] if name in LISTS else "received_on"
    cases = cases.annotate(sort_day=F(column) if column in ALWAYS_THERE else Coalesce(F(column), Value(NEVER)))
    newest = name in ("", "finished", "to_archive")
    if mark := read_key(after):
        day, key = mark
        side = "lt" if newest else "gt"
        # The first condition says less than the second, but an index can begin there.
        cases = cases.filter(**{f"sort_day__{side}e": day})
        cases = cases.filter(Q(**{f"sort_day__{side}": day}) | Q(**{"sort_day": day, f"id__{side}": key}))
    order = ("-sort_day", "-id") if newest else ("sort_day", "id")
    read = list(cases.order_by(*order).values_list(*READ, "sort_day")[: size + 1])
    return _rows(read, column, at) if read else []


def _rows(read: list[tuple[Any, ...]], column: str, at: datetime) -> list[Row]:
    """Each as the law sees it at `at`: what its line says, and how many working days are left."""
    revision, today = law.current_revision(), timezone.localdate(at)
    calendar = law.calendar(revision)
    rows = []
    for values in read:
        case = dict(zip(READ, values, strict=False))
        if is_deemed_accepted(case["state"], case["correction_notice_due_on"], today):
            deemed = Case(**{name: value for name, value in case.items() if "__" not in name})
            deemed.law_revision = revision  # type: ignore[attr-defined]
            case |= queries.deemed_acceptance(deemed, at) or {}
        rows.append(_row(case, values[-1], column, today, calendar))
    return rows


def _due_on(case: dict[str, Any], column: str) -> date | None:
    due_on: date | None = case[column]
    if column == "received_on" and case["state"] in UNDECIDED:
        due_on = case["promised_due_on"]
    elif column in ("received_on", "decided_on", "paused_since"):
        due_on = None
    if due_on is None and case["state"] == State.RECEIVED:
        due_on = case["correction_notice_due_on"]  # it has no promise yet: the day on which silence accepts it
    return due_on


def _row(case: dict[str, Any], sort_day: date, column: str, today: date, calendar: Calendar) -> Row:
    due_on, undecided = _due_on(case, column), case["state"] in UNDECIDED
    return Row(
        number=case["number"],
        state=str(case["state"]),
        item_name=case["item_version__item__name"],
        item_name_en=case["item_version__item__name_en"],
        applicant=case["applicant__name"],
        organ=case["deciding_organ__name"],
        organ_en=case["deciding_organ__name_en"],
        received_on=case["received_on"],
        due_on=due_on,
        days_left=working_days_left(due_on, today, calendar),
        paused_since=case["paused_since"] if undecided else None,
        overdue=is_overdue(case["promised_due_on"], today, undecided=undecided),
        provisional=case["provisional"],
        turn=turn_of(
            case["state"],
            paused=case["paused_since"] is not None,
            review=case["item_version__review"],
            approver=case["item_version__approver"],
        ),
        key=write_key(sort_day, case["id"]),
    )


def turn_of(state: str, *, paused: bool, review: str, approver: str) -> str:
    """Whose turn it is in a case of a version with this `review` and `approver`; the words of `Row.turn`."""
    if state in UNDECIDED and paused:
        return "procedure"
    immediate = review == ItemVersion.Review.IMMEDIATE
    turns = {
        State.RECEIVED: Role.WINDOW_CLERK,
        State.AWAITING_CORRECTION: Role.APPLICANT,
        State.ACCEPTED: approver if immediate else Role.EXAMINER,
        State.EXAMINED: approver,
        State.GRANTED: Role.WINDOW_CLERK,
        State.ISSUED: Role.WINDOW_CLERK,
        State.REFUSED: Role.WINDOW_CLERK,
    }
    return str(turns.get(State(state), ""))


WAITS = ("to_accept", "awaiting", "running", "paused", "late", "due_soon")


def overview(actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """For each organ with visible cases: {code, name, name_en, total, finished and a figure for each of WAITS}.

    Two queries: one counts all cases by an index alone, one looks at those that are open, which are few.
    """
    today = timezone.localdate(at)
    visible = queries.visible_to(actor)
    figures = {name: Count("pk", filter=LISTS[name][0](actor, today)) for name in WAITS}
    waits = {row["organ"]: row for row in queries.by_organ(visible.filter(_of(*OPEN_STATES))).annotate(**figures)}
    totals = dict(visible.order_by().values_list("deciding_organ_id").annotate(total=Count("pk")))
    rows = []
    for organ in Organ.objects.filter(pk__in=totals).order_by("code"):
        row = {name: waits.get(organ.pk, {}).get(name, 0) for name in WAITS}
        row |= {"total": totals[organ.pk], "finished": totals[organ.pk] - row["running"]}
        rows.append({"code": organ.code, "name": organ.name, "name_en": organ.name_en, **row})
    return rows


def opinions(numbers: Sequence[str]) -> dict[str, tuple[str, str]]:
    """{case number: (opinion, reasons)} of the latest examination of each; one query."""
    hands = Hand.objects.filter(case__number__in=numbers, act=Hand.Act.EXAMINE).order_by("id")
    return {
        number: (opinion, reasons)
        for number, opinion, reasons in hands.values_list("case__number", "opinion", "reasons")
    }


def versions(numbers: Sequence[str]) -> dict[str, int]:
    """{case number: version} for forms that act on several cases at once."""
    return dict(Case.objects.filter(number__in=numbers).values_list("number", "version"))
