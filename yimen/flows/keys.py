"""Changing the keys of personal data: a new active key, every value sealed anew under it, then the old keys go.

It runs beside a working centre: whatever is read opens under any key of the ring, whatever is written is sealed under
the active one. Stopped half-way it is simply run again. docs/operate/keys.md tells the whole procedure.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yimen.ground.engines import keyring, resealing
from yimen.rooms.identity.actions import note_rotation, reindex_applicants
from yimen.rooms.identity.actor import Actor

CHUNK = 500


class NotYet(Exception):
    """Old keys can't be forgotten while values lie under them; the message says how many."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """`resealed` values and `reindexed` rows that were written; `keys`: how many the ring holds now."""

    resealed: int
    reindexed: int
    keys: int
    active: str


def rotate_keys(
    *,
    cipher: str = keyring.AES,
    index: bool = False,
    forget: bool = False,
    chunk: int = CHUNK,
    say: Callable[[str], None] = lambda text: None,
    by: Actor,
    at: datetime,
) -> Rotated:
    """Make a new key (unless an earlier run has not come to its end) and seal everything under it.

    `index`: the blind index gets a new key too. `forget`: no new key, the older ones are dropped once nothing lies
    under them, else `NotYet`. A ring from the environment is its owner's to change: only the values are sealed anew.
    Raises `BadRing`, `Undecipherable`.
    """
    by.role_for("rotate_keys")
    if not forget:
        _new_keys(cipher, index, say)
    resealed = _reseal(chunk, say)
    reindexed = reindex_applicants(chunk=chunk) if index or keyring.ring().older_indexes else 0
    if forget:
        _forget()
    ring = keyring.ring()
    with transaction.atomic():
        note_rotation(active=ring.active.id, index=ring.active_index.id, keys=len(ring.keys), by=by, at=at)
    return Rotated(resealed, reindexed, len(ring.keys), ring.active.id)


def _new_keys(cipher: str, index: bool, say: Callable[[str], None]) -> None:
    ring = keyring.ring()
    if keyring.is_given():
        say("the ring comes from the environment: its active key is used as it is")
        return
    if any(resealing.waiting(field) for field in resealing.sealed_fields()):
        say(f"an earlier rotation is unfinished: it goes on with key {ring.active.id}")
    else:
        ring = keyring.with_active(ring, keyring.new_key(cipher))
    if index and not ring.older_indexes:
        ring = keyring.with_active(ring, keyring.new_key(keyring.HMAC))
    if ring is not keyring.ring():
        keyring.store(ring)
        say(f"key {ring.active.id} ({ring.active.cipher}) is active")


def _reseal(chunk: int, say: Callable[[str], None]) -> int:
    total = 0
    for field in resealing.sealed_fields():
        for done in resealing.reseal(field, chunk=chunk):
            total += done
            say(f"{field.place}: {total} values sealed anew")
    return total


def _forget() -> None:
    left = sum(resealing.waiting(field) for field in resealing.sealed_fields())
    if left:
        raise NotYet(f"{left} values still lie under an older key; run rotate-keys again")
    keyring.store(keyring.without_older(keyring.ring()))
