"""Evidence: what keeps the journal provable. Called by the clock and by `yimen seal`."""

from datetime import datetime

from yimen.ground.files import actions as files
from yimen.ground.journal import sealing
from yimen.rooms.identity.actor import CLOCK, Actor


def seal_journal(*, by: Actor = CLOCK, at: datetime, batch: int = sealing.BATCH) -> sealing.SealResult:
    """Put every entry that has no leaf under a new signed head; see `sealing.seal`. Writes no entry of its own."""
    by.role_for("seal_journal")
    return sealing.seal(at=at, batch=batch)


def sweep_files(*, at: datetime) -> int:
    """Remove stored bytes that no upload names and that are older than a day; returns how many."""
    return files.sweep_orphans(at=at)
