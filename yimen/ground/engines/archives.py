"""What hides in a document that is a ZIP: macros, and more than any disk wants to hold.

A document is opened by people at their desks, with their rights. So it is unpacked here once, into nothing, before it
is kept: what its directory says of sizes is a claim like its name.
"""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

MACROS = "file.macros"
BOMB = "file.unpacks_too_far"
BROKEN = "file.wrong_type"
MOST_BYTES = 300 * 1024 * 1024
MOST_MEMBERS = 10_000
# A chart keeps its table as a document in the document, and that document may be a part of another.
MOST_FLOORS = 3
MOST_INNER_BYTES = 32 * 1024 * 1024
# Tables of equal rows shrink well, but not two hundred times; a bomb reaches a thousand.
MOST_RATIO = 200
FREE_BYTES = 8 * 1024 * 1024
_CHUNK = 256 * 1024
_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_OLD_MACROS = "_VBA_PROJECT".encode("utf-16-le")  # [MS-OVBA] 2.2.1: the stream that every macro project has
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_TYPES = "[content_types].xml"
_MACRO_MEMBER = re.compile(r"(^|/)(vbaProject\.bin$|macrosheets/)", re.IGNORECASE)
# The part's type counts, whatever its name (ECMA-376 part 2): macro projects, macro sheets, documents that claim them.
_MACRO_TYPE = re.compile(rb"vbaProject|macroEnabled|macrosheet", re.IGNORECASE)
_CLIMBS = re.compile(r"(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[A-Za-z]:")


class _Found(Exception):
    """Ends the walk; the message is the refusal's code."""


@dataclass(slots=True)
class _Budget:
    """What may still be unpacked, over all floors."""

    left: int = MOST_BYTES
    members: int = MOST_MEMBERS

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise _Found(BOMB)


def problem(path: Path) -> str:
    """The code of the refusal that the ZIP at `path` deserves, "" for none; reads at most MOST_BYTES out of it."""
    try:
        with path.open("rb") as file:
            _walk(file, _Budget(), 1)
    except _Found as found:
        return str(found)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError, RuntimeError):
        return BROKEN
    return ""


def _walk(file: IO[bytes], budget: _Budget, floor: int) -> None:
    if floor > MOST_FLOORS:
        raise _Found(BOMB)
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        budget.members -= len(members)
        if budget.members < 0:
            raise _Found(BOMB)
        _check_directory(members, budget.left)
        for member in members:
            _unpack(archive, member, budget, floor)


def _check_directory(members: list[zipfile.ZipInfo], left: int) -> None:
    """What the directory itself admits, before anything is unpacked."""
    if any(_MACRO_MEMBER.search(member.filename) for member in members):
        raise _Found(MACROS)
    if sum(member.file_size for member in members) > left:
        raise _Found(BOMB)
    names = {member.filename.casefold() for member in members}
    if len(names) != len(members):  # two programs may open two different documents
        raise _Found(BROKEN)
    for member in members:
        encrypted = bool(member.flag_bits & 1)
        if encrypted or member.compress_type not in _METHODS or _CLIMBS.search(member.filename):
            raise _Found(BROKEN)


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: _Budget, floor: int) -> None:
    """Read the member to its real end; what is a document itself is looked into."""
    packed, claimed, size = max(member.compress_size, 1), member.file_size, 0
    # zipfile stops where the directory says; we want to know where the stream ends.
    member.file_size = budget.left + 1
    inner = io.BytesIO()
    with archive.open(member) as stream:
        keep = member.filename.casefold() == _TYPES
        while chunk := stream.read(_CHUNK):
            keep = keep or (not size and chunk.startswith((_ZIP, _OLD_OFFICE)))
            size += len(chunk)
            budget.take(len(chunk))
            if (size > FREE_BYTES and size > packed * MOST_RATIO) or (keep and size > MOST_INNER_BYTES):
                raise _Found(BOMB)
            if keep:
                inner.write(chunk)
    if size != claimed:
        raise _Found(BROKEN)
    if keep:
        _look_into(inner, budget, floor)


def _look_into(inner: io.BytesIO, budget: _Budget, floor: int) -> None:
    content = inner.getvalue()
    if content.startswith(_ZIP):
        _walk(inner, budget, floor + 1)
    elif content.startswith(_OLD_OFFICE):
        if _OLD_MACROS in content:
            raise _Found(MACROS)
    elif _MACRO_TYPE.search(content.replace(b"\x00", b"")):  # the list of types; it may be UTF-16
        raise _Found(MACROS)
