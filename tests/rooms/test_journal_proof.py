"""A subject's proof, checked by the offline verifier as somebody without this software would."""

import copy
import importlib.util
import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.rooms.journal_helpers import AT, SUBJECT, write
from yimen.ground.engines import signing
from yimen.ground.journal import queries, sealing
from yimen.ground.kernel import merkle

pytestmark = pytest.mark.django_db
VERIFIER = Path(__file__).parents[2] / "verifier" / "verify_journal.py"


@pytest.fixture(scope="module")
def offline():
    spec = importlib.util.spec_from_file_location("verify_journal", VERIFIER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def bundle(settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "keys"
    for _ in range(2):
        write(3, subject="case:other")
        write(2)
        sealing.seal(at=AT)
    write(1, subject="case:other")
    sealing.seal(at=AT)
    return json.loads(json.dumps(queries.proof(SUBJECT)))


def check(offline, tmp_path, bundle, *options: str) -> int:
    path = tmp_path / "proof.json"
    path.write_text(bundle if isinstance(bundle, str) else json.dumps(bundle), encoding="utf-8")
    return offline.main([str(path), *options])


def test_the_command_prints_a_proof_that_holds_without_django(bundle, tmp_path):
    out = StringIO()
    call_command("journal_proof", SUBJECT, stdout=out)
    assert json.loads(out.getvalue()) == bundle
    path = tmp_path / "proof.json"
    path.write_text(out.getvalue(), encoding="utf-8")
    # -I -S: no site-packages, so nothing but the standard library can be imported.
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", str(VERIFIER), str(path)], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "OK: 4 entries" in run.stdout


CHANGES = {
    "a fact": lambda b: b["entries"][0]["content"]["facts"].update(number=9),
    "the time": lambda b: b["entries"][1]["content"].update(at="2026-11-24T01:02:03.000005Z"),
    "the id": lambda b: b["entries"][1]["content"].update(id=10**6),
    "an extra field": lambda b: b["entries"][1]["content"].update(note="x"),
    "the index": lambda b: b["entries"][1].update(index=0),
    "a path cut short": lambda b: b["entries"][1]["path"].pop(),
    "a path too long": lambda b: b["entries"][1]["path"].append("0" * 64),
    "an index outside": lambda b: b["entries"][1].update(index=99),
    "another head": lambda b: b["entries"][0].update(head=2),
    "a head's root": lambda b: b["heads"][0].update(root="0" * 64),
    "a head's time": lambda b: b["heads"][0].update(at="2026-11-24T01:02:03.000005Z"),
    "a signature": lambda b: b["heads"][0].update(signature=b["heads"][1]["signature"]),
    "a head left out": lambda b: b["heads"].pop(1),
    "no keys": lambda b: b.update(keys={}),
    "another subject": lambda b: b.update(subject="case:other"),
    "an entry twice": lambda b: b["entries"].append(b["entries"][0]),
    "no entry": lambda b: b.update(entries=[]),
    "a foreign unsealed entry": lambda b: b["entries"].append(
        {"content": {**b["entries"][0]["content"], "id": 999}, "head": None, "index": None, "path": []}
    ),
    "another format": lambda b: b.update(format="x"),
    "a missing key": lambda b: b.pop("heads"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_of_a_proof_is_found(change, bundle, offline, tmp_path):
    assert check(offline, tmp_path, bundle) == 0
    changed = copy.deepcopy(bundle)
    CHANGES[change](changed)
    assert check(offline, tmp_path, changed) == 1


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"format": 1.5}', '{"a": 1, "a": 2}', "[" * 100_000])
def test_rubbish_is_refused_without_a_crash(text, offline, tmp_path):
    assert check(offline, tmp_path, text) == 1


def test_two_values_under_one_name_are_refused(bundle, offline, tmp_path):
    text = json.dumps(bundle).replace('"number": 0', '"number": 9, "number": 0')
    assert text != json.dumps(bundle)
    assert check(offline, tmp_path, text) == 1


@pytest.mark.parametrize("changes", [{"previous": "0" * 64}, {"id": 4}, {"total": 12}])
def test_even_the_key_holder_must_keep_the_chain(changes, bundle, offline, tmp_path):
    last = bundle["heads"][2]
    last.update(changes)
    content = {name: last[name] for name in offline.HEAD_FIELDS}
    last["signature"] = signing.signer(sealing.key_path()).sign(merkle.canonical(content))
    assert check(offline, tmp_path, bundle) == 1


def test_only_a_trusted_key_counts(bundle, offline, tmp_path):
    (public,) = bundle["keys"].values()
    assert check(offline, tmp_path, bundle, "--key", public) == 0
    assert check(offline, tmp_path, bundle, "--key", "0" * 64) == 1


def test_kept_heads_must_be_the_same(bundle, offline, tmp_path):
    kept = tmp_path / "heads.json"
    kept.write_text(json.dumps(queries.heads(limit=2)))
    assert [h["id"] for h in queries.heads(limit=2)] == [3, 2]
    assert [h["id"] for h in queries.heads(before=2)] == [1]
    assert check(offline, tmp_path, bundle, "--heads", str(kept)) == 0
    kept.write_text(json.dumps({"heads": [{**bundle["heads"][1], "count": 6}]}))
    assert check(offline, tmp_path, bundle, "--heads", str(kept)) == 1
    kept.write_text(json.dumps([{**bundle["heads"][1], "id": 77}]))
    assert check(offline, tmp_path, bundle, "--heads", str(kept)) == 1


def test_an_entry_not_sealed_yet_is_not_proved(bundle, offline, tmp_path):
    write(1)
    fresh = json.loads(json.dumps(queries.proof(SUBJECT)))
    assert check(offline, tmp_path, fresh) == 1
    assert check(offline, tmp_path, fresh, "--allow-unsealed") == 0


# RFC 8032 §7.1, tests 1 to 3: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize("vector", VECTORS)
def test_own_ed25519_agrees_with_the_rfc(vector, offline):
    public, message, signature = (bytes.fromhex(part) for part in vector)
    assert offline.signature_holds(public, message, signature)
    for place in (0, 31, 32, 63):
        broken = bytearray(signature)
        broken[place] ^= 1
        assert not offline.signature_holds(public, message, bytes(broken))
    assert not offline.signature_holds(public, message + b"x", signature)
    # The same signature with s + L would let anyone make a second one (RFC 8032 §5.1.7).
    s = int.from_bytes(signature[32:], "little") + offline.ORDER
    assert not offline.signature_holds(public, message, signature[:32] + s.to_bytes(32, "little"))
