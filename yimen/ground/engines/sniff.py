"""What a file really is, told by its bytes and never by its name or by what the sender says.

Only kinds that an archive can keep and a browser never runs are known. HTML, SVG, scripts, programs and bare ZIP
archives have no entry here, so the store refuses them; what hides in a document that is a ZIP is told by archives.py.
"""

import codecs
import re
import zipfile
from pathlib import Path

HEAD_BYTES = 4096

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
_OOXML = "application/vnd.openxmlformats-officedocument."
# The member that only this family of ZIP has → its type. OFD: GB/T 33190; the others: ECMA-376.
_ZIP_FAMILIES: tuple[tuple[str, str], ...] = (
    ("OFD.xml", "application/ofd"),
    ("word/document.xml", _OOXML + "wordprocessingml.document"),
    ("xl/workbook.xml", _OOXML + "spreadsheetml.sheet"),
    ("ppt/presentation.xml", _OOXML + "presentationml.presentation"),
)
# Types whose bytes are a ZIP.
ZIPPED = frozenset(kind for _member, kind in _ZIP_FAMILIES)
# Markup and scripts are text too, but a browser or a shell would run them.
_ACTIVE_TEXT = re.compile(
    rb"<\s*(!doctype|!--|\?xml|\?php|html|head|body|script|svg|iframe|meta|style|img|a\s)|^\s*#!|^\s*@echo",
    re.IGNORECASE,
)
# A file of two faces: a picture or a PDF for us, a page or a script for a program that believes its name. The words
# are long enough that compressed bytes don't make them by chance, and none of them begins the metadata of a camera.
_SECOND_FACE = re.compile(rb"<\s*(!doctype\s+html|html[\s>]|script[\s>/]|\?php\s|svg\s|iframe\s)", re.IGNORECASE)
_FIRST_OBJECT = re.compile(rb"\d\s+\d+\s+obj\b")
_END_OF_PDF = b"%%EOF"
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def media_type(path: Path) -> str | None:
    """The media type of the file at `path`, or None when it is of no kind that the store takes."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return None if _has_second_face(path, head, kind) else kind
    if head.startswith(b"PK\x03\x04"):
        return _zip_type(path)
    return "text/plain" if _is_plain_text(path, head) else None


def _has_second_face(path: Path, head: bytes, kind: str) -> bool:
    """Markup where a picture or a PDF has none: at its begin and behind its end.

    Inside, a PDF may hold markup (rich text of notes and forms), so there only what stands before the first object and
    after the last end is judged.
    """
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - HEAD_BYTES))
        tail = file.read(HEAD_BYTES)
    if kind == "application/pdf":
        begun = _FIRST_OBJECT.search(head)
        head = head[: begun.start()] if begun else head
        tail = tail.rpartition(_END_OF_PDF)[2]
    return bool(_SECOND_FACE.search(head) or _SECOND_FACE.search(tail))


def _zip_type(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    return next((kind for member, kind in _ZIP_FAMILIES if member in names), None)


def _is_plain_text(path: Path, head: bytes) -> bool:
    """UTF-8 to the last byte, no control characters, nothing that runs."""
    if _ACTIVE_TEXT.search(head.removeprefix(codecs.BOM_UTF8)):
        return False
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    with path.open("rb") as file:
        try:
            while chunk := file.read(65536):
                if _CONTROL.search(chunk):
                    return False
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
