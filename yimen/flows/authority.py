"""Who may decide (许可主体、窗口授权、审批专用章): entered, changed and ended; and on what a decision stands."""

from datetime import date, datetime
from typing import Any, Literal

from django.utils import timezone

from yimen.flows import arguments as take_in
from yimen.flows.arguments import Day, Items, Line, Name, OrganCode, StaffName, Text, required
from yimen.flows.frame import maker, thing_verb
from yimen.ground.kernel.errors import Denied, Refused
from yimen.rooms.authority.actions import authorisations, seals, subjects
from yimen.rooms.authority.models import Authorisation, LicensingSubject, Seal
from yimen.rooms.authority.queries import Grounds, authorised_people, covering, grounds, subjects_on
from yimen.rooms.authority.rules.subjects import Kind
from yimen.rooms.cases import policy
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.queries import terms_of
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.catalogue.rules.versions import Problem
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ
from yimen.rooms.identity.rules.organs import employer
from yimen.rooms.identity.rules.roles import Role
from yimen.rooms.identity.tenure import holder_of, tenure
from yimen.rooms.orders.queries import delegated_to


@maker("subject")
def register_subject(
    *,
    organ: OrganCode,
    kind: Literal["statutory", "authorised", "entrusted"],
    basis: Text,
    items: Items = (),
    entrusted_by: OrganCode = "",
    announcement: Line = "",
    announced_on: Day | None = None,
    valid_from: Day,
    valid_to: Day | None = None,
    by: Actor,
    at: datetime,
) -> LicensingSubject:
    """Enter an organ that may decide (许可主体): over `items`, or without any over all items of the organ.

    Without a subject in force on the day, a version of an item can't be published (version.incomplete, field subject)
    and no decision is made (subject.not_in_force). `entrusted` needs `entrusted_by`, in whose name it decides, and
    counts only from the day of its announcement (`announcement`: where it was published; `announced_on`: today unless
    told). Both `valid_from` and `valid_to` are days in force.
    By the legal office and admin. Refuses organ.unknown, item.unknown, reason.missing (basis; announcement where only
    its day is given), period.ends_before, subject.announced_later, subject.entruster (none for entrusted, one for
    another kind, or itself), subject.not_administrative (entrusted to the centre or to an authorised organisation),
    subject.no_sub_delegation, subject.entruster_without_power (no subject of its own in force on the first day),
    subject.overlap (the organ has one over the same items on these days).
    """
    required(basis=basis)
    return subjects.register(
        organ=take_in.organ(organ),
        kind=Kind(kind),
        basis=basis,
        items=take_in.items(items),
        entrusted_by=take_in.organ(entrusted_by) if entrusted_by else None,
        announcement=announcement,
        announced_on=announced_on,
        valid_from=valid_from,
        valid_to=valid_to,
        by=by,
        at=at,
    )


