"""A whole centre in processes of its own, started as its users start it, and a real browser.

Always SQLite, whatever the engine of the suite: the pages are the same, and the server needs a database of its own.
"""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import chromium

PROJECT = Path(__file__).parents[2]
START_SECONDS = 60
type Person = Callable[..., Any]
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
# The head of the window signs by a written authorisation.
head = setup.persona(Role.WINDOW_HEAD, at=factories.now()).staff
if not head.authorisations.exists():
    factories.authorise(head, items=head.organ.items.all())
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


def _furnish(env: dict[str, str]) -> None:
    subprocess.run([sys.executable, "-m", "yimen", "migrate"], env=env, check=True, capture_output=True, cwd=PROJECT)
    subprocess.run([sys.executable, "-c", FURNISH], env=env, check=True, cwd=PROJECT)


def _start(folder: Path) -> tuple[str, int]:
    """A furnished centre with files in `folder`: (its address, its process)."""
    var = Path(tempfile.mkdtemp(prefix="site", dir=folder))
    env = {
        **os.environ,
        "YIMEN_MODE": "demo",
        "YIMEN_VAR": str(var),
        "DATABASE_URL": f"sqlite:///{var}/e2e.sqlite3",
        "DJANGO_SETTINGS_MODULE": "yimen.config.settings",
        "PYTHONPATH": str(PROJECT),
    }
    _furnish(env)
    port = _free_port()
    with (var / "server.log").open("wb") as log:
        command = [sys.executable, "-m", "yimen", "run", "--empty", "--port", str(port)]
        server = subprocess.Popen(command, env=env, cwd=PROJECT, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + START_SECONDS
    while not _answers(url):
        if server.poll() is not None or time.monotonic() > deadline:
            server.kill()
            pytest.fail(f"the server did not start:\n{(var / 'server.log').read_text()}")
        time.sleep(0.2)
    return url, server.pid


def _stop(url: str, pid: int) -> None:
    """Ends the server, whichever worker of the run started it."""
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 20
    while _answers(url):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            return
        time.sleep(0.1)


@contextmanager
def _told(folder: Path) -> Iterator[dict[str, Any]]:
    """What the workers of a run tell each other of the server, one at a time."""
    with (folder / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        note = folder / "site.json"
        told = json.loads(note.read_text()) if note.exists() else {"users": 0}
        yield told
        note.write_text(json.dumps(told))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """The address of a running centre; all workers share one, the last that leaves ends it."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder if worker_id == "master" else folder.parent
    with _told(folder) as told:
        if not told["users"]:
            told["url"], told["pid"] = _start(folder)
        told["users"] += 1
        url: str = told["url"]
    yield url
    with _told(folder) as told:
        told["users"] -= 1
        if not told["users"]:
            _stop(told["url"], told["pid"])


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
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


@pytest.fixture(scope="session")
def sessions(site: str, browser: Any) -> Callable[[str], tuple[Any, str]]:
    """`sessions(role)` → (what a browser keeps of a persona's sign-in, the role's first page); once for a run."""
    kept: dict[str, tuple[Any, str]] = {"": (None, f"{site}/")}

    def state(role: str) -> tuple[Any, str]:
        if role not in kept:
            context = browser.new_context(base_url=site)
            page = context.new_page()
            page.goto("/sign-in/")
            page.locator(f'button[name="role"][value="{role}"]').click()
            page.wait_for_load_state()
            kept[role] = context.storage_state(), page.url
            context.close()
        return kept[role]

    return state


def _breaks_policy(said: Any) -> bool:
    """A page of ours did what its policy forbids; a browser's own viewer of a file is not ours."""
    where = said.location.get("url", "")
    return (
        "Content Security" in said.text and "/files/" not in where and ".pdf" not in where and where.startswith("http")
    )


@pytest.fixture
def person(site: str, browser: Any, sessions: Callable[[str], tuple[Any, str]]) -> Iterator[Person]:
    """`person(role, width=1280, **of a context)` → the page of a persona; fails at errors of scripts or of the policy.

    Another keyword is an option of Playwright's `new_context`, such as `java_script_enabled=False`.
    """
    contexts, problems = [], []

    def open_page(role: str, width: int = 1280, **options: Any) -> Any:
        size = {"width": width, "height": 900}
        state, first_page = sessions(role)
        context = browser.new_context(viewport=size, base_url=site, storage_state=state, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console", lambda said: problems.append(f"{said.location}: {said.text}") if _breaks_policy(said) else None
        )
        page.goto(first_page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not problems


@pytest.fixture(scope="session")
def shots() -> Callable[[Any, str], None]:
    """`shots(page, name)`: keeps a picture of the whole page for people to look at, in $YIMEN_SCREENSHOTS."""
    folder = Path(os.environ.get("YIMEN_SCREENSHOTS") or PROJECT / "var" / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)

    def take(page: Any, name: str) -> None:
        page.screenshot(path=str(folder / f"{name}.png"), full_page=True)

    return take
