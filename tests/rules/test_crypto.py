"""Sealing, the blind index and the ring of keys."""

import json
import re
import stat
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from yimen.ground.engines import crypto, keyring
from yimen.ground.engines.keyring import AES, HMAC, SM4, BadRing, Key

PLACE = "identity.Applicant.id_number"
NUMBER = "11010519491231002X"


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, settings: Any) -> Path:
    """Every test has a ring of its own."""
    settings.KEYS_DIR, settings.PERSONAL_KEYS = tmp_path / "keys", ""
    return tmp_path / "keys"


@pytest.mark.parametrize("cipher", [AES, SM4])
@pytest.mark.parametrize("text", [NUMBER, "张三 138", "x" * 254, "😀"])
def test_what_was_sealed_opens_again_and_says_nothing(settings: Any, cipher: str, text: str) -> None:
    settings.PERSONAL_CIPHER = cipher
    sealed = crypto.seal(text, PLACE)
    assert keyring.ring().active.cipher == cipher
    assert text not in sealed and re.fullmatch(r"1\.[0-9a-f]{8}\.[A-Za-z0-9_-]{38,}", sealed)
    assert crypto.unseal(sealed, PLACE) == text
    assert crypto.seal(text, PLACE) != sealed, "the same text twice must not be seen to be the same"


def test_empty_stays_empty() -> None:
    assert (crypto.seal("", PLACE), crypto.unseal("", PLACE), crypto.blind_index("", "phone")) == ("", "", "")


def test_a_value_opens_in_its_own_column_only() -> None:
    sealed = crypto.seal(NUMBER, PLACE)
    with pytest.raises(crypto.Undecipherable) as failed:
        crypto.unseal(sealed, "identity.Applicant.phone")
    assert NUMBER not in str(failed.value)


@pytest.mark.parametrize("cipher", [AES, SM4])
def test_damage_is_seen(settings: Any, cipher: str) -> None:
    settings.PERSONAL_CIPHER = cipher
    head, key, data = crypto.seal(NUMBER, PLACE).split(".")
    flipped = data[:20] + ("A" if data[20] != "A" else "B") + data[21:]
    other = crypto.seal(NUMBER, PLACE).split(".")[2][:16] + data[16:]
    wrong = [f"{head}.{key}.{flipped}", f"{head}.{key}.{other}", f"{head}.{key}.{data[:30]}", f"2.{key}.{data}"]
    wrong += [f"{head}.ffffffff.{data}", NUMBER, "1.", "1..", f"{head}.{key}.$$$"]
    for text in wrong:
        with pytest.raises(crypto.Undecipherable):
            crypto.unseal(text, PLACE)


def test_gcm_is_that_of_the_standards() -> None:
    """AES-256-GCM: test case 16 of the GCM specification; SM4-GCM: RFC 8998 appendix A.1."""
    nonce, aad = "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2"
    plain = (
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
        "ba637b39"
    )
    key = "feffe9928665731c6d6a8f9467308308" * 2
    wanted = (
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0a"
        "bcc9f66276fc6ece0f4e1768cddf8853bb2d551b"
    )
    assert _raw(AES, key, nonce, plain, aad) == wanted
    nonce, aad = "00001234567800000000abcd", "feedfacedeadbeeffeedfacedeadbeefabaddad2"
    plain = "".join(letter * 16 for letter in "abcdefea")
    wanted = (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397"
        "b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert _raw(SM4, "0123456789abcdeffedcba9876543210", nonce, plain, aad) == wanted


def _raw(cipher: str, key: str, nonce: str, plain: str, aad: str) -> str:
    secret = Key("k", cipher, bytes.fromhex(key))
    return crypto._encrypt(secret, bytes.fromhex(nonce), bytes.fromhex(plain), bytes.fromhex(aad)).hex()


def test_the_index_is_keyed_and_of_one_purpose() -> None:
    first = crypto.blind_index(NUMBER, "id_number")
    assert first == crypto.blind_index(NUMBER, "id_number") != crypto.blind_index(NUMBER, "phone")
    assert re.fullmatch("[0-9a-f]{64}", first)
    keyring.store(keyring.new_ring(AES))
    assert crypto.blind_index(NUMBER, "id_number") != first


def test_the_ring_is_made_once_and_for_its_owner_only(own_keys: Path) -> None:
    made = keyring.ring()
    file = own_keys / keyring.FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(own_keys.stat().st_mode) == 0o700
    assert keyring.ring() is made
    assert keyring.read(file.read_text()) == made
    assert "secret" not in repr(made.active) and made.active.secret.hex() not in repr(made)


def test_a_running_process_sees_a_changed_ring_and_opens_with_every_key() -> None:
    old = crypto.seal(NUMBER, PLACE)
    first = keyring.ring()
    keyring.store(keyring.with_active(first, keyring.new_key(SM4)))
    assert keyring.ring().active.cipher == SM4 and not crypto.is_current(old)
    new = crypto.seal(NUMBER, PLACE)
    assert (crypto.unseal(old, PLACE), crypto.unseal(new, PLACE)) == (NUMBER, NUMBER)
    assert crypto.is_current(new)
    keyring.store(keyring.without_older(keyring.ring()))
    with pytest.raises(crypto.Undecipherable, match=first.active.id):
        crypto.unseal(old, PLACE)


def test_a_rotated_index_finds_under_both_keys() -> None:
    old = crypto.blind_index("138", "phone")
    keyring.store(keyring.with_active(keyring.ring(), keyring.new_key(HMAC)))
    assert crypto.blind_indexes("138", "phone") == [crypto.blind_index("138", "phone"), old]


def test_the_ring_of_the_environment_wins_and_is_not_written(own_keys: Path, settings: Any) -> None:
    given = keyring.new_ring(AES)
    settings.PERSONAL_KEYS = keyring.written(given)
    assert keyring.ring() == given and not own_keys.exists()
    with pytest.raises(BadRing, match="YIMEN_PERSONAL_KEYS"):
        keyring.store(given)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d | {"active": "ffffffff"},
        lambda d: d | {"keys": {}},
        lambda d: d | {"keys": {d["active"]: {"cipher": "ROT13", "secret": "QUFB"}}},
        lambda d: d | {"keys": {d["active"]: {"cipher": AES, "secret": b64encode(b"short").decode()}}},
        lambda d: {k: v for k, v in d.items() if k != "indexes"},
    ],
)
def test_a_broken_ring_is_refused_without_showing_it(settings: Any, change) -> None:  # type: ignore[no-untyped-def]
    data = json.loads(keyring.written(keyring.new_ring(AES)))
    secrets = [key["secret"] for key in data["keys"].values()]
    settings.PERSONAL_KEYS = json.dumps(change(data))
    with pytest.raises(BadRing) as failed:
        keyring.ring()
    assert failed.value.__cause__ is None and failed.value.__suppress_context__
    assert not any(secret in str(failed.value) for secret in secrets)


def test_no_json_is_refused_without_showing_it(settings: Any) -> None:
    settings.PERSONAL_KEYS = "very secret key"
    with pytest.raises(BadRing) as failed:
        keyring.ring()
    assert "very secret" not in str(failed.value)


def test_an_unknown_cipher_makes_no_ring(settings: Any, own_keys: Path) -> None:
    settings.PERSONAL_CIPHER = "DES"
    with pytest.raises(BadRing, match="YIMEN_PERSONAL_CIPHER"):
        keyring.ring()
