"""Merkle trees as in RFC 6962: leaf = SHA-256(0x00 ‖ data), node = SHA-256(0x01 ‖ left ‖ right)."""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

_PLAIN = frozenset((str, int, bool, type(None)))


def canonical(obj: Any) -> bytes:
    """One byte string for one value: sorted keys, no spaces, UTF-8.

    Allowed are strings, integers, booleans, None, lists and dictionaries with string keys; anything else (floats
    too: they print differently elsewhere) and text that UTF-8 cannot hold raise TypeError.
    """
    _check(obj)
    text = json.dumps(obj, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise TypeError("not canonical: text with a lone surrogate") from error


def _check(obj: Any) -> None:
    kind = type(obj)
    if kind in _PLAIN:
        return
    if kind is dict:
        for key, value in obj.items():
            if not isinstance(key, str):
                raise TypeError(f"not canonical: key of type {type(key).__name__}")
            if type(value) not in _PLAIN:
                _check(value)
    elif kind is list:
        for value in obj:
            _check(value)
    elif not isinstance(obj, (str, int)):  # StrEnum and the like print as their value
        raise TypeError(f"not canonical: {kind.__name__}")


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf, 32 bytes."""
    return sha256(b"\x00" + data).digest()


def _next_level(level: Sequence[bytes]) -> list[bytes]:
    # A last node without a partner moves up unchanged: the same tree as RFC 6962's split at a power of two.
    above = [sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
    if len(level) % 2:
        above.append(level[-1])
    return above


def root(hashes: Sequence[bytes]) -> bytes:
    """The tree hash of leaf hashes in order; of none, SHA-256 of nothing."""
    if not hashes:
        return sha256(b"").digest()
    level = hashes
    while len(level) > 1:
        level = _next_level(level)
    return level[0]


def audit_path(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The sibling hashes from leaf `index` up to the root; IndexError when there is no such leaf."""
    if not 0 <= index < len(hashes):
        raise IndexError(index)
    path, level = [], hashes
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        index //= 2
        level = _next_level(level)
    return path


def root_from_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that `path` proves for `leaf` at `index` of `size` leaves; ValueError when the path cannot fit."""
    if not 0 <= index < size:
        raise ValueError("index outside the tree")
    rest, last, node = iter(path), size - 1, leaf
    while last:
        sibling = index ^ 1
        if sibling <= last:
            other = next(rest, None)
            if other is None:
                raise ValueError("path too short")
            left, right = (other, node) if index & 1 else (node, other)
            node = sha256(b"\x01" + left + right).digest()
        index, last = index // 2, last // 2
    if next(rest, None) is not None:
        raise ValueError("path too long")
    return node
