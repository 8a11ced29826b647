"""Ready texts for opinions and reasons (yimen/data/opinions): a start that a person still changes."""

import csv
from functools import cache
from importlib.resources import files

from yimen.faces.web.words import is_chinese

FILE = "opinions/phrases.csv"


@cache
def _rows() -> dict[tuple[str, str], list[tuple[str, str]]]:
    """(verb, argument) → [(Chinese, English)], in the order of the file."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    text = files("yimen.data").joinpath(FILE).read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        found.setdefault((row["verb"], row["argument"]), []).append((row["text"], row["text_en"]))
    return found


def phrases(verb: str, argument: str) -> list[str]:
    """The ready texts of an argument in the reader's language; often none."""
    return [zh if is_chinese() else en for zh, en in _rows().get((verb, argument), ())]


def chosen(verb: str, argument: str, given: str) -> str:
    """The text behind the number that a form sent; empty for none or junk."""
    texts = phrases(verb, argument)
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 0
    return texts[number - 1] if 0 < number <= len(texts) else ""
