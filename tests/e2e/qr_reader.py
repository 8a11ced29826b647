"""Reads the QR code that is drawn on a PDF of ours, as a telephone would: modules → mask → codewords → text.

ISO/IEC 18004, versions 1–10, error correction M, byte and alphanumeric segments: what `ground/engines/qr.py` makes for
an address. Nothing is corrected, for nothing is blurred.
"""

import io
import re
from collections.abc import Iterator
from itertools import chain, pairwise, zip_longest

from pyhanko.pdf_utils.reader import PdfFileReader

type Modules = set[tuple[int, int]]

STROKE = re.compile(rb"(?<![\d.])(\d+) (\d+)\.5 m (\d+) \2\.5 l\b")
# Data codewords of each block at level M, by version (table 9).
BLOCKS = {
    1: [16], 2: [28], 3: [44], 4: [32] * 2, 5: [43] * 2, 6: [27] * 4, 7: [31] * 4,
    8: [38] * 2 + [39] * 2, 9: [36] * 3 + [37] * 2, 10: [43] * 4 + [44],
}  # fmt: skip
# Rows and columns of the alignment patterns' centres, by version (annex E).
CENTRES = {
    1: [], 2: [6, 18], 3: [6, 22], 4: [6, 26], 5: [6, 30], 6: [6, 34], 7: [6, 22, 38], 8: [6, 24, 42], 9: [6, 26, 46],
    10: [6, 28, 50],
}  # fmt: skip
MASKS = (
    lambda r, c: (r + c) % 2,
    lambda r, c: r % 2,
    lambda r, c: c % 3,
    lambda r, c: (r + c) % 3,
    lambda r, c: (r // 2 + c // 3) % 2,
    lambda r, c: r * c % 2 + r * c % 3,
    lambda r, c: (r * c % 2 + r * c % 3) % 2,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2,
)
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
LEVEL_M, FORMAT_MASK = 0b00, 0b10101


def drawn(pdf: bytes) -> Modules:
    """(row, column) of the dark modules on the first page: strokes one module high, as segno draws them."""
    page = PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Kids"][0].get_object()
    strokes = [[int(number) for number in found] for found in STROKE.findall(page["/Contents"].data)]
    top, left = min(row for _, row, _ in strokes), min(start for start, _, _ in strokes)
    return {(row - top, column - left) for start, row, end in strokes for column in range(start, end)}


def read(modules: Modules) -> str:
    """The text of a code. ValueError: not one that this reader knows."""
    size = 1 + max(row for row, _ in modules)
    version, rest = divmod(size - 17, 4)
    told = [(8, column) in modules for column in range(5)]
    bits = int("".join("01"[bit] for bit in told), 2) ^ FORMAT_MASK
    if rest or version not in BLOCKS or bits >> 3 != LEVEL_M:
        raise ValueError(f"a code of {size} modules with format {bits:05b}")
    mask = MASKS[bits & 0b111]
    path = [(r, c) for r, c in _path(size) if (r, c) not in _fixed(version, size)]
    stream = [((r, c) in modules) ^ (not mask(r, c)) for r, c in path]
    words = [int("".join("01"[bit] for bit in stream[at : at + 8]), 2) for at in range(0, len(stream) - 7, 8)]
    return _text("".join(f"{word:08b}" for word in _in_order(words, BLOCKS[version])), version)


def _path(size: int) -> Iterator[tuple[int, int]]:
    """Pairs of columns from the right, up and down in turns, past the timing column."""
    upwards = True
    for right in chain(range(size - 1, 6, -2), range(5, 0, -2)):
        for row in reversed(range(size)) if upwards else range(size):
            yield from ((row, right), (row, right - 1))
        upwards = not upwards


def _fixed(version: int, size: int) -> Modules:
    """What carries no data: finders with their formats, timing, alignment, version."""
    fixed = {(r, c) for r in range(size) for c in range(size) if (r < 9 and (c < 9 or c >= size - 8))}
    fixed |= {(r, c) for r in range(size - 8, size) for c in range(9)}
    fixed |= {(6, n) for n in range(size)} | {(n, 6) for n in range(size)}
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    for r, c in ((r, c) for r in CENTRES[version] for c in CENTRES[version] if (r, c) not in corners):
        fixed |= {(r + down, c + right) for down in range(-2, 3) for right in range(-2, 3)}
    if version >= 7:
        near = [(n, size - 11 + m) for n in range(6) for m in range(3)]
        fixed |= set(near) | {(c, r) for r, c in near}
    return fixed


def _in_order(words: list[int], blocks: list[int]) -> list[int]:
    """The data codewords as they were before the blocks were interleaved."""
    turns = [n for row in zip_longest(*([n] * length for n, length in enumerate(blocks))) for n in row if n is not None]
    ends = [0, *blocks]
    ends = [sum(ends[: n + 1]) for n in range(len(ends))]
    sorted_words = [word for _, word in sorted(zip(turns, words, strict=False), key=lambda pair: pair[0])]
    return [word for start, end in pairwise(ends) for word in sorted_words[start:end]]


def _text(bits: str, version: int) -> str:
    said, at = b"", 0

    def take(count: int) -> int:
        nonlocal at
        at += count
        return int(bits[at - count : at] or "0", 2)

    while mode := take(4) if at + 4 <= len(bits) else 0:
        if mode == 0b0100:
            said += bytes(take(8) for _ in range(take(8 if version < 10 else 16)))
        elif mode == 0b0010:
            count = take(9 if version < 10 else 11)
            for pair in [take(11) for _ in range(count // 2)]:
                said += (LETTERS[pair // 45] + LETTERS[pair % 45]).encode()
            said += LETTERS[take(6)].encode() if count % 2 else b""
        else:
            raise ValueError(f"mode {mode:04b}")
    return said.decode()
