"""The page form of any verb, made from its signature in `flows.registry`: a new verb has its page at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le, MaxLen
from django.http import HttpRequest
from django.utils.translation import gettext as _

from yimen.faces.web import desk_words
from yimen.faces.web.forms import FieldError
from yimen.faces.web.materials import Line, lines_of, named
from yimen.faces.web.phrases import chosen, phrases
from yimen.facts.casefile import CaseFile
from yimen.flows import intake
from yimen.flows.registry import Verb
from yimen.rooms.identity.actor import Actor

LONGEST_LINE = 200


@dataclass(slots=True)
class Question:
    """One argument as a page asks for it. `kind`: one of parts/field.html, or radios, missing, materials."""

    name: str
    label: str
    hint: str
    kind: str
    required: bool
    value: Any = ""
    choices: list[tuple[str, str]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    longest: int | None = None
    least: int | None = None
    most: int | None = None
    error: str = ""
    verb: str = ""
    phrases: list[tuple[str, str]] = field(default_factory=list)

    @property
    def asks_reasons(self) -> bool:
        """Each line asks why, instead of taking a file."""
        return self.kind == "missing"

    @property
    def anchor(self) -> str:
        """The id to which the error summary jumps: a group is reached by its first control."""
        if self.kind in ("missing", "materials") and self.lines:
            return f"{self.name}-{self.lines[0].index}"
        return f"{self.name}-0" if self.kind == "radios" else self.name


def questions(verb: Verb, file: CaseFile) -> list[Question]:
    """What the verb asks in this case, with the defaults filled in."""
    return [_question(verb, name, parameter, file) for name, parameter in verb.arguments.items()]


def _question(verb: Verb, name: str, parameter: Any, file: CaseFile) -> Question:
    label, hint = desk_words.QUESTIONS.get(f"{verb.name}.{name}") or desk_words.QUESTIONS[name]
    required = parameter.default is parameter.empty
    asked = Question(name, str(label), str(hint), "text", required)
    if not required and parameter.default not in (None, True):
        asked.value = parameter.default
    _shape(asked, verb, parameter.annotation, file)
    if asked.kind == "textarea":
        asked.verb, asked.phrases = verb.name, phrases(verb.name, name, file.case.deciding_organ_id)
    return asked


def _shape(asked: Question, verb: Verb, annotation: Any, file: CaseFile) -> None:
    """Chooses the control by the annotation."""
    limits = getattr(annotation, "__metadata__", ())
    if annotation == intake.Missing:
        asked.kind, asked.lines = "missing", _demandable(verb, file)
    elif annotation == intake.Materials:
        asked.kind, asked.lines = "materials", _to_hand_in(file)
    elif get_origin(annotation) is Literal:
        tables = {"opinion": desk_words.OPINIONS, "decision": desk_words.OPINIONS, "basis": desk_words.GROUNDS}
        table = tables.get(asked.name, desk_words.DELIVERY)
        asked.kind, asked.choices = "radios", [(key, str(table[key])) for key in get_args(annotation)]
    elif annotation is bool:
        asked.kind, asked.value = "radios", "yes"
        asked.choices = [(key, str(word)) for key, word in desk_words.TOLD.items()]
    elif asked.name == "kind":
        asked.kind, asked.choices, asked.required = "select", _kinds(verb, file), True
        if len(asked.choices) == 1:
            asked.value = asked.choices[0][0]
    elif asked.name == "document":
        asked.kind, asked.choices = "select", _untold(file)
        asked.value, asked.required = asked.choices[0][0] if asked.choices else "", True
    elif annotation == intake.Method:
        asked.kind = "select"
        asked.choices = [(k, str(w)) for k, w in desk_words.METHODS.items() if k not in ("console", "online")]
        asked.required = True
    elif any(isinstance(limit, Ge) for limit in limits):
        asked.kind = "number"
        asked.least = next(int(limit.ge) for limit in limits if isinstance(limit, Ge))  # type: ignore[call-overload]
        asked.most = next(int(limit.le) for limit in limits if isinstance(limit, Le))  # type: ignore[call-overload]
        if verb.name == "extend_case" and file.terms.extension:
            asked.most = int(file.terms.extension["max"])
    else:
        asked.longest = next((limit.max_length for limit in limits if isinstance(limit, MaxLen)), None)
        asked.kind = "textarea" if (asked.longest or 0) > LONGEST_LINE else "text"


def _kinds(verb: Verb, file: CaseFile) -> list[tuple[str, str]]:
    running = [p.kind for p in file.procedures if p.ends_on is None]
    kinds = [k for k in file.terms.special_procedures if k not in running]
    if verb.name == "end_special_procedure":
        kinds = running
    return [(kind, str(desk_words.KINDS.get(kind, kind))) for kind in kinds]


def _untold(file: CaseFile) -> list[tuple[str, str]]:
    """The papers that wait for their telling; a correction notice first, for its five days run."""
    papers = sorted((p for p in file.papers if p.told_at is None), key=lambda p: p.kind != "correction")
    return [(p.number, f"{desk_words.PAPERS.get(p.kind, p.kind)} {p.number}") for p in papers]


def _demandable(verb: Verb, file: CaseFile) -> list[Line]:
    """Only what the guide requires can be demanded; a hold only what the first notice named."""
    held = verb.name == "hold_correction_incomplete"
    codes = [c for c, n in file.terms.guide.items() if n == "required" and (not held or c in file.demanded)]
    return lines_of(file.terms, only=codes)


def _to_hand_in(file: CaseFile) -> list[Line]:
    """What was asked for first, then the rest of the guide."""
    codes = [*file.open_demands, *(c for c in file.terms.guide if c not in file.open_demands)]
    return lines_of(file.terms, file.open_demands, only=codes)


def read(
    asked: list[Question], request: HttpRequest, actor: Actor, at: datetime
) -> tuple[dict[str, Any], list[FieldError]]:
    """(arguments, errors) of a POST; the questions keep what was typed. Uploads are stored, so that a second try
    keeps them."""
    arguments: dict[str, Any] = {}
    errors: list[FieldError] = []
    for question in asked:
        found = _READERS[question.kind](question, request, actor, at, errors)
        if found is not None:
            arguments[question.name] = found
    return arguments, errors


def mark(asked: list[Question], errors: list[FieldError]) -> None:
    """Puts each message at its question."""
    for question in asked:
        question.error = next((e.message for e in errors if e.field == question.anchor), "")


def _read_text(asked: Question, request: HttpRequest, actor: Actor, at: datetime, errors: list[FieldError]) -> Any:
    text = request.POST.get(asked.name, "").strip()
    if ready := chosen(asked.phrases, request.POST.get(f"{asked.name}-ready", "")):
        text = f"{text}\n{ready}" if text else ready
    asked.value = text
    if not text and asked.required:
        errors.append(FieldError(asked.anchor, _("Answer this: %(question)s") % {"question": asked.label}))
    elif asked.longest and len(text) > asked.longest:
        message = _("%(question)s: use at most %(most)s characters") % {"question": asked.label, "most": asked.longest}
        errors.append(FieldError(asked.anchor, message))
    else:
        return text if text or asked.kind != "select" else None
    return None


def _read_number(asked: Question, request: HttpRequest, actor: Actor, at: datetime, errors: list[FieldError]) -> Any:
    text = asked.value = request.POST.get(asked.name, "").strip()[:20]
    ceiling = 1000  # the flow's own limit; the item's smaller one is the rule's to refuse, with its article
    if text.isascii() and text.isdigit() and (asked.least or 0) <= int(text) <= ceiling:
        return int(text)
    message = _("%(question)s: enter a whole number from %(least)s to %(most)s")
    facts = {"question": asked.label, "least": asked.least, "most": asked.most}
    errors.append(FieldError(asked.anchor, message % facts))
    return None


def _read_radios(asked: Question, request: HttpRequest, actor: Actor, at: datetime, errors: list[FieldError]) -> Any:
    text = request.POST.get(asked.name, "")
    if text in dict(asked.choices):
        asked.value = text
        return text == "yes" if asked.name == "told" else text
    errors.append(FieldError(asked.anchor, _("Choose one: %(question)s") % {"question": asked.label}))
    return None


def _read_missing(asked: Question, request: HttpRequest, actor: Actor, at: datetime, errors: list[FieldError]) -> Any:
    chosen = []
    for line in asked.lines:
        line.checked = f"{asked.name}-{line.index}" in request.POST
        line.reason = request.POST.get(f"reason-{line.index}", "").strip()
        if len(line.reason) > 500:
            message = _("%(question)s: use at most %(most)s characters") % {"question": line.name, "most": 500}
            errors.append(FieldError(f"reason-{line.index}", message))
        if line.checked:
            chosen.append({"code": line.code, "reason": line.reason})
    if not chosen:
        errors.append(FieldError(asked.anchor, _("Tick at least one material")))
    return chosen


def _read_materials(asked: Question, request: HttpRequest, actor: Actor, at: datetime, errors: list[FieldError]) -> Any:
    chosen = named(asked.lines, asked.name, request, actor, at, errors)
    if not chosen and not errors:
        errors.append(FieldError(asked.anchor, _("Tick or upload at least one material")))
    return chosen


_READERS: Mapping[str, Any] = {
    "textarea": _read_text,
    "text": _read_text,
    "select": _read_text,
    "number": _read_number,
    "radios": _read_radios,
    "missing": _read_missing,
    "materials": _read_materials,
}