@thing_verb("subject")
def change_subject(
    subject: LicensingSubject,
    *,
    reason: Text,
    basis: Text = "",
    announcement: Line = "",
    announced_on: Day | None = None,
    valid_to: Day | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Change what is recorded of a subject: its basis, its last day, or the announcement of an entrustment, which then
    counts from `announced_on` (today unless told). What is left out stays; other items need a subject of their own.

    By the legal office and admin. Refuses reason.missing (reason; basis where nothing is changed), authority.ended,
    period.ends_before, subject.announced_later.
    """
    required(reason=reason)
    subjects.change_record(
        subject,
        basis=basis,
        announcement=announcement,
        announced_on=announced_on,
        valid_to=valid_to,
        reason=reason,
        by=by,
        at=at,
    )


@thing_verb("subject")
def end_subject(subject: LicensingSubject, *, on: Day, reason: Text, by: Actor, at: datetime) -> None:
    """End the power of a subject: `on` is the first day on which it may no longer decide. The record stays public.

    By the legal office and admin. Refuses reason.missing, authority.ended (the second time), period.ends_before (before
    its first day).
    """
    required(reason=reason)
    subjects.end(subject, on=on, reason=reason, by=by, at=at)


@maker("authorisation")
def authorise_window(
    *,
    items: Items,
    staff: StaffName,
    valid_from: Day,
    valid_to: Day | None = None,
    document_number: Line,
    text: Text = "",
    by: Actor,
    at: datetime,
) -> Authorisation:
    """Authorise in writing a person of the own organ's window to decide these items (窗口授权); published at once.

    A window head decides (`approve_case`) only what an authorisation of the day names, else authority.missing; other
    approvers need none. Several people may hold one for the same item. Both `valid_from` and `valid_to` are in force.
    By the head of the organ, or of the one to which a checked change order delegates the item by `valid_from`.
    Refuses permission.denied (an item of another organ), reason.missing (items,
    document_number), item.unknown, staff.unknown, authorisation.other_organ (a person of another organ),
    period.ends_before.
    """
    required(items="".join(items), document_number=document_number)
    return authorisations.authorise(
        items=take_in.items(items),
        coming=delegated_to(by.organ_id or 0, max(valid_from, timezone.localdate(at))),
        staff=take_in.staff(staff),
        valid_from=valid_from,
        valid_to=valid_to,
        document_number=document_number,
        text=text,
        by=by,
        at=at,
    )


@thing_verb("authorisation")
def revoke_authorisation(
    authorisation: Authorisation, *, on: Day | None = None, reason: Text, by: Actor, at: datetime
) -> None:
    """Revoke an authorisation: `on` is the first day without it; without `on` today, at once. What was decided stands.

    By the head of the organ that gave it. Refuses reason.missing, authorisation.revoked_in_past, authority.ended (the
    second time).
    """
    required(reason=reason)
    authorisations.revoke(authorisation, on=on, reason=reason, by=by, at=at)


@maker("seal")
def register_seal(
    *,
    organ: OrganCode,
    name: Name,
    kind: Literal["approval", "acceptance"],
    keeper: StaffName,
    valid_from: Day,
    by: Actor,
    at: datetime,
) -> Seal:
    """Enter a special seal of an organ: for decisions (`approval`) or for vouchers of acceptance and of its refusal
    (`acceptance`). Papers made from `valid_from` on name it, and each is written into its register of use (`uses`).

    By the head of the organ and admin. Refuses permission.denied (another organ's head), organ.unknown, reason.missing
    (name), staff.unknown, seal.other_organ (a keeper of another organ), seal.exists (one of this kind is in use).
    """
    required(name=name)
    unit = take_in.organ(organ)
    if by.role_for("register_seal") != Role.ADMIN and unit.pk != by.organ_id:
        raise Denied(verb="register_seal")
    return seals.register(
        organ=unit, name=name, sort=kind, keeper=take_in.staff(keeper), valid_from=valid_from, by=by, at=at
    )


@thing_verb("seal")
def hand_over_seal(seal: Seal, *, keeper: StaffName, by: Actor, at: datetime) -> None:
    """Hand a seal over to another keeper of the organ.

    By the head of the organ and admin. Refuses staff.unknown, seal.other_organ, seal.same_keeper, authority.ended
    (retired).
    """
    seals.hand_over(seal, keeper=take_in.staff(keeper), by=by, at=at)


@thing_verb("seal")
def retire_seal(seal: Seal, *, on: Day, reason: Text, by: Actor, at: datetime) -> None:
    """Retire a seal: from `on` nothing is made under it; its register of use stays.

    By the head of the organ and admin. Refuses reason.missing, period.ends_before (before its first day),
    authority.ended (the second time).
    """
    required(reason=reason)
    seals.retire(seal, on=on, reason=reason, by=by, at=at)


def power_to_decide(case: Case, by: Actor, at: datetime) -> Grounds:
    """On what a decision of this moment stands.

    Raises `subject.not_in_force`, and for a window head without an authorisation `authority.missing`.
    """
    item, today = terms_of(case).item_code, timezone.localdate(at)
    as_head = policy.permit(by, "approve_case", case) == Role.WINDOW_HEAD
    found = grounds(case.deciding_organ_id, item, today, person=by.hand if as_head else None)
    facts: dict[str, Any] = {"item": item, "on": today.isoformat()}
    if found.subject is None:
        raise Refused("subject.not_in_force", organ=case.deciding_organ_id, **facts)
    if as_head and found.authorisation is None:
        raise Refused("authority.missing", **facts)
    return found


def missing_powers(version: ItemVersion, on: date, *, organ: Organ | None = None) -> list[Problem]:
    """Who is missing so that a version can become law on a day: `subject`, `authorisation` (of a person of the deciding
    organ, where a window head approves). `organ`: who will decide, where that is about to change."""
    item, problems = version.item.code, []
    holder = holder_of((organ or version.deciding_organ).pk, item, on)
    if not covering(subjects_on(on).filter(organ=holder), item).exists():
        problems.append(Problem("subject", "not_in_force"))
    if version.approver == Role.WINDOW_HEAD:
        steps = tenure().steps
        if all(employer(steps, unit, name, on) != holder for unit, name in authorised_people(item, on)):
            problems.append(Problem("authorisation", "not_in_force"))
    return problems
