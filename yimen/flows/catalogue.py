"""The catalogue changes: an item is registered, its guide is drafted, checked, published and ended; it is suspended.

A guide becomes law by three hands: a unit (or the administration) drafts it, the legal office checks it, and the legal
office or the administration publishes it for its days. A published version is never changed; another follows it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from annotated_types import Ge, Le, MaxLen
from django.utils import timezone
from pydantic import BeforeValidator

from yimen.facts.disclosure import guide_problems
from yimen.facts.registers import base as registers
from yimen.flows import arguments as take_in
from yimen.flows.arguments import Day, ItemCode, Line, OrganCode, Text, Word, required
from yimen.flows.authority import missing_powers
from yimen.flows.frame import maker, thing_verb
from yimen.ground.kernel.errors import Denied, OutOfScope
from yimen.rooms.catalogue import actions, drafting
from yimen.rooms.catalogue.actions import TEXTS, MaterialText
from yimen.rooms.catalogue.models import Item, ItemVersion
from yimen.rooms.catalogue.rules.versions import SPECIAL_PROCEDURES, Problem
from yimen.rooms.guides.actions.details import copy_detail
from yimen.rooms.identity.actor import Actor

__all__ = ["MaterialText"]


def _as_words(value: Any) -> Any:
    """A page's field holds several words in one text."""
    return value.replace(",", " ").replace("、", " ").split() if isinstance(value, str) else value


Kinds = Annotated[Sequence[Word], MaxLen(30), BeforeValidator(_as_words)]


class MaterialIn(TypedDict):
    """A line of the material list; without a name it is called by its code."""

    code: Word
    name: NotRequired[Annotated[str, MaxLen(300)]]
    necessity: NotRequired[Literal["required", "optional"]]
    note: NotRequired[Annotated[str, MaxLen(500)]]
    form: NotRequired[Literal["", "original", "copy", "original_and_copy", "electronic"]]
    copies: NotRequired[int | None]
    issuer: NotRequired[Line]
    file_kinds: NotRequired[Kinds]
    max_bytes: NotRequired[int | None]
    max_files: NotRequired[int]


class ExtensionIn(TypedDict):
    """How far the statutory limit may be extended, by which role, on what basis."""

    max: int
    approver: Word
    basis: NotRequired[Line]


class ProcedureIn(TypedDict):
    """A special procedure; a kind beyond the eight of Article 45 needs the law that names it."""

    kind: Word
    basis: NotRequired[Line]


class QuestionIn(TypedDict):
    """A frequent question with its answer."""

    question: Line
    answer: Text


def _as_records(key: str) -> BeforeValidator:
    """A bare text in a list means a record with that key alone."""

    def read(value: Any) -> Any:
        return [{key: v} if isinstance(v, str) else v for v in value] if isinstance(value, list | tuple) else value

    return BeforeValidator(read)


Materials = Annotated[Sequence[MaterialIn], MaxLen(200), _as_records("code")]
Procedures = Annotated[Sequence[ProcedureIn], MaxLen(30), _as_records("kind")]
Questions = Annotated[Sequence[QuestionIn], MaxLen(50)]
Review = Literal["examine_and_approve", "immediate"]
Years = Annotated[int, Ge(0), Le(100)]
Visits = Annotated[int, Ge(0), Le(actions.MOST_VISITS)]
Record = dict[str, Any]


@maker("item")
def register_item(
    *,
    code: Annotated[str, MaxLen(120)],
    name: Annotated[str, MaxLen(500)],
    name_en: Annotated[str, MaxLen(500)] = "",
    organ: OrganCode,
    kind: Word = "",
    basis: Text = "",
    is_sample: bool = False,
    by: Actor,
    at: datetime,
) -> Item:
    """A new item of an organ, without a guide yet: it can't be applied for before a version is published.

    By admin. Refuses organ.unknown, item.exists, input.invalid (an empty code or name).
    """
    unit = take_in.organ(organ)
    return actions.register_item(
        code=code,
        name=name,
        name_en=name_en,
        organ=unit,
        kind=kind,
        basis=basis,
        is_sample=is_sample,
        by=by,
        at=at,
    )


