"""By which words an item is found: its name and code, what people call it, and how both sound.

Written with the item (`Item.search_words`), so that a search compares one text on either engine. Everyday
words are data: `yimen/data/catalogue/synonyms.csv`.
"""

import csv
from functools import cache
from pathlib import Path

from yimen.ground.engines.pinyin import sounds

_FILE = Path(__file__).resolve().parents[2] / "data" / "catalogue" / "synonyms.csv"


@cache
def everyday_and_official() -> tuple[tuple[str, str], ...]:
    """(what people say, the part of an official name that it stands for)."""
    with _FILE.open(encoding="utf-8", newline="") as source:
        return tuple((row["everyday"], row["official"]) for row in csv.DictReader(source))


def everyday_words(name: str) -> list[str]:
    """What people call an item of this name, in the order of the file."""
    return list(dict.fromkeys(said for said, official in everyday_and_official() if official in name))


def search_words(name: str, code: str = "", main_item: str = "", name_en: str = "") -> str:
    """Lines of small letters, each between two line ends: name, code, main item, English name, the everyday words, then
    pinyin and initials of the name and of those words. The line ends let a search ask for the beginning of a line; the
    name comes first, so the beginning of all is the beginning of the name."""
    said = everyday_words(name)
    lines = [name, code, main_item, name_en, *said, *(line for text in (name, *said) for line in sounds(text))]
    return "\n".join(["", *dict.fromkeys(line.lower() for line in lines if line), ""])
