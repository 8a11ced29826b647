"""An item's JSON Schema as fields of a page, and the page's answers as the form that the rules check.

Basic types only: string (with enum, format date, maxLength), integer, number, boolean. What can't be understood stays
the text that was typed, so that `cases.rules.form` names it and nothing is lost.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yimen.faces.web.forms import FieldError
from yimen.faces.web.words import is_chinese
from yimen.ground.kernel.errors import Refused

PREFIX = "form-"
LONG_TEXT = 200


@dataclass(slots=True)
class Field:
    """One field of a page, as `parts/field.html` draws it."""

    name: str
    label: str
    kind: str = "text"
    value: Any = ""
    hint: str = ""
    required: bool = False
    choices: list[tuple[str, str]] = field(default_factory=list)
    error: str = ""
    step: str = ""
    width: str = ""
    autocomplete: str = ""


def _title(name: str, schema: Mapping[str, Any], key: str = "title") -> str:
    """The schema's own words; English ones stand under `x-title-en` (`x-description-en`)."""
    english = schema.get(f"x-{key}-en")
    fallback = name if key == "title" else ""
    return str((english if english and not is_chinese() else None) or schema.get(key) or fallback)


def _kind(schema: Mapping[str, Any]) -> tuple[str, str]:
    """(kind of input, step)."""
    if schema.get("enum"):
        return "select", ""
    of_type = schema.get("type")
    if of_type == "boolean":
        return "checkbox", ""
    if of_type in ("integer", "number"):
        return "number", "1" if of_type == "integer" else "any"
    if schema.get("format") in ("date", "email"):
        return str(schema["format"]), ""
    most = schema.get("maxLength")
    return ("textarea" if isinstance(most, int) and most > LONG_TEXT else "text"), ""


def properties(schema: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """{name: schema} of the fields, in their order; empty for an item without a form."""
    found = schema.get("properties")
    return {str(k): v for k, v in found.items() if isinstance(v, Mapping)} if isinstance(found, Mapping) else {}


def fields(schema: Mapping[str, Any], form: Mapping[str, Any], errors: Mapping[str, str]) -> list[Field]:
    """The fields with what was answered and what is wrong with it."""
    required = schema.get("required") or []
    made = []
    for name, own in properties(schema).items():
        kind, step = _kind(own)
        labels = own.get("x-enum-labels") or {}
        made.append(
            Field(
                name=PREFIX + name,
                label=_title(name, own),
                kind=kind,
                value=form.get(name, "") if kind == "checkbox" else str(form.get(name, "")),
                hint=_title(name, own, "description"),
                required=name in required,
                choices=[(str(v), str(labels.get(str(v), v))) for v in own.get("enum") or []],
                error=errors.get(PREFIX + name, ""),
                step=step,
            )
        )
    return made


def answers(schema: Mapping[str, Any], request: HttpRequest) -> dict[str, Any]:
    """The form of a POST: an empty answer is left out, a box is true or false."""
    form: dict[str, Any] = {}
    for name, own in properties(schema).items():
        text = request.POST.get(PREFIX + name, "").strip()
        if own.get("type") == "boolean":
            form[name] = bool(text)
        elif text:
            form[name] = _value(text, own)
    return form


def _value(text: str, schema: Mapping[str, Any]) -> Any:
    for choice in schema.get("enum") or []:
        if str(choice) == text:
            return choice
    try:
        if schema.get("type") == "integer":
            return int(text) if len(text) < 40 else text
        if schema.get("type") == "number":
            number = float(text)
            return number if math.isfinite(number) else text
    except ValueError:
        pass
    return text


def field_errors(schema: Mapping[str, Any], refusal: Refused) -> list[FieldError]:
    """The messages of `form.invalid`, one for each wrong answer, where they belong."""
    known = properties(schema)
    found = []
    for error in refusal.facts.get("errors") or []:
        name = str(error["field"]).partition(".")[0]
        label = _title(name, known.get(name, {}))
        found.append(FieldError(PREFIX + name if name in known else "", _message(error["rule"], label, error["limit"])))
    return found


def _message(rule: str, label: str, limit: Any) -> str:
    messages = {
        "required": _("Enter “%(label)s”."),
        "minLength": _("“%(label)s” needs at least %(limit)s characters."),
        "maxLength": _("“%(label)s” may have %(limit)s characters at most."),
        "minimum": _("“%(label)s” must be %(limit)s or more."),
        "exclusiveMinimum": _("“%(label)s” must be more than %(limit)s."),
        "maximum": _("“%(label)s” must be %(limit)s or less."),
        "exclusiveMaximum": _("“%(label)s” must be less than %(limit)s."),
        "enum": _("Choose one of the answers offered for “%(label)s”."),
        "const": _("“%(label)s” must be confirmed."),
        "type": _("“%(label)s” is not of the right kind: enter a number where a number is asked for."),
        "format": _("“%(label)s” is not written in the right way."),
    }
    return messages.get(rule, _("The answer to “%(label)s” does not fit.")) % {"label": label, "limit": limit}