@maker("version")
def define_item_version(
    *,
    item: ItemCode,
    materials: Materials = (),
    statutory_limit: Word = "",
    promised_limit: Word = "",
    statutory_basis: Line = "",
    conditions: Text = "",
    charges: Text = "",
    place: Line = "",
    hours: Line = "",
    telephone: Line = "",
    complaint_telephone: Line = "",
    procedure: Text = "",
    result_name: Line = "",
    validity_years: Years | None = None,
    visits: Visits | None = None,
    quantity: Line = "",
    directions: Line = "",
    review: Review = "examine_and_approve",
    approver: Word = "window_head",
    supervising_organ: OrganCode = "",
    extension: ExtensionIn | None = None,
    special_procedures: Procedures = (),
    questions: Questions = (),
    form_schema: Record | None = None,
    sources: Record | None = None,
    by: Actor,
    at: datetime,
) -> ItemVersion:
    """Draft a version of an item's guide; it is law only when the legal office has checked and somebody published it.

    Limits are texts such as `20 working_days`, `30 natural_days` or `2 hours`. A material is a code or {code,
    name, necessity: required or optional, …}; a special procedure a kind or {kind, basis}; `extension` {max, approver,
    basis}.
    `supervising_organ` supervises afterwards. What is missing is asked for when it is published.
    By section_head and organ_head for items of their organ (else permission.denied), and admin.
    Refuses item.unknown, organ.unknown, input.invalid (a value that the table can't hold).
    """
    given = _guide(locals())
    unit = take_in.item(item)
    _own_item(by, unit, "define_item_version")
    return actions.define_version(unit, **given, by=by, at=at)


@thing_verb("version")
def change_item_version(
    found: ItemVersion,
    *,
    materials: Materials | None = None,
    statutory_limit: Word | None = None,
    promised_limit: Word | None = None,
    statutory_basis: Line | None = None,
    conditions: Text | None = None,
    charges: Text | None = None,
    place: Line | None = None,
    hours: Line | None = None,
    telephone: Line | None = None,
    complaint_telephone: Line | None = None,
    procedure: Text | None = None,
    result_name: Line | None = None,
    validity_years: Years | None = None,
    visits: Visits | None = None,
    quantity: Line | None = None,
    directions: Line | None = None,
    review: Review | None = None,
    approver: Word | None = None,
    supervising_organ: OrganCode | None = None,
    extension: ExtensionIn | None = None,
    special_procedures: Procedures | None = None,
    questions: Questions | None = None,
    form_schema: Record | None = None,
    sources: Record | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Change a draft: what is given replaces what stood there, everything else stays.

    Arguments as in `define_item_version`. Whoever changes a draft counts as its drafter. By section_head and
    organ_head of the item's organ, and admin. Refuses version.not_draft (it is checked, published or withdrawn:
    copy it), input.invalid, organ.unknown.
    """
    given = _guide(locals())
    materials_given, questions_given = given.pop("materials", None), given.pop("questions", None)
    drafting.change_version(found, materials=materials_given, questions=questions_given, values=given, by=by, at=at)


@maker("version")
def copy_item_version(
    *, source: Annotated[str, MaxLen(20), take_in.Of("version")], by: Actor, at: datetime
) -> ItemVersion:
    """A new draft of the same item that says what `source` (any of its versions) says, to be changed and published.

    By section_head and organ_head of the item's organ, and admin. Refuses thing.not_found, permission.denied.
    """
    found: ItemVersion = registers.permitted("version", source, "copy_item_version", by)
    draft = drafting.copy_version(found, by=by, at=at)
    copy_detail(found, draft)
    return draft


@thing_verb("version")
def check_item_version(
    found: ItemVersion, *, opinion: Literal["pass", "return"], note: Text = "", by: Actor, at: datetime
) -> None:
    """The legal office looks a draft over: `pass` makes it `checked`, `return` leaves it a draft with the note.

    By legal_office; another person than the drafter (separation.same_person). Refuses version.not_draft;
    reason.missing (a return without note).
    """
    drafting.check_version_draft(found, passes=opinion == "pass", note=note, by=by, at=at)


@thing_verb("version")
def publish_item_version(
    found: ItemVersion, *, valid_from: Day, valid_to: Day | None = None, by: Actor, at: datetime
) -> None:
    """A checked version becomes law for its days, both ends included; a later first day schedules it.

    The version before must end first (`end_item_version`). Days without any version between the two are flagged
    (fact `flags`), not refused. On `valid_from` a licensing subject must be in force for the item, and where the window
    head approves somebody must be authorised for it (else version.incomplete with the field subject, authorisation).
    Every field of the disclosure set in force that day must say something: unless another is activated the six
    disclosures (name, `statutory_basis`, `conditions`, `charges`, procedure, both limits). By legal_office and admin.
    Refuses version.not_checked (still a draft), version.not_draft (published or withdrawn already), version.incomplete
    (facts: problems, each with its field), version.overlap.
    """
    lacking = _beyond_the_catalogue(found, valid_from)
    actions.publish_version(found, valid_from=valid_from, valid_to=valid_to, more=lacking, by=by, at=at)


def problems_to_publish(version: ItemVersion, valid_from: date) -> list[Problem]:
    """All that `publish_item_version` would refuse or flag about a version from a day on; nothing is written."""
    return [*actions.problems_of(version, valid_from), *_beyond_the_catalogue(version, valid_from)]


def _beyond_the_catalogue(version: ItemVersion, valid_from: date) -> list[Problem]:
    return [*missing_powers(version, valid_from), *guide_problems(version, valid_from)]


@thing_verb("version")
def end_item_version(found: ItemVersion, *, valid_to: Day, by: Actor, at: datetime) -> None:
    """Set the last day of a published version, today at the earliest.

    By legal_office and admin. Refuses version.ends_in_past (also what is not published), version.overlap.
    """
    actions.end_version(found, valid_to=valid_to, by=by, at=at)


@thing_verb("version")
def withdraw_item_version(found: ItemVersion, *, by: Actor, at: datetime) -> None:
    """Take back what never was law: a draft, a checked version, or a published one whose first day has not come.

    By section_head and organ_head of the item's organ, legal_office and admin; what is published by the last two only
    (permission.denied). Refuses version.was_law, transition.not_allowed (withdrawn already).
    """
    if found.state == "published" and not registers.is_wide(by) and not registers.is_clock(by):
        raise Denied(verb="withdraw_item_version")
    drafting.withdraw_version(found, by=by, at=at)


@thing_verb("item")
def suspend_item(
    found: Item,
    *,
    reason: Text,
    basis: Line,
    starts_on: Day | None = None,
    until: Day | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Nobody can apply for the item from `starts_on` (today unless given) to `until` (the last day; none: until it is
    resumed): an application is refused item.not_in_force, running cases go on, the guide says why.

    By organ_head for items of the own organ, and legal_office. Refuses reason.missing (reason or basis),
    suspension.in_past, suspension.exists.
    """
    required(reason=reason, basis=basis)
    starts = starts_on or timezone.localdate(at)
    drafting.suspend(found, starts=starts, until=until, reason=reason, basis=basis, by=by, at=at)


