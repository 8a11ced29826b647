"""Child processes that share the test's database and folder, and end only by the test's hand."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

PROJECT = Path(__file__).parents[2]
SETUP = "import django; django.setup()\n"


def database_url() -> str:
    """The test database as DATABASE_URL says it."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    password = f":{found['PASSWORD']}" if found["PASSWORD"] else ""
    return f"postgres://{found['USER']}{password}@{found['HOST']}:{found['PORT'] or 5432}/{found['NAME']}"


@contextmanager
def child(*command: str, script: str = "") -> Iterator[subprocess.Popen[str]]:
    """`python COMMAND…`, or `script` after Django is set up, in a process group of its own; killed at the end."""
    environment = {
        **os.environ,
        "YIMEN_MODE": "demo",
        "YIMEN_VAR": str(settings.VAR_DIR),
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "yimen.config.settings",
    }
    arguments = ["-c", SETUP + script] if script else list(command)
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill(process)
        assert process.stdout is not None
        process.stdout.close()


def kill(process: subprocess.Popen[str]) -> None:
    """SIGKILL to the process and everything that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(20)


def wait_until(condition: Callable[[], object], seconds: float = 30.0, pause: float = 0.01) -> None:
    """Fails when the condition does not come true in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(pause)
