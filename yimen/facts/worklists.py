"""What waits for somebody: named lists of cases as conditions, so that one query counts them all.

Every list starts from `cases.queries.visible_to`; the state is the law's (a received case whose five days are over
counts as accepted, whether or not the clock has written it down).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

from yimen.facts.cases import days_left
from yimen.ground.law import queries as law
from yimen.rooms.cases import queries
from yimen.rooms.cases.models import Case, Hand
from yimen.rooms.cases.rules.deadlines import is_overdue
from yimen.rooms.cases.rules.lifecycle import BEFORE_ACCEPTANCE, CLOSED, OPEN_STATES, UNDECIDED, State
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.documents.models import Document
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.roles import Role

NEVER = date(9999, 12, 31)
# Who decides what is too much for the head of a window.
LEADERS = (Role.ORGAN_HEAD, Role.DUTY_LEADER, Role.SECTION_HEAD)
IMMEDIATE = Q(item_version__review=ItemVersion.Review.IMMEDIATE)


def received(today: date) -> Q:
    """Received and still open to the five treatments of Article 32."""
    return Q(state=State.RECEIVED, correction_notice_due_on__gte=today)


def accepted(today: date) -> Q:
    """Accepted by a person, or by silence."""
    return Q(state=State.ACCEPTED) | Q(state=State.RECEIVED, correction_notice_due_on__lt=today)


def late(today: date) -> Q:
    """Undecided after the promised day."""
    return Q(state__in=UNDECIDED, promised_due_on__lt=today)


def due_soon(today: date) -> Q:
    """Not late yet, and to be decided, accepted or corrected by the end of the next working day."""
    by = (today, law.calendar().after(today, 1))
    undecided = Q(state__in=UNDECIDED, promised_due_on__range=by, paused_since__isnull=True)
    return undecided | Q(state=State.RECEIVED, correction_notice_due_on__range=by)


def _running(today: date) -> Q:
    return Q(paused_since__isnull=True) & accepted(today)


def _was_returned() -> Q:
    return Q(Exists(Hand.objects.filter(case=OuterRef("pk"), act=Hand.Act.RETURN)))


def _untold() -> Q:
    papers = Document.objects.filter(told_at__isnull=True, withdrawn=False)
    return Q(Exists(papers.filter(subject=Concat(Value("case:"), OuterRef("number")))))


def _approvable(actor: Actor, today: date) -> Q:
    """Waits for this actor's approval: the item names the role, and none of the hands so far is the actor's."""
    roles = {str(role) for role in actor.roles}
    if Role.APPROVER in actor.roles:  # approves ordinary items beside the head of the window; see cases.policy
        roles.add(str(Role.WINDOW_HEAD))
    barred = Hand.objects.filter(case=OuterRef("pk"), staff_id=actor.staff_id or 0)
    ready = Q(state=State.EXAMINED) & ~Q(Exists(barred.filter(act=Hand.Act.EXAMINE)))
    ready |= accepted(today) & IMMEDIATE & ~Q(Exists(barred.filter(act=Hand.Act.ACCEPT)))
    return ready & Q(paused_since__isnull=True, item_version__approver__in=sorted(roles))


def _for_a_leader(today: date) -> Q:
    """Ready to be decided, by somebody above the head of the window."""
    ready = Q(state=State.EXAMINED) | accepted(today) & IMMEDIATE
    return ready & Q(paused_since__isnull=True, item_version__approver__in=[str(role) for role in LEADERS])


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


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list. `due_on`: the day that the list is sorted by; `days_left` in working days, negative: late;
    `turn`: the role whose turn it is, "applicant", "procedure" while one stops the clocks, or empty at the end."""

    number: str
    state: str
    item_name: str
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


def counts(actor: Actor, names: Sequence[str], at: datetime) -> dict[str, int]:
    """{list name: number of cases}, by one query."""
    today = timezone.localdate(at)
    wanted = {name: Count("pk", filter=LISTS[name][0](actor, today)) for name in names}
    return queries.visible_to(actor).aggregate(**wanted) if wanted else {}


def narrowed(
    actor: Actor, at: datetime, *, name: str = "", state: str = "", organ: str = "", text: str = ""
) -> QuerySet[Case]:
    """The visible cases of a named list, in a state of the law, of an organ, with `text` in number or applicant."""
    today = timezone.localdate(at)
    cases = queries.visible_to(actor)
    if name in LISTS:
        cases = cases.filter(LISTS[name][0](actor, today))
    if state == State.RECEIVED:
        cases = cases.filter(received(today))
    elif state == State.ACCEPTED:
        cases = cases.filter(accepted(today))
    elif state:
        cases = cases.filter(state=state)
    if organ:
        cases = cases.filter(deciding_organ__code=organ)
    if text := text.replace("\x00", "").strip()[:100]:
        cases = cases.filter(Q(number__contains=text) | Q(applicant__name__icontains=text))
    return cases


