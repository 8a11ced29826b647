#!/usr/bin/env python3
"""Checks a proof of journal entries without the server that made it: one file, Python ≥ 3.9, nothing else.

    python verify_journal.py PROOF.json [--heads HEADS.json] [--key PUBLIC_KEY_HEX …] [--allow-unsealed]

PROOF.json comes from `yimen journal_proof SUBJECT` or a case's page. HEADS.json is a list of heads that you kept from
the public heads page, now or long ago: a head of the same number must be the same one. With --key only those Ed25519
public keys are trusted; without it the keys in the proof are believed, so the proof is only as good as where you got
it. Exit 0: everything holds. Exit 1: something does not, or can't be read.

How it holds: entry → leaf = SHA-256(0x00 ‖ canonical JSON) → audit path of RFC 6962 → root in a head → Ed25519
signature (RFC 8032) → every later head names the one before it by the SHA-256 of its signed content.
"""

import argparse
import json
import sys
from hashlib import sha256, sha512

HEAD_FIELDS = ("at", "count", "id", "key", "previous", "root", "total")
ENTRY_FIELDS = {"actor", "at", "facts", "id", "organ", "recorded_at", "role", "subject", "verb"}


class Fault(Exception):
    """A sentence that says what does not hold."""


# Ed25519, verification only (RFC 8032 §5.1, §6). Points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(factor, point):
    result = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            result = add(result, point)
        point = add(point, point)
        factor >>= 1
    return result


def same(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def decompress(data):
    """32 bytes → point; Fault when they are none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        raise Fault("a key or signature is not a point of the curve")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        raise Fault("a key or signature is not a point of the curve")
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signature_holds(public, message, signature):
    """Ed25519 over bytes: public 32, signature 64."""
    if len(public) != 32 or len(signature) != 64:
        return False
    try:
        key, r = decompress(public), decompress(signature[:32])
    except Fault:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= ORDER:
        return False
    h = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return same(multiply(s, BASE), add(r, multiply(h, key)))


def canonical(value):
    """The one text that is hashed and signed: sorted keys, no spaces, UTF-8; no floats."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def no_float(text):
    raise Fault(f"{text} is not a whole number; the journal holds none other")


def no_twice(pairs):
    """Two values under one name would let two readers see different things."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Fault("a name stands twice in one object")
    return found


def read(path):
    with open(path, encoding="utf-8-sig") as source:
        return json.load(source, parse_float=no_float, parse_constant=no_float, object_pairs_hook=no_twice)


def root_from_path(leaf, index, size, path):
    """The root that the audit path leads to (RFC 6962 §2.1.1)."""
    if not 0 <= index < size:
        raise Fault(f"place {index} lies outside the {size} leaves")
    node, last, rest = leaf, size - 1, list(path)
    while last:
        if index % 2 or index < last:
            if not rest:
                raise Fault("the path is too short")
            other = rest.pop(0)
            node = sha256(b"\x01" + (other + node if index % 2 else node + other)).digest()
        index, last = index // 2, last // 2
    if rest:
        raise Fault("the path is too long")
    return node


def head_content(head):
    return canonical({name: head[name] for name in HEAD_FIELDS})


def check_heads(heads, keys):
    """Signatures and chain; returns {id: head}."""
    previous = None
    for head in heads:
        name = f"head {head['id']}"
        public = keys.get(head["key"])
        if public is None:
            raise Fault(f"{name} is signed with key {head['key']}, which is not trusted")
        if not signature_holds(public, head_content(head), bytes.fromhex(head["signature"])):
            raise Fault(f"the signature of {name} does not hold")
        if previous is not None:
            if head["id"] != previous["id"] + 1 or head["previous"] != sha256(head_content(previous)).hexdigest():
                raise Fault(f"{name} does not follow head {previous['id']}")
            if head["total"] != previous["total"] + head["count"]:
                raise Fault(f"{name} counts wrongly")
        previous = head
    return {head["id"]: head for head in heads}


def check_kept(known, heads):
    """Heads that somebody kept must be the same as the proof's; returns how many met."""
    met = 0
    for head in known:
        own = heads.get(head["id"])
        if own is not None:
            met += 1
            if head_content(own) != head_content(head):
                raise Fault(f"head {head['id']} is not the one that was kept")
    if known and not met:
        raise Fault("none of the kept heads is in the proof, so they say nothing about it")
    return met


def check_entry(entry, subject, heads):
    """One entry under its head; returns False when it is not sealed yet."""
    content = entry["content"]
    if set(content) != ENTRY_FIELDS or type(content["id"]) is not int:
        raise Fault("an entry has other fields than it should have")
    name = f"entry {content['id']}"
    if content["subject"] != subject:
        raise Fault(f"{name} is about {content['subject']}, not {subject}")
    if entry["head"] is None:
        print(f"{name} ({content['verb']}): not sealed yet, so not proved.")
        return False
    head = heads.get(entry["head"])
    if head is None:
        raise Fault(f"{name}: head {entry['head']} is not in the proof")
    leaf = sha256(b"\x00" + canonical(content)).digest()
    path = [bytes.fromhex(step) for step in entry["path"]]
    if any(len(step) != 32 for step in path):
        raise Fault(f"{name}: a step of the path is no hash")
    if root_from_path(leaf, entry["index"], head["count"], path).hex() != head["root"]:
        raise Fault(f"{name} does not lead to the root of head {head['id']}: it was changed")
    print(f"{name} ({content['verb']}, {content['at']}): stands under head {head['id']} of {head['at']}.")
    return True


def trusted_keys(bundle, given):
    """{key id: 32 bytes}; the id is made from the key, never believed."""
    keys = [bytes.fromhex(text) for text in (given or bundle["keys"].values())]
    return {sha256(key).hexdigest()[:16]: key for key in keys}


def run(options):
    bundle = read(options.proof)
    if bundle["format"] != "yimen.journal.proof/1":
        raise Fault(f"unknown format {bundle['format']}")
    heads = check_heads(bundle["heads"], trusted_keys(bundle, options.key))
    if options.heads:
        kept = read(options.heads)
        met = check_kept(kept["heads"] if isinstance(kept, dict) else kept, heads)
        print(f"{met} kept heads are the same as in the proof.")
    ids = [entry["content"]["id"] for entry in bundle["entries"]]
    if not ids or len(set(ids)) != len(ids):
        raise Fault("the proof holds no entry, or one twice")
    sealed = [check_entry(entry, bundle["subject"], heads) for entry in bundle["entries"]]
    if not all(sealed) and not options.allow_unsealed:
        raise Fault(f"{sealed.count(False)} entries are not sealed yet; ask again later or pass --allow-unsealed")
    print(f"OK: {sum(sealed)} entries of {bundle['subject']} hold under {len(heads)} signed heads.")
    if not options.key:
        print("The keys came with the proof: compare them with those that the centre publishes (--key).")


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Check a proof of journal entries offline.")
    parser.add_argument("proof", help="JSON file of `yimen journal_proof`")
    parser.add_argument("--heads", help="JSON file of heads that you kept")
    parser.add_argument("--key", action="append", help="trust only this public key (64 hex); may be repeated")
    parser.add_argument("--allow-unsealed", action="store_true", help="entries that are not sealed yet are no fault")
    try:
        run(parser.parse_args(arguments))
    except Fault as fault:
        print(f"DOES NOT HOLD: {fault}.")
        return 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        print(f"DOES NOT HOLD: the proof can't be read ({type(error).__name__}: {error}).")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
