"""What a PDF says and how it is marked, read with pyHanko's reader; enough for the files that Typst writes."""

import io
import re
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader

_INNER = rb"(?:[^()\\]|\\.)*"
for _depth in range(4):  # brackets in pairs need no escape in a PDF string
    _INNER = rb"(?:[^()\\]|\\.|\(" + _INNER + rb"\))*"
_TOKEN = re.compile(
    rb"/ActualText ?(?:<([0-9A-Fa-f]*)>|\((" + _INNER + rb")\))"  # what the glyphs up to the next EMC stand for
    rb"|\b(EMC)\b|/(f\d+) [\d.]+ Tf|\((" + _INNER + rb")\)|<([0-9A-Fa-f]+)>",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pdf: bytes) -> str:
    """The text of every page in the order of its content stream, without spaces, line breaks and invisible marks."""
    reader = PdfFileReader(io.BytesIO(pdf))
    said = "".join(_page(page) for page in _pages(reader.root["/Pages"]))
    return re.sub(r"[\s\u200b]", "", said)


def pages_of(pdf: bytes) -> int:
    return len(_pages(PdfFileReader(io.BytesIO(pdf)).root["/Pages"]))


def metadata_of(pdf: bytes) -> str:
    """The XMP packet."""
    data: bytes = PdfFileReader(io.BytesIO(pdf)).root["/Metadata"].data
    return data.decode()


def _pages(node: Any) -> list[Any]:
    node = node.get_object()
    if node["/Type"] == "/Page":
        return [node]
    return [page for kid in node["/Kids"] for page in _pages(kid)]


def _page(page: Any) -> str:
    shown = page["/Resources"].get_object()["/Font"].get_object()
    fonts = {name[1:]: _cmap(shown[name].get_object()["/ToUnicode"].get_object().data) for name in shown}
    current: dict[int, str] = {}
    said, told = [], False
    for actual_hex, actual, end, font, literal, hexed in _TOKEN.findall(page["/Contents"].data):
        if actual_hex or actual:
            raw = bytes.fromhex(actual_hex.decode()) if actual_hex else _ESCAPE.sub(_unescape, actual)
            said.append(raw.decode("utf-16") if raw[:1] in (b"\xfe", b"\xff") else raw.decode("latin-1"))
            told = True
        elif end:
            told = False
        elif font:
            current = fonts[font.decode()]
        elif not told:
            raw = bytes.fromhex(hexed.decode()) if hexed else _ESCAPE.sub(_unescape, literal)
            codes = [int.from_bytes(raw[i : i + 2]) for i in range(0, len(raw), 2)]
            said.append("".join(current.get(code, "") for code in codes))
    return "".join(said)


def _unescape(match: re.Match[bytes]) -> bytes:
    what = match[1]
    return bytes([int(what, 8)]) if what[:1].isdigit() else _NAMED.get(what, what)


def _cmap(data: bytes) -> dict[int, str]:
    pairs = re.findall(rb"^<([0-9A-F]{4})> <([0-9A-F]+)>$", data, re.MULTILINE)
    return {int(code, 16): bytes.fromhex(to.decode()).decode("utf-16-be") for code, to in pairs}
