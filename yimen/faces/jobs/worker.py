"""The worker: letters and PDFs at once, clock and publication each minute, the seal every ten, stray files once a day.

It keeps no memory of its own: whatever is due is found in the database, so it may be killed at any moment.
"""

import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from yimen.faces.jobs import import_report
from yimen.flows import clock, delivery, drafts, evidence, import_queue, papers, publication
from yimen.ground.engines import heartbeat

log = logging.getLogger("yimen.worker")

Job = Callable[[], object]


class Worker:
    """Runs each job when its interval is over, until `stop`."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._jobs: list[tuple[str, timedelta, Job]] = [
            ("deliver", timedelta(seconds=2), lambda: delivery.deliver_waiting(now=timezone.now)),
            ("copies", timedelta(seconds=5), lambda: delivery.queue_copies(now=timezone.now)),
            ("render", timedelta(seconds=3), lambda: papers.render_waiting(now=timezone.now)),
            (
                "imports",
                timedelta(seconds=3),
                lambda: import_queue.import_waiting(written=import_report.written, now=timezone.now),
            ),
            ("tick", timedelta(minutes=1), lambda: clock.tick(at=timezone.now())),
            ("publish", timedelta(minutes=1), lambda: publication.publish_due(at=timezone.now())),
            ("seal", timedelta(minutes=10), lambda: evidence.seal_journal(at=timezone.now())),
            ("drafts", timedelta(hours=1), lambda: drafts.end_drafts(at=timezone.now())),
            ("sweep", timedelta(days=1), lambda: evidence.sweep_files(at=timezone.now())),
        ]
        self._next: dict[str, datetime] = {}

    def stop(self, *_signal: object) -> None:
        """Finish the job at hand, then leave."""
        self._stop.set()

    def run_due(self) -> None:
        """Run every job whose time has come; one that fails is logged and tried again at its next turn."""
        for name, interval, job in self._jobs:
            now = timezone.now()
            if self._stop.is_set() or self._next.get(name, now) > now:
                continue
            self._next[name] = now + interval
            try:
                job()
            except Exception:
                log.exception("job %s failed", name)
            close_old_connections()

    def run(self) -> None:
        """Until TERM or INT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        while not self._stop.is_set():
            heartbeat.beat(settings.VAR_DIR)
            self.run_due()
            self._stop.wait(1)
