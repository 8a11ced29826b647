"""Ed25519 signatures: a thin adapter on `cryptography`. Keys are files; nothing here knows Django.

Beside a private key `NAME.pem` (0600) stands `NAME.public.json`, the list {key id: public key, 64 hex} of every key
that ever signed, so that old signatures still verify after a key was replaced.
"""

import contextlib
import json
import os
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its id (first 16 hex of the SHA-256 of the raw public key) and public key (64 hex)."""

    private: Ed25519PrivateKey
    key_id: str
    public: str

    def sign(self, data: bytes) -> str:
        """The signature, 128 hex."""
        return self.private.sign(data).hex()


def _signer(private: Ed25519PrivateKey) -> Signer:
    raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return Signer(private, key_id(raw.hex()), raw.hex())


def key_id(public: str) -> str:
    """The id of a public key given as hex."""
    return sha256(bytes.fromhex(public)).hexdigest()[:16]


def signer(path: Path) -> Signer:
    """The signer of a key file, which is made at its first use; its public key is put on the list beside it."""
    if not path.exists():
        _make(path)
    private = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise ValueError(f"{path.name} is not an Ed25519 key")
    made = _signer(private)
    known = public_keys(path)
    if made.key_id not in known:
        _write(_public_path(path), json.dumps({**known, made.key_id: made.public}, indent=1).encode(), replace=True)
    return made


def public_keys(path: Path) -> dict[str, str]:
    """{key id: public key hex} of the list beside a key file; empty when there is none. Never makes a key."""
    listed = _public_path(path)
    return json.loads(listed.read_text()) if listed.exists() else {}


def verify(public: str, data: bytes, signature: str) -> bool:
    """Does the signature (hex) hold? Malformed hex is simply no."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True


def _public_path(path: Path) -> Path:
    return path.with_suffix(".public.json")


def _make(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Two processes may be first at once: the one that links its whole file first wins, the other reads it.
    with contextlib.suppress(FileExistsError):
        _write(path, pem, replace=False)


def _write(path: Path, data: bytes, *, replace: bool) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent)  # mkstemp gives 0600
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.replace(name, path) if replace else os.link(name, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
