"""Ready texts for opinions and reasons: the organ's own (rooms.documents), then those that the product ships
(yimen/data/opinions). A start that a person still changes."""

import csv
from functools import cache
from importlib.resources import files

from yimen.faces.web.words import is_chinese
from yimen.rooms.documents.queries import ready_texts

FILE = "opinions/phrases.csv"


@cache
def _rows() -> dict[tuple[str, str], list[tuple[str, str]]]:
    """(verb, argument) → [(Chinese, English)], in the order of the file."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    text = files("yimen.data").joinpath(FILE).read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        found.setdefault((row["verb"], row["argument"]), []).append((row["text"], row["text_en"]))
    return found


def shipped(verb: str, argument: str) -> list[str]:
    """The product's texts of an argument in the reader's language; often none."""
    return [zh if is_chinese() else en for zh, en in _rows().get((verb, argument), ())]


def phrases(verb: str, argument: str, organ_id: int | None) -> list[tuple[str, str]]:
    """(key, text) of what is offered for an argument, the organ's own first. One query."""
    own = [(f"own-{row.pk}", row.text) for row in ready_texts(organ_id, verb) if row.field == argument]
    return own + [(str(number), text) for number, text in enumerate(shipped(verb, argument), 1)]


def chosen(offered: list[tuple[str, str]], key: str) -> str:
    """The text behind the key that a form sent; empty for none or junk."""
    return dict(offered).get(key, "")
