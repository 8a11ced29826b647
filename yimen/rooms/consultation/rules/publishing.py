"""What may become an answer to everybody, and how it is found again. Pure."""

import re
import unicodedata
from collections.abc import Iterable

_APART = re.compile(r"(?<=[0-9Xx])[\s\-—–·.()（）]+(?=[0-9Xx])")
_PERSONAL = {
    "id_number": re.compile(r"(?<![0-9])(?:[0-9]{17}[0-9Xx]|[0-9]{15})(?![0-9])"),
    "telephone": re.compile(r"(?<![0-9])(?:(?:\+?0{0,2}86)?1[3-9][0-9]{9}|0[1-9][0-9]{1,2}[2-9][0-9]{6,7})(?![0-9])"),
    "email": re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
}
MOST_GRAMS = 400
ASKED_GRAMS = 40
_WORD = re.compile(r"[a-z0-9]+|[㐀-鿿豈-﫿]+")
# Words of asking: they stand in every question and tell none from another.
_NOISE = re.compile(
    r"请问|你好|您好|我想|想要|如何|怎么|怎样|什么|哪些|哪里|哪儿|多少|多久|需要|可以|能否|是否|能不能|要不要|有没有|办理|申请|办|吗|呢|的|了|我"
)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _digits_together(text: str) -> str:
    return _APART.sub("", _folded(text))


def personal_data(text: str, *, asker: str = "", contact: str = "", allowed: Iterable[str] = ()) -> str:
    """What kind of personal data `text` holds: `id_number`, `telephone`, `email`, `name` or `contact` of the asker;
    "" for none. `allowed`: telephones that the centre itself publishes."""
    joined = _digits_together(text)
    for number in sorted({_digits_together(line) for line in allowed if line}, key=len, reverse=True):
        if len(number) >= 7:
            joined = joined.replace(number, " ")
    for kind, pattern in _PERSONAL.items():
        if pattern.search(joined if kind != "email" else _folded(text)):
            return kind
    plain = re.sub(r"\s+", "", _folded(text)).casefold()
    for kind, said in (("name", asker), ("contact", contact)):
        wanted = re.sub(r"\s+", "", _folded(said)).casefold()
        if len(wanted) >= 2 and wanted in plain:
            return kind
    wanted = _digits_together(contact)
    return "contact" if len(wanted) >= 5 and wanted in joined else ""


def grams(text: str, most: int = MOST_GRAMS) -> list[str]:
    """By which pieces a text is found: each pair of neighbouring Chinese letters, each Latin word or number, each once
    and in their order; words of asking are left out."""
    found: dict[str, None] = {}
    for run in _WORD.findall(_NOISE.sub(" ", _folded(text).lower())):
        if run.isascii():
            found[run[:20]] = None
        elif len(run) == 1:
            found[run] = None
        else:
            found |= dict.fromkeys(run[place : place + 2] for place in range(len(run) - 1))
        if len(found) >= most:
            break
    return list(found)[:most]


def pieces(text: str, most: int = 4) -> list[str]:
    """What is left of a sentence without the words of asking, the longest first: 开饭店需要什么材料 → 开饭店, 材料."""
    found = [run for run in _WORD.findall(_NOISE.sub(" ", _folded(text).lower())) if len(run) > 1]
    return sorted(dict.fromkeys(found), key=len, reverse=True)[:most]


def windows(text: str, most: int = 12) -> list[str]:
    """Pieces short enough to stand in the name of an item: each of `pieces` whole, or by four letters at a time."""
    found: dict[str, None] = {}
    for piece in pieces(text):
        if piece.isascii() or len(piece) <= 4:
            found[piece] = None
        else:
            found |= dict.fromkeys(piece[place : place + 4] for place in range(len(piece) - 3))
    return list(found)[:most]


def enough(hits: int, asked: int) -> bool:
    """Whether a text that shares `hits` of `asked` pieces answers: one of one or two, a third of more."""
    return hits >= 1 and hits * 3 >= asked
