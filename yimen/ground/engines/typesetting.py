"""Typst adapter: a template and data in, PDF/A out. Only the bundled fonts are seen, no file and no network.

Whatever people wrote goes in as strings of a JSON file, which Typst shows and never runs. Typst is imported when the
first page is set; `engines.press` does that in a process of its own.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

STANDARD = "a-2b"
DATA = "data.json"
_LONGEST = 20_000  # characters of one value; the flows take at most 4,000
_ROUNDS = 4
# Typst's word for a character that no bundled font has; PDF/A forbids empty boxes in their place.
_UNSHOWN = re.compile(r'the text `"((?:[^"\\`]|\\.)+)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
# What every font shipped here can show: the last resort when Typst refuses again and again.
_SURE = re.compile(r"[^\n -~\u3000-\u3017\u4e00-\u9fa5\uff01-\uff5e]")


class NotSet(Exception):
    """Typst refused the template or the data; the message says where."""


@cache
def fonts() -> str:
    """The folder of the bundled fonts (Noto Sans SC and Noto Serif SC, OFL)."""
    import pylopdf_fonts_zh_cn

    return str(Path(pylopdf_fonts_zh_cn.sans_path()).parent)


def code_point(character: str) -> str:
    """A character that can't be shown, legibly: 〔U+20BB7〕. A name must never silently lose a part."""
    return f"〔U+{ord(character):04X}〕"


def _plain(text: str) -> str:
    """Composed text (NFC) without control and format characters; line ends stay."""
    text = unicodedata.normalize("NFC", text[:_LONGEST]).replace("\r\n", "\n").replace("\t", " ")
    return "".join(_kept(c) for c in text)


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if character == "\n" or category[0] != "C":
        return character
    return "" if category in ("Cc", "Cf") else code_point(character)


def clean(value: Any, change: Callable[[str], str] = _plain) -> Any:
    """The same JSON value with every string of it changed; keys are ours and stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: clean(inner, change) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [clean(inner, change) for inner in value]
    return value


def typeset(files: Mapping[str, str], main: str, data: Mapping[str, Any], *, timestamp: int) -> bytes:
    """The PDF/A-2b of `files[main]` (Typst text) with `data` as its data.json; raises `NotSet`.

    `timestamp`: the date written into the PDF, in seconds since 1970; the same input gives the same bytes.
    """
    import typst

    shown = clean(data)
    for round_ in range(_ROUNDS):
        source: dict[str, Any] = {name: text.encode() for name, text in files.items()}
        source |= {"main": source[main], DATA: json.dumps(shown, ensure_ascii=False).encode()}
        try:
            made: Any = typst.compile(  # type: ignore[call-overload]  # its stub does not know files in memory
                source,
                format="pdf",
                font_paths=[fonts()],
                ignore_system_fonts=True,
                pdf_standards=[STANDARD],
                timestamp=timestamp,
            )
        except typst.TypstError as error:
            said = str(getattr(error, "diagnostic", "") or error)
            shown = _showable(shown, said, last=round_ == _ROUNDS - 2)
            continue
        if not isinstance(made, bytes):
            raise NotSet("no page was made")
        return made
    raise NotSet("characters that no font shows")


def _showable(data: Any, said: str, *, last: bool) -> Any:
    """`data` with the characters that Typst could not show as code points; raises `NotSet` for any other error."""
    missing = {character for text in _UNSHOWN.findall(said) for character in _unescaped(text)}
    if not missing:
        raise NotSet(said[:2000])
    if last:
        return clean(data, lambda text: text if text.startswith("<?xml") else _SURE.sub(_point, text))
    return clean(data, lambda text: "".join(code_point(c) if c in missing else c for c in text))


def _point(match: re.Match[str]) -> str:
    return code_point(match.group())


def _unescaped(text: str) -> str:
    """Rust's debug text (`\\u{301}`) as the characters that it stands for."""
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], text)
