"""`yimen run`: what it refuses to start, and how its processes live and end together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

TREE = """
import sys
from yimen.faces.jobs.supervisor import Supervisor
notes = sys.argv[1]
child = "import os, sys, time; print(sys.argv[2], os.getpid(), file=open(sys.argv[1], 'a')); time.sleep(60)"
command = lambda name: [sys.executable, "-c", child, notes, name]
supervisor = Supervisor(command("web"), command("worker"), lambda text: print(text, flush=True))
sys.exit(supervisor.run(lambda: True, lambda: print("ready", flush=True)))
"""


@pytest.mark.parametrize("host", ["0.0.0.0", "10.1.2.3", "example.org", "::"])
def test_the_demonstration_listens_on_loopback_only(host: str) -> None:
    with pytest.raises(CommandError, match="loopback"):
        call_command("run", host=host, port=8199, stdout=StringIO())


@pytest.mark.parametrize("port", [0, 65536, -1])
def test_a_port_is_a_port(port: int) -> None:
    with pytest.raises(CommandError, match="65535"):
        call_command("run", port=port, stdout=StringIO())


def test_production_names_its_hosts(settings: Any) -> None:
    settings.DEMO, settings.ALLOWED_HOSTS = False, []
    with pytest.raises(CommandError, match="YIMEN_ALLOWED_HOSTS"):
        call_command("run", host="0.0.0.0", port=8199, stdout=StringIO())


class Tree:
    """A supervisor with two sleeping children; `pids(name)` are all that were ever started."""

    def __init__(self, folder: Path) -> None:
        self.notes = folder / "notes"
        self.notes.touch()
        self.process = subprocess.Popen([sys.executable, "-c", TREE, str(self.notes)], stdout=subprocess.PIPE)

    def pids(self, name: str) -> list[int]:
        lines = [line.split() for line in self.notes.read_text().splitlines()]
        return [int(pid) for who, pid in lines if who == name]


def until(holds: Callable[[], object], seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


def gone(pid: int) -> bool:
    """Whether a process has ended (a zombie counts)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    made = Tree(tmp_path)
    assert until(lambda: made.pids("web") and made.pids("worker"))
    yield made
    made.process.kill()
    made.process.wait()


def test_a_signal_ends_all(tree: Tree) -> None:
    tree.process.send_signal(signal.SIGTERM)
    assert tree.process.wait(15) == 0
    assert all(gone(pid) for pid in tree.pids("web") + tree.pids("worker"))


def test_a_dead_worker_is_started_again(tree: Tree) -> None:
    os.kill(tree.pids("worker")[0], signal.SIGKILL)
    assert until(lambda: len(tree.pids("worker")) == 2)
    assert len(tree.pids("web")) == 1


def test_a_dead_web_server_ends_all(tree: Tree) -> None:
    os.kill(tree.pids("web")[0], signal.SIGKILL)
    assert tree.process.wait(15) == 1
    assert gone(tree.pids("worker")[0])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_a_killed_supervisor_leaves_no_orphan(tree: Tree) -> None:
    tree.process.kill()
    assert until(lambda: gone(tree.pids("web")[0]) and gone(tree.pids("worker")[0]))
