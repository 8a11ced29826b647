"""The environment of a test run; a pytest plugin (`-p tests.environment`), read before the settings are.

Tests always run in demo mode and keep their files in a folder of their own, one per xdist worker. The database is
SQLite unless DATABASE_URL says otherwise. The outer YIMEN_VAR is never touched.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

BASE = "YIMEN_TEST_BASE"


def _folder() -> Path:
    """`<temporary folder>/<worker>`; the process that made the temporary folder removes it at its end."""
    if BASE not in os.environ or "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ[BASE] = tempfile.mkdtemp(prefix="yimen-test-")
        atexit.register(shutil.rmtree, os.environ[BASE], ignore_errors=True)
    folder = Path(os.environ[BASE]) / os.environ.get("PYTEST_XDIST_WORKER", "main")
    (folder / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where it is missing
    return folder


os.environ["YIMEN_MODE"] = "demo"
os.environ["YIMEN_VAR"] = str(_folder())
os.environ.pop("YIMEN_EMAIL_URL", None)
