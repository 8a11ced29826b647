"""What an operator sees: readiness, metrics, one line a request, settings that are wrong by name."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import OperationalError
from django.test import Client

from yimen.config.checks import check_settings
from yimen.ground.engines import heartbeat, logs, pdf_signing, secrets
from yimen.ground.engines.scrub import Scrub
from yimen.ground.journal import guards

pytestmark = pytest.mark.django_db


def test_readyz_names_what_is_missing(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["worker"]) == (200, "never seen here")
    heartbeat.beat(tmp_path)
    assert Client().get("/readyz").json()["worker"] == "alive"
    monkeypatch.setattr(heartbeat, "LATE_SECONDS", -1.0)
    late = Client().get("/readyz")
    assert late.status_code == 200 and late.json()["worker"].startswith("late")
    monkeypatch.setattr(guards, "missing", lambda: ["journal_entry_no_update"])
    answer = Client().get("/readyz")
    assert answer.status_code == 503 and "journal_entry_no_update" in answer.json()["guards"]


def test_metrics_count_requests_and_show_figures() -> None:
    Client().get("/items/")
    Client().get("/no-such-page-1/")
    text = Client().get("/metrics").content.decode()
    assert 'yimen_requests_total{method="GET",status="200",view="items"}' in text
    assert 'status="404",view="none"' in text and "no-such-page" not in text
    assert "yimen_cases_open 0.0" in text and "yimen_database_up 1.0" in text


def test_metrics_are_for_this_machine_or_the_token(settings: Any) -> None:
    settings.DEMO = False
    settings.ALLOWED_HOSTS = ["testserver"]
    assert Client().get("/metrics").status_code == 200
    assert Client(REMOTE_ADDR="10.0.0.9").get("/metrics").status_code == 404
    assert Client().get("/metrics", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 404
    settings.METRICS_TOKEN = "a-long-enough-token-1234"
    assert Client().get("/metrics").status_code == 404
    right = {"Authorization": f"Bearer {settings.METRICS_TOKEN}"}
    assert Client(REMOTE_ADDR="10.0.0.9").get("/metrics", headers=right).status_code == 200
    wrong = {"Authorization": "Bearer 样本"}
    assert Client().get("/metrics", headers=wrong).status_code == 404


def test_who_watches_asks_by_the_address_of_the_machine(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Prometheus and the proxy ask 127.0.0.1, which is no name of the centre; pages stay closed to such names."""
    settings.DEMO, settings.ALLOWED_HOSTS = False, ["zw.example.cn"]
    caplog.set_level(logging.INFO, "yimen.request")
    for path in ("/healthz", "/readyz", "/metrics"):
        answer = Client().get(path, headers={"Host": "127.0.0.1:8000"})
        assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, True)
        assert Client().post(path).status_code == 405
    assert [r.view for r in caplog.records if r.name == "yimen.request"][::2] == ["healthz", "readyz", "metrics"]
    assert Client().get("/", headers={"Host": "127.0.0.1:8000"}).status_code == 400


def test_metrics_without_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(at: object) -> None:
        raise OperationalError

    monkeypatch.setattr("yimen.faces.web.views.health.figures", gone)
    answer = Client().get("/metrics")
    assert answer.status_code == 200 and "yimen_database_up 0.0" in answer.content.decode()


def test_a_request_is_one_line_that_tells_nothing_of_who_asked(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "yimen.request")
    answer = Client().get("/items/?q=secret-words", headers={"X-Request-Id": "abcdefgh12345"})
    assert answer["X-Request-Id"] == "abcdefgh12345"
    (record,) = [r for r in caplog.records if r.name == "yimen.request"]
    assert (record.view, record.method, record.status) == ("items", "GET", 200)
    assert "secret-words" not in str(vars(record))


def test_a_line_is_json_with_the_number_of_the_request_and_scrubbed_traceback() -> None:
    logs.begin("r-12345678")
    try:
        raise ValueError("token=abcdefabcdef 13812345678")
    except ValueError:
        import sys

        record = logging.LogRecord("yimen.x", logging.ERROR, "f", 1, "job %s 失败", ("甲",), sys.exc_info())
    Scrub().filter(record)
    line = logs.JsonLines().format(record)
    logs.end()
    found = json.loads(line)
    assert "\n" not in line
    assert (found["request_id"], found["event"], found["level"]) == ("r-12345678", "job 甲 失败", "error")
    assert "ValueError" in found["exception"] and "13812345678" not in line and "abcdefabcdef" not in line
    assert "request_id" not in json.loads(logs.JsonLines().format(record))


