"""The processes of a centre as one: web server and worker live and end together.

A worker that ends is started again; when the web server ends, everything ends. Children are told by the kernel when
their supervisor is killed (Linux), so that no orphan keeps the port.
"""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType

GRACE_SECONDS = 10.0
TICK_SECONDS = 0.2
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
# A worker that lived this long was healthy: the next restart is quick again.
HEALTHY_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1
# Tells the web server's own children (config/wsgi.py) that nobody may outlive this tree.
SUPERVISED = "YIMEN_SUPERVISED"


def die_with_parent() -> None:
    """Called in a child: SIGTERM to it when its parent dies, also by SIGKILL."""
    with contextlib.suppress(OSError, AttributeError):  # not Linux: an orphan is possible there
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(list(command), preexec_fn=die_with_parent, env={**os.environ, SUPERVISED: "1"})


def web_command(host: str, port: int, *, workers: int) -> list[str]:
    """granian in WSGI mode; its threads are bounded by the cores, as it warns about more."""
    threads = max(2, os.cpu_count() or 1)
    options = ["--interface", "wsgi", "--no-ws", "--workers", str(workers), "--blocking-threads", str(threads)]
    where = ["--host", host, "--port", str(port), "--log-level", "warning", "--workers-kill-timeout", "8"]
    return [sys.executable, "-m", "granian", *options, *where, "yimen.config.wsgi:application"]


def worker_command() -> list[str]:
    """`yimen work` with this Python."""
    return [sys.executable, "-m", "yimen", "work"]


class Supervisor:
    """Runs `web` and, if given, `worker` until a signal comes or the web server ends."""

    def __init__(self, web: Sequence[str], worker: Sequence[str] | None, say: Callable[[str], None]) -> None:
        self.web_command, self.worker_command, self.say = web, worker, say
        self.stopping = False
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None
        self._pause = FIRST_PAUSE_SECONDS
        self._worker_started = self._worker_next = 0.0

    def run(self, ready: Callable[[], bool], on_ready: Callable[[], None]) -> int:
        """Serve; 0 after SIGTERM or SIGINT, 1 when the web server ended by itself."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        self.web = _start(self.web_command)
        announced = False
        try:
            while not self.stopping:
                if self.web.poll() is not None:
                    self.say(f"the web server ended (exit code {self.web.returncode})")
                    return 1
                if not announced and ready():
                    announced = True
                    on_ready()
                if announced:  # the first page comes before the first job
                    self._keep_worker()
                time.sleep(TICK_SECONDS)
            return 0
        finally:
            self._end_children()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _keep_worker(self) -> None:
        """Start the worker when it is not running and its pause is over."""
        if self.worker_command is None:
            return
        now = time.monotonic()
        if self.worker is not None:
            if self.worker.poll() is None:
                return
            lived = now - self._worker_started
            self._pause = FIRST_PAUSE_SECONDS if lived > HEALTHY_SECONDS else self._pause
            self.say(f"the worker ended (exit code {self.worker.returncode}); again in {self._pause:.0f} s")
            self.worker, self._worker_next = None, now + self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
        if now >= self._worker_next:
            self.worker, self._worker_started = _start(self.worker_command), now

    def _end_children(self) -> None:
        children = [child for child in (self.worker, self.web) if child is not None]
        for child in children:
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in children:
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def answers(host: str, port: int) -> bool:
    """Whether something listens there."""
    try:
        with socket.create_connection((host, port), timeout=0.5):
            return True
    except OSError:
        return False
