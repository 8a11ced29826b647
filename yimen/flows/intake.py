"""From the door to acceptance: an application comes in and is treated (行政许可法 第二十九条至第三十二条).

Read downwards: this is the order in which things happen at a window or online.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from annotated_types import MaxLen
from django.db import transaction
from django.utils import timezone

from yimen.flows.frame import answer_once, case_verb
from yimen.flows.registry import register
from yimen.ground.files import queries as files
from yimen.ground.kernel.errors import Refused
from yimen.rooms.cases import queries
from yimen.rooms.cases.actions import receipt
from yimen.rooms.cases.actions.receipt import HandedIn
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.rules.form import check_form
from yimen.rooms.catalogue.rules.file_rules import HandedFile, check_files
from yimen.rooms.catalogue.terms import VersionTerms, terms_in_force
from yimen.rooms.guides.queries import personal_terms
from yimen.rooms.identity.actions import find_or_register_applicant
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Window
from yimen.rooms.identity.queries import centre
from yimen.rooms.identity.rules.applicants import ApplicantData, complete_applicant
from yimen.rooms.identity.rules.reach import NOTHING_MORE
from yimen.rooms.identity.rules.roles import Role
from yimen.rooms.identity.tenure import holder_of
from yimen.rooms.stationing.queries import on_platform_of

Code = Annotated[str, MaxLen(40)]
Text = Annotated[str, MaxLen(4000)]
Situation = Annotated[dict[Code, Code], MaxLen(20)]
Line = Annotated[str, MaxLen(200)]


class MaterialIn(TypedDict):
    """A material handed in: `file` is the id of an upload; without it the material is on paper."""

    code: Code
    file: NotRequired[Annotated[str, MaxLen(64)]]


class MissingIn(TypedDict):
    """A material that is asked for again, and why."""

    code: Code
    reason: NotRequired[Annotated[str, MaxLen(500)]]


Materials = Annotated[Sequence[Code | MaterialIn], MaxLen(200)]
Missing = Annotated[Sequence[Code | MissingIn], MaxLen(200)]
Method = Annotated[str, MaxLen(20)]


def handed_in(materials: Materials, version: VersionTerms, by: Actor) -> list[HandedIn]:
    """The materials with the content of their files; a file that the actor did not upload is `file.unknown`, one that
    the guide does not take for its material `material.file_kind`, `material.file_size`, `material.too_many_files`."""
    named = [{"code": m} if isinstance(m, str) else m for m in materials]
    ids = [str(m["file"]) for m in named if m.get("file")]
    found = files.find_all(ids, [by.id]) if ids else {}
    lost = [i for i in ids if i not in found]
    if lost:
        raise Refused("file.unknown", files=lost)
    given = [(str(m["code"]), found[str(m["file"])]) for m in named if m.get("file")]
    check_files(version.file_rules, [HandedFile(code, u.name, u.media_type, u.size) for code, u in given])
    return [
        HandedIn(str(m["code"]), found[str(m["file"])].sha256, found[str(m["file"])].name)
        if m.get("file")
        else HandedIn(str(m["code"]))
        for m in named
    ]


def asked_for(missing: Missing) -> list[tuple[str, str]]:
    """(code, reason) of each material asked for, each code once."""
    pairs = [(m, "") if isinstance(m, str) else (str(m["code"]), str(m.get("reason") or "")) for m in missing]
    return list(dict(reversed(pairs)).items())[::-1]


def submit_application(
    *,
    item: Annotated[str, MaxLen(120)],
    materials: Materials = (),
    form: dict[str, Any] | None = None,
    channel: Literal["online", "window", "post"] | None = None,
    applicant: ApplicantData,
    account: int | None = None,
    record: int | None = None,
    situation: Situation | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """Hand in an application: received on this day at any hour, complete or not, with a number of its own.

    At a window `account` is the key of the account that the applicant already has, so that the case is theirs online
    too, and `record` a key of `look_up_applicant`, from which the numbers that were left empty are taken; from an
    account of one's own neither is listened to.

    `situation` {question: answer} makes the list personal where the guide asks (all of its questions, or none: then the
    whole list counts): what may be demanded, both limits, the charges.

    Raises `item.unknown`, `item.not_in_force`, `form.invalid`, `applicant.invalid`, `material.unknown`,
    `situation.unanswered`, `situation.unknown_answer`,
    `material.file_kind`, `material.file_size`, `material.too_many_files`, `file.unknown`, `platform.not_approved`.
    """
    by.role_for("submit_application")

    def act() -> Case:
        with transaction.atomic():
            version = terms_in_force(item, timezone.localdate(at))
            if situation:
                version = personal_terms(version.id, situation)
            _check_organ(by, version, timezone.localdate(at))
            check_form(form or {}, version.form_validator)
            user_id = account if _at_counter(by) else by.user_id
            whole = complete_applicant(applicant, _record(record, by))
            who = find_or_register_applicant(whole, user_id=user_id, today=timezone.localdate(at))
            case = receipt.submit(
                version,
                applicant_id=who,
                submitted_by=None if _at_counter(by) else by.user_id,
                form=form or {},
                materials=handed_in(materials, version, by),
                channel=channel or ("window" if _at_counter(by) else "online"),
                area_code=centre().area_code,
                situation=situation,
                by=by,
                at=at,
            )
            receipt.send_receipt(case, whole.email, at=at)
            return case

    return answer_once(by, "submit_application", act, lambda subject: queries.load(subject.partition(":")[2]))


def _record(key: int | None, by: Actor) -> ApplicantData | None:
    """The record that a window named, of its own organ's cases; None for any other key."""
    row = queries.applicants_of_organ(by.organ_id).filter(pk=key).first() if key and _at_counter(by) else None
    return ApplicantData(row.name, row.kind, row.id_kind, row.id_number, row.phone, row.email) if row else None


