"""Personal data at rest: each value sealed for its column, found again by a blind index, never by its text.

A sealed value reads `1.KEY.DATA`: the format, the id of the key in the ring, and base64url of nonce, ciphertext and tag
(AES-256-GCM, NIST SP 800-38D; or SM4-GCM, GB/T 32907-2016 with GB/T 36624-2018). "model.field:format" is its
associated data, so a value that was moved to another column does not open. An empty value stays empty.

The blind index is HMAC-SHA-256 under a key of its own: equal values meet, and nobody can guess without that key (a
plain hash of an identity number is found in seconds, there are so few of them). Keys: docs/operate/keys.md.
"""

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from yimen.ground.engines.keyring import AES, SM4, Key, opening_key, ring

FORMAT = "1"
_NONCE, _TAG = 12, 16


class Undecipherable(Exception):
    """A sealed value does not open: its key is not in the ring, or it is damaged or stands in another column.

    The message names the column and the key, never the value.
    """


def seal(text: str, place: str) -> str:
    """`text` under the active key for the column `place` ("model.field"); empty stays empty."""
    if not text:
        return ""
    key = ring().active
    nonce = os.urandom(_NONCE)
    data = nonce + _encrypt(key, nonce, text.encode(), _aad(place, FORMAT))
    return f"{FORMAT}.{key.id}.{urlsafe_b64encode(data).decode().rstrip('=')}"


def unseal(sealed: str, place: str) -> str:
    """The text again; raises `Undecipherable`."""
    if not sealed:
        return ""
    version, _, rest = sealed.partition(".")
    name, _, encoded = rest.partition(".")
    key = opening_key(name)
    if key is None:
        raise Undecipherable(f"{place}: no key {name[:20]!r} in the ring")
    try:
        data = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        return _decrypt(key, data[:_NONCE], data[_NONCE:], _aad(place, version)).decode()
    except (InvalidTag, ValueError):
        raise Undecipherable(f"{place}: damaged, or sealed for another column (key {name})") from None


def is_current(sealed: str) -> bool:
    """Whether a stored value is empty or under the active key."""
    return not sealed or sealed.startswith(current_mark())


def current_mark() -> str:
    """What every value that was sealed now begins with."""
    return f"{FORMAT}.{ring().active.id}."


def mark_of(key_id: str) -> str:
    """What every value under this key begins with."""
    return f"{FORMAT}.{key_id}."


def blind_index(text: str, purpose: str) -> str:
    """64 hex to find equal values of one `purpose` by; empty stays empty. The caller has folded the text."""
    return _digest(ring().active_index, text, purpose) if text else ""


def blind_indexes(text: str, purpose: str) -> list[str]:
    """The index under every key of the ring, the active one first: what a row may carry while a rotation runs."""
    if not text:
        return [""]
    found = ring()
    return [_digest(key, text, purpose) for key in (found.active_index, *found.older_indexes)]


def _digest(key: Key, text: str, purpose: str) -> str:
    return hmac.digest(key.secret, f"{purpose}\0{text}".encode(), sha256).hex()


def _aad(place: str, version: str) -> bytes:
    return f"{place}:{version}".encode()


@lru_cache(maxsize=64)
def _aes(secret: bytes) -> AESGCM:
    return AESGCM(secret)


def _encrypt(key: Key, nonce: bytes, text: bytes, aad: bytes) -> bytes:
    return _ENCRYPT[key.cipher](key.secret, nonce, text, aad)


def _decrypt(key: Key, nonce: bytes, data: bytes, aad: bytes) -> bytes:
    if len(nonce) != _NONCE or len(data) < _TAG:
        raise ValueError("too short")
    return _DECRYPT[key.cipher](key.secret, nonce, data, aad)


def _sm4_encrypt(secret: bytes, nonce: bytes, text: bytes, aad: bytes) -> bytes:
    work = Cipher(algorithms.SM4(secret), modes.GCM(nonce)).encryptor()
    work.authenticate_additional_data(aad)
    return work.update(text) + work.finalize() + work.tag


def _sm4_decrypt(secret: bytes, nonce: bytes, data: bytes, aad: bytes) -> bytes:
    work = Cipher(algorithms.SM4(secret), modes.GCM(nonce, data[-_TAG:])).decryptor()
    work.authenticate_additional_data(aad)
    return work.update(data[:-_TAG]) + work.finalize()


type _Work = Callable[[bytes, bytes, bytes, bytes], bytes]
_ENCRYPT: dict[str, _Work] = {
    AES: lambda secret, nonce, text, aad: _aes(secret).encrypt(nonce, text, aad),
    SM4: _sm4_encrypt,
}
_DECRYPT: dict[str, _Work] = {
    AES: lambda secret, nonce, data, aad: _aes(secret).decrypt(nonce, data, aad),
    SM4: _sm4_decrypt,
}
