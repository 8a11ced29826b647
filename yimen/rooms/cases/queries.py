"""Reads of casework, each within what the actor may see."""

import json
from collections.abc import Iterable
from copy import copy
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from yimen.ground.engines import sql
from yimen.ground.kernel.calendar import Calendar
from yimen.ground.kernel.clock import Pause
from yimen.ground.kernel.errors import Refused
from yimen.ground.law import queries as law
from yimen.rooms.cases.models import Case, Draft, OrderTreatment, Publication, SpecialProcedure
from yimen.rooms.cases.rules import deadlines, receipt
from yimen.rooms.cases.rules.lifecycle import CASEWORK, OPEN_STATES, State
from yimen.rooms.cases.rules.publication import Standing
from yimen.rooms.catalogue.terms import VersionTerms, terms
from yimen.rooms.guides.queries import personal_terms
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Applicant
from yimen.rooms.identity.queries import centre, enterprise_indexes, not_revoked
from yimen.rooms.identity.rules.mandates import Mandate
from yimen.rooms.identity.rules.reach import NOTHING_MORE
from yimen.rooms.identity.rules.roles import CENTRE_WIDE, Role, grants
from yimen.rooms.identity.tenure import holder_of
from yimen.rooms.messages.letters import About
from yimen.rooms.orders.models import Order
from yimen.rooms.orders.rules.orders import Action, Running
from yimen.rooms.orders.standing import OrderLine, lines_of


def load(number: str) -> Case:
    """One case with the revision of the law's data that holds now; raises `case.not_found`."""
    found: list[Case] = sql.select(Case, extra=law.REVISION_SQL, number=number)
    if not found:
        raise Refused("case.not_found", number=number[:40])
    case = found[0]
    case.law_revision = case.extra  # type: ignore[attr-defined]
    return case


def calendar_of(case: Case) -> Calendar:
    """The calendar as of the revision read with the case."""
    return law.calendar(getattr(case, "law_revision", None))


def terms_of(case: Case) -> VersionTerms:
    """The item's terms under which the case is handled: those of its situation where the applicant told one."""
    revision = getattr(case, "law_revision", None)
    if case.situation:
        return personal_terms(case.item_version_id, case.situation, revision)
    return terms(case.item_version_id, revision)


def limits_of(case: Case) -> tuple[str, str]:
    """(statutory, promised) limit of a case as Terms in text: the version's, unless an order left it better ones."""
    version = terms_of(case)
    return case.kept_statutory_limit or version.statutory_limit, case.kept_promised_limit or version.promised_limit


def about(case: Case) -> About:
    """What a letter says of a case, and where its applicant finds it."""
    house = centre()
    return About(case.number, terms_of(case).item_name, f"{settings.SITE_URL}/track/?number={case.number}", house.name)


def pauses_of(case: Case) -> list[Pause]:
    """The special procedures of a case as the clock wants them."""
    rows = SpecialProcedure.objects.filter(case=case).order_by("starts_on", "id")
    return [Pause(kind, starts, ends) for kind, starts, ends in rows.values_list("kind", "starts_on", "ends_on")]


def pauses_of_open_cases() -> dict[int, list[Pause]]:
    """{key of the case: its special procedures} of all open cases that had one, by one query."""
    rows = SpecialProcedure.objects.filter(case__state__in=OPEN_STATES).order_by("starts_on", "id")
    found: dict[int, list[Pause]] = {}
    for key, kind, starts, ends in rows.values_list("case_id", "kind", "starts_on", "ends_on"):
        found.setdefault(key, []).append(Pause(kind, starts, ends))
    return found


def clock_values(
    case: Case, calendar: Calendar, accepted_at: datetime, pauses: list[Pause], extension_days: int = 0
) -> dict[str, Any]:
    """The stored days of both clocks, as columns of the case."""
    (statutory, promised), start = limits_of(case), timezone.localtime(accepted_at)
    read = deadlines.clocks(
        calendar,
        start,
        statutory_limit=statutory,
        promised_limit=promised,
        pauses=pauses,
        extension_days=extension_days,
        office_hours=law.office_hours(start.date(), revision=getattr(case, "law_revision", None)),
    )
    still_open = [pause.starts for pause in pauses if pause.ends is None]
    return {
        "statutory_due_on": read.statutory.on,
        "promised_due_on": read.promised.on,
        "promised_due_at": read.promised.at,
        "provisional": read.statutory.provisional or read.promised.provisional,
        "paused_since": min(still_open) if still_open else None,
    }


def deemed_acceptance(case: Case, at: datetime) -> dict[str, Any] | None:
    """What the law makes of a received case at `at`, if more than its row says (第三十二条第一款第四项)."""
    if not receipt.is_deemed_accepted(case.state, case.correction_notice_due_on, timezone.localdate(at)):
        return None
    return {
        "state": State(CASEWORK.target("deem_accepted", case.state)),
        "accepted_at": case.complete_at,
        "accepted_on": timezone.localdate(case.complete_at),
        "deemed_accepted": True,
        **clock_values(case, calendar_of(case), case.complete_at, []),
    }


