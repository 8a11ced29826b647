"""The ring of keys for personal data: several keys, one of them active, and as many for the blind index.

It stands in `var/keys/personal_data.json` (0600, made at its first use) or, where keys must not lie on a disk of the
server, as the same JSON in YIMEN_PERSONAL_KEYS, which wins and is never written. A process that runs while the ring is
changed sees it at its next use, so a rotation needs no restart.

    {"active": "a1b2…", "keys": {"a1b2…": {"cipher": "AES-256-GCM", "secret": "<base64>"}},
     "active_index": "c3d4…", "indexes": {"c3d4…": {"cipher": "HMAC-SHA-256", "secret": "<base64>"}}}
"""

import contextlib
import json
import os
import secrets
import tempfile
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

AES, SM4, HMAC = "AES-256-GCM", "SM4-GCM", "HMAC-SHA-256"
BYTES = {AES: 32, SM4: 16, HMAC: 32}
CIPHERS = (AES, SM4)
FILE = "personal_data.json"


class BadRing(Exception):
    """The ring can't be used; the message says what is wrong with it and names no secret."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key and what it is for."""

    id: str
    cipher: str
    secret: bytes

    def __repr__(self) -> str:
        # A key must not get into a log by the way of a traceback.
        return f"Key({self.id}, {self.cipher})"


@dataclass(frozen=True, slots=True)
class Ring:
    """All keys by id; the active ones seal, the others only open."""

    active: Key
    keys: dict[str, Key]
    active_index: Key
    indexes: dict[str, Key]

    @property
    def older_indexes(self) -> list[Key]:
        """Index keys that rows may still carry."""
        return [key for key in self.indexes.values() if key is not self.active_index]


_kept: tuple[object, Ring] | None = None


def ring() -> Ring:
    """The ring as it is now; made when there is none. Raises `BadRing`."""
    global _kept  # one ring a process, read again only when its file has changed
    given = settings.PERSONAL_KEYS
    if given:
        return _parsed(given)
    path = f"{settings.KEYS_DIR}/{FILE}"
    mark = _mark(path)
    if mark is None:
        _make(Path(path))
        mark = _mark(path)
    if _kept is None or _kept[0] != mark:
        _kept = (mark, read(Path(path).read_text("utf-8")))
    return _kept[1]


def opening_key(name: str) -> Key | None:
    """The key that opens what was sealed under `name`; None when the ring has none.

    A list of cases opens hundreds of values, so the ring that was read before is enough as long as it has the key.
    """
    if _kept is not None and not settings.PERSONAL_KEYS and (key := _kept[1].keys.get(name)):
        return key
    return ring().keys.get(name)


def path_of_ring() -> Path:
    """Where the ring's file stands."""
    return Path(settings.KEYS_DIR) / FILE


def is_given() -> bool:
    """Whether the ring comes from the environment, so that only its owner can change it."""
    return bool(settings.PERSONAL_KEYS)


@lru_cache(maxsize=1)
def _parsed(text: str) -> Ring:
    return read(text)


def _mark(path: str) -> object:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return path, found.st_ino, found.st_mtime_ns


def read(text: str) -> Ring:
    """A ring from its JSON; raises `BadRing`."""
    try:
        data = json.loads(text)
        keys, indexes = _keys(data["keys"], CIPHERS), _keys(data["indexes"], (HMAC,))
        return Ring(keys[data["active"]], keys, indexes[data["active_index"]], indexes)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        # No chaining: a JSON error quotes the text, and the text is the keys.
        raise BadRing(f"the ring of keys for personal data can't be used ({type(error).__name__})") from None


def _keys(found: dict[str, dict[str, str]], ciphers: tuple[str, ...]) -> dict[str, Key]:
    made = {}
    for name, one in found.items():
        secret = b64decode(one["secret"], validate=True)
        if one["cipher"] not in ciphers or len(secret) != BYTES[one["cipher"]] or not name.isalnum():
            raise ValueError(name)
        made[name] = Key(name, one["cipher"], secret)
    return made


def written(found: Ring) -> str:
    """The JSON of a ring."""
    return json.dumps(
        {
            "active": found.active.id,
            "keys": {key.id: _written(key) for key in found.keys.values()},
            "active_index": found.active_index.id,
            "indexes": {key.id: _written(key) for key in found.indexes.values()},
        },
        indent=1,
    )


def _written(key: Key) -> dict[str, str]:
    return {"cipher": key.cipher, "secret": b64encode(key.secret).decode()}


def new_key(cipher: str) -> Key:
    """A key that nobody has seen."""
    return Key(secrets.token_hex(4), cipher, secrets.token_bytes(BYTES[cipher]))


def new_ring(cipher: str) -> Ring:
    """A first ring."""
    key, index = new_key(cipher), new_key(HMAC)
    return Ring(key, {key.id: key}, index, {index.id: index})


def with_active(found: Ring, key: Key) -> Ring:
    """The ring with one more key, which is the active one of its kind from now on."""
    if key.cipher == HMAC:
        return Ring(found.active, found.keys, key, {**found.indexes, key.id: key})
    return Ring(key, {**found.keys, key.id: key}, found.active_index, found.indexes)


def without_older(found: Ring) -> Ring:
    """Only the active keys."""
    key, index = found.active, found.active_index
    return Ring(key, {key.id: key}, index, {index.id: index})


def store(changed: Ring) -> None:
    """Replace the ring's file, whole or not at all. Raises `BadRing` when the ring comes from the environment."""
    if is_given():
        raise BadRing("the ring comes from YIMEN_PERSONAL_KEYS: change it there")
    global _kept
    _write(path_of_ring(), written(changed), replace=True)
    _kept = None


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Two processes may be first at once: the one that links its whole file first wins, the other reads it.
    with contextlib.suppress(FileExistsError):
        _write(path, written(new_ring(_wanted_cipher())), replace=False)


def _wanted_cipher() -> str:
    wanted: Any = settings.PERSONAL_CIPHER
    if wanted not in CIPHERS:
        raise BadRing(f"YIMEN_PERSONAL_CIPHER is {wanted!r}; use {' or '.join(CIPHERS)}")
    return str(wanted)


def _write(path: Path, text: str, *, replace: bool) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent)  # mkstemp gives 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.replace(name, path) if replace else os.link(name, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
