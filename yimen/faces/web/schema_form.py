"""An item's JSON Schema as fields of a page, and the page's answers as the form that the rules check.

Strings (enum, date, money, region, credit code, long text), numbers, booleans, and groups that repeat (an array of
objects). What can't be understood stays the text that was typed, so that `cases.rules.form` names it and nothing is
lost. Which fields are asked at all, and on which page, is `schema_steps`.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yimen.faces.web.forms import FieldError
from yimen.faces.web.schema_steps import properties
from yimen.faces.web.words import is_chinese
from yimen.ground.engines import regions
from yimen.ground.kernel.errors import Refused

PREFIX = "form-"
LONG_TEXT = 200
MOST_ROWS = 50


@dataclass(slots=True)
class Level:
    """One of the dependent lists of an address."""

    name: str
    label: str
    value: str
    choices: list[tuple[str, str]]


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
    # An address: its lists, and what the next one would hold. A group: its rows, each the fields of one object.
    levels: list[Level] = field(default_factory=list)
    next_list: str = ""
    rows: list[list["Field"]] = field(default_factory=list)
    most: int = MOST_ROWS
    # At the counter: where the typing begins, and what an applicant is looked up by.
    focus: bool = False
    looks_up: bool = False


def title_of(name: str, schema: Mapping[str, Any], key: str = "title") -> str:
    """The schema's own words; English ones stand under `x-title-en` (`x-description-en`)."""
    english = schema.get(f"x-{key}-en")
    fallback = name if key == "title" else ""
    return str((english if english and not is_chinese() else None) or schema.get(key) or fallback)


def widget(schema: Mapping[str, Any]) -> str:
    """The kind of input: what the schema names as `x-widget`, else what its type and format mean."""
    named = schema.get("x-widget")
    if named in ("money", "region", "organisation", "textarea"):
        return str(named)
    if schema.get("enum"):
        return "select"
    of_type, of_format = schema.get("type"), schema.get("format")
    if of_type == "array":
        return "group"
    if of_type == "boolean":
        return "checkbox"
    if of_type in ("integer", "number"):
        return "number"
    if of_format in ("date", "email", "money", "region"):
        return str(of_format)
    if of_format == "credit-code":
        return "organisation"
    most = schema.get("maxLength")
    return "textarea" if isinstance(most, int) and most > LONG_TEXT else "text"