def succeeded(case: Case, at: datetime) -> dict[str, Any] | None:
    """Who decides an open case at `at`, where it is no longer the organ of its row."""
    if case.state not in OPEN_STATES:
        return None
    revision = getattr(case, "law_revision", None)
    item, today = terms_of(case).item_code, timezone.localdate(at)
    organ = holder_of(case.deciding_organ_id, item, today, revision)
    return {"deciding_organ_id": organ} if organ != case.deciding_organ_id else None


def orders_due(case: Case, at: datetime) -> list[OrderLine]:
    """The lines of approved orders that hold at `at` for an open case and have not been written down for it."""
    if case.state not in OPEN_STATES:
        return []
    lines = [
        line
        for line in lines_of(terms_of(case).item_code, getattr(case, "law_revision", None))
        if line.since <= at and case.received_at < line.since and case.item_version_id != line.starts_id
    ]
    if not lines or not case.ordered:
        return lines
    done = set(OrderTreatment.objects.filter(case=case).values_list("order_id", flat=True))
    return [line for line in lines if line.order_id not in done]


def touched_by(order: Order) -> list[str]:
    """Numbers of the running cases that an approved order has not treated yet."""
    assert order.takes_effect_on is not None  # approved
    midnight = timezone.make_aware(datetime.combine(order.takes_effect_on, time()))
    lines = order.changes.exclude(action=Action.ADD)
    running = Case.objects.filter(state__in=OPEN_STATES, received_at__lt=max(midnight, order.approved_at or midnight))
    running = running.filter(item_version__item__in=lines.values("item")).exclude(treatments__order=order)
    begun = lines.filter(starts__isnull=False).values("starts")
    return list(running.exclude(item_version__in=begun).order_by("id").values_list("number", flat=True))


def running_by_item(items: Iterable[int]) -> dict[int, int]:
    """{key of an item: how many cases run under it now}."""
    rows = Case.objects.filter(state__in=OPEN_STATES, item_version__item__in=list(items))
    return dict(rows.order_by().values_list("item_version__item").annotate(n=Count("pk")))


def order_changes(case: Case, line: OrderLine) -> dict[str, Any]:
    """What a line makes of the columns of a running case."""
    if line.running == Running.TERMINATE:
        late = case.promised_due_on is not None and line.day > case.promised_due_on
        return {
            "state": State(CASEWORK.target("apply_order", case.state, "terminate")),
            "reasons": f"{line.title}（{line.number}）",
            "promise_kept": False if late or case.promise_broken_on else None,
            "paused_since": None,
        }
    return _moved(case, line.moves_to_id, line.day) if line.running == Running.MOVE and line.moves_to_id else {}


def _moved(case: Case, version_id: int, day: date) -> dict[str, Any]:
    """The case under another version: its days stay, and so do limits that were better (行政许可案件规定 第九条)."""
    revision = getattr(case, "law_revision", None)
    calendar, start = calendar_of(case), timezone.localtime(case.accepted_at or case.received_at)
    new, (statutory, promised) = terms(version_id, revision), limits_of(case)
    hours = law.office_hours(start.date(), revision=revision)
    kept = deadlines.better_limits(
        calendar, start, (statutory, promised), (new.statutory_limit, new.promised_limit), hours
    )
    changes: dict[str, Any] = {
        "item_version_id": version_id,
        "deciding_organ_id": holder_of(new.organ_id, new.item_code, day, revision),
        "kept_statutory_limit": kept[0],
        "kept_promised_limit": kept[1],
        "situation": {},  # the questions were those of the version before; what was better in their limits is kept
    }
    if case.accepted_at is not None:
        moved = copy(case)
        for name, value in changes.items():
            setattr(moved, name, value)
        changes |= clock_values(moved, calendar, case.accepted_at, pauses_of(case), extension_days=case.extension_days)
    return changes


def as_the_law_sees(case: Case, at: datetime) -> Case:
    """The same object in the state that the law gives it at `at`; nothing is written.

    `case.orders_pending`: the lines of orders that hold and that the clock has not written down yet.
    """
    due = orders_due(case, at)
    for line in due:
        _become(case, deemed_acceptance(case, line.since))
        _become(case, order_changes(case, line))
    _become(case, {**(deemed_acceptance(case, at) or {}), **(succeeded(case, at) or {})})
    case.orders_pending = due  # type: ignore[attr-defined]
    return case


def _become(case: Case, changes: dict[str, Any] | None) -> None:
    for name, value in (changes or {}).items():
        setattr(case, name, value)


def visible_to(actor: Actor) -> QuerySet[Case]:
    """The cases that an actor may see: the own ones, those of the own organ, or all for centre-wide roles."""
    viewers = [role for role in actor.roles if "view_case" in grants(role)]
    if any(role in CENTRE_WIDE for role in viewers):
        return Case.objects.all()
    mine = Q()
    if actor.organ_id and any(role not in (Role.APPLICANT, Role.AGENT) for role in viewers):
        mine |= _of_the_organ(actor, viewers)
    if actor.user_id and any(role in (Role.APPLICANT, Role.AGENT) for role in viewers):
        mine |= Q(pk__in=_own(actor))
    return Case.objects.filter(mine) if mine else Case.objects.none()


