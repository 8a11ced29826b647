"""Verbs of the catalogue: an item is registered, its guide is drafted, published and ended.

A published version never changes: cases keep the one that was in force on their day. A new text is a new version.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, models, transaction
from django.db.models import Max, Q
from django.utils import timezone

from yimen.ground.journal.actions import change, enter, note
from yimen.ground.kernel.errors import Refused
from yimen.rooms.catalogue.models import Item, ItemVersion, Material, VersionState
from yimen.rooms.catalogue.queries import gap_before
from yimen.rooms.catalogue.rules.codes import guess_scheme
from yimen.rooms.catalogue.rules.file_rules import MOST_FILES, expanded, rule_problems
from yimen.rooms.catalogue.rules.form_order import with_order
from yimen.rooms.catalogue.rules.versions import Problem, check_version
from yimen.rooms.catalogue.search_words import search_words
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ

MOST_VISITS, MOST_COPIES = 20, 100
# Who sets a centre up from the command line: nobody is there yet to check.
INSTALLER_ID = "installer"
SHORT_TEXTS = ("statutory_limit", "promised_limit", "review", "approver")
# Texts of a guide that have no rule of their own.
TEXTS = (
    "statutory_basis",
    "conditions",
    "procedure",
    "charges",
    "place",
    "hours",
    "telephone",
    "complaint_telephone",
    "result_name",
    "quantity",
    "directions",
)


class MaterialText(NamedTuple):
    """A line of the material list; `necessity` is required or optional.

    `form`: original, copy, original_and_copy, electronic or "" (not said). `file_kinds` are words of
    `rules/file_rules.py` (groups too), none: all; `max_bytes` of one file, None: what the store takes.
    """

    code: str
    name: str
    necessity: str = "required"
    note: str = ""
    form: str = ""
    copies: int | None = None
    issuer: str = ""
    file_kinds: Sequence[str] = ()
    max_bytes: int | None = None
    max_files: int = MOST_FILES


def register_item(
    *,
    code: str,
    name: str,
    name_en: str = "",
    organ: Organ,
    kind: str = "",
    basis: str = "",
    is_sample: bool = False,
    by: Actor,
    at: datetime,
) -> Item:
    """A new item without versions. Raises `item.exists`, or `input.invalid` for an empty or over-long value."""
    values = {"code": code.strip(), "name": name.strip(), "name_en": name_en.strip()}
    values |= {"kind": kind.strip(), "basis": basis.strip()}
    _check_texts(Item, values, needed=("code", "name"))
    try:
        with transaction.atomic():
            item = Item.objects.create(
                code_scheme=guess_scheme(values["code"]).value,
                organ=organ,
                is_sample=is_sample,
                search_words=search_words(values["name"], values["code"], name_en=values["name_en"]),
                **values,
            )
    except IntegrityError as error:
        raise Refused("item.exists", item=values["code"]) from error
    note(item, "register_item", organ=organ.code, by=by, at=at)
    return item


def define_version(
    item: Item,
    *,
    materials: Sequence[MaterialText] = (),
    questions: Sequence[Mapping[str, str]] = (),
    texts: Mapping[str, str] | None = None,
    verb: str = "define_item_version",
    by: Actor,
    at: datetime,
    **guide: Any,
) -> ItemVersion:
    """A new draft of the item's guide with its materials. Limits are Terms as text ("20 working_days"), "" unknown.

    `texts` holds any of TEXTS, `guide` other columns (SHORT_TEXTS, extension, special_procedures, form_schema …). What
    is missing is asked for when the draft is published; what the table can't hold is refused now (`input.invalid`), and
    so is a second material with the same code.
    """
    values = checked_columns({**guide, **(texts or {})}, materials=materials, questions=questions)
    last = ItemVersion.objects.filter(item=item).aggregate(last=Max("number"))["last"] or 0
    version = ItemVersion(item=item, number=last + 1, drafted_by_id=by.staff_id, **values)
    facts = {"item": item.code, "number": version.number, "materials": [m.code for m in materials]}
    enter(version, verb, by=by, at=at, **facts)
    put_materials(version, materials)
    return version


def checked_columns(
    values: Mapping[str, Any],
    *,
    materials: Sequence[MaterialText] | None = None,
    questions: Sequence[Mapping[str, str]] | None = None,
) -> dict[str, Any]:
    """The columns of a version as they are kept; raises `input.invalid` (facts: fields)."""
    kept = dict(values)
    texts = {name: text for name, text in kept.items() if isinstance(text, str)}
    _check_texts(ItemVersion, texts, known=(*SHORT_TEXTS, *TEXTS))
    _check_lists(materials or (), questions or (), kept.get("visits"))
    if "special_procedures" in kept:
        kept["special_procedures"] = [e if isinstance(e, str) else dict(e) for e in kept["special_procedures"]]
    if "form_schema" in kept:
        kept["form_schema"] = with_order(kept["form_schema"] or {})
    if questions is not None:
        kept["questions"] = [{"question": q["question"], "answer": q["answer"]} for q in questions]
    return kept


def put_materials(version: ItemVersion, materials: Sequence[MaterialText]) -> None:
    """Write the material list of a draft in its order."""
    Material.objects.bulk_create(
        [
            Material(version=version, position=position, **{**m._asdict(), "file_kinds": expanded(m.file_kinds)})
            for position, m in enumerate(materials)
        ]
    )


def publish_version(
    version: ItemVersion,
    *,
    valid_from: date,
    valid_to: date | None = None,
    more: Sequence[Problem] = (),
    by: Actor,
    at: datetime,
) -> ItemVersion:
    """The checked version becomes law for its days, both ends included; the installer also publishes drafts. `more`:
    problems that only other rooms know.

    Raises `version.incomplete` (facts: problems), `version.not_checked`, `version.not_draft`, `version.overlap` (asked
    here, and kept by the database: guards `catalogue_version_overlap_*`). A promise longer than the law and days
    without any version are flagged in the journal.
    """
    if version.state not in (VersionState.DRAFT, VersionState.CHECKED):
        raise Refused("version.not_draft", item=version.item.code, version=version.number)
    if version.state == VersionState.DRAFT and by.id != INSTALLER_ID:
        raise Refused("version.not_checked", item=version.item.code, version=version.number)
    flags = ready_to_publish(version, valid_from=valid_from, valid_to=valid_to, more=more)
    days = {"valid_from": valid_from.isoformat(), "valid_to": valid_to.isoformat() if valid_to else None}
    changes = {"state": VersionState.PUBLISHED, "valid_from": valid_from, "valid_to": valid_to}
    facts = {"item": version.item.code, "number": version.number, **days, "flags": flags}
    _guarded(version, "publish_item_version", changes, by=by, at=at, **facts)
    return version


def problems_of(version: ItemVersion, valid_from: date) -> list[Problem]:
    """What is wrong with a version that would become law on a day, as far as this room knows."""
    gap = gap_before(version, valid_from)
    return [*_problems(version), *([Problem("valid_from", "leaves_a_gap", is_flag=True)] if gap else [])]


def ready_to_publish(
    version: ItemVersion, *, valid_from: date, valid_to: date | None = None, more: Sequence[Problem] = ()
) -> list[str]:
    """The flags of a version that may become law from a day; raises `version.incomplete`, `version.overlap`."""
    problems = [*problems_of(version, valid_from), *more]
    if valid_to is not None and valid_to < valid_from:
        problems.append(Problem("valid_to", "before_valid_from"))
    wrong = [{"field": p.field, "reason": p.reason} for p in problems if not p.is_flag]
    if wrong:
        raise Refused("version.incomplete", item=version.item.code, problems=wrong)
    _refuse_overlap(version, valid_from, valid_to)
    return [f"{p.field}.{p.reason}" for p in problems]


def end_version(version: ItemVersion, *, valid_to: date, by: Actor, at: datetime) -> ItemVersion:
    """Set the last day of a published version, so that another can follow it.

    Raises `version.ends_in_past` (running cases would lose their law), `version.overlap`, or Conflict when somebody
    set another day meanwhile.
    """
    begins = version.valid_from if version.state == VersionState.PUBLISHED else None
    if begins is None or valid_to < max(begins, timezone.localdate(at)):
        raise Refused("version.ends_in_past", valid_to=valid_to.isoformat())
    _refuse_overlap(version, begins, valid_to)
    facts = {"item": version.item.code, "number": version.number, "valid_to": valid_to.isoformat()}
    _guarded(version, "end_item_version", {"valid_to": valid_to}, by=by, at=at, **facts)
    return version


def _check_lists(materials: Sequence[MaterialText], questions: Sequence[Mapping[str, str]], visits: int | None) -> None:
    """Raises `input.invalid` naming what the tables can't hold or the file rules don't know."""
    wrong = [] if visits is None or 0 <= visits <= MOST_VISITS else ["visits"]
    for material in materials:
        texts = {k: v for k, v in material._asdict().items() if isinstance(v, str) and (k != "form" or v)}
        _check_texts(Material, texts, needed=("code", "name"))
        wrong += rule_problems(expanded(material.file_kinds), material.max_bytes, material.max_files)
        if material.copies is not None and not 0 <= material.copies <= MOST_COPIES:
            wrong.append("copies")
    if len({m.code for m in materials}) < len(materials):
        wrong.append("materials")
    if any(not (q.get("question") or "").strip() or not (q.get("answer") or "").strip() for q in questions):
        wrong.append("questions")
    if wrong:
        raise Refused("input.invalid", fields=wrong)


def _problems(version: ItemVersion) -> list[Problem]:
    return check_version(
        statutory_limit=version.statutory_limit,
        promised_limit=version.promised_limit,
        materials=list(version.materials.values_list("code", "name", "necessity")),
        extension=version.extension,
        special_procedures=version.special_procedures,
    )


def _refuse_overlap(version: ItemVersion, valid_from: date, valid_to: date | None) -> None:
    """The sentence for people; the guards of the database keep the promise when two publish at the same time."""
    others = ItemVersion.objects.filter(item_id=version.item_id, state=VersionState.PUBLISHED).exclude(pk=version.pk)
    meeting = others.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from))
    if valid_to is not None:
        meeting = meeting.filter(valid_from__lte=valid_to)
    other = meeting.first()
    if other:
        raise Refused("version.overlap", item=version.item.code, version=other.number)


def _guarded(
    version: ItemVersion, verb: str, changes: dict[str, Any], *, by: Actor, at: datetime, **facts: Any
) -> None:
    """`change`, with the guard's refusal as `version.overlap`."""
    try:
        with transaction.atomic():
            change(version, verb, changes, by=by, at=at, **facts)
    except IntegrityError as error:
        if by.request and "version.overlap" not in str(error):
            raise  # the second time of a request, which the flow answers
        raise Refused("version.overlap", item=version.item.code, version=version.number) from error


def _check_texts(
    model: type[models.Model],
    values: Mapping[str, str],
    *,
    needed: Sequence[str] = (),
    known: Sequence[str] | None = None,
) -> None:
    """Refused(`input.invalid`, fields=[…]): unknown, empty but needed, not among the choices, too long, or with NUL."""
    wrong = [name for name in values if known is not None and name not in known]
    for name, text in values.items():
        if name in wrong:
            continue
        column = model._meta.get_field(name)
        width = getattr(column, "max_length", None)
        choices = dict(getattr(column, "flatchoices", None) or {})
        bad = "\x00" in text or (width is not None and len(text) > width) or (choices and text not in choices)
        if bad or (name in needed and not text.strip()):
            wrong.append(name)
    if wrong:
        raise Refused("input.invalid", fields=wrong)
