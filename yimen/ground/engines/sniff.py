"""What a file really is, told by its bytes and never by its name or by what the sender says.

Only kinds that an archive can keep and a browser never runs are known. HTML, SVG, scripts, programs, macro documents
and bare ZIP archives have no entry here, so the store refuses them.
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
_MACROS = re.compile(r"(^|/)vbaProject\.bin$", re.IGNORECASE)
# Markup and scripts are text too, but a browser or a shell would run them.
_ACTIVE_TEXT = re.compile(
    rb"<\s*(!doctype|!--|\?xml|\?php|html|head|body|script|svg|iframe|meta|style|img|a\s)|^\s*#!|^\s*@echo",
    re.IGNORECASE,
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def media_type(path: Path) -> str | None:
    """The media type of the file at `path`, or None when it is of no kind that the store takes."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return _zip_type(path)
    return "text/plain" if _is_plain_text(path, head) else None


def _zip_type(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    if any(_MACROS.search(name) for name in names):
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
