"""Sealing and verification, honest and after an intruder."""

import stat
import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.guards import flush_past_guards, without_guards  # noqa: F401
from tests.rooms.journal_helpers import AT, execute, write
from yimen.ground.engines import signing
from yimen.ground.journal import rows, sealing
from yimen.ground.journal.content import entry_hash, entry_text, iso
from yimen.ground.journal.models import Entry, Head, Leaf
from yimen.ground.journal.verification import verify

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "keys"
    return settings.KEYS_DIR


def counts(report):
    return report.entries, report.sealed, report.heads, report.unsealed


def sealed(number: int = 7, batch: int = 3) -> list[int]:
    ids = write(number)
    sealing.seal(at=AT, batch=batch)
    return ids


def test_an_empty_journal_holds_and_verifying_makes_no_key(keys):
    report = verify()
    assert report.ok and counts(report) == (0, 0, 0, 0)
    assert not keys.exists()
    assert sealing.seal(at=AT).heads == 0


def test_sealing_puts_every_entry_under_a_chain_of_heads(keys):
    ids = write(7)
    result = sealing.seal(at=AT, batch=3)
    assert (result.sealed, result.heads, result.bad) == (7, 3, [])
    assert list(Leaf.objects.order_by("entry_id").values_list("entry_id", flat=True)) == ids
    assert list(Head.objects.order_by("id").values_list("id", "count", "total")) == [(1, 3, 3), (2, 3, 6), (3, 1, 7)]
    write(2)
    report = verify()
    assert report.ok and counts(report) == (9, 7, 3, 2)
    assert stat.S_IMODE((keys / "journal_ed25519.pem").stat().st_mode) == 0o600


def test_an_entry_that_came_late_with_a_lower_id_is_sealed_too():
    ids = write(3)
    columns = "at, recorded_at, verb, subject, actor, role, organ, facts, digest"
    with without_guards():
        execute("CREATE TABLE late AS SELECT * FROM journal_entry WHERE id = %s", ids[0])
        execute("DELETE FROM journal_entry WHERE id = %s", ids[0])
    sealing.seal(at=AT)
    execute(f"INSERT INTO journal_entry (id, {columns}) SELECT id, {columns} FROM late")
    execute("DROP TABLE late")
    assert sealing.seal(at=AT).sealed == 1
    report = verify()
    assert report.ok and counts(report) == (3, 3, 2, 0)


def test_an_entry_that_was_changed_before_sealing_is_never_sealed():
    ids = write(4)
    with without_guards():
        execute("UPDATE journal_entry SET organ = 'other' WHERE id = %s", ids[1])
    result = sealing.seal(at=AT, batch=2)
    assert (result.sealed, result.heads, result.bad) == (3, 2, [ids[1]])
    with pytest.raises(CommandError, match=str(ids[1])):
        call_command("seal", stdout=StringIO())
    assert verify().bad_entry == ids[1]


def test_a_replaced_key_still_verifies_old_heads(keys):
    sealed()
    (keys / "journal_ed25519.pem").unlink()
    sealed()
    assert verify().ok
    assert len(signing.public_keys(sealing.key_path())) == 2


ENTRY_CHANGES = {
    "verb": "'refuse_acceptance'",
    "subject": "'case:other'",
    "actor": "'staff:13'",
    "role": "'examiner'",
    "organ": "''",
    "facts": "'{\"number\": 0}'",
    "digest": "'" + "0" * 64 + "'",
    "at": "'2026-11-24 01:02:03.000005+00:00'",
    "recorded_at": "'2020-01-01 00:00:00+00:00'",
}


@pytest.mark.parametrize("seal", [True, False])
@pytest.mark.parametrize("column", ENTRY_CHANGES)
def test_a_changed_entry_is_named(column, seal):
    ids = sealed() if seal else write(7)
    with without_guards():
        execute(f"UPDATE journal_entry SET {column} = {ENTRY_CHANGES[column]} WHERE id = %s", ids[4])
    report = verify()
    assert not report.ok and report.bad_entry == ids[4] and "changed" in report.reason


def test_an_entry_changed_together_with_its_digest_is_named_once_it_was_sealed():
    ids = sealed()
    (other,) = write(actor="staff:99")
    with without_guards():
        execute(
            "UPDATE journal_entry SET (actor, facts, recorded_at, digest) ="
            " (SELECT actor, facts, recorded_at, digest FROM journal_entry WHERE id = %s) WHERE id = %s",
            other,
            ids[2],
        )
    assert verify().bad_entry == ids[2]


