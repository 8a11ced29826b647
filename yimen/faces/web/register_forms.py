"""The form of a register's verb, made from its signature: a new verb has its page at once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Annotated, Any, Literal, NotRequired, Required, get_args, get_origin, get_type_hints, is_typeddict

from annotated_types import Ge, Le, MaxLen
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import TypeAdapter, ValidationError

from yimen.faces.web import register_words
from yimen.faces.web.forms import FieldError
from yimen.faces.web.words import refusal_text
from yimen.facts.registers import base
from yimen.flows.arguments import Of, Upload
from yimen.flows.files import upload_file
from yimen.flows.registry import Verb
from yimen.ground.kernel.errors import Refused
from yimen.rooms.identity.actor import Actor

A_LINE = 300
MOST_CHOICES = 300
SPARE_ROWS, MOST_ROWS = 3, 60


@dataclass(slots=True)
class Question:
    """One argument as a page asks for it. `kind`: one of parts/field.html, or radios, checks, rows, lines, upload.
    `single`: one record, asked for as a table of one line."""

    name: str
    label: str
    hint: str
    kind: str
    required: bool
    annotation: Any
    value: Any = ""
    choices: list[tuple[str, str]] = field(default_factory=list)
    columns: list["Question"] = field(default_factory=list)
    rows: list[list["Question"]] = field(default_factory=list)
    kept: tuple[str, str] = ("", "")
    suggestions: list[tuple[str, str]] = field(default_factory=list)
    error: str = ""
    single: bool = False
    # It began with what stands there, so an answer left empty takes that away.
    empties: bool = False

    @property
    def anchor(self) -> str:
        """The id to which the error summary jumps."""
        return f"{self.name}-0" if self.kind in ("radios", "checks") else self.name


def questions(verb: Verb, actor: Actor, given: Mapping[str, Any] | None = None) -> list[Question]:
    """What a verb asks; `given`: values to begin with."""
    found = []
    for name, parameter in verb.arguments.items():
        required = parameter.default is parameter.empty
        asked = _question(verb.name, name, parameter.annotation, required, actor)
        start = (given or {}).get(name, None if required else parameter.default)
        if start not in (None, "", (), []):
            _begin(asked, start)
            asked.empties = not required and parameter.default is None and _can_be_empty(asked)
        found.append(asked)
    return found


def _can_be_empty(asked: Question) -> bool:
    """Whether an empty answer is a text or a list that says nothing; a day, a number or another record's key is left
    as it is."""
    if asked.kind not in ("text", "textarea"):
        return asked.kind == "lines" or (asked.kind == "rows" and not asked.single)
    bare = _bare(asked.annotation)
    return _core(bare) is str and not any(isinstance(mark, Of) for mark in getattr(bare, "__metadata__", ()))


def _question(verb: str, name: str, annotation: Any, required: bool, actor: Actor) -> Question:
    label, hint = register_words.question(verb, name)
    asked = Question(name, label, hint, "text", required, annotation)
    _shape(asked, verb, _bare(annotation), actor)
    return asked


def _bare(annotation: Any) -> Any:
    """The annotation without None and NotRequired."""
    if get_origin(annotation) in (NotRequired, Required):
        return _bare(get_args(annotation)[0])
    inner = [part for part in get_args(annotation) if part is not type(None)]
    if type(None) in get_args(annotation) and len(inner) == 1:
        return _bare(inner[0])
    return annotation


def _shape(asked: Question, verb: str, annotation: Any, actor: Actor) -> None:
    marks = getattr(annotation, "__metadata__", ())
    core = get_args(annotation)[0] if marks else annotation
    thing = next((mark.kind for mark in marks if isinstance(mark, Of)), "")
    if get_origin(core) is Literal:
        asked.kind = "radios"
        asked.choices = [(str(v), register_words.value_words(asked.name, str(v), verb=verb)) for v in get_args(core)]
    elif core is bool:
        asked.kind = "radios"
        asked.choices = [("true", _("Yes")), ("false", _("No"))]
    elif thing in base.all_kinds():
        _shape_thing(asked, thing, actor)
    elif any(isinstance(mark, Upload) for mark in marks):
        asked.kind = "upload"
    elif core in (date, datetime):
        asked.kind = "date" if core is date else "datetime-local"
    elif core is int:
        asked.kind = "number"
    elif core is Decimal:
        asked.kind = "money"
    elif is_typeddict(core):
        asked.single = True
        _shape_list(asked, verb, core, actor)
    elif get_origin(core) is not None and issubclass(get_origin(core), Sequence):
        _shape_list(asked, verb, get_args(core)[0], actor)
    else:
        longest = next((mark.max_length for mark in marks if isinstance(mark, MaxLen)), A_LINE + 1)
        asked.kind = "textarea" if longest > A_LINE else "text"


def _shape_thing(asked: Question, kind: str, actor: Actor) -> None:
    choices = _things(kind, actor)
    if len(choices) <= MOST_CHOICES:
        asked.kind, asked.choices = "select", choices


def _shape_list(asked: Question, verb: str, element: Any, actor: Actor) -> None:
    bare = _bare(element)
    if is_typeddict(bare):
        asked.kind = "rows"
        hints = get_type_hints(bare, include_extras=True)
        needed = bare.__required_keys__
        asked.columns = [_question(verb, name, hint, name in needed, actor) for name, hint in hints.items()]
        asked.rows = [_row(asked, index) for index in range(1 if asked.single else SPARE_ROWS)]
        return
    inner = Question(asked.name, "", "", "text", False, bare)
    _shape(inner, verb, bare, actor)
    asked.kind = "checks" if inner.choices else "lines"
    asked.choices = inner.choices


def _things(kind: str, actor: Actor) -> list[tuple[str, str]]:
    described = base.kind_of(kind)
    rows = described.visible(actor).order_by(described.key_field)[: MOST_CHOICES + 1]
    return [(described.key(row), register_words.title_words(described.title(row))) for row in rows]


def _row(asked: Question, index: int) -> list[Question]:
    """One line of a table of answers; `asked.columns` are its patterns."""
    return [
        Question(
            f"{asked.name}-{index}-{column.name}",
            column.label,
            "",
            column.kind,
            False,
            column.annotation,
            choices=column.choices,
        )
        for column in asked.columns
    ]


def _begin(asked: Question, value: Any) -> None:
    """Fill in a value that a verb would take."""
    if asked.kind == "rows":
        value = [value] if asked.single else value
        asked.rows = [_row(asked, index) for index in range(len(value) + (0 if asked.single else SPARE_ROWS))]
        for row, given in zip(asked.rows, value, strict=False):
            for cell, column in zip(row, asked.columns, strict=True):
                cell.value = given.get(column.name, "") if given.get(column.name) is not None else ""
    elif asked.kind == "lines":
        asked.value = "\n".join(map(str, value))
    elif asked.kind == "checks":
        asked.value = [str(v) for v in value]
    elif isinstance(value, dict):
        asked.value = json.dumps(value, ensure_ascii=False, indent=1)
    elif isinstance(value, bool):
        asked.value = "true" if value else "false"
    elif isinstance(value, datetime):
        asked.value = timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")
    else:
        asked.value = value.isoformat() if isinstance(value, date) else value


def read(
    asked: Sequence[Question], request: HttpRequest, actor: Actor, at: datetime
) -> tuple[dict[str, Any], list[FieldError]]:
    """(arguments, errors) of a POST; the questions keep what was typed, uploads are kept for the next try."""
    arguments: dict[str, Any] = {}
    errors: list[FieldError] = []
    for question in asked:
        raw = _raw(question, request, actor, at, errors)
        if raw in ("", None, []):
            if question.required and question.kind != "upload" and not _takes_nothing(question):
                errors.append(
                    FieldError(question.anchor, _("Answer this: %(question)s") % {"question": question.label})
                )
            elif question.empties and _was_shown(question, request):
                arguments[question.name] = "" if question.kind in ("text", "textarea") else []
            elif question.required:
                arguments[question.name] = "" if question.kind in ("text", "textarea", "upload") else []
            continue
        value = _fitting(question, raw, errors)
        if value is not None:
            arguments[question.name] = value
    for question in asked:
        question.error = next((e.message for e in errors if e.field == question.anchor), "")
    return arguments, errors


def _was_shown(question: Question, request: HttpRequest) -> bool:
    """Whether the form that was sent held the question at all."""
    names = [cell.name for cell in question.rows[0]] if question.kind == "rows" else [question.name]
    return any(name in request.POST for name in names)


def _takes_nothing(question: Question) -> bool:
    """A list may be empty, and the rule then says what is missing."""
    return question.kind in ("checks", "lines", "rows")


def _raw(question: Question, request: HttpRequest, actor: Actor, at: datetime, errors: list[FieldError]) -> Any:
    if question.kind == "checks":
        known = {key for key, _label in question.choices}
        question.value = [key for key in request.POST.getlist(question.name) if key in known]
        return list(question.value)
    if question.kind == "lines":
        question.value = request.POST.get(question.name, "")
        return [line.strip() for line in question.value.splitlines() if line.strip()]
    if question.kind == "rows":
        return _raw_rows(question, request, actor, at, errors)
    if question.kind == "upload":
        return _raw_upload(question, request, actor, at, errors)
    question.value = request.POST.get(question.name, "").strip()
    return question.value


def _raw_rows(
    question: Question, request: HttpRequest, actor: Actor, at: datetime, errors: list[FieldError]
) -> list[dict[str, Any]]:
    """The lines in which something is written; a line left empty is none."""
    found: list[dict[str, Any]] = []
    question.rows = []
    for index in range(MOST_ROWS):
        row = _row(question, index)
        if not any(cell.name in request.POST for cell in row):
            break
        for cell in row:
            if cell.kind == "upload":
                cell.value = _raw_upload(cell, request, actor, at, errors, question.anchor)
            else:
                cell.value = request.POST.get(cell.name, "").strip()
        question.rows.append(row)
        if any(cell.value for cell in row):
            pairs = zip(question.columns, row, strict=True)
            found.append({column.name: cell.value for column, cell in pairs if cell.value})
    if not question.single:
        question.rows += [_row(question, len(question.rows) + spare) for spare in range(SPARE_ROWS)]
    return found


def _raw_upload(
    question: Question, request: HttpRequest, actor: Actor, at: datetime, errors: list[FieldError], anchor: str = ""
) -> str:
    """The id of the file that came or was kept; what is wrong with it is said at `anchor`, else at the question."""
    sent = request.FILES.get(question.name)
    kept = request.POST.get(f"{question.name}-kept", "")[:64], request.POST.get(f"{question.name}-name", "")[:255]
    if sent:
        try:
            upload = upload_file(sent, name=str(sent.name), by=actor, at=at)
            kept = upload.public_id, upload.name
        except Refused as refusal:
            errors.append(FieldError(anchor or question.anchor, refusal_text(refusal).sentence))
    question.kept = kept
    return kept[0]


@cache
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)


def _fitting(question: Question, raw: Any, errors: list[FieldError]) -> Any:
    """The value in the verb's own type; None with a message when it does not fit."""
    value: Any = raw
    core = _core(question.annotation)
    if core is bool:
        value = {"true": True, "false": False}.get(str(raw))
    elif core is int:
        value = int(raw) if str(raw).isascii() and str(raw).removeprefix("-").isdigit() and len(str(raw)) < 12 else None
    elif core is Decimal:
        value = _money(str(raw))
    elif core is datetime:
        value = _moment(str(raw))
    elif question.kind == "rows":
        value = [_row_values(question, line) for line in raw]
        value = value[0] if question.single else value
    elif core is dict:
        value = _record(str(raw))
    if value is not None:
        try:
            return _adapter(question.annotation).validate_python(value)
        except ValidationError as error:
            return _complain(question, error, errors)
    return _complain(question, None, errors)