def page(cases: QuerySet[Case], at: datetime, *, name: str = "", after: str = "", size: int = 20) -> list[Row]:
    """Up to `size` + 1 rows (one more tells that there is a next page), sorted by the list's day, unknown days last.

    `after` is the key of the last row shown. Three queries at most, whatever the number of rows.
    """
    column = LISTS[name][1] if name in LISTS else "received_on"
    cases = cases.annotate(sort_day=Coalesce(F(column), Value(NEVER)))
    newest = name in ("", "finished", "to_archive")
    if mark := _mark(after):
        day, key = mark
        side = "lt" if newest else "gt"
        cases = cases.filter(Q(**{f"sort_day__{side}": day}) | Q(**{"sort_day": day, f"id__{side}": key}))
    order = ("-sort_day", "-id") if newest else ("sort_day", "id")
    cases = cases.select_related("item_version__item", "applicant", "deciding_organ").order_by(*order)[: size + 1]
    today = timezone.localdate(at)
    return [_row(case, column, today, at) for case in _with_law(cases, at)]


def _with_law(cases: QuerySet[Case], at: datetime) -> list[Case]:
    # A slice can't be annotated, so the revision is read once and given to each.
    revision = law.current_revision()
    rows = list(cases)
    for case in rows:
        case.law_revision = revision  # type: ignore[attr-defined]
        queries.as_the_law_sees(case, at)
    return rows


def _mark(after: str) -> tuple[date, int] | None:
    day, _, key = after.partition("_")
    try:
        return (date.fromisoformat(day), int(key)) if key.isascii() and key.isdigit() and len(key) < 19 else None
    except ValueError:
        return None


def _row(case: Case, column: str, today: date, at: datetime) -> Row:
    due_on: date | None = getattr(case, column)
    if column == "received_on" and case.state in UNDECIDED:
        due_on = case.promised_due_on
    elif column in ("received_on", "decided_on", "paused_since"):
        due_on = None
    if due_on is None and case.state == State.RECEIVED:
        due_on = case.correction_notice_due_on  # it has no promise yet: the day on which silence accepts it
    sort_day: date = case.sort_day  # type: ignore[attr-defined]
    undecided = case.state in UNDECIDED
    return Row(
        number=case.number,
        state=str(case.state),
        item_name=case.item_version.item.name,
        applicant=case.applicant.name,
        organ=case.deciding_organ.name,
        organ_en=case.deciding_organ.name_en,
        received_on=case.received_on,
        due_on=due_on,
        days_left=days_left(due_on, case, at),
        paused_since=case.paused_since if undecided else None,
        overdue=is_overdue(case.promised_due_on, today, undecided=undecided),
        provisional=case.provisional,
        turn=turn_of(case),
        key=f"{sort_day.isoformat()}_{case.pk}",
    )


def turn_of(case: Case) -> str:
    """Whose turn it is in a case, with its version at hand; the words of `Row.turn`."""
    if case.state in UNDECIDED and case.paused_since:
        return "procedure"
    approver = str(case.item_version.approver)
    immediate = case.item_version.review == ItemVersion.Review.IMMEDIATE
    turns = {
        State.RECEIVED: Role.WINDOW_CLERK,
        State.AWAITING_CORRECTION: Role.APPLICANT,
        State.ACCEPTED: approver if immediate else Role.EXAMINER,
        State.EXAMINED: approver,
        State.GRANTED: Role.WINDOW_CLERK,
        State.ISSUED: Role.WINDOW_CLERK,
        State.REFUSED: Role.WINDOW_CLERK,
    }
    return str(turns.get(State(case.state), ""))


def overview(actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """For each organ with visible cases: {code, name, name_en, total and a figure for each of the lists below}."""
    today = timezone.localdate(at)
    figures = {
        name: Count("pk", filter=LISTS[name][0](actor, today))
        for name in ("to_accept", "awaiting", "running", "paused", "late", "due_soon", "finished")
    }
    organs = (
        queries.visible_to(actor)
        .order_by("deciding_organ__code")
        .values(code=F("deciding_organ__code"), name=F("deciding_organ__name"), name_en=F("deciding_organ__name_en"))
    )
    return [dict(row) for row in organs.annotate(total=Count("pk"), **figures)]


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
