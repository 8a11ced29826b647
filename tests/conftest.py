"""What every test shares: the database of the run, shared data, and which tests this machine can run.

SQLite tests use a file per worker: threads on Django's in-memory database die with "database table is locked".
"""

import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import settings as hypothesis_settings

from tests.guards import flush_past_guards  # noqa: F401

# Speed is measured in bench/: a busy machine must not fail an example that is right.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")

MAX_WORKERS = 4
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """The path of the system's Chromium ($CHROMIUM first), or None."""
    given = os.environ.get("CHROMIUM")
    if given:
        return given if Path(given).exists() else None
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Whole folders run on several workers unless -n says otherwise; single files run in one process.

    xdist calls this hook in its workers too: without the first check each of them would start workers of its own.
    """
    option = config.option
    if hasattr(config, "workerinput") or "PYTEST_XDIST_WORKER" in os.environ:
        return
    if getattr(option, "numprocesses", 0) is not None or option.usepdb or option.collectonly:
        return
    if all(Path(arg.split("::")[0]).is_dir() for arg in config.args):
        option.numprocesses = min(MAX_WORKERS, os.cpu_count() or 1)
        option.dist = "worksteal"


def pytest_configure(config: pytest.Config) -> None:
    """Gives SQLite a test file, without fsync: no test of the suite's own database survives a power cut anyway."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(Path(os.environ["YIMEN_VAR"]) / "test.sqlite3")
        options = database["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")


def pytest_report_header() -> str:
    engine = settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]
    return f"yimen: database {engine}, browser {chromium() or 'none: stories of tests/e2e are left out'}"


def _reason_to_leave_out(item: pytest.Item, wanted: str) -> str | None:
    """Why this machine or this run leaves `item` out; None when it runs. `wanted` is the -m expression."""
    if "mutation" in item.keywords and "mutation" not in wanted:
        return "long; run it with -m mutation"
    if "walk" in item.keywords and "walk" not in wanted:
        return "every role at every door; run it with -m walk"
    if "e2e" in item.keywords and "e2e" not in wanted:
        return "stories in a browser; run them with -m e2e"
    if "e2e" in item.keywords and chromium() is None:
        return "no Chromium on this machine"
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what can't or shouldn't run here; `pytest_terminal_summary` says so."""
    left_out: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent / "e2e"):
            item.add_marker(pytest.mark.e2e)
        if reason := _reason_to_leave_out(item, config.option.markexpr or ""):
            left_out.setdefault(reason, []).append(item)
    gone = [item for group in left_out.values() for item in group]
    if gone:
        config.hook.pytest_deselected(items=gone)
        items[:] = [item for item in items if item not in gone]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared real data ($YIMEN_SHARED); tests that need it are skipped without it."""
    folder = os.environ.get("YIMEN_SHARED")
    if not folder or not Path(folder).is_dir():
        pytest.skip("needs the shared real data: set YIMEN_SHARED to its folder")
    return Path(folder)