def enum_titles(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """{value: title} of the answers to choose from, in the reader's language where there is one."""
    english = schema.get("x-enum-titles-en")
    found = (english if english and not is_chinese() else None) or schema.get("x-enum-titles")
    if isinstance(found, list):
        return {str(v): t for v, t in zip(schema.get("enum") or [], found, strict=False)}
    return found or schema.get("x-enum-labels") or {}


def fields(
    schema: Mapping[str, Any],
    form: Mapping[str, Any],
    errors: Mapping[str, str],
    names: Iterable[str] | None = None,
    prefix: str = PREFIX,
) -> list[Field]:
    """The fields (all, or those of `names`) with what was answered and what is wrong with it."""
    known, required = properties(schema, form)
    return [
        _field(name, known[name], form.get(name, ""), errors, name in required, prefix)
        for name in (known if names is None else names)
        if name in known
    ]


def _field(
    name: str, own: Mapping[str, Any], value: Any, errors: Mapping[str, str], required: bool, prefix: str
) -> Field:
    kind, titles, full = widget(own), enum_titles(own), prefix + name
    made = Field(
        name=full,
        label=title_of(name, own),
        kind=kind,
        value=value if kind == "checkbox" else "" if isinstance(value, list | dict) else _plain(value),
        hint=title_of(name, own, "description") or _hint(kind),
        required=required,
        choices=[(str(v), str(titles.get(str(v), v))) for v in own.get("enum") or []],
        error=errors.get(full, ""),
        step={"integer": "1", "number": "any"}.get(str(own.get("type")), ""),
        width="20" if kind in ("money", "organisation") else "",
    )
    if kind == "region":
        made.levels, made.next_list = _levels(full, str(value))
    elif kind == "group":
        made.most = int(own.get("maxItems") or MOST_ROWS)
        made.rows = _rows(full, own, value, errors)
    return made


def _plain(value: Any) -> str:
    """An answer as it was typed: JSON keeps 3 of a decimal question as 3.0, and 0.00001 as 1e-05."""
    if not isinstance(value, float) or not math.isfinite(value):
        return str(value)
    text = f"{Decimal(str(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _hint(kind: str) -> str:
    if kind == "money":
        return _("In yuan, for example 1200.50")
    if kind == "organisation":
        return _("Unified social credit code: 18 characters, as on the licence. The check digit is checked.")
    return ""


def _levels(name: str, code: str) -> tuple[list[Level], str]:
    """The lists of an address: each level whose parent is chosen and that has members. Beside them what the list that
    is not there yet would hold; empty: nothing comes after these."""
    chosen, found = ["", *regions.chain(code)], []
    words = [_("Province"), _("City"), _("County or district"), _("Town or subdistrict")]
    for depth, parent in enumerate(chosen[: len(words)]):
        value = chosen[depth + 1] if depth + 1 < len(chosen) else ""
        if choices := list(regions.children(parent)):
            ident = name if depth == 0 else f"{name}.{depth}"
            found.append(Level(ident, words[depth], value, choices))
    open_end = bool(found) and not found[-1].value
    return found, words[len(found)] if open_end and len(found) < len(words) else ""


def _rows(name: str, own: Mapping[str, Any], value: Any, errors: Mapping[str, str]) -> list[list[Field]]:
    given = [row if isinstance(row, Mapping) else {} for row in value] if isinstance(value, list) else []
    least = max(int(own.get("minItems") or 0), 1)
    given += [{}] * (least - len(given))
    inner = own.get("items") or {}
    return [fields(inner, row, errors, prefix=f"{name}.{index}.") for index, row in enumerate(given[:MOST_ROWS])]


def answers(
    schema: Mapping[str, Any], request: HttpRequest, names: Iterable[str] | None = None, known: Any = None
) -> dict[str, Any]:
    """The form of a POST: an empty answer is left out, a box is true or false.

    `names`: those of one page; `known`: what was answered on the others (it decides which questions there are).
    """
    of_page, _required = properties(schema, known, every=known is None)
    asked = of_page if names is None else {name: of_page[name] for name in names if name in of_page}
    return _answers(asked, request, PREFIX)


def _answers(known: Mapping[str, Mapping[str, Any]], request: HttpRequest, prefix: str) -> dict[str, Any]:
    form: dict[str, Any] = {}
    for name, own in known.items():
        full, kind = prefix + name, widget(own)
        if kind == "group":
            if rows := _posted_rows(own, request, full):
                form[name] = rows
            continue
        text = _posted_region(request, full) if kind == "region" else request.POST.get(full, "").strip()
        if own.get("type") == "boolean":
            form[name] = bool(text)
        elif text:
            form[name] = _value(text, own)
    return form


def _posted_region(request: HttpRequest, name: str) -> str:
    """The deepest chosen list that still belongs to the ones above it."""
    code = ""
    for depth in range(len(regions.LEVELS)):
        chosen = request.POST.get(name if depth == 0 else f"{name}.{depth}", "").strip()
        if not chosen or (depth and not chosen.startswith(code)):
            break
        code = chosen
    return code


def _posted_rows(own: Mapping[str, Any], request: HttpRequest, name: str) -> list[dict[str, Any]]:
    """The rows of a group; a row without any answer is left out. The buttons of rows act here too."""
    text = request.POST.get(f"{name}.rows", "")
    count = min(int(text), MOST_ROWS) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    known, _required = properties(own.get("items") or {}, None, every=True)
    rows = [_answers(known, request, f"{name}.{index}.") for index in range(count)]
    button = request.POST.get("row", "")
    if button == f"add:{name}":
        return [*rows, {}][:MOST_ROWS]
    taken = [f"remove:{name}.{index}" for index in range(count)]
    if button in taken:
        del rows[taken.index(button)]
        return rows
    return [row for row in rows if any(value not in ("", False) for value in row.values())]


def is_redraw(request: HttpRequest) -> bool:
    """Whether a button was pressed that only changes the page: a row more or less, the next list of an address."""
    return "row" in request.POST or "refine" in request.POST


def _value(text: str, schema: Mapping[str, Any]) -> Any:
    for choice in schema.get("enum") or []:
        if str(choice) == text:
            return choice
    kind = widget(schema)
    if kind == "money":
        return _money(text, schema)
    if kind == "organisation":
        return "".join(text.split()).upper()
    try:
        if schema.get("type") == "integer":
            return int(text) if len(text) < 40 else text
        if schema.get("type") == "number":
            number = float(text)
            return number if math.isfinite(number) else text
    except ValueError:
        pass
    return text


def _money(text: str, schema: Mapping[str, Any]) -> Any:
    """`1,200.5` → "1200.50" (or 1200.5 where the schema wants a number); more than two decimals stays as typed."""
    try:
        amount = Decimal(text.replace(",", "").replace("，", "").replace("￥", "").replace("¥", ""))
        if not amount.is_finite() or amount != round(amount, 2) or len(text) > 30:
            return text
    except InvalidOperation:
        return text
    return float(amount) if schema.get("type") == "number" else f"{amount:.2f}"


def shown(schema: Mapping[str, Any], value: Any) -> str:
    """An answer as people read it."""
    kind = widget(schema)
    if value in ("", None):
        return ""
    if kind == "checkbox":
        return _("Yes") if value else _("No")
    if kind == "region":
        return regions.full_name(str(value))
    if kind == "group" and isinstance(value, list):
        return "\n".join(f"{number}. {_row_words(schema, row)}" for number, row in enumerate(value, 1))
    if kind == "money":
        return _("%(amount)s yuan") % {"amount": f"{value:.2f}" if isinstance(value, float) else value}
    return str(enum_titles(schema).get(str(value), _plain(value)))


def answered(schema: Mapping[str, Any], form: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(question, answer) as people read them, in the order of the schema; answers without a question at the end."""
    known, _required = properties(schema, None, every=True)
    asked = [(title_of(name, own), shown(own, form[name])) for name, own in known.items() if name in form]
    return asked + [(name, _plain(value)) for name, value in form.items() if name not in known]


def _row_words(schema: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    known, _required = properties(schema.get("items") or {}, None, every=True)
    words = [f"{title_of(name, own)} {shown(own, row[name])}" for name, own in known.items() if name in row]
    return " · ".join(words)


def field_errors(schema: Mapping[str, Any], refusal: Refused) -> list[FieldError]:
    """The messages of `form.invalid`, one for each wrong answer, where they belong."""
    found = []
    for error in refusal.facts.get("errors") or []:
        path = str(error["field"]).split(".")
        own, label = _found(schema, path)
        place = PREFIX + ".".join(path) if own is not None else ""
        rule = error["limit"] if error["rule"] == "format" else error["rule"]
        found.append(FieldError(place, _message(str(rule), label, error["limit"])))
    return found


def _found(schema: Mapping[str, Any], path: list[str]) -> tuple[Mapping[str, Any] | None, str]:
    """(schema of the field, its label) of an error's path; None when the path names no field."""
    known, _required = properties(schema, None, every=True)
    own = known.get(path[0])
    if own is None:
        return None, path[0]
    if len(path) < 3:
        return own, title_of(path[0], own)
    inner, label = _found(own.get("items") or {}, path[2:])
    return inner, f"{title_of(path[0], own)} {int(path[1]) + 1 if path[1].isdigit() else ''} · {label}"


def _message(rule: str, label: str, limit: Any) -> str:
    messages = {
        "required": _("Enter “%(label)s”."),
        "minLength": _("“%(label)s” needs at least %(limit)s characters."),
        "maxLength": _("“%(label)s” may have %(limit)s characters at most."),
        "minimum": _("“%(label)s” must be %(limit)s or more."),
        "exclusiveMinimum": _("“%(label)s” must be more than %(limit)s."),
        "maximum": _("“%(label)s” must be %(limit)s or less."),
        "exclusiveMaximum": _("“%(label)s” must be less than %(limit)s."),
        "minItems": _("“%(label)s” needs at least %(limit)s rows."),
        "maxItems": _("“%(label)s” may have %(limit)s rows at most."),
        "enum": _("Choose one of the answers offered for “%(label)s”."),
        "const": _("“%(label)s” must be confirmed."),
        "type": _("“%(label)s” is not of the right kind: enter a number where a number is asked for."),
        "date": _("“%(label)s” must be a day that exists, such as 2026-03-14."),
        "money": _("“%(label)s” must be an amount in yuan with two decimals at most, such as 1200.50."),
        "region": _("Choose “%(label)s” down to the county."),
        "credit-code": _("“%(label)s” is no credit code: a digit is wrong or two are swapped."),
        "email": _("“%(label)s” must be an e-mail address such as name@example.org."),
    }
    fallback = _("The answer to “%(label)s” does not fit.")
    return messages.get(rule, fallback) % {"label": label, "limit": limit}
