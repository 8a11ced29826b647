"""From the counter to acceptance: receipt and the five treatments of 行政许可法 第三十二条."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yimen.ground.engines import sql
from yimen.ground.journal.actions import record
from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.numbering import case_number
from yimen.ground.law import queries as law
from yimen.rooms.authority.models import Seal
from yimen.rooms.cases import queries
from yimen.rooms.cases.actions._write import (
    give_notice,
    iso,
    lay_hand,
    move,
    subject_of,
    under_seal,
    write,
)
from yimen.rooms.cases.models import Case, CaseMaterial, Demand, VoidRequest
from yimen.rooms.cases.rules import decision, receipt
from yimen.rooms.cases.rules.lifecycle import CASEWORK, State
from yimen.rooms.catalogue.terms import VersionTerms
from yimen.rooms.documents import actions as documents
from yimen.rooms.documents import queries as papers
from yimen.rooms.documents.models import Document
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Applicant
from yimen.rooms.identity.tenure import holder_of
from yimen.rooms.messages import actions as messages
from yimen.rooms.messages import letters
from yimen.rooms.messages.base import CHANNELS, Letter, is_address


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One material handed in: `sha256` empty for paper."""

    code: str
    sha256: str = ""
    file_name: str = ""


def _keep_materials(case: Case, materials: Sequence[HandedIn], at: datetime, *, replace: bool) -> None:
    """Add the materials; earlier ones of the same codes stay but count no more."""
    if not materials:
        return
    if replace:
        CaseMaterial.objects.filter(case=case, code__in=[m.code for m in materials]).update(superseded=True)
    sql.insert_many(
        CaseMaterial,
        [
            {"case_id": case.pk, "code": m.code, "file": m.sha256, "file_name": m.file_name, "handed_in_at": at}
            for m in materials
        ],
    )


def _check_known(materials: Sequence[HandedIn], version: VersionTerms) -> None:
    unknown = [m.code for m in materials if m.code not in version.guide]
    if unknown:
        raise Refused("material.unknown", codes=unknown)


def _codes(materials: Sequence[HandedIn]) -> list[str]:
    return [m.code for m in materials]


def notice_due_on(complete_at: datetime, revision: int | None) -> date:
    """The last day for telling corrections: five working days after the day on which the materials came in."""
    day = timezone.localdate(complete_at)
    return law.calendar(revision).after(day, law.parameter("correction_notice", day, revision=revision).term.amount)


