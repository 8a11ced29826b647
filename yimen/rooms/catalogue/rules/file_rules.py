"""Which files may stand for a material: kinds, size, number. Pure; what a file is was told by its bytes (sniff.py)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.file_kinds import ENDINGS

MOST_FILES = 10  # where a guide says nothing
FILES_AT_ALL = 50
LEAST_BYTES = 1024
_OFFICE = "application/vnd.openxmlformats-officedocument."
# Word of a guide → media types of the store. A consistency test holds them against everything that the store takes.
KINDS: Mapping[str, str] = {
    "pdf": "application/pdf",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "tiff": "image/tiff",
    "word": _OFFICE + "wordprocessingml.document",
    "sheet": _OFFICE + "spreadsheetml.sheet",
    "slides": _OFFICE + "presentationml.presentation",
    "ofd": "application/ofd",
    "text": "text/plain",
}
EXTENSIONS: Mapping[str, tuple[str, ...]] = {word: ENDINGS[kind] for word, kind in KINDS.items()}
# What people mean by one word.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "image": ("jpeg", "png", "gif", "tiff"),
    "office": ("word", "sheet", "slides"),
}


class HandedFile(NamedTuple):
    """A file handed in for a material; `size` in bytes."""

    code: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class FileRule:
    """`kinds`: words of KINDS, () all; `max_bytes` of one file, None what the store takes."""

    kinds: tuple[str, ...] = ()
    max_bytes: int | None = None
    max_files: int = MOST_FILES

    def problem(self, media_type: str, size: int) -> str:
        """The code of the refusal that a file deserves; "" for one that fits."""
        if self.kinds and media_type not in {KINDS[kind] for kind in self.kinds}:
            return "material.file_kind"
        return "material.file_size" if self.max_bytes is not None and size > self.max_bytes else ""

    def facts(self) -> dict[str, Any]:
        """What a refusal says of the rule."""
        return {"kinds": list(self.kinds or KINDS), "max_bytes": self.max_bytes, "max_files": self.max_files}


def expanded(kinds: Iterable[str]) -> list[str]:
    """Words of a guide with groups (image, office) written out, in the order of KINDS; an unknown word stays last."""
    said = {word for kind in kinds for word in GROUPS.get(kind, (kind,))}
    return [kind for kind in KINDS if kind in said] + sorted(said - set(KINDS))


def check_file(rule: FileRule, file: HandedFile) -> None:
    """Raises `material.file_kind` or `material.file_size` for a file that does not fit its material."""
    code = rule.problem(file.media_type, file.size)
    if code:
        raise Refused(code, material=file.code, file=file.name, **rule.facts())


def check_number(rule: FileRule, code: str, number: int) -> None:
    """Raises `material.too_many_files` when a material would have more files than its guide allows."""
    if number > rule.max_files:
        raise Refused("material.too_many_files", material=code, **rule.facts())


def check_files(rules: Mapping[str, FileRule], files: Sequence[HandedFile]) -> None:
    """All files of a hand-in against the rules of their materials.

    Raises the first problem's code; its fact `errors` names every one: [{material, file, problem}] (`file` is "" when
    there are too many). Files of materials without a rule are not judged here.
    """
    errors = [
        {"material": file.code, "file": file.name, "problem": problem}
        for file in files
        if file.code in rules and (problem := rules[file.code].problem(file.media_type, file.size))
    ]
    for code, rule in rules.items():
        if sum(file.code == code for file in files) > rule.max_files:
            errors.append({"material": code, "file": "", "problem": "material.too_many_files"})
    if errors:
        first = errors[0]
        facts = rules[first["material"]].facts()
        raise Refused(first["problem"], material=first["material"], file=first["file"], errors=errors, **facts)


def rule_problems(kinds: Sequence[str], max_bytes: int | None, max_files: int) -> list[str]:
    """What is wrong with a rule as somebody wrote it: names of its fields."""
    wrong = [] if all(kind in KINDS for kind in kinds) else ["file_kinds"]
    if max_bytes is not None and (isinstance(max_bytes, bool) or max_bytes < LEAST_BYTES):
        wrong.append("max_bytes")
    if isinstance(max_files, bool) or not 1 <= max_files <= FILES_AT_ALL:
        wrong.append("max_files")
    return wrong
