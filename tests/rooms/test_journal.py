"""Entries and the guards that keep them."""

import json
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from hashlib import sha256

import pytest
from django.core.checks.registry import registry
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.guards import drop, flush_past_guards  # noqa: F401
from tests.rooms.journal_helpers import AT, SUBJECT, execute, write
from yimen.ground.journal import guards, queries
from yimen.ground.journal.content import entry_text
from yimen.ground.journal.models import Entry
from yimen.ground.kernel import merkle

pytestmark = pytest.mark.django_db


class Verb(StrEnum):
    ACCEPT = "accept_application"


def test_an_entry_keeps_what_was_recorded():
    (entry_id,) = write(at=AT.astimezone(timezone(timedelta(hours=8))), recorded_at=AT + timedelta(seconds=1))
    (row,) = queries.history(SUBJECT)
    assert (row.id, row.at, row.recorded_at - row.at, row.head) == (entry_id, AT, timedelta(seconds=1), None)
    assert (row.verb, row.actor, row.role) == ("accept_application", "staff:12", "window_clerk")
    assert row.facts == {"number": 0, "会": "受理"}


def test_digest_is_the_leaf_hash_of_the_canonical_content():
    write(recorded_at=AT, facts={"b": [1, True, None], "a": '引号 " \\ \n\t\x7f \u2028'}, verb=Verb.ACCEPT)
    entry = Entry.objects.get()
    content = {
        "actor": "staff:12",
        "at": "2026-11-24T01:02:03.000004Z",
        "facts": json.loads(entry.facts),
        "organ": "11371500MB2832",
        "recorded_at": "2026-11-24T01:02:03.000004Z",
        "role": "window_clerk",
        "subject": SUBJECT,
        "verb": "accept_application",
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert entry.digest == sha256(b"\x00" + text.encode()).hexdigest()


def test_text_made_by_hand_is_the_canonical_json():
    words = {"verb": 'a"\\', "subject": "事\n", "actor": "\x00\x1f", "role": "😀", "organ": "/"}
    text = entry_text(**words, at="T", recorded_at="U", facts='{"a":1}', id=7)
    expected = {**words, "at": "T", "recorded_at": "U", "facts": {"a": 1}, "id": 7}
    assert text.encode() == merkle.canonical(expected)


@pytest.mark.parametrize("facts", [{"x": 1.5}, {"x": AT}, {1: "x"}, {"x": {"y": (1,)}}])
def test_facts_without_a_canonical_form_are_refused(facts):
    with pytest.raises(TypeError):
        write(facts=facts)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        write(at=datetime(2026, 1, 1))


def test_recorded_at_is_the_servers_clock_unless_given():
    before = datetime.now(UTC)
    write()
    assert before <= Entry.objects.get().recorded_at <= datetime.now(UTC)


def test_one_request_writes_one_entry():
    (first,) = write(request=("key-1", "a" * 64))
    row, body = queries.request_entry("staff:12", "key-1")
    assert (row.id, body) == (first, "a" * 64)
    assert queries.request_entry("staff:13", "key-1") is None
    with pytest.raises(IntegrityError), transaction.atomic():
        write(request=("key-1", "b" * 64))
    write(request=("key-1", "a" * 64), actor="staff:13")
    write(2)  # without a key there is no limit


@pytest.mark.parametrize("table", ["journal_entry", "journal_leaf", "journal_head"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}", "REPLACE"])
def test_guards_refuse_every_change(table, change):
    columns = {
        "journal_entry": "verb",
        "journal_leaf": "hash",
        "journal_head": "root",
    }
    write()
    execute("INSERT INTO journal_leaf (entry_id, head_id, position, hash) VALUES (1, 1, 0, 'x')")
    execute(
        "INSERT INTO journal_head (id, previous, count, total, root, at, key, signature)"
        " VALUES (1, '', 1, 1, 'x', '2026-01-01', 'k', 's')"
    )
    lite = connection.vendor == "sqlite"
    if change.startswith("TRUNCATE") and lite:
        pytest.skip("SQLite has no TRUNCATE")
    if change == "REPLACE":
        if not lite:
            pytest.skip("REPLACE is SQLite's; PostgreSQL's ON CONFLICT fires the UPDATE guard")
        change = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    with pytest.raises(DatabaseError, match="may not be changed"), transaction.atomic():
        execute(change.format(table, columns[table], columns[table]))


def test_replacing_by_another_unique_key_is_refused_too():
    if connection.vendor != "sqlite":
        pytest.skip("REPLACE is SQLite's")
    write(request=("key-1", "a" * 64))
    columns = "at, recorded_at, verb, subject, actor, role, organ, facts, digest, request_key, request_hash"
    with pytest.raises(IntegrityError, match="may not be changed"), transaction.atomic():
        execute(f"INSERT OR REPLACE INTO journal_entry ({columns}) SELECT {columns} FROM journal_entry")
    assert Entry.objects.count() == 1


def test_the_check_names_a_missing_guard_and_migrate_puts_it_back():
    assert guards.missing() == []
    drop()
    assert "journal_entry_no_update" in guards.missing()
    with pytest.raises(Exception, match=r"journal\.E001"):
        call_command("check", databases=["default"], tags=["database"])
    guards.install()
    call_command("check", databases=["default"], tags=["database"])


def test_a_weakened_guard_counts_as_missing():
    on = "" if connection.vendor == "sqlite" else " ON journal_entry"
    if connection.vendor == "sqlite":
        execute(f"DROP TRIGGER journal_entry_no_update{on}")
        execute("CREATE TRIGGER journal_entry_no_update BEFORE UPDATE ON journal_entry BEGIN SELECT 1; END")
    else:
        execute("ALTER TABLE journal_entry DISABLE TRIGGER journal_entry_no_update")
    assert guards.missing() == ["journal_entry_no_update"]


def test_a_room_may_add_its_own_guard_but_not_two_of_one_name(monkeypatch):
    monkeypatch.setattr(guards, "_guards", dict(guards._guards))
    own = guards.Guard(
        "own", "journal_leaf", "CREATE TRIGGER own BEFORE INSERT ON journal_leaf BEGIN SELECT 1; END", ""
    )
    guards.add(own)
    guards.add(own)
    with pytest.raises(ValueError, match="two guards"):
        guards.add(guards.Guard("own", "journal_head", "", ""))
    if connection.vendor == "sqlite":
        assert guards.missing() == ["own"]
        guards.install()
    assert guards.missing() == []


def test_a_guard_of_a_table_that_is_not_there_waits(monkeypatch):
    monkeypatch.setattr(guards, "_guards", {"later": guards.Guard("later", "no_such_table", "x", "y")})
    guards.install()
    assert guards.missing() == []


@pytest.mark.django_db(transaction=True)
def test_migrate_heals_although_the_check_fails(monkeypatch):
    monkeypatch.setattr(registry, "registered_checks", {guards.check})  # pages and templates have their own tests
    drop()
    call_command("migrate", verbosity=0, skip_checks=False)
    assert guards.missing() == []


def test_a_subject_nobody_knows_has_no_proof():
    with pytest.raises(CommandError, match="no entry"):
        call_command("journal_proof", "case:none")