def submit(
    version: VersionTerms,
    *,
    applicant_id: int,
    submitted_by: int | None,
    form: dict[str, Any],
    materials: Sequence[HandedIn],
    channel: str,
    area_code: str,
    situation: Mapping[str, str] | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """A new case, received: numbered, with its materials. Completeness is not judged here but by the treatments."""
    _check_known(materials, version)
    day = timezone.localdate(at)
    revision = law.current_revision()
    number = case_number(area_code, day, documents.next_number(f"case:{area_code}:{day:%Y%m%d}"))
    values: dict[str, Any] = {
        "number": number,
        "state": State(CASEWORK.target("submit_application", State.DRAFT)),
        "item_version_id": version.id,
        "deciding_organ_id": holder_of(version.organ_id, version.item_code, day, revision),
        "handling_window_id": by.window_id,
        "applicant_id": applicant_id,
        "submitted_by_id": submitted_by,
        "channel": channel,
        "form": form,
        "situation": dict(situation or {}),
        "received_at": at,
        "received_on": day,
        "complete_at": at,
        "correction_notice_due_on": notice_due_on(at, revision),
    }
    case = Case(id=sql.insert(Case, **values), **values)
    _keep_materials(case, materials, at, replace=False)
    record(
        verb="submit_application",
        subject=subject_of(case),
        actor=by.id,
        role=by.role_for("submit_application"),
        organ=by.organ_code,
        at=at,
        facts={
            "version": 1,
            "state": str(case.state),
            "item": version.item_code,
            "item_version": version.number,
            "materials": _codes(materials),
            "channel": channel,
            **({"situation": dict(sorted(situation.items()))} if situation else {}),
        },
        request=by.request,
    )
    return case


def send_receipt(case: Case, address: str, *, at: datetime) -> None:
    """Queue the dated receipt for whoever left an address; its PDF, which bears no query password, is made later."""
    if not is_address(address):
        return
    title, body = letters.receipt(
        queries.about(case), received_on=case.received_on, notice_due_on=case.correction_notice_due_on
    )
    letter = Letter(f"{case.number}/{receipt.MAILED}", address.strip(), title, body)
    messages.queue(letter, subject=subject_of(case), channel="email", tells=False, at=at)


def send_copy(case: Case, paper: Document, *, at: datetime) -> bool:
    """Queue a copy of a told paper for the applicant who left an address; False when there is none."""
    address = Applicant.objects.values_list("email", flat=True).get(pk=case.applicant_id)
    if not is_address(address):
        return False
    title, body = letters.paper(paper.kind, queries.about(case))
    letter = Letter(paper.number, address.strip(), title, body)
    messages.queue(letter, subject=subject_of(case), channel="email", tells=False, at=at)
    return True


def correct_on_the_spot(case: Case, *, materials: Sequence[HandedIn], by: Actor, at: datetime) -> None:
    """Errors that can be put right at the counter: materials added or replaced, the case stays received."""
    _check_known(materials, queries.terms_of(case))
    if not materials:
        raise Refused("reason.missing", field="materials")
    move(case, "correct_on_the_spot", by=by, at=at, facts={"materials": _codes(materials)})
    _keep_materials(case, materials, at, replace=True)


def request_correction(
    case: Case, *, missing: Sequence[tuple[str, str]], note: str, told: bool, method: str, by: Actor, at: datetime
) -> None:
    """The one notice of all corrections, as (material code, reason). Untold, it is saved and changes nothing."""
    notice = papers.correction_notice(subject_of(case))
    codes = [code for code, _reason in missing]
    receipt.check_first_notice(
        told_before=bool(notice and notice.told_at),
        accepted=case.accepted_on is not None,
        notice_due_on=case.correction_notice_due_on,
        today=timezone.localdate(at),
    )
    receipt.check_demand(codes, queries.terms_of(case).guide)
    receipt.check_method(method)
    target = State(CASEWORK.target("request_correction", case.state))
    changes = {"state": target} if told else {}
    # The guarded write comes first: of two clerks who ask at once the second is told that the case has changed.
    write(case, "request_correction", by=by, at=at, facts={"missing": codes, "told": told}, **changes)
    if notice:
        Demand.objects.filter(notice=notice).delete()
        documents.withdraw_untold("correction", subject_of(case))
    data = {"missing": [{"code": c, "reason": r} for c, r in missing], "note": note}
    key = give_notice(case, "correction", data, at=at, told_by=method if told else None)
    Demand.objects.bulk_create([Demand(case=case, notice_id=key, code=c, reason=r) for c, r in missing])
    if not told and method in CHANNELS:
        _send_correction(case, missing, note, document_id=key, channel=method, at=at)


def _send_correction(
    case: Case, missing: Sequence[tuple[str, str]], note: str, *, document_id: int, channel: str, at: datetime
) -> None:
    """Queue the notice for its carrier; `applicant.no_address` when there is nowhere to send it."""
    address = Applicant.objects.values_list("email", flat=True).get(pk=case.applicant_id)
    if not is_address(address):
        raise Refused("applicant.no_address", channel=channel)
    names = queries.terms_of(case).material_names
    lines = [f"{names[code]}  {reason}".rstrip() for code, reason in missing]
    number = Document.objects.values_list("number", flat=True).get(pk=document_id)
    title, body = letters.correction(queries.about(case), lines, note)
    letter = Letter(number, address.strip(), title, body)
    messages.queue(letter, subject=subject_of(case), channel=channel, tells=True, at=at)


def submit_correction(case: Case, *, materials: Sequence[HandedIn], by: Actor, at: datetime) -> None:
    """Corrections come in. When all that was asked for is there, Article 32's five days run again from today.

    After acceptance the same verb takes what an invitation to supplement asked for; the state stays.
    """
    _check_known(materials, queries.terms_of(case))
    open_codes = set(Demand.objects.filter(case=case, is_open=True).values_list("code", flat=True))
    left = open_codes - set(_codes(materials))
    outcome, changes = _correction_outcome(case, left=bool(left), at=at)
    if not materials:
        raise Refused("reason.missing", field="materials")
    target = State(CASEWORK.target("submit_correction", case.state, outcome))
    facts = {"materials": _codes(materials), "left": sorted(left)}
    write(case, "submit_correction", by=by, at=at, facts=facts, state=target, **changes)
    Demand.objects.filter(case=case, code__in=_codes(materials)).update(is_open=False)
    _keep_materials(case, materials, at, replace=True)


def _correction_outcome(case: Case, *, left: bool, at: datetime) -> tuple[str, dict[str, Any]]:
    if case.state == State.AWAITING_CORRECTION:
        if left:
            return "partial", {}
        revision = getattr(case, "law_revision", None)
        return "complete", {"complete_at": at, "correction_notice_due_on": notice_due_on(at, revision)}
    invited = any(paper.kind == "supplement" for paper in papers.papers_of(subject_of(case)))
    return ("supplement" if invited else ""), {}


def hold_correction_incomplete(
    case: Case, *, missing: Sequence[tuple[str, str]], reason: str, by: Actor, at: datetime
) -> None:
    """What came in does not satisfy the notice: the same demands are open again, nothing new is asked."""
    # Only what was told was asked: a saved notice does not exist for the law.
    told = Demand.objects.filter(case=case, notice__told_at__isnull=False)
    first = set(told.values_list("code", flat=True))
    codes = [code for code, _reason in missing]
    receipt.check_hold(codes, first, notice_due_on=case.correction_notice_due_on, today=timezone.localdate(at))
    receipt.check_demand(codes, queries.terms_of(case).guide)
    receipt.check_reason(reason)
    data = {"missing": [{"code": c, "reason": r} for c, r in missing], "note": reason}
    move(case, "hold_correction_incomplete", by=by, at=at, facts={"missing": codes})
    give_notice(case, "held_correction", data, at=at)
    Demand.objects.filter(case=case, code__in=codes).update(is_open=True)


def _turn_away(case: Case, verb: str, kind: str, reason: str, data: dict[str, Any], *, by: Actor, at: datetime) -> None:
    receipt.check_may_refuse_acceptance(
        accepted=case.accepted_on is not None,
        notice_due_on=case.correction_notice_due_on,
        today=timezone.localdate(at),
    )
    receipt.check_reason(reason)
    move(case, verb, by=by, at=at, facts={}, reasons=reason)
    if kind == "not_accepted":  # 第三十二条第二款 names acceptance and its refusal
        data = {**data, **under_seal(case, kind, Seal.Sort.ACCEPTANCE, by=by, at=at)}
    give_notice(case, kind, {"reason": reason, **data}, at=at)


def declare_not_required(case: Case, *, reason: str, by: Actor, at: datetime) -> None:
    """No licence is needed for what was applied for (第一项)."""
    _turn_away(case, "declare_not_required", "not_required", reason, {}, by=by, at=at)


def refuse_acceptance(case: Case, *, reason: str, competent_organ: str, by: Actor, at: datetime) -> None:
    """Not this organ's competence (第二项): the applicant is told which organ's it is."""
    data = {"competent_organ": competent_organ}
    _turn_away(case, "refuse_acceptance", "not_accepted", reason, data, by=by, at=at)


def accept(case: Case, *, by: Actor, at: datetime) -> None:
    """第五项: both clocks start with today; the applicant gets a dated paper with the day of the decision."""
    values = queries.clock_values(case, queries.calendar_of(case), at, [])
    today = timezone.localdate(at)
    facts = {"statutory_due_on": iso(values["statutory_due_on"]), "promised_due_on": iso(values["promised_due_on"])}
    move(case, "accept_application", by=by, at=at, facts=facts, accepted_at=at, accepted_on=today, **values)
    lay_hand(case, "accept", by=by, at=at)
    paper = under_seal(case, "acceptance", Seal.Sort.ACCEPTANCE, by=by, at=at)
    give_notice(case, "acceptance", {**facts, **paper}, at=at)


def void_receipt(case: Case, *, reason: str, by: Actor, at: datetime) -> None:
    """Ask to void a wrong receipt; until a second person confirms, state and clocks go on."""
    receipt.check_reason(reason)
    move(case, "void_receipt", by=by, at=at, facts={})
    VoidRequest.objects.update_or_create(case=case, defaults={"reason": reason, "asked_by_id": by.hand, "asked_at": at})


def confirm_void(case: Case, *, by: Actor, at: datetime) -> None:
    """The second person's word: the case is void, its number is kept and counted."""
    request = VoidRequest.objects.filter(case=case, confirmed_at__isnull=True).first()
    if request:
        decision.check_separation(by.hand, [request.asked_by_id])
    if request is None:
        raise Refused("transition.not_allowed", verb="confirm_void", state=str(case.state))
    move(case, "confirm_void", by=by, at=at, facts={})
    VoidRequest.objects.filter(pk=request.pk).update(confirmed_by_id=by.hand, confirmed_at=at)


def record_telling(case: Case, *, method: str, proof: str, document: str | None, by: Actor, at: datetime) -> None:
    """The moment from which an untold paper counts. A correction notice must still be in time."""
    paper = papers.first_untold(subject_of(case), document)
    receipt.check_method(method)
    if paper is None:
        raise Refused("transition.not_allowed", verb="record_telling", state=str(case.state))
    facts = {"document": paper.number, "method": receipt.method_word(method)}
    changes: dict[str, Any] = {}
    if paper.kind == "correction":
        receipt.check_first_notice(
            told_before=False,
            accepted=case.accepted_on is not None,
            notice_due_on=case.correction_notice_due_on,
            today=timezone.localdate(at),
        )
        changes["state"] = State(CASEWORK.target("request_correction", case.state))
    write(case, "record_telling", by=by, at=at, facts=facts, **changes)
    documents.tell(paper, method=method, proof=proof, at=at)
