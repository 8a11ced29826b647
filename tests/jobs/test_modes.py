"""Which mode a command takes when nobody named one, and which keys production refuses."""

import os
import re
import runpy
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import management
from django.core.mail import mailers
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from yimen import __main__ as entry
from yimen.config import settings as settings_file
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


def test_production_makes_its_own_key_when_none_is_given(production: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YIMEN_SECRET_KEY")
    assert secrets.unfit_keys() == ""


WRONG = [
    ({"YIMEN_MODE": "prod"}, "YIMEN_MODE: 'prod' is not known; use production or demo"),
    ({"YIMEN_REQUIRE_MFA": "true"}, "YIMEN_REQUIRE_MFA: 'true' is not known; use 1 or 0"),
    ({"YIMEN_PROXIES": "one"}, "YIMEN_PROXIES: the number"),
    ({"YIMEN_PERSONAL_CIPHER": "ROT13"}, "YIMEN_PERSONAL_CIPHER: 'ROT13'"),
    ({"YIMEN_LOG": "xml"}, "YIMEN_LOG: 'xml'"),
    ({"YIMEN_EMAIL_URL": "mailto:x"}, "YIMEN_EMAIL_URL: use smtp://"),
    ({"YIMEN_RATE_LIMITS": "track=lots"}, "YIMEN_RATE_LIMITS"),
    ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL: scheme 'mysql'"),
    ({"DATABASE_URL": "postgres://x:99999/y"}, "DATABASE_URL: the port"),
    ({"YIMEN_VAR": "/proc/nowhere", "YIMEN_SECRET_KEY": ""}, "YIMEN_VAR: "),
]


def settings_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **given: str) -> dict[str, Any]:
    """What config/settings.py makes of an environment; SystemExit when it refuses one."""
    for name in [name for name in os.environ if name.startswith("YIMEN_")]:
        monkeypatch.delenv(name)
    for name, value in {"YIMEN_VAR": str(tmp_path / "var"), "DATABASE_URL": "", **given}.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(Path(settings_file.__file__)))


@pytest.mark.parametrize(("given", "sentence"), WRONG, ids=lambda value: str(value)[:30])
def test_a_setting_that_can_not_be_understood_ends_with_a_sentence(
    given: dict[str, str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit, match=re.escape(sentence)):
        settings_of(tmp_path, monkeypatch, **given)


def test_keys_of_the_first_run_are_for_their_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = settings_of(tmp_path, monkeypatch)
    key = tmp_path / "var" / "keys" / "secret_key"
    assert (key.stat().st_mode & 0o777, key.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert first["SECRET_KEY"] == key.read_text() == settings_of(tmp_path, monkeypatch)["SECRET_KEY"]
    assert not first["DEMO"] and not first["DEBUG"]


def test_a_password_of_the_mail_server_never_goes_in_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "smtp://centre:p%40ss@mail.example.cn:587"

    def server(address: str) -> Any:
        """What Django itself makes of the setting: a backend, not yet connected."""
        found = settings_of(tmp_path, monkeypatch, YIMEN_EMAIL_URL=address)
        with override_settings(MAILERS=found["MAILERS"]):
            return mailers.default

    named = server(url)
    assert (named.use_tls, named.use_ssl, named.host, named.port) == (True, False, "mail.example.cn", 587)
    assert (named.username, named.password, named.timeout) == ("centre", "p@ss", 10)
    sealed = server(url.replace("smtp:", "smtps:").replace(":587", ""))
    assert (sealed.use_tls, sealed.use_ssl, sealed.port) == (False, True, 465)
    bare = server("smtp://127.0.0.1")
    assert (bare.use_tls, bare.use_ssl, bare.port) == (False, False, 25)


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