def _of_the_organ(actor: Actor, viewers: list[Role]) -> Q:
    """The cases of a person's organ, those that it took over, and those of its shared window."""
    mine = Q(deciding_organ_id=actor.organ_id)
    if actor.reach is NOTHING_MORE:
        return mine
    if actor.reach.given is None:
        mine = Q(pk__in=())
    elif actor.reach.given:
        mine &= ~Q(item_version__item__code__in=actor.reach.given)
    for organ, items in actor.reach.taken.items():
        mine |= Q(deciding_organ_id=organ) & (Q() if items is None else Q(item_version__item__code__in=items))
    if Role.WINDOW_CLERK in viewers and actor.reach.shared:
        mine |= Q(deciding_organ_id__in=actor.reach.shared)
    return mine


def _own(actor: Actor) -> QuerySet[Case, Any]:
    """The keys of what an account handed in, or applies for, or reaches by a mandate.

    A union, each part by its own index: one condition over three tables would go through every case of the centre.
    """
    ways = [Q(submitted_by_id=actor.user_id), Q(applicant__user_id=actor.user_id)]
    ways += [_of_enterprise(mandate) for mandate in actor.mandates]
    first, *more = (Case.objects.filter(way).values("pk") for way in ways)
    return first.union(*more)


def _of_enterprise(mandate: Mandate) -> Q:
    """The cases that a mandate reaches, as long as it is not revoked."""
    reached = Q(Exists(not_revoked(mandate)), applicant__id_number_index__in=enterprise_indexes(mandate))
    return reached & Q(item_version__item__code__in=mandate.items) if mandate.items else reached


def by_organ(cases: QuerySet[Case]) -> QuerySet[Case, Any]:
    """`cases` grouped by `organ`, the key of the deciding organ, to be counted.

    The sum keeps SQLite from going through all cases organ by organ, where an index finds the few that are meant.
    """
    return cases.order_by().annotate(organ=F("deciding_organ_id") + 0).values("organ")


def with_law(cases: QuerySet[Case], at: datetime) -> list[Case]:
    """A page of cases, each as the law sees it at `at`."""
    rows: Iterable[Case] = cases.annotate(law_revision=law.revision_subquery())
    return [as_the_law_sees(case, at) for case in rows]


def applicants_of_organ(organ_id: int | None) -> QuerySet[Applicant]:
    """The applicants of an organ's cases; nobody without an organ."""
    of_the_organ = Case.objects.filter(applicant=OuterRef("pk"), deciding_organ_id=organ_id or 0)
    return Applicant.objects.filter(Exists(of_the_organ))


def drafts_of(actor: Actor) -> QuerySet[Draft]:
    """The drafts of an account that have not been handed in, the last saved first, with the revision of the law."""
    mine = Draft.objects.filter(user_id=actor.user_id or 0, case__isnull=True).order_by("-saved_at")
    return mine.annotate(law_revision=law.revision_subquery())


def load_draft(public_id: str, actor: Actor) -> Draft:
    """An own draft, handed in or not; raises `draft.not_found` for any other."""
    own = Draft.objects.filter(public_id=public_id, user_id=actor.user_id or 0).select_related("case")
    found = own.annotate(law_revision=law.revision_subquery()).first()
    if found is None:
        raise Refused("draft.not_found", draft=public_id[:16])
    return found


def open_draft(public_id: str, actor: Actor) -> Draft:
    """An own draft that is still one; raises `draft.not_found`, `draft.handed_in`."""
    found = load_draft(public_id, actor)
    if found.case_id:
        raise Refused("draft.handed_in", draft=public_id[:16])
    return found


def draft_terms(draft: Draft) -> VersionTerms:
    """The terms under which a draft was saved last."""
    return terms(draft.item_version_id, getattr(draft, "law_revision", None))


def draft_content(draft: Draft) -> dict[str, Any]:
    """{"who": {…}, "situation": {question: answer}, "answers": {…}, "materials": {code: [{"file", "name"}]}}."""
    empty: dict[str, Any] = {"who": {}, "situation": {}, "answers": {}, "materials": {}}
    return {**empty, **json.loads(draft.content)} if draft.content else empty


def drafts_ending(before: datetime) -> list[Draft]:
    """Drafts not handed in that end before this moment, the first a thousand."""
    return list(Draft.objects.filter(case__isnull=True, expires_at__lte=before).order_by("expires_at")[:1000])


def to_publish(by: date, limit: int) -> list[str]:
    """Numbers of the cases whose decision must be public by the end of this day and is neither so nor kept back."""
    due = Publication.objects.filter(standing=Standing.WAITING, due_on__lte=by).order_by("due_on", "id")
    return list(due.values_list("number", flat=True)[:limit])


def publication_of(case: Case) -> Publication | None:
    """Where the publication of the case's decision stands; None before the decision."""
    return Publication.objects.filter(case=case).select_related("set_by").first()
