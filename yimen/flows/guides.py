"""What a guide says beyond a case's needs, the questions that make it personal, and the sets of what must be public."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from annotated_types import MaxLen, MinLen
from django.utils import timezone

from yimen.flows.arguments import Day, FileId, Line, Text, Word, required
from yimen.flows.frame import maker, thing_verb
from yimen.ground.files import queries as uploads
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.guides.actions import details, disclosure
from yimen.rooms.guides.models import DisclosureSet
from yimen.rooms.identity.actor import Actor

Effects = dict[str, Literal["required", "optional", "not_needed"]]


class AnswerIn(TypedDict):
    """One answer, and what it changes of the version's list, limits, charges and conditions."""

    code: Annotated[str, MinLen(1), MaxLen(40)]
    text: Line
    materials: NotRequired[Effects]
    statutory_limit: NotRequired[Word]
    promised_limit: NotRequired[Word]
    charges: NotRequired[Text]
    conditions: NotRequired[Text]


class SituationIn(TypedDict):
    """One question with two to six answers."""

    code: Annotated[str, MinLen(1), MaxLen(40)]
    question: Line
    answers: Annotated[Sequence[AnswerIn], MaxLen(20)]


class ResultIn(TypedDict):
    """What is handed over, and for how long it holds."""

    name: Line
    validity: NotRequired[Line]


class ServiceIn(TypedDict):
    """A service that somebody needs before or after the item."""

    name: Line
    when: Literal["before", "after"]
    kind: Literal["intermediary", "utility", "none"]
    by: NotRequired[Line]
    has_window: NotRequired[bool]


class FeeIn(TypedDict):
    """One charge, its amount in words, its basis, who pays less."""

    name: Line
    amount: Line
    basis: NotRequired[Line]
    reduction: NotRequired[Line]


class ProcedureLimitIn(TypedDict):
    """How long a special procedure may take, and by which law."""

    kind: Word
    limit: Line
    basis: NotRequired[Line]


class MaterialNoteIn(TypedDict):
    """More about one material of the list."""

    code: Word
    made_out_within: NotRequired[Line]
    how_to: NotRequired[Text]
    use: NotRequired[Line]
    place: NotRequired[Line]
    source: NotRequired[Line]


class GuideFileIn(TypedDict):
    """A file to download: the blank form or the filled-in sample of a material, or a sample of the result."""

    file: FileId
    kind: Literal["blank_form", "sample", "result_sample"]
    material: NotRequired[Word]
    title: NotRequired[Line]


class CommitmentIn(TypedDict):
    """告知承诺: what a written commitment stands for."""

    text: Text
    basis: Line


class ToleranceIn(TypedDict):
    """容缺受理: which materials may follow within how many days."""

    materials: Annotated[Sequence[Word], MaxLen(50)]
    days: int
    basis: Line


Situations = Annotated[Sequence[SituationIn], MaxLen(20)]
Lines = Annotated[Sequence[Line], MaxLen(50)]
Words = Annotated[Sequence[Word], MaxLen(50)]


@thing_verb("version")
def set_situations(found: ItemVersion, *, situations: Situations, by: Actor, at: datetime) -> None:
    """The questions of a draft whose answers decide what one applicant needs; an empty list takes them away.

    At most six: {code, question, answers}, each with two to six answers {code, text, materials?: {code of the
    version's list: required | optional | not_needed}, statutory_limit?, promised_limit? (in the unit of the version's,
    never longer), charges?, conditions?}. Of two answers about one material the one that asks for more counts, of two
    limits the shorter. By section_head and organ_head of the item's organ, and admin. Refuses version.not_draft,
    situation.invalid (facts: fields).
    """
    details.set_situations(found, situations, by=by, at=at)