def _core(annotation: Any) -> Any:
    bare = _bare(annotation)
    return get_args(bare)[0] if get_origin(bare) is Annotated else getattr(bare, "__origin__", bare)


def _row_values(question: Question, line: Mapping[str, str]) -> dict[str, Any]:
    """A line's cells in their types where they can be read; the rest stays text and is told by the check."""
    cores = {column.name: _core(column.annotation) for column in question.columns}
    found: dict[str, Any] = {}
    for name, text in line.items():
        if cores[name] is int and text.isascii() and text.isdigit() and len(text) < 12:
            found[name] = int(text)
        elif cores[name] is bool:
            found[name] = text == "true"
        elif cores[name] is Decimal:
            found[name] = _money(text)
        else:
            found[name] = text
    return found


def _record(text: str) -> Any:
    """A record written as JSON; None for anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _money(text: str) -> Decimal | None:
    try:
        found = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < Decimal(10) ** 13 else None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _complain(question: Question, error: ValidationError | None, errors: list[FieldError]) -> None:
    message = _("%(question)s: this does not fit") % {"question": question.label}
    marks = getattr(_bare(question.annotation), "__metadata__", ())
    longest = next((mark.max_length for mark in marks if isinstance(mark, MaxLen)), None)
    least = next((mark.ge for mark in marks if isinstance(mark, Ge)), None)
    most = next((mark.le for mark in marks if isinstance(mark, Le)), None)
    if question.kind == "date":
        message = _("%(question)s: enter a day, such as 2026-03-14") % {"question": question.label}
    elif question.kind == "number" and least is not None and most is not None:
        facts = {"question": question.label, "least": least, "most": most}
        message = _("%(question)s: enter a whole number from %(least)s to %(most)s") % facts
    elif longest and error and error.errors()[0]["type"] == "string_too_long":
        message = _("%(question)s: use at most %(most)s characters") % {"question": question.label, "most": longest}
    elif question.kind == "rows" and error:
        place = next((part for part in error.errors()[0]["loc"] if isinstance(part, int)), 0)
        message = _("%(question)s: line %(line)s does not fit") % {"question": question.label, "line": place + 1}
    errors.append(FieldError(question.anchor, message))
