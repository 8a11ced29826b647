"""The list of materials in a form: ticked when on paper, or with a file. A second try keeps what was uploaded."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from yimen.faces.web import file_words
from yimen.faces.web.forms import FieldError
from yimen.flows.files import upload_file
from yimen.flows.intake import MaterialIn
from yimen.ground.files import queries as stored
from yimen.ground.kernel.errors import Refused
from yimen.rooms.catalogue.rules.file_rules import FileRule, check_number
from yimen.rooms.catalogue.terms import VersionTerms
from yimen.rooms.identity.actor import Actor


@dataclass(slots=True)
class Line:
    """One material. `files`: (id, name) of the uploads of this form, kept from an earlier try or new. `aside`: the
    situation does not ask for it; what was chosen for it is kept until another answer does."""

    index: int
    code: str
    name: str
    required: bool
    asked: bool = False
    checked: bool = False
    reason: str = ""
    files: list[tuple[str, str]] = field(default_factory=list)
    error: str = ""
    rule: FileRule = field(default_factory=FileRule)
    aside: bool = False


def lines_of(version: VersionTerms, asked: Collection[str] = (), only: Iterable[str] | None = None) -> list[Line]:
    """A line for each material of the guide (or `only` these, in their order); `asked`: codes that a notice demands."""
    codes = [code for code in (version.material_names if only is None else only) if code in version.material_names]
    return [
        Line(
            index,
            code,
            version.material_names[code],
            version.guide.get(code) == "required",
            code in asked,
            rule=version.file_rules[code],
            aside=code not in version.guide,
        )
        for index, code in enumerate(codes)
    ]


def named(
    lines: list[Line], field: str, request: HttpRequest, actor: Actor, at: datetime, errors: list[FieldError]
) -> list[str | MaterialIn]:
    """The materials of a POST as the flows take them; a refused file adds to `errors`, the others are kept.

    A line may name its code (`code-INDEX`), so that the order of the page may differ from today's. New files
    (`file-INDEX`, `photo-INDEX`) join those kept (`kept-INDEX`); where a material takes one file, the new one replaces.
    """
    by_code = {line.code: line for line in lines}
    posted = [(i, by_code.get(request.POST.get(f"code-{i}", ""))) for i in range(len(lines))]
    pairs = [(i, line) for i, line in posted if line is not None]
    kept = stored.find_all([key for i, _line in pairs for key in request.POST.getlist(f"kept-{i}")], [actor.id])
    chosen: list[str | MaterialIn] = []
    for i, line in pairs:
        found = [kept[key] for key in dict.fromkeys(request.POST.getlist(f"kept-{i}")) if key in kept]
        sent = [*request.FILES.getlist(f"file-{i}"), *request.FILES.getlist(f"photo-{i}")]
        line.files = [(upload.public_id, upload.name) for upload in found]
        errors += [FieldError(f"file-{i}", said) for said in _take(line, sent, actor, at)]
        line.checked = f"{field}-{i}" in request.POST or bool(line.files)
        if line.aside:
            continue
        chosen += [MaterialIn(code=line.code, file=key) for key, _name in line.files]
        if line.checked and not line.files:
            chosen.append(line.code)
    return chosen


def _take(line: Line, sent: Sequence[Any], actor: Actor, at: datetime) -> list[str]:
    """Upload the files that fit the line; what is to be said of the others."""
    old = [] if line.rule.max_files == 1 else line.files  # where one file is taken, a new one replaces
    wrong, taken = list[str](), list(old)
    for file in sent:
        try:
            check_number(line.rule, line.code, len(taken) + 1)
            upload = upload_file(file, name=file.name or "", by=actor, at=at, code=line.code, rule=line.rule)
            taken.append((upload.public_id, upload.name))
        except Refused as refusal:
            about = [line.name, (file.name or "")[:60]] if len(sent) > 1 else [line.name]
            wrong.append("：".join([*about, file_words.told(refusal, line.rule)]))
    line.files = taken if len(taken) > len(old) else line.files
    line.error = " ".join(wrong)
    return wrong