def _at_counter(by: Actor) -> bool:
    """Whether the act is a window's: applicants and agents act from their own account."""
    return by.role_for("submit_application") not in (Role.APPLICANT, Role.AGENT)


def _check_organ(by: Actor, version: VersionTerms, today: date) -> None:
    """A window takes applications for its own organ only, a comprehensive one also for those that share it; a secondary
    platform only those for which it has leave on the day (`platform.not_approved`)."""
    if not _at_counter(by):
        return
    if by.window_sort == Window.Sort.PLATFORM and not on_platform_of(by.window_id or 0, version.item_code, today):
        raise Refused("platform.not_approved", item=version.item_code)
    if by.organ_id == version.organ_id and by.reach is NOTHING_MORE:
        return
    organ = holder_of(version.organ_id, version.item_code, today)
    if organ != by.organ_id and not by.reach.covers(
        by.role_for("submit_application"), by.organ_id, organ, version.item_code
    ):
        raise Refused("permission.denied", verb="submit_application")


register(submit_application, submit_application, "")


@case_verb
def correct_on_the_spot(case: Case, *, materials: Materials, by: Actor, at: datetime) -> None:
    """Treatment 3: errors that can be put right at the counter."""
    receipt.correct_on_the_spot(case, materials=handed_in(materials, queries.terms_of(case), by), by=by, at=at)


@case_verb
def request_correction(
    case: Case,
    *,
    missing: Missing,
    note: Text = "",
    told: bool = True,
    method: Method = "handed_over",
    by: Actor,
    at: datetime,
) -> None:
    """Treatment 4: one notice of everything that is missing, within five working days.

    With `told` false the notice is saved but counts only from `record_telling`; a `method` that is a channel
    (e-mail) then sends it, and the carrier's answer is the telling.
    """
    receipt.request_correction(case, missing=asked_for(missing), note=note, told=told, method=method, by=by, at=at)


@case_verb
def submit_correction(case: Case, *, materials: Materials, by: Actor, at: datetime) -> None:
    """The applicant hands in what was asked for; when all is there, the five days run anew from today."""
    receipt.submit_correction(case, materials=handed_in(materials, queries.terms_of(case), by), by=by, at=at)


@case_verb
def hold_correction_incomplete(case: Case, *, missing: Missing, reason: Text, by: Actor, at: datetime) -> None:
    """What came in does not satisfy the first notice: the same demands stand again."""
    receipt.hold_correction_incomplete(case, missing=asked_for(missing), reason=reason, by=by, at=at)


@case_verb
def declare_not_required(case: Case, *, reason: Text, by: Actor, at: datetime) -> None:
    """Treatment 1: no licence is needed."""
    receipt.declare_not_required(case, reason=reason, by=by, at=at)


@case_verb
def refuse_acceptance(case: Case, *, reason: Text, competent_organ: Line = "", by: Actor, at: datetime) -> None:
    """Treatment 2: not this organ's competence; the competent one is named."""
    receipt.refuse_acceptance(case, reason=reason, competent_organ=competent_organ, by=by, at=at)


@case_verb
def accept_application(case: Case, *, by: Actor, at: datetime) -> None:
    """Treatment 5: both clocks start today."""
    receipt.accept(case, by=by, at=at)


@case_verb
def void_receipt(case: Case, *, reason: Text, by: Actor, at: datetime) -> None:
    """Ask to void a wrong receipt before acceptance; a second person must confirm."""
    receipt.void_receipt(case, reason=reason, by=by, at=at)


@case_verb
def confirm_void(case: Case, *, by: Actor, at: datetime) -> None:
    """The second person confirms; the number is kept."""
    receipt.confirm_void(case, by=by, at=at)


@case_verb
def record_telling(
    case: Case, *, method: Method, proof: Line = "", document: Line | None = None, by: Actor, at: datetime
) -> None:
    """A saved notice was told: handed over and signed, taken by the carrier, posted with a number.

    `document` names the paper; without it the correction notice, else the oldest untold paper.
    """
    receipt.record_telling(case, method=method, proof=proof, document=document, by=by, at=at)