RIGHT = {
    "DEMO": False,
    "ALLOWED_HOSTS": ["zw.example.cn"],
    "SITE_URL": "https://zw.example.cn",
    "SECRET_KEY": "k" * 50,
    "MAILERS": {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend"}},
    "DEFAULT_FROM_EMAIL": "zw@example.cn",
    "METRICS_TOKEN": "",
    "SITE_URL_GIVEN": True,
    "PROXIES": 1,
}
WRONG = [
    ({"DEMO": True}, "yimen.E001"),
    ({"ALLOWED_HOSTS": []}, "yimen.E002"),
    ({"ALLOWED_HOSTS": ["*"]}, "yimen.E003"),
    ({"SITE_URL": "http://zw.example.cn"}, "yimen.E004"),
    ({"SITE_URL": "https://other.example.cn"}, "yimen.E005"),
    ({"SECRET_KEY": "short"}, "yimen.E006"),
    ({"MAILERS": {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}}, "yimen.W001"),
    ({"METRICS_TOKEN": "short"}, "yimen.W002"),
    ({"SITE_URL_GIVEN": False}, "yimen.W003"),
    ({"DEFAULT_FROM_EMAIL": "no-reply@localhost"}, "yimen.W004"),
    ({"PROXIES": 0}, "yimen.W005"),
]
# What Django itself watches: a value that no setting of ours can give must still be named.
DJANGO = [
    ({"DEBUG": True}, "security.W018"),
    ({"SESSION_COOKIE_SECURE": False}, "security.W012"),
    ({"CSRF_COOKIE_SECURE": False}, "security.W016"),
]


@pytest.fixture
def production(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in RIGHT.items():
        setattr(settings, name, value)
    settings.KEYS_DIR = tmp_path
    tmp_path.chmod(0o700)
    monkeypatch.setattr("yimen.config.checks.pdf_signing.unfit", lambda: "")
    return settings


def test_right_settings_have_no_complaint(production: Any) -> None:
    assert check_settings() == []
    production.ALLOWED_HOSTS = [".example.cn"]
    assert check_settings() == []


@pytest.mark.parametrize(("change", "name"), WRONG, ids=lambda value: str(value)[:40])
def test_each_wrong_setting_is_named(production: Any, change: dict[str, Any], name: str) -> None:
    for key, value in change.items():
        setattr(production, key, value)
    assert [message.id for message in check_settings()] == [name]
    assert all(message.hint for message in check_settings())


@pytest.mark.parametrize(("change", "name"), DJANGO, ids=str)
def test_debug_and_insecure_cookies_are_named(production: Any, change: dict[str, Any], name: str) -> None:
    def found() -> set[str | None]:
        messages = run_checks(tags=["security"], include_deployment_checks=True)
        return {message.id for message in messages if not message.is_silenced()}

    production.SESSION_COOKIE_SECURE = production.CSRF_COOKIE_SECURE = True
    production.SECRET_KEY = "0123456789abcdef" * 4
    assert found() == set()
    for key, value in change.items():
        setattr(production, key, value)
    assert found() == {name}


def test_keys_and_certificate_of_a_demonstration_are_named(
    production: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    production.DEMO = True
    monkeypatch.undo()
    secrets.mark_demo_keys()
    pdf_signing.credentials()
    production.DEMO = False
    monkeypatch.setenv("YIMEN_SIGNING_CERT", str(tmp_path / "signing_development.pem"))
    monkeypatch.setenv("YIMEN_SIGNING_KEY", str(tmp_path / "signing_development.key"))
    found = {message.id: message.msg for message in check_settings()}
    assert set(found) == {"yimen.E008", "yimen.E010"}
    assert "development certificate" in found["yimen.E008"] and "demonstration" in found["yimen.E010"]


def test_keys_that_others_may_read_and_papers_without_certificate(
    production: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret_key").write_text("k")
    (tmp_path / "secret_key").chmod(0o640)
    monkeypatch.setattr("yimen.config.checks.pdf_signing.unfit", lambda: "no signing certificate")
    assert [message.id for message in check_settings()] == ["yimen.E007", "yimen.E008"]
    assert "secret_key" in check_settings()[0].msg
