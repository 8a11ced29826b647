"""Names of uploaded files, as shown to people. A name is never used as a path, but it is shown and sent in headers."""

import unicodedata

from yimen.ground.kernel.file_kinds import ENDINGS

MOST_CHARACTERS = 255
_LONGEST_EXTENSION = 16
_JOINER = "\u200d"  # holds emoji of several parts together; every other format character is dropped


def clean(name: str | None) -> str:
    """`name` without path, control and direction characters, at most 255 characters; the extension survives.

    Never fails: an empty name, `.` and `..` become "file". Right-to-left marks go because they make "exe.jpg" of
    "gpj.exe"; emoji stay.
    """
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if c == _JOINER or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    kept = " ".join(kept.split())
    if not kept.strip(". "):
        return "file"
    return _shortened(kept)


def fitting(name: str, media_type: str) -> str:
    """`name` (cleaned) with an ending of its media type, added where it has another; at most 255 characters.

    What is opened on a desk is opened by its ending: a text called x.bat would be run, a picture called x.html shown
    with the rights of a page on disk. A kind without known endings gets `.bin`, which no program opens by itself.
    """
    endings = ENDINGS.get(media_type, (".bin",))
    if name.lower().endswith(endings):
        return name
    return name[: MOST_CHARACTERS - len(endings[0])].rstrip(". ") + endings[0]


def _shortened(name: str) -> str:
    if len(name) <= MOST_CHARACTERS:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > _LONGEST_EXTENSION:
        return name[:MOST_CHARACTERS]
    return stem[: MOST_CHARACTERS - len(extension) - 1] + dot + extension
