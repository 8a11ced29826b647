"""A whole centre in processes of its own, started as its users start it, and a real browser.

Always SQLite, whatever the engine of the suite: the pages are the same, and the server needs a database of its own.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import chromium

PROJECT = Path(__file__).parents[2]
START_SECONDS = 60
FURNISH = """
import django
django.setup()
from datetime import timedelta
from tests import factories
from yimen.flows import setup
from yimen.rooms.catalogue.actions import MaterialText
from yimen.rooms.identity.rules.roles import Role
factories.make_centre()
item = factories.make_item(
    "食品/01",
    name="食品经营许可",
    materials=(MaterialText("M1", "申请书"), MaterialText("M2", "场地证明")),
    form_schema={
        "type": "object",
        "properties": {
            "shop": {"type": "string", "title": "店名"},
            "seats": {"type": "integer", "title": "座位数", "minimum": 0},
            "opens": {"type": "string", "format": "date", "title": "拟开业日期"},
            "trade": {"enum": ["餐饮", "零售"], "title": "业态"},
            "gas": {"type": "boolean", "title": "使用燃气"},
        },
        "required": ["shop", "trade"],
    },
)
# Every kind of field on one form.
factories.make_item(
    "摊位/01",
    name="摊位登记",
    form_schema={
        "type": "object",
        "properties": {
            "kind": {"enum": ["food", "goods"], "title": "经营类别", "x-enum-titles": ["餐饮", "百货"]},
            "place": {"type": "string", "format": "region", "title": "经营所在地"},
            "capital": {"type": "string", "format": "money", "title": "投入资金"},
            "operator": {"type": "string", "format": "credit-code", "title": "市场开办单位"},
            "staff": {
                "type": "array",
                "title": "从业人员",
                "items": {"type": "object", "properties": {"name": {"type": "string", "title": "姓名"}}},
            },
            "health": {"type": "string", "title": "健康证号", "x-show-if": {"field": "kind", "equals": "food"}},
        },
        "required": ["kind", "place"],
    },
)
# The demonstration's applicant has cases of every kind, so that each list and page has something to show.
applicant = setup.persona(Role.APPLICANT, at=factories.now())
for state, days in (
    ("received", 0), ("awaiting_correction", 1), ("accepted", 60), ("paused", 20), ("examined", 2), ("refused", 30),
    ("granted", 9), ("delivered", 40),
):
    factories.make_case(
        item=item, state=state, user=applicant, form={"shop": "旧店", "trade": "零售"},
        at=factories.now() - timedelta(days=days, hours=1),
    )
"""


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running centre with one item."""
    var = tmp_path_factory.mktemp("e2e")
    env = {
        **os.environ,
        "YIMEN_MODE": "demo",
        "YIMEN_VAR": str(var),
        "DATABASE_URL": f"sqlite:///{var}/e2e.sqlite3",
        "DJANGO_SETTINGS_MODULE": "yimen.config.settings",
        "PYTHONPATH": str(PROJECT),
    }
    run = [sys.executable, "-m", "yimen"]
    subprocess.run([*run, "migrate"], env=env, check=True, capture_output=True, cwd=PROJECT)
    subprocess.run([sys.executable, "-c", FURNISH], env=env, check=True, cwd=PROJECT)
    port = _free_port()
    log = (var / "server.log").open("wb")
    server = subprocess.Popen(
        [*run, "run", "--empty", "--port", str(port)], env=env, cwd=PROJECT, stdout=log, stderr=subprocess.STDOUT
    )
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(url):
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the server did not start:\n{(var / 'server.log').read_text()}")
            time.sleep(0.2)
        yield url
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
        log.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """The system's Chromium, quiet and without network of its own."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium on this machine")
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with api.sync_playwright() as playwright:
        shown = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield shown
        shown.close()


@pytest.fixture
def person(site: str, browser: object) -> Iterator[Callable[..., object]]:
    """`person(role)` → a page in which a persona of the role has signed in; fails at script or policy errors."""
    contexts, problems = [], []

    def sign_in(role: str, width: int = 1280) -> object:
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=site)  # type: ignore[attr-defined]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text) if "Content Security" in said.text else None)
        if role:
            page.goto("/sign-in/")
            page.locator(f'button[name="role"][value="{role}"]').click()
            page.wait_for_load_state()
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert not problems
