"""Hash trees against RFC 6962's own recursive definition, and proofs that must fail."""

from enum import StrEnum
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.ground.kernel.merkle import audit_path, canonical, leaf_hash, root, root_from_path


def mth(hashes: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, as written there."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return sha256(b"\x01" + mth(hashes[:k]) + mth(hashes[k:])).digest()


def test_known_roots():
    # Test vectors of the Certificate Transparency reference implementation.
    data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [leaf_hash(bytes.fromhex(d)) for d in data]
    assert root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(st.integers(0, 130), st.data())
def test_every_leaf_has_a_proof(size, data):
    leaves = [leaf_hash(str(i).encode()) for i in range(size)]
    top = root(leaves)
    assert top == mth(leaves)
    if not size:
        return
    index = data.draw(st.integers(0, size - 1))
    path = audit_path(leaves, index)
    assert root_from_path(leaves[index], index, size, path) == top
    assert root_from_path(leaf_hash(b"another"), index, size, path) != top
    with pytest.raises(ValueError):
        root_from_path(leaves[index], index, size, [*path, top])
    if path:
        with pytest.raises(ValueError):
            root_from_path(leaves[index], index, size, path[:-1])


def test_no_proof_outside_the_tree():
    for index in (-1, 3):
        with pytest.raises(IndexError):
            audit_path([b"a", b"b", b"c"], index)
        with pytest.raises(ValueError):
            root_from_path(b"a", index, 3, [])


class Word(StrEnum):
    YES = "yes"


def test_canonical_bytes():
    assert (
        canonical({"b": [1, True, None], "a": {"字": "\u2028\n"}})
        == '{"a":{"字":"\u2028\\n"},"b":[1,true,null]}'.encode()
    )
    assert canonical(Word.YES) == b'"yes"'
    for bad in (1.0, {"a": [0.5]}, {1: "a"}, {"a": (1, 2)}, {"a": {1}}, b"a", "\ud800", [[{"x": b""}]]):
        with pytest.raises(TypeError):
            canonical(bad)
