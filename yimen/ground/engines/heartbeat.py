"""Is the worker alive? It touches a file in the centre's var folder; whoever asks looks at the file's age."""

import time
from pathlib import Path

# The longest job (a night's tick over every open case) stays well below.
LATE_SECONDS = 300.0


def beat(folder: Path) -> None:
    """The worker goes round."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "worker.alive").touch()


def age(folder: Path) -> float | None:
    """Seconds since the last beat; None when there never was one."""
    try:
        return max(0.0, time.time() - (folder / "worker.alive").stat().st_mtime)
    except FileNotFoundError:
        return None