@thing_verb("item")
def resume_item(found: Item, *, by: Actor, at: datetime) -> None:
    """Applications for a suspended item are taken again at once; a suspension that has not begun never begins.

    By organ_head for items of the own organ, and legal_office. Refuses suspension.none.
    """
    drafting.resume(found, by=by, at=at)


def _own_item(by: Actor, item: Item, verb: str) -> None:
    """Raises `permission.denied` for an item of another organ, unless the actor works for the whole centre."""
    if not (registers.is_wide(by) or registers.is_clock(by) or item.organ_id == by.organ_id):
        raise OutOfScope(verb=verb)


AS_GIVEN = (*TEXTS, *actions.SHORT_TEXTS, "validity_years", "visits", "form_schema", "sources")


def _guide(given: Mapping[str, Any]) -> dict[str, Any]:
    """Those arguments of a draft that were given, as the catalogue takes them."""
    values: dict[str, Any] = {name: given[name] for name in AS_GIVEN if given[name] is not None}
    if given["materials"] is not None:
        values["materials"] = _materials(given["materials"])
    if given["questions"] is not None:
        values["questions"] = [dict(question) for question in given["questions"]]
    if given["extension"] is not None:
        values["extension"] = dict(given["extension"])
    if given["special_procedures"] is not None:
        values["special_procedures"] = _procedures(given["special_procedures"])
    if given["supervising_organ"]:
        values["supervising_organ_id"] = take_in.organ(given["supervising_organ"]).pk
    return values


def _materials(given: Sequence[Any]) -> list[MaterialText]:
    """Lines as the catalogue takes them; programs may give them ready."""
    return [
        line if isinstance(line, MaterialText) else MaterialText(**{"name": line["code"], **line}) for line in given
    ]


def _procedures(given: Sequence[Any]) -> list[str | Mapping[str, Any]]:
    """A kind of Article 45 needs no basis and is kept as its word."""
    found: list[str | Mapping[str, Any]] = []
    for entry in given:
        kind = entry if isinstance(entry, str) else str(entry["kind"])
        basis = "" if isinstance(entry, str) else str(entry.get("basis") or "")
        found.append(kind if not basis and kind in SPECIAL_PROCEDURES else {"kind": kind, "basis": basis})
    return found
