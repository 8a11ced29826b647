"""What was handed in, beside the form: the sheet that is looked at, and the ones before and after it."""

from dataclasses import dataclass

from yimen.facts.casefile import CaseFile
from yimen.ground.engines import sniff
from yimen.ground.files.queries import path_of
from yimen.rooms.cases.models import CaseMaterial

# Media types that a browser shows without running anything.
IMAGES = ("image/jpeg", "image/png", "image/gif")
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file in the viewer. `kind`: pdf, image, other (to download), lost; `before`, `after`: keys of its neighbours,
    None at the ends."""

    key: int
    name: str
    file_name: str
    kind: str
    number: int
    total: int
    before: int | None
    after: int | None


def sheet(file: CaseFile, wanted: str) -> Sheet | None:
    """The file with the key `wanted` (junk: the first one), in the order of the guide; None when all is on paper."""
    place = {code: number for number, code in enumerate(file.terms.guide)}
    rows = sorted(
        (m for m in file.materials if m.file), key=lambda m: (m.superseded, place.get(m.code, len(place)), m.pk)
    )
    if not rows:
        return None
    at = next((number for number, row in enumerate(rows) if str(row.pk) == wanted), 0)
    row = rows[at]
    return Sheet(
        row.pk,
        file.terms.material_names.get(row.code, row.code),
        row.file_name,
        _kind(row),
        at + 1,
        len(rows),
        rows[at - 1].pk if at else None,
        rows[at + 1].pk if at + 1 < len(rows) else None,
    )


def _kind(row: CaseMaterial) -> str:
    try:
        found = sniff.media_type(path_of(row.file))
    except (FileNotFoundError, ValueError):
        return "lost"
    return "pdf" if found == PDF else "image" if found in IMAGES else "other"
