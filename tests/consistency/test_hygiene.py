"""What must not be in the repository, and settings that must not slip."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.consistency.tree import PROJECT

# Folders of one machine. Written so that this file does not match itself.
MACHINE = re.compile(rb"(?<![\w.:/-])/(?:work|root|tmp|home/[a-z]+)" + rb"/\w")
ADDRESS = re.compile(r"https?://|file:|--index-url|--find-links")


def tracked() -> list[Path]:
    """The files that git knows; the test is skipped in an unpacked archive."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = [PROJECT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def test_no_machine_paths_in_tracked_files() -> None:
    found = []
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data[:4096]:
            found += [f"{path.relative_to(PROJECT)}: {m.group().decode()}" for m in MACHINE.finditer(data)]
    assert found == []


def test_a_machine_path_would_be_found() -> None:
    assert MACHINE.search(b"see /" + b"work/main") and MACHINE.search(b"'/" + b"tmp/x'")
    assert not MACHINE.search(b"https://example.org/work/main")


def test_the_lock_holds_hashes_and_no_addresses() -> None:
    lock = (PROJECT / "requirements.lock").read_text()
    assert ADDRESS.findall(lock) == []
    pinned = re.findall(r"^[a-z0-9][\w.-]*(?:\[[\w,-]+\])?==", lock, re.M | re.I)
    assert len(pinned) > 40
    assert "--hash=sha256:" in lock


def test_the_lock_covers_what_the_project_declares() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    declared = project["dependencies"] + project["optional-dependencies"]["dev"]
    names = {re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~ ]", line)[0]).lower() for line in declared}
    lock = (PROJECT / "requirements.lock").read_text().lower()
    assert [n for n in sorted(names) if not re.search(rf"^{re.escape(n)}(\[[\w,-]+\])?==", lock, re.M)] == []


def settings_of(**environment: str) -> dict[str, object]:
    """Some settings as a fresh process sees them with this environment."""
    script = (
        "import json; from yimen.config import settings as s;"
        "print(json.dumps({k: getattr(s, k) for k in ('DEBUG', 'DEMO', 'ALLOWED_HOSTS', 'SESSION_COOKIE_SECURE',"
        "'CSRF_COOKIE_SECURE', 'SECURE_CSP', 'DATABASES', 'USE_TZ')}, default=str))"
    )
    base = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "YIMEN_VAR", "LANG")}
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        env=base | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    result: dict[str, object] = json.loads(run.stdout)
    return result


def test_production_is_the_default_and_is_closed() -> None:
    seen = settings_of(YIMEN_SECRET_KEY="x" * 50, YIMEN_ALLOWED_HOSTS="centre.example")
    assert (seen["DEBUG"], seen["DEMO"], seen["ALLOWED_HOSTS"]) == (False, False, ["centre.example"])
    assert seen["SESSION_COOKIE_SECURE"] and seen["CSRF_COOKIE_SECURE"] and seen["USE_TZ"]
    assert "unsafe" not in json.dumps(seen["SECURE_CSP"])


def test_demo_answers_on_loopback_only() -> None:
    seen = settings_of(YIMEN_MODE="demo", DATABASE_URL="")
    assert seen["DEMO"] and set(seen["ALLOWED_HOSTS"]) <= {"127.0.0.1", "localhost", "[::1]", "testserver"}


def test_sqlite_takes_its_write_lock_at_once_and_no_request_holds_it() -> None:
    database = settings_of(YIMEN_MODE="demo", DATABASE_URL="sqlite:///x.sqlite3")["DATABASES"]["default"]
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in database["OPTIONS"]["init_command"]
    assert not database.get("ATOMIC_REQUESTS")