def test_an_entry_under_another_id_is_named():
    ids = sealed()
    with without_guards():
        execute("UPDATE journal_entry SET id = -1 WHERE id = %s", ids[2])
        execute("UPDATE journal_entry SET id = %s WHERE id = %s", ids[2], ids[5])
        execute("UPDATE journal_entry SET id = %s WHERE id = -1", ids[5])
    assert verify().bad_entry == ids[2]


def test_the_lowest_of_several_bad_entries_is_named():
    ids = sealed()
    with without_guards():
        execute("UPDATE journal_entry SET role = 'x' WHERE id IN (%s, %s)", ids[5], ids[1])
    report = verify()
    assert (report.bad_entry, report.faults) == (ids[1], 2)


@pytest.mark.parametrize("place", range(7))
def test_a_removed_entry_is_named(place):
    ids = sealed()
    with without_guards():
        execute("DELETE FROM journal_entry WHERE id = %s", ids[place])
    report = verify()
    assert report.bad_entry == ids[place] and "removed" in report.reason and counts(report) == (6, 6, 3, 0)


@pytest.mark.parametrize("place", range(7))
@pytest.mark.parametrize("entry_too", [True, False])
def test_a_removed_leaf_is_named(place, entry_too):
    ids = sealed()
    with without_guards():
        execute("DELETE FROM journal_leaf WHERE entry_id = %s", ids[place])
        if entry_too:
            execute("DELETE FROM journal_entry WHERE id = %s", ids[place])
    report = verify()
    assert report.bad_entry == ids[place] and "missing" in report.reason


def test_a_changed_leaf_is_named():
    ids = sealed()
    with without_guards():
        execute("UPDATE journal_leaf SET hash = %s WHERE entry_id = %s", "0" * 64, ids[3])
    assert verify().bad_entry == ids[3]


def test_an_inserted_leaf_is_named():
    sealed()
    (extra,) = write()
    _, right_hash = next(rows.unsealed()).hashes()
    execute("INSERT INTO journal_leaf (entry_id, head_id, position, hash) VALUES (%s, 2, 3, %s)", extra, right_hash)
    report = verify()
    assert report.bad_entry == extra and "was put under" in report.reason


def test_two_leaves_that_changed_places_break_the_root():
    ids = sealed()
    with without_guards():
        execute("UPDATE journal_leaf SET position = 99 WHERE entry_id = %s", ids[3])
        execute("UPDATE journal_leaf SET position = 0 WHERE entry_id = %s", ids[4])
        execute("UPDATE journal_leaf SET position = 1 WHERE entry_id = %s", ids[3])
    report = verify()
    assert not report.ok and "root of head 2" in report.reason and report.bad_entry == ids[3]


HEAD_CHANGES = {
    "previous": "'x'",
    "count": "4",
    "total": "8",
    "root": "'" + "0" * 64 + "'",
    "at": "'2020-01-01 00:00:00+00:00'",
    "key": "'unknown'",
    "signature": "'" + "0" * 128 + "'",
    "id": "9",
}


@pytest.mark.parametrize("head", [1, 2, 3])
@pytest.mark.parametrize("column", HEAD_CHANGES)
def test_a_changed_head_is_named(column, head):
    ids = sealed()
    with without_guards():
        execute(f"UPDATE journal_head SET {column} = {HEAD_CHANGES[column]} WHERE id = %s", head)
    report = verify()
    own = ids[(head - 1) * 3 : head * 3]
    # A wrong count of leaves shows after the last one.
    assert not report.ok and own[0] <= report.bad_entry <= own[-1] + 1


@pytest.mark.parametrize("head", [1, 2, 3])
def test_a_removed_head_is_named_by_its_first_entry(head):
    ids = sealed()
    with without_guards():
        execute("DELETE FROM journal_head WHERE id = %s", head)
    assert verify().bad_entry == ids[(head - 1) * 3]


def test_a_head_signed_with_a_foreign_key_does_not_hold(keys, tmp_path, settings):
    sealed()
    genuine = settings.KEYS_DIR
    settings.KEYS_DIR = tmp_path / "foreign"
    sealed(2)
    settings.KEYS_DIR = genuine
    report = verify()
    assert not report.ok and "public key" in report.reason


