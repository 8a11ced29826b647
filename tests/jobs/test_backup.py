"""`yimen backup` and `yimen restore`, as an operator runs them: whole processes, real databases, both engines."""

import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection

from yimen.faces.jobs.backup import BadArchive, opened

BEGIN = """
import django, json
django.setup()
from datetime import datetime
from zoneinfo import ZoneInfo
from django.core.management import call_command
from yimen.facts.cases import case_facts
from yimen.flows import intake, setup
from yimen.rooms.cases import queries
from yimen.rooms.cases.models import Case
from yimen.rooms.identity.models import Applicant, Hall
from yimen.rooms.identity.queries import actor_of_user
from yimen.rooms.identity.rules.roles import Role
"""
MAKE = """
call_command("migrate", verbosity=0)
call_command("load-sample", "--as-of", "2026-09-05")
call_command("seal")
"""
CHANGE = """
at = datetime(2026, 9, 4, 17, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
clerk = actor_of_user(setup.persona(Role.WINDOW_CLERK, at=at))
for number in Case.objects.filter(state="received", deciding_organ=clerk.organ_id).values_list("number", flat=True):
    intake.accept_application(number, by=clerk, at=at)
call_command("seal")
"""
# The last line: every case with its facts at one moment, the names of the halls, and the applicants' numbers.
FACTS = """
call_command("verify")
call_command("check", databases=["default"], verbosity=0)
at = datetime(2026, 9, 5, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
numbers = list(Case.objects.order_by("id").values_list("number", flat=True))
cases = [case_facts(queries.load(number), at) for number in numbers]
people = list(Applicant.objects.order_by("id").values_list("id_number", "phone"))  # opens only with the keys
assert any(number for number, _phone in people)
print(json.dumps([cases, sorted(Hall.objects.values_list("name", flat=True)), people], default=str))
"""


@dataclass
class Place:
    """A machine of one's own: a database and a folder."""

    var: Path
    url: str

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in ("YIMEN_SECRET_KEY", "PYTHONPATH")}
        mine = {"YIMEN_MODE": "demo", "YIMEN_VAR": str(self.var), "DATABASE_URL": self.url}
        return {**kept, **mine, "DJANGO_SETTINGS_MODULE": "yimen.config.settings", **more}

    def run(self, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "yimen", *map(str, arguments)]
        return subprocess.run(command, env=self.environment(**more), capture_output=True, text=True)

    def play(self, *programs: str) -> list[Any]:
        """Run the programs in one process, then what is true: facts of every case, names of the halls.

        The journal must hold and every guard must be there.
        """
        program = "\n".join([BEGIN, *programs, FACTS])
        done = subprocess.run([sys.executable, "-c", program], env=self.environment(), capture_output=True, text=True)
        assert not done.returncode, done.stderr
        found: list[Any] = json.loads(done.stdout.splitlines()[-1])
        assert found[0] and "half-done" not in found[1]
        return found


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


type MakePlace = Callable[[str], Place]


@pytest.fixture(scope="module")
def make_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakePlace]:
    """Places on the engine of this run."""
    base = tmp_path_factory.mktemp("places")
    if connection.vendor == "sqlite":
        yield lambda name: Place(base / name, f"sqlite:///{base / name / 'centre.sqlite3'}")
        return
    server = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres"))
    made: list[str] = []

    def make(name: str) -> Place:
        database = f"p_backup_{os.getpid()}_{name}"
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f'CREATE DATABASE "{database}"')
        made.append(database)
        return Place(base / name, urlunsplit(urlsplit(server)._replace(path=f"/{database}")))

    yield make
    with psycopg.connect(server, autocommit=True) as admin:
        for database in made:
            admin.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


@dataclass
class Backed:
    """A centre with an archive of an earlier moment."""

    place: Place
    archive: Path
    facts: list[Any]
    changed: list[Any]
    said: str

    @property
    def verified(self) -> str:
        """The last line that a restore must say."""
        journal = json.loads(_members(self.archive)["manifest.json"])["journal"]
        left = journal["entries"] - journal["sealed"]
        return f"entries={journal['entries']} sealed={journal['sealed']} heads={journal['heads']} unsealed={left}"


@pytest.fixture(scope="module")
def backed(make_place: MakePlace, tmp_path_factory: pytest.TempPathFactory) -> Backed:
    place = make_place("source")
    place.var.mkdir(parents=True, exist_ok=True)
    facts = place.play(MAKE)
    archive = tmp_path_factory.mktemp("archive") / "centre.tar"
    with _somebody_writes(place):
        said = last_line(place.run("backup", archive))
    changed = place.play(CHANGE)
    assert changed != facts
    return Backed(place, archive, facts, changed, said)


