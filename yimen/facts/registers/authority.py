"""Who may decide: licensing subjects, window authorisations, special seals."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, QuerySet, prefetch_related_objects
from django.utils import timezone

from yimen.facts.registers.base import Kind, describe, everybody, is_wide, own_organ
from yimen.rooms.authority.models import Authorisation, LicensingSubject, Seal, SealUse
from yimen.rooms.authority.rules.days import State
from yimen.rooms.identity.actor import Actor

# How much of a seal's register of use its record shows; all of it stands in the table.
USES = 100


def subject_facts(row: LicensingSubject, at: datetime) -> dict[str, Any]:
    """What is told of a licensing subject. `state`: coming, in_force, past; an entrusted one that is not announced yet
    is coming. `kind`: statutory, authorised, entrusted; `items`: [] for all items of the organ; `entrusted_by`: in
    whose name it decides; `ended_on`: the first day on which it may no longer decide."""
    today = timezone.localdate(at)
    announced = row.entrusted_by_id is None or (row.announced_on is not None and row.announced_on <= today)
    state = row.span.state_on(today)
    state = State.COMING if state == State.IN_FORCE and not announced else state
    return {
        "state": str(state),
        "in_force": state == State.IN_FORCE,
        "organ": row.organ.code,
        "kind": row.kind,
        "basis": row.basis,
        "items": [named.item.code for named in row.items.all()],
        "entrusted_by": row.entrusted_by.code if row.entrusted_by else None,
        "announcement": row.announcement,
        "announced_on": row.announced_on,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "ended_on": row.ended_on,
        "reason": row.reason,
    }


def authorisation_facts(row: Authorisation, at: datetime) -> dict[str, Any]:
    """What is told of a window authorisation. `state`: coming, in_force, past; `staff`: who may decide `items`;
    `given_by`: the head of the organ who signed; `ended_on`: the first day without it where it was revoked."""
    state = row.span.state_on(timezone.localdate(at))
    return {
        "state": str(state),
        "in_force": state == State.IN_FORCE,
        "organ": row.organ.code,
        "staff": row.staff.user.username,
        "items": [named.item.code for named in row.items.all()],
        "document_number": row.document_number,
        "text": row.text,
        "given_by": row.given_by.user.username,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "ended_on": row.ended_on,
        "reason": row.reason,
    }


def _seals_together(seals: list[Seal], _at: datetime) -> None:
    """How often each was used, and its last uses."""
    latest = SealUse.objects.select_related("staff__user").order_by("-id")[:USES]
    prefetch_related_objects(seals, Prefetch("used", latest, to_attr="latest"))
    numbers = dict(SealUse.objects.filter(seal__in=seals).order_by().values_list("seal").annotate(Count("pk")))
    for seal in seals:
        vars(seal)["use_count"] = numbers.get(seal.pk, 0)


def seal_facts(seal: Seal, at: datetime) -> dict[str, Any]:
    """What is told of a special seal. `state`: coming, in_force, past; `kind`: approval, acceptance; `uses`: its
    register of use, the latest first (a hundred): [{case, document, staff, at}]; `use_count`: all of them."""
    if "latest" not in vars(seal):  # a list brings them with its rows
        _seals_together([seal], at)
    state = seal.span.state_on(timezone.localdate(at))
    return {
        "state": str(state),
        "in_force": state == State.IN_FORCE,
        "organ": seal.organ.code,
        "name": seal.name,
        "kind": seal.sort,
        "keeper": seal.keeper.user.username,
        "valid_from": seal.valid_from,
        "ended_on": seal.ended_on,
        "reason": seal.reason,
        "use_count": vars(seal).pop("use_count"),
        "uses": [
            {"case": use.case_number, "document": use.document, "staff": use.staff.user.username, "at": use.at}
            for use in vars(seal).pop("latest")
        ],
    }


def _subjects(actor: Actor) -> QuerySet[LicensingSubject]:
    rows = everybody(LicensingSubject)(actor).select_related("organ", "entrusted_by")
    return rows.prefetch_related("items__item")


def _authorisations(actor: Actor) -> QuerySet[Authorisation]:
    rows = everybody(Authorisation)(actor).select_related("organ", "staff__user", "given_by__user")
    return rows.prefetch_related("items__item")


def _own(actor: Actor, _verb: str, row: Any) -> bool:
    return row.organ_id == actor.organ_id


def _own_seal(actor: Actor, _verb: str, seal: Seal) -> bool:
    """The head of its organ, and whoever works for the whole centre."""
    return is_wide(actor) or seal.organ_id == actor.organ_id


def _not_ended(_verb: str, row: Any) -> bool:
    return row.ended_on is None


describe(
    Kind(
        name="subject",
        model=LicensingSubject,
        visible=_subjects,
        facts=subject_facts,
        columns=("organ", "kind", "state", "items", "valid_from", "valid_to"),
        title=lambda row: row.organ.name,
        allows=_not_ended,
    )
)
describe(
    Kind(
        name="authorisation",
        model=Authorisation,
        visible=_authorisations,
        facts=authorisation_facts,
        columns=("organ", "staff", "items", "state", "valid_from", "valid_to"),
        title=lambda row: row.document_number,
        acts=_own,
        allows=_not_ended,
    )
)
describe(
    Kind(
        name="seal",
        model=Seal,
        visible=lambda actor: own_organ(Seal)(actor).select_related("organ", "keeper__user"),
        facts=seal_facts,
        columns=("organ", "name", "kind", "keeper", "state", "use_count"),
        title=lambda seal: seal.name,
        acts=_own_seal,
        together=_seals_together,
        allows=_not_ended,
    )
)