@thing_verb("version")
def describe_guide(
    found: ItemVersion,
    *,
    subject_nature: Word | None = None,
    exercise_level: Word | None = None,
    power_division: Text | None = None,
    power_content: Text | None = None,
    jurisdiction: Line | None = None,
    handling_organ: Line | None = None,
    co_organs: Lines | None = None,
    handling_scope: Word | None = None,
    handling_forms: Words | None = None,
    service_objects: Words | None = None,
    themes: Lines | None = None,
    statutory_note: Text | None = None,
    promised_note: Text | None = None,
    visits_note: Text | None = None,
    consultation: Text | None = None,
    supervision: Text | None = None,
    is_online: bool | None = None,
    is_bookable: bool | None = None,
    is_payable_online: bool | None = None,
    is_express: bool | None = None,
    online_url: Line | None = None,
    system_level: Annotated[str, MaxLen(100)] | None = None,
    local_kind: Annotated[str, MaxLen(40)] | None = None,
    national_kind: Word | None = None,
    results: Annotated[Sequence[ResultIn], MaxLen(20)] | None = None,
    services: Annotated[Sequence[ServiceIn], MaxLen(30)] | None = None,
    fees: Annotated[Sequence[FeeIn], MaxLen(30)] | None = None,
    procedure_limits: Annotated[Sequence[ProcedureLimitIn], MaxLen(30)] | None = None,
    material_notes: Annotated[Sequence[MaterialNoteIn], MaxLen(200)] | None = None,
    files: Annotated[Sequence[GuideFileIn], MaxLen(60)] | None = None,
    commitment: CommitmentIn | None = None,
    tolerance: ToleranceIn | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Further fields of a draft's guide (GB/T 39046): what is given replaces what stood there, the rest stays.

    Codes of the standard: subject_nature 1, 2, 3, 9; exercise_level 1 to 7; service_objects 1 to 6; handling_forms 1 to
    4, 9; handling_scope 全国, 跨省, 跨市, 跨县; national_kind 1, 2, 9. `services` before or after the item that have no
    window are listed for the public (`has_window` false). `files` are uploads of one's own for everybody to download:
    the blank_form or the sample of a `material` of the list, or a result_sample (no material); they join those that
    stand there, one for the same kind, material and title takes the older one's place, an empty list takes all away. By
    section_head and organ_head of the item's organ, and admin. Refuses version.not_draft, file.unknown, input.invalid
    (facts: fields).
    """
    given: Mapping[str, Any] = {k: v for k, v in locals().items() if k not in ("found", "by", "at") and v is not None}
    values = {name: _plain(value) for name, value in given.items()}
    if files:
        values["files"] = [_stored(one, by) for one in files]
    details.describe_guide(found, values, by=by, at=at)


def _stored(given: GuideFileIn, by: Actor) -> Mapping[str, Any]:
    """An upload of the caller as a guide keeps it."""
    upload = uploads.find(given["file"], [by.id])
    said = {"kind": given["kind"], "material": given.get("material", ""), "title": given.get("title", "")}
    kept = {name: getattr(upload, name) for name in ("sha256", "name", "media_type", "size")}
    return {**said, "file": upload.public_id, **kept}


def _plain(value: Any) -> Any:
    """Lists and records as JSON columns hold them."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value


@maker("disclosure_set")
def define_disclosure_set(
    *,
    name: Annotated[str, MaxLen(200)],
    fields: Words,
    applies_to: Literal["item", "window", "organ"],
    basis: Line = "",
    by: Actor,
    at: datetime,
) -> DisclosureSet:
    """A named list of fields that must be public, not in force yet.

    `fields` of an item: name, organ, basis, conditions, charges, procedure, statutory_limit, promised_limit, materials,
    quantity, result_name, place, hours, telephone, complaint_telephone, form_schema; of a window: number, organ,
    duties, hours, telephone, floor; of an organ: name, name_en, credit_code. By committee and legal_office. Refuses
    disclosure.unknown_field, disclosure.exists (the name), reason.missing (no name).
    """
    required(name=name)
    return disclosure.define(name=name, fields=fields, applies_to=applies_to, basis=basis, by=by, at=at)


@thing_verb("disclosure_set")
def activate_disclosure_set(found: DisclosureSet, *, starts_on: Day | None = None, by: Actor, at: datetime) -> None:
    """The set is in force from `starts_on` (today unless given) until another one is: a version with an empty field of
    it can't be published (version.incomplete with the field). A window with an empty field of the windows' set, or of
    an organ with an empty field of the organs' set, is not shown to the public; the office sees all that fails a set.

    Until any is activated the six disclosures hold for items: name, basis, conditions, charges, procedure, limits. By
    committee and legal_office. Refuses disclosure.in_past, disclosure.active (it is in force or another begins that
    day).
    """
    disclosure.activate(found, starts=starts_on or timezone.localdate(at), by=by, at=at)