def test_heads_cut_off_at_the_end_are_seen_by_who_kept_one():
    ids = sealed()
    known = {head.pk: sealing.head_hash(head) for head in Head.objects.all()}
    assert verify(known_heads=known).ok
    with without_guards():
        execute("DELETE FROM journal_head WHERE id = 3")
        execute("DELETE FROM journal_leaf WHERE head_id = 3")
        execute("DELETE FROM journal_entry WHERE id = %s", ids[6])
    assert verify().ok
    report = verify(known_heads=known)
    assert not report.ok and "head 3" in report.reason


def sign_again(head_id: int, **changes) -> None:
    """Whoever holds the key changes a head and signs it anew."""
    head = Head.objects.get(pk=head_id)
    for name, value in changes.items():
        setattr(head, name, value)
    signature = signing.signer(sealing.key_path()).sign(sealing.signed_bytes(head))
    with without_guards():
        execute(
            "UPDATE journal_head SET previous = %s, count = %s, total = %s, root = %s, signature = %s WHERE id = %s",
            *(head.previous, head.count, head.total, head.root, signature, head_id),
        )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"previous": "0" * 64}, "does not follow"),
        ({"total": 8}, "counts 8 leaves"),
        ({"root": "0" * 64}, "root of head 3"),
    ],
)
def test_even_the_key_holder_must_keep_the_chain(changes, reason):
    ids = sealed()
    sign_again(3, **changes)
    report = verify()
    assert report.bad_entry == ids[6] and reason in report.reason


def test_a_history_without_its_beginning_does_not_hold():
    ids = sealed()
    with without_guards():
        execute("DELETE FROM journal_head WHERE id = 1")
        execute("DELETE FROM journal_leaf WHERE head_id = 1")
        execute("DELETE FROM journal_entry WHERE id <= %s", ids[2])
    sign_again(2, previous="", total=3)
    sign_again(3, previous=sealing.head_hash(Head.objects.get(pk=2)), total=4)
    report = verify()
    assert report.bad_entry == ids[3] and "a head is missing before head 2" in report.reason


def test_a_history_written_anew_by_the_key_holder_is_seen_by_who_kept_a_head():
    sealed()
    known = {3: sealing.head_hash(Head.objects.get(pk=3))}
    with without_guards():
        execute("UPDATE journal_head SET at = '2020-01-01 00:00:00+00:00' WHERE id = 3")
    sign_again(3)
    assert verify().ok
    assert "not the one that was kept" in verify(known_heads=known).reason


def test_facts_that_are_not_the_canonical_text_are_never_sealed():
    write()
    entry = Entry.objects.get()
    words = {name: getattr(entry, name) for name in ("verb", "subject", "actor", "role", "organ")}
    facts = '{ "number": 0 }'
    text = entry_text(**words, at=iso(entry.at), recorded_at=iso(entry.recorded_at), facts=facts)
    with without_guards():
        execute("UPDATE journal_entry SET facts = %s, digest = %s", facts, entry_hash(text))
    assert sealing.seal(at=AT).bad == [entry.pk]


@pytest.mark.parametrize("column", ["at", "facts", "verb"])
def test_rubbish_in_a_column_is_named_and_never_crashes(column):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps the types")
    ids = sealed()
    with without_guards():
        execute(f"UPDATE journal_entry SET {column} = X'00FF' WHERE id = %s", ids[2])
        execute("UPDATE journal_entry SET at = 'yesterday' WHERE id = %s", ids[3])
        execute("UPDATE journal_head SET at = 'yesterday' WHERE id = 3")
    assert verify().bad_entry == ids[2]


def last_line(out: StringIO) -> str:
    return out.getvalue().rstrip("\n").split("\n")[-1]


def test_commands_print_the_counts_last():
    write(3)
    out = StringIO()
    call_command("seal", stdout=out)
    assert last_line(out) == "sealed=3 heads=1 bad=0"
    write(1)
    out = StringIO()
    call_command("verify", stdout=out)
    assert out.getvalue() == "entries=4 sealed=3 heads=1 unsealed=1\n"
    first = Entry.objects.order_by("id").first().pk
    with without_guards():
        execute("DELETE FROM journal_entry WHERE id = %s", first)
    out = StringIO()
    with pytest.raises(CommandError, match=f"entry {first}: the entry was removed") as error:
        call_command("verify", stdout=out)
    assert error.value.returncode == 1
    assert last_line(out) == f"entries=3 sealed=2 heads=1 unsealed=1 bad={first}"


@pytest.mark.django_db(transaction=True)
def test_sealers_that_race_seal_each_entry_once():
    write(60)
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            sealing.seal(at=AT + timedelta(seconds=number), batch=7)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    report = verify()
    assert report.ok and counts(report)[:2] == (60, 60) and report.unsealed == 0
