"""The list of materials in a form: ticked when on paper, or with a file. A second try keeps what was uploaded."""

from collections.abc import Collection, Iterable
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
from yimen.rooms.catalogue.rules.file_rules import FileRule
from yimen.rooms.catalogue.terms import VersionTerms
from yimen.rooms.identity.actor import Actor


@dataclass(slots=True)
class Line:
    """One material. `file`: the id of an upload of this form, kept from an earlier try, with its `file_name`."""

    index: int
    code: str
    name: str
    required: bool
    asked: bool = False
    checked: bool = False
    reason: str = ""
    file: str = ""
    file_name: str = ""
    error: str = ""
    rule: FileRule = field(default_factory=FileRule)


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
        )
        for index, code in enumerate(codes)
    ]


def named(
    lines: list[Line], field: str, request: HttpRequest, actor: Actor, at: datetime, errors: list[FieldError]
) -> list[str | MaterialIn]:
    """The materials of a POST as the flows take them; a refused file adds to `errors`, the others are kept.

    A line may name its code (`code-INDEX`), so that the order of the page may differ from today's.
    """
    by_code = {line.code: line for line in lines}
    posted = [(i, by_code.get(request.POST.get(f"code-{i}", ""))) for i in range(len(lines))]
    pairs = [(i, line) for i, line in posted if line is not None]
    kept_ids = [request.POST.get(f"kept-{i}", "") for i, _line in pairs]
    kept = stored.find_all(kept_ids, [actor.id])
    chosen: list[str | MaterialIn] = []
    for i, line in pairs:
        line.checked = f"{field}-{i}" in request.POST
        upload: Any = kept.get(request.POST.get(f"kept-{i}", ""))
        sent = request.FILES.get(f"file-{i}") or request.FILES.get(f"photo-{i}")
        if sent is not None:
            try:
                upload = upload_file(sent, name=sent.name or "", by=actor, at=at, code=line.code, rule=line.rule)
            except Refused as refusal:
                line.error = f"{line.name}：{file_words.told(refusal, line.rule)}"
                errors.append(FieldError(f"file-{i}", line.error))
        if upload:
            line.file, line.file_name, line.checked = upload.public_id, upload.name, True
        if line.checked:
            chosen.append(MaterialIn(code=line.code, file=line.file) if line.file else line.code)
    return chosen
