"""`yimen parse-limits`: a text a line from standard input → one JSON a line on standard output. No database.

`{"text", "terms": [{"amount", "unit", "for"}], "flagged"}`: see `catalogue.rules.limit_text`. As many lines come out as
went in, also for an empty one; what is no UTF-8 is read with replacement characters (and flagged).
"""

import io
import json
import os
import sys
from collections.abc import Iterable, Iterator

from yimen.rooms.catalogue.rules.limit_text import parse_limit


def as_json(lines: Iterable[str]) -> Iterator[str]:
    """One JSON text for each line; line ends and a byte order mark do not belong to the text."""
    for number, line in enumerate(lines):
        text = line.removesuffix("\n").removesuffix("\r")
        read = parse_limit(text.removeprefix("\ufeff") if number == 0 else text)
        terms = [{"amount": term.amount, "unit": term.unit, "for": term.applies_to} for term in read.terms]
        yield json.dumps({"text": read.text, "terms": terms, "flagged": read.flagged}, ensure_ascii=False)


def main() -> int:
    """Read standard input to its end; exit code 0. A reader that has enough ends it quietly."""
    lines = io.TextIOWrapper(sys.stdin.buffer, "utf-8", errors="replace", newline="\n")
    out = io.TextIOWrapper(sys.stdout.buffer, "utf-8", newline="\n", write_through=False)
    try:
        for answer in as_json(lines):
            out.write(answer + "\n")
        out.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    finally:
        out.detach()
    return 0