def _somebody_writes(place: Place) -> closing[object]:
    """An open transaction of the running server, with a row that is not committed."""
    columns = "version, name, address, is_secondary_platform"
    insert = f"INSERT INTO identity_hall ({columns}) VALUES (1, 'half-done', '', false)"
    if place.url.startswith("postgres"):
        other = psycopg.connect(place.url)
        other.execute(insert)
        return closing(other)
    live = sqlite3.connect(place.var / "centre.sqlite3", isolation_level=None)
    live.execute("BEGIN IMMEDIATE")
    live.execute(insert)
    return closing(live)


def _members(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as tar:
        found = {}
        for info in tar:
            content = tar.extractfile(info)
            assert content is not None
            found[info.name] = content.read()
        return found


def _pack(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def test_the_archive_says_what_it_holds(backed: Backed) -> None:
    members = _members(backed.archive)
    manifest = json.loads(members.pop("manifest.json"))
    assert set(manifest["members"]) == set(members)
    assert any(name.startswith("files/") for name in members)
    assert {
        "keys/journal_ed25519.pem",
        "keys/journal_ed25519.public.json",
        "keys/secret_key",
        "keys/personal_data.json",
    } <= set(members)
    journal = manifest["journal"]
    assert journal["entries"] == journal["sealed"] > 300
    assert journal["newest_head"]["id"] == journal["heads"] == 1
    assert backed.said.startswith(f"members={len(members)} bytes={backed.archive.stat().st_size} ")
    assert backed.archive.stat().st_mode & 0o777 == 0o600


@pytest.fixture(scope="module")
def restored(backed: Backed, make_place: MakePlace) -> Place:
    """Another machine with what the archive holds, and then with the same change as the original."""
    there = make_place("whole")
    assert last_line(there.run("restore", backed.archive)) == backed.verified
    assert there.play() == backed.facts
    stored = {path.name: path.read_bytes() for path in there.var.glob("files/??/??/*")}
    assert stored == {path.name: path.read_bytes() for path in backed.place.var.glob("files/??/??/*")}
    for key in there.var.glob("keys/*"):
        assert key.stat().st_mode & 0o777 == 0o600
        assert key.read_bytes() == (backed.place.var / "keys" / key.name).read_bytes()
    # It goes on as the original did, and seals under the same key.
    assert there.play(CHANGE) == backed.changed
    return there


def test_a_centre_that_is_there_is_not_touched_unless_put_aside(backed: Backed, restored: Place) -> None:
    refused = restored.run("restore", backed.archive)
    assert refused.returncode == 2 and "not empty" in refused.stderr
    with _somebody_writes(restored):
        busy = restored.run("restore", "--force", backed.archive)
        assert busy.returncode == 2 and "in use" in busy.stderr
    accepted = sum(case["state"] == "accepted" for case in backed.changed[0])
    assert _accepted(restored, "cases_case") == accepted
    forced = restored.run("restore", "--force", backed.archive)
    assert last_line(forced) == backed.verified
    kept = [line.removeprefix("what was here is kept as ") for line in forced.stdout.splitlines()[:-1]]
    assert len(kept) == 2
    old = Place(restored.var, f"sqlite:///{restored.var / kept[0]}")
    if restored.url.startswith("sqlite"):
        assert _accepted(old, "cases_case") == accepted
    else:
        assert _accepted(restored, f"{kept[0]}.cases_case") == accepted
    assert (restored.var / kept[1] / "journal_ed25519.pem").exists()


def _accepted(place: Place, table: str) -> int:
    """How many cases of a table are accepted, read beside Yimen."""
    count = f"SELECT count(*) FROM {table} WHERE state = 'accepted'"
    if place.url.startswith("postgres"):
        with psycopg.connect(place.url) as database:
            return int(database.execute(count).fetchone()[0])  # type: ignore[index]
    with closing(sqlite3.connect(place.url.removeprefix("sqlite:///"))) as database:
        return int(database.execute(count).fetchone()[0])


def test_a_restored_centre_is_backed_up_like_any_other(
    backed: Backed, restored: Place, make_place: MakePlace, tmp_path: Path
) -> None:
    """What was put in the place of another centre is whole: its own backup makes a third one."""
    again = tmp_path / "again.tar"
    assert restored.run("backup", again).returncode == 0
    third = make_place("again")
    assert third.run("restore", again).returncode == 0
    assert len(third.play()[0]) == len(backed.facts[0])
    stored = next(third.var.glob("files/??/??/*"))
    stored.write_bytes(b"damaged")
    done = third.run("backup", tmp_path / "lost.tar")
    assert done.returncode == 1 and stored.name in done.stderr
    assert json.loads(_members(tmp_path / "lost.tar")["manifest.json"])["missing_files"] == [stored.name]


def test_a_foreign_file_or_key_is_a_centre_too(backed: Backed, make_place: MakePlace) -> None:
    there = make_place("foreign")
    key = there.var / "keys" / "journal_ed25519.pem"
    key.parent.mkdir(parents=True)
    key.write_text("another key")
    refused = there.run("restore", backed.archive)
    assert refused.returncode == 2 and "other keys" in refused.stderr
    assert key.read_text() == "another key"
    key.unlink()
    digest = "ab" * 32
    other = there.var / "files" / "ab" / "ab" / digest
    other.parent.mkdir(parents=True)
    other.write_bytes(b"x")
    refused = there.run("restore", backed.archive)
    assert refused.returncode == 2 and "not in the backup" in refused.stderr
    assert not list(there.var.glob("*.before-restore-*"))


def _flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def _bad_archives(folder: Path, good: Path) -> Iterator[tuple[Path, str]]:
    members = _members(good)
    database = next(name for name in members if name.startswith("database."))
    stored = next(name for name in members if name.startswith("files/"))
    rest = {name: content for name, content in members.items() if name != "manifest.json"}
    cut = folder / "cut.tar"
    cut.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    yield cut, "not a whole archive"
    text = folder / "text.tar"
    text.write_text("no archive at all")
    yield text, "not a whole archive"
    yield _pack(folder / "flipped.tar", {**members, database: _flipped(members[database])}), f"{database} was changed"
    yield _pack(folder / "file.tar", {**members, stored: _flipped(members[stored])}), f"{stored} was changed"
    yield _pack(folder / "less.tar", {n: c for n, c in members.items() if n != stored}), "is missing from the archive"
    yield _pack(folder / "more.tar", {**members, "keys/more": b"x"}), "is not in the manifest"
    yield _pack(folder / "bare.tar", rest), "no manifest"
    yield _pack(folder / "up.tar", {**members, "../evil": b"x"}), "does not belong"
    yield _pack(folder / "deep.tar", {**members, "keys/../../evil": b"x"}), "does not belong"
    yield _pack(folder / "root.tar", {**members, "/evil": b"x"}), "does not belong"
    other = json.dumps({**json.loads(members["manifest.json"]), "format": "yimen-backup/9"}).encode()
    yield _pack(folder / "other.tar", {**members, "manifest.json": other}), "not of the format"
    yield _pack(folder / "junk.tar", {**members, "manifest.json": b"[1]"}), "can't be read"
    linked = folder / "link.tar"
    with tarfile.open(linked, "w") as tar:
        info = tarfile.TarInfo("keys/link")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    yield linked, "does not belong"


def test_a_bad_archive_is_refused_before_anything_is_touched(
    backed: Backed, make_place: MakePlace, tmp_path: Path
) -> None:
    for archive, said in _bad_archives(tmp_path, backed.archive):
        with pytest.raises(BadArchive) as refused, opened(archive):
            pytest.fail(f"{archive.name} was opened")
        assert said in str(refused.value), archive.name
    there = make_place("bad")
    done = there.run("restore", tmp_path / "flipped.tar")
    assert done.returncode == 2 and "nothing was restored: database." in done.stderr
    assert [path.name for path in there.var.rglob("*") if path.is_file()] == ["secret_key"]


def test_a_backup_never_replaces_one(backed: Backed) -> None:
    before = backed.archive.read_bytes()
    refused = backed.place.run("backup", backed.archive)
    assert refused.returncode == 2 and "exists already" in refused.stderr
    assert backed.archive.read_bytes() == before


def test_postgresql_tools_that_are_missing_are_named(backed: Backed, make_place: MakePlace, tmp_path: Path) -> None:
    if backed.place.url.startswith("sqlite"):
        pytest.skip("SQLite needs no tools")
    refused = backed.place.run("backup", tmp_path / "none.tar", PATH=str(tmp_path))
    assert refused.returncode == 2 and "pg_dump is not on this machine" in refused.stderr
    refused = make_place("tools").run("restore", backed.archive, PATH=str(tmp_path))
    assert refused.returncode == 2 and "pg_restore is not on this machine" in refused.stderr


def test_another_engine_is_refused(backed: Backed, tmp_path: Path) -> None:
    other = "sqlite" if backed.place.url.startswith("postgres") else "postgres"
    url = f"sqlite:///{tmp_path / 'x.sqlite3'}" if other == "sqlite" else "postgres://nobody@127.0.0.1:1/none"
    refused = Place(tmp_path / "var", url).run("restore", backed.archive)
    assert refused.returncode == 2 and "same engine" in refused.stderr
    assert not (tmp_path / "x.sqlite3").exists()
