"""Draws the procedure of a guide: places every line of an SVG, so that the template only writes them down.

Units are those of the viewBox, which a stylesheet scales; text is broken here, because SVG does not. Widths of
letters are estimated on the wide side: nothing may run out of its column, in whatever font.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

WIDTH = 720
TITLE, BODY = 17, 14.5
_LINE = {TITLE: 23, BODY: 20}
_TOP, _RADIUS, _GAP = 72, 18, 10
_NOT_FIRST = set("，。、；：）》”’！？,.;:)!?%")


class Column(NamedTuple):
    """What one step says: the words of its title, of who takes it, of its limit, and the ways in which it ends."""

    title: str
    who: str
    when: str
    ends: tuple[tuple[str, str], ...] = ()  # (words, tone: green or red)


class Line(NamedTuple):
    """One line of text; `kind` is its class: title, who, when, note."""

    x: float
    y: float
    text: str
    kind: str


class Tag(NamedTuple):
    """A word in a frame, centred on `x`."""

    x: float
    y: float
    width: float
    text: str
    tone: str

    @property
    def left(self) -> float:
        """Its left edge."""
        return self.x - self.width / 2


class Box(NamedTuple):
    """A frame: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float


class Node(NamedTuple):
    """The circle of a step with its number."""

    x: float
    y: float
    number: int


@dataclass(slots=True)
class Picture:
    """Everything to draw. `counted`: the bar under the steps over which the limits run; `beside`: the frame of pauses
    and extension, None where there is neither; `back`: from the second step to the first, for a correction."""

    width: float = WIDTH
    height: float = 0
    radius: float = _RADIUS
    nodes: list[Node] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    counted: Box | None = None
    beside: Box | None = None
    back: str = ""

    @property
    def links(self) -> list[str]:
        """The arrows from circle to circle, as paths."""
        xs, y, far = [node.x for node in self.nodes], _TOP, _RADIUS + 5
        return [
            f"M{a + far} {y}H{b - far}M{b - far - 7} {y - 6}L{b - far} {y}L{b - far - 7} {y + 6}"
            for a, b in pairwise(xs)
        ]

    @property
    def back_path(self) -> str:
        """The arrow from the second step back to the first."""
        (a, b), y = [node.x for node in self.nodes[:2]], _TOP - _RADIUS - 5
        return f"M{b} {y}C{b} {y - 33} {a} {y - 33} {a} {y}"

    @property
    def back_head(self) -> str:
        """The head of that arrow."""
        x, y = self.nodes[0].x, _TOP - _RADIUS - 4
        return f"M{x - 6} {y - 8}L{x} {y}L{x + 6} {y - 8}"

    @property
    def back_at(self) -> tuple[float, float]:
        """Where the words of that arrow stand."""
        return (self.nodes[0].x + self.nodes[1].x) / 2, _TOP - _RADIUS - 36


def width_of(text: str, size: float) -> float:
    """At least as wide as the text will be."""
    return sum(size if unicodedata.east_asian_width(c) in "WFA" else size * 0.6 for c in text)


def wrapped(text: str, size: float, room: float) -> list[str]:
    """Lines no wider than `room`: broken at spaces, and between Chinese characters (never before a closing mark)."""
    lines, line = [], ""
    for part in _parts(text):
        if line and width_of((line + part).rstrip(), size) > room:
            lines.append(line.rstrip())
            line = part.lstrip()
        else:
            line += part
    return [*lines, line.rstrip()] if line.strip() else lines


def _parts(text: str) -> Iterator[str]:
    """The smallest pieces that may not be broken."""
    part = ""
    for c in text:
        wide = unicodedata.east_asian_width(c) in "WF"
        if part and c not in _NOT_FIRST and (wide or part[-1] == " " or unicodedata.east_asian_width(part[-1]) in "WF"):
            yield part
            part = ""
        part += c
    if part:
        yield part


def draw(columns: Sequence[Column], counted: tuple[int, int], limits: str, beside: Sequence[str], back: str) -> Picture:
    """The picture of these steps; `counted`: the first and last column (from 0) over which `limits` run."""
    picture, step = Picture(), WIDTH / len(columns)
    picture.back = back
    floor = max(_column(picture, column, number, step) for number, column in enumerate(columns))
    left, right = counted[0] * step + _GAP, (counted[1] + 1) * step - _GAP
    picture.counted = Box(left, floor + 12, right - left, 7)
    bottom = _text(picture, limits, BODY, (left + right) / 2, floor + 42, max(right - left, WIDTH / 2), "when")
    if beside:
        bottom = _beside(picture, beside, bottom)
    picture.height = bottom + 6
    return picture


def _column(picture: Picture, column: Column, number: int, step: float) -> float:
    """Places a step; the y under its last line."""
    x, room = (number + 0.5) * step, step - _GAP
    picture.nodes.append(Node(x, _TOP, number + 1))
    y = _text(picture, column.title, TITLE, x, _TOP + _RADIUS + 28, room, "title")
    y = _text(picture, column.who, BODY, x, y, room, "who")
    y = _text(picture, column.when, BODY, x, y, room, "when")
    for words, tone in column.ends:
        picture.tags.append(Tag(x, y + 8, min(width_of(words, BODY) + 20, step), words, tone))
        y += 31
    return y


def _text(picture: Picture, text: str, size: float, x: float, y: float, room: float, kind: str) -> float:
    for line in wrapped(text, size, room):
        picture.lines.append(Line(x, y, line, kind))
        y += _LINE[size]
    return y


def _beside(picture: Picture, notes: Sequence[str], y: float) -> float:
    """The frame of what may stop or lengthen the limit, under the bar."""
    top, room, middle = y + 4, WIDTH - 120.0, WIDTH / 2
    y = top + 24
    for note in notes:
        y = _text(picture, note, BODY, middle, y, room, "note")
    picture.beside = Box(40, top, WIDTH - 80.0, y - top - 6)
    return y
