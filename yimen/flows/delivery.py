"""What the worker does with letters: hand them to the carrier, and record the telling when the carrier took them.

The carrier is called outside any transaction. Killed between the carrier's answer and our note of it, the letter goes
out a second time: told twice harms nobody, told never would. So the note of the carrier's answer and the telling are
one transaction: a letter that was taken and never told can't exist.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from yimen.flows.intake import record_telling
from yimen.ground.kernel.errors import Conflict, Refused
from yimen.rooms.documents.queries import first_untold
from yimen.rooms.identity.actor import CLOCK
from yimen.rooms.messages import actions, queries
from yimen.rooms.messages.base import CHANNELS, Letter
from yimen.rooms.messages.models import Delivery


def deliver_waiting(*, now: Callable[[], datetime]) -> int:
    """Try every letter that is due once; returns how many a carrier took. `now` is asked at each step."""
    taken = 0
    for delivery in queries.waiting(now()):
        if actions.claim(delivery, at=now()):
            taken += _deliver(delivery, now)
    return taken


def _deliver(delivery: Delivery, now: Callable[[], datetime]) -> bool:
    tells = bool(delivery.document_number)  # a plain reminder carries no paper, so nothing is told by it
    if tells and first_untold(delivery.subject, delivery.document_number) is None:
        actions.give_up(delivery, reason="document.withdrawn_or_told")
        return False
    letter = Letter(delivery.document_number, delivery.address, delivery.title, delivery.body)
    try:
        proof = CHANNELS[delivery.channel].send(letter)
    except Exception as error:  # a carrier may fail in any way; the letter must stay visible and be tried again
        actions.mark_not_taken(delivery, error=f"{type(error).__name__}: {error}")
        return False
    if tells:
        return _tell(delivery, proof, now())
    actions.mark_taken(delivery, proof=proof, at=now())
    return True


def _tell(delivery: Delivery, proof: str, at: datetime) -> bool:
    """Note the carrier's answer and record the telling, again when somebody changes the case meanwhile."""
    for _attempt in range(3):
        try:
            with transaction.atomic():
                actions.mark_taken(delivery, proof=proof, at=at)
                _record(delivery, proof, at)
            return True
        except Conflict as conflict:
            error = conflict.code
    actions.mark_not_taken(delivery, error=error)
    return False


def _record(delivery: Delivery, proof: str, at: datetime) -> None:
    try:
        record_telling(
            delivery.subject.partition(":")[2],
            method=delivery.channel,
            proof=proof,
            document=delivery.document_number,
            by=CLOCK,
            at=at,
        )
    except Conflict:
        raise
    except Refused as refused:
        actions.note_refusal(delivery, code=refused.code)
