"""Which mode a command takes when nobody named one, and which keys production refuses."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import management
from django.core.management import call_command
from django.core.management.base import CommandError

from yimen import __main__ as entry
from yimen.ground.engines import secrets


def mode_of(command: str, monkeypatch: pytest.MonkeyPatch) -> str | None:
    monkeypatch.setattr("sys.argv", ["yimen", command])
    monkeypatch.setattr(management, "execute_from_command_line", lambda argv: None)
    entry.main()
    return os.environ.get("YIMEN_MODE")


@pytest.mark.parametrize("command", ["run", "token", "load-sample", "replay"])
def test_what_only_the_demonstration_has_takes_demo_mode(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIMEN_MODE", "")
    assert mode_of(command, monkeypatch) == "demo"


@pytest.mark.parametrize("command", ["run", "token", "replay"])
def test_a_named_mode_stays(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIMEN_MODE", "production")
    assert mode_of(command, monkeypatch) == "production"


@pytest.mark.parametrize("command", ["migrate", "seal", "import-items", "restore"])
def test_other_commands_name_no_mode(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIMEN_MODE", "")
    assert mode_of(command, monkeypatch) == ""


@pytest.fixture
def production(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.DEMO, settings.ALLOWED_HOSTS, settings.KEYS_DIR = False, ["example.org"], tmp_path / "keys"
    monkeypatch.setenv("YIMEN_SECRET_KEY", "k" * 50)
    return tmp_path / "keys"


def test_production_with_keys_of_its_own_may_start(production: Path) -> None:
    assert secrets.unfit_keys() == ""


def test_production_refuses_the_keys_of_a_demonstration(production: Path) -> None:
    secrets.mark_demo_keys()
    assert str(production) in secrets.unfit_keys()
    with pytest.raises(CommandError, match="demonstration"):
        call_command("run", host="127.0.0.1", port=8199, stdout=StringIO())


def test_production_needs_a_secret_key(production: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YIMEN_SECRET_KEY")
    with pytest.raises(CommandError, match="YIMEN_SECRET_KEY"):
        call_command("run", host="127.0.0.1", port=8199, stdout=StringIO())


def test_a_demonstration_keeps_its_keys(settings: Any, tmp_path: Path) -> None:
    settings.DEMO, settings.KEYS_DIR = True, tmp_path / "keys"
    secrets.mark_demo_keys()
    assert secrets.unfit_keys() == ""


def test_a_reader_that_has_enough_sees_no_traceback() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "yimen", "clauses"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 1
