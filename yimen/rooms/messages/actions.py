"""Verbs of messages. Deliveries leave no journal entry of their own; the telling that they bring about does."""

from datetime import datetime, timedelta

from yimen.ground.engines import sql
from yimen.ground.engines.scrub import scrubbed
from yimen.rooms.messages.base import Letter, one_line
from yimen.rooms.messages.models import Delivery

MAX_ATTEMPTS = 10


def queue(letter: Letter, *, subject: str, channel: str, tells: bool, at: datetime) -> int:
    """A letter that the worker will hand to its carrier; `tells`: its being taken is the telling of its paper.

    The paper's PDF is added when it is sent. A second copy of a paper by the same channel is an IntegrityError.
    """
    return sql.insert(
        Delivery,
        subject=subject,
        document_number=letter.document_number,
        tells=tells,
        channel=channel,
        address=letter.address,
        title=one_line(letter.title),
        body=letter.body,
        next_try_at=at,
    )


def claim(delivery: Delivery, *, at: datetime) -> bool:
    """Take the next attempt for this worker: of two workers one gets it. A killed one's turn comes back later."""
    wait = timedelta(seconds=30 * 2 ** min(delivery.attempts, 8))
    return (
        Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING, attempts=delivery.attempts).update(
            attempts=delivery.attempts + 1, next_try_at=at + wait
        )
        == 1
    )


def mark_taken(delivery: Delivery, *, proof: str, at: datetime) -> None:
    """The carrier has it."""
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.TAKEN, taken_at=at, proof=proof[:200], last_error=""
    )


def mark_not_taken(delivery: Delivery, *, error: str) -> None:
    """Kept waiting for the next attempt, or given up visibly after the last."""
    given_up = delivery.attempts + 1 >= MAX_ATTEMPTS
    state = Delivery.State.FAILED if given_up else Delivery.State.WAITING
    # A carrier that refuses an address quotes it.
    Delivery.objects.filter(pk=delivery.pk).update(last_error=scrubbed(error)[:500], state=state)


def give_up(delivery: Delivery, *, reason: str) -> None:
    """The paper was withdrawn, or told in another way: the letter must not go out any more."""
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.FAILED, last_error=reason)


def note_refusal(delivery: Delivery, *, code: str) -> None:
    """The letter went out, but its telling came too late for the law."""
    Delivery.objects.filter(pk=delivery.pk).update(last_error=code)
