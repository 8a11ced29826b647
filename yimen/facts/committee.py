"""What of the committee's work waits for somebody, and the budget of a year beside the one before."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils import timezone

from yimen.facts.registers.base import kind_of
from yimen.rooms.administration import queries
from yimen.rooms.administration.models import Breach, Budget, Coordination, Duty, MeetingDecision, Reading, Rule, Shift
from yimen.rooms.administration.policy import is_committee
from yimen.rooms.administration.rules.coordination import UNANSWERED, Asked
from yimen.rooms.administration.rules.duties import Done
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Staff
from yimen.rooms.identity.rules.roles import Role

ZERO = Decimal("0.00")


def waits(actor: Actor, at: datetime) -> dict[str, int]:
    """{what: how many} of what this person has to do, without the empty ones. Asked only of who may do it."""
    today, organ = timezone.localdate(at), actor.organ_id
    found: dict[str, int] = {}
    if "acknowledge_rule" in actor.verbs and actor.staff_id:
        found["rules"] = queries.unread_rules(actor.staff_id, today).count()
    if "answer_coordination" in actor.verbs and organ:
        found["coordination"] = Coordination.objects.filter(organ=organ, state__in=UNANSWERED).count()
    if is_committee(actor):
        found["escalated"] = Coordination.objects.filter(state=Asked.ESCALATED).count()
        found["breaches"] = Breach.objects.filter(state="open").count()
        found["meetings"] = sum(due.overdue for due in queries.meetings_due(queries.leaders_on(today), today).values())
    if "report_duty" in actor.verbs:
        mine = Q(organ=organ) if organ else Q(organ=None)
        found["duties"] = Duty.objects.filter(mine, state=Done.OPEN).count()
        decided = MeetingDecision.objects.filter(owner=organ, done_on=None) if organ else MeetingDecision.objects.none()
        found["meeting_decisions"] = decided.count()
    if "confirm_duty" in actor.verbs:
        found["reported_duties"] = Duty.objects.filter(state=Done.REPORTED).count()
    if Role.DUTY_LEADER in actor.roles:
        asked = Shift.objects.filter(swap_with__leader=actor.staff_id, on__gte=today)
        found["swaps"] = asked.count()
    return {what: number for what, number in found.items() if number}


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule with who has not acknowledged its present edition; `mine`: whether the reader has."""

    rule: Rule
    read: int
    unread: list[Staff]
    mine: bool


def rule_lines(actor: Actor, at: datetime) -> list[RuleLine]:
    """Rules, those that the reader has not read first. Three queries, however many."""
    staff = list(Staff.objects.filter(active=True).select_related("organ").order_by("organ__code", "pk"))
    read: dict[tuple[int, int], set[int]] = {}
    for rule_id, edition, person in Reading.objects.values_list("rule_id", "edition", "staff_id"):
        read.setdefault((rule_id, edition), set()).add(person)
    lines = []
    for rule in Rule.objects.filter(valid_from__lte=timezone.localdate(at)).order_by("-valid_from", "-pk"):
        readers = read.get((rule.pk, rule.edition), set())
        unread = [person for person in staff if person.pk not in readers]
        lines.append(RuleLine(rule, len(staff) - len(unread), unread, actor.staff_id in readers))
    return sorted(lines, key=lambda line: line.mine)


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """A heading in a year beside the year before (zero where it was not there); `key` "" in the line of the sums."""

    key: str
    heading: str
    planned: Decimal
    allotted: Decimal
    spent: Decimal
    planned_before: Decimal
    spent_before: Decimal

    @property
    def remaining(self) -> Decimal:
        """Allotted and not spent."""
        return self.allotted - self.spent


def budget_years(actor: Actor) -> list[int]:
    """Years that have a heading, the newest first."""
    years = _budgets(actor).order_by("-year").values_list("year", flat=True).distinct()
    return list(years)


def budget_lines(actor: Actor, year: int) -> list[BudgetLine]:
    """The headings of a year and of the one before, then the sums; one query."""
    rows: dict[str, dict[int, Budget]] = {}
    for row in _budgets(actor).filter(year__in=(year, year - 1)).order_by("heading"):
        rows.setdefault(row.heading, {})[row.year] = row
    lines = [_line(heading, each.get(year), each.get(year - 1)) for heading, each in rows.items()]
    if not lines:
        return []
    sums = (
        sum((getattr(line, name) for line in lines), ZERO)
        for name in ("planned", "allotted", "spent", "planned_before", "spent_before")
    )
    return [*lines, BudgetLine("", "", *sums)]


def _line(heading: str, now: Budget | None, before: Budget | None) -> BudgetLine:
    return BudgetLine(
        now.key if now else "",
        heading,
        now.planned if now else ZERO,
        now.allotted if now else ZERO,
        now.spent if now else ZERO,
        before.planned if before else ZERO,
        before.spent if before else ZERO,
    )


def _budgets(actor: Actor) -> QuerySet[Budget]:
    return kind_of("budget").visible(actor).prefetch_related(None)


def open_breaches() -> QuerySet[Breach]:
    """Reports that wait for the committee, the oldest first."""
    return Breach.objects.filter(state="open").select_related("promise__organ").order_by("pk")
