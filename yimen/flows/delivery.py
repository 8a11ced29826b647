"""What the worker does with letters: hand them to the carrier, and record the telling when the carrier took them.

The carrier is called outside any transaction. Killed between the carrier's answer and our note of it, the letter goes
out a second time: told twice harms nobody, told never would. So the note of the carrier's answer and the telling are
one transaction: a letter that was taken and never told can't exist.

A paper that was told in another way, and the receipt, go out as copies to whoever left an e-mail address: queued once,
sent with the PDF, and nothing of the case hangs on them.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from yimen.flows.intake import record_telling
from yimen.flows.papers import render_document
from yimen.ground.files.queries import open_file
from yimen.ground.kernel.errors import Conflict, Refused
from yimen.rooms.cases import queries as cases
from yimen.rooms.cases.actions import receipt
from yimen.rooms.documents import actions as documents
from yimen.rooms.documents.models import Document
from yimen.rooms.documents.queries import first_untold, is_withdrawn, to_copy
from yimen.rooms.identity.actor import CLOCK
from yimen.rooms.messages import actions, letters, queries
from yimen.rooms.messages.base import CHANNELS, Attachment, Letter
from yimen.rooms.messages.models import Delivery

log = logging.getLogger("yimen.letters")

BATCH = 100
# A copy that is older is no news any more; so a restored or imported centre sends nothing about its past.
COPY_WITHIN = timedelta(days=3)
# After so many attempts a letter goes without the PDF that could not be made: better bare than never.
WAITS_FOR_PAPER = 3


def queue_copies(*, now: Callable[[], datetime]) -> int:
    """Queue a copy by e-mail of each paper that was told, where the applicant left an address; returns how many.

    A paper that was told by e-mail is no copy: it went out with its letter.
    """
    queued = 0
    for paper in to_copy(BATCH):
        with transaction.atomic():
            if documents.mark_copied(paper):
                queued += _queue_copy(paper, now())
    return queued


def _queue_copy(paper: Document, at: datetime) -> bool:
    if paper.told_by == "email" or paper.told_at is None or paper.told_at < at - COPY_WITHIN:
        return False
    if not paper.subject.startswith("case:"):
        return False
    return receipt.send_copy(cases.load(paper.subject.removeprefix("case:")), paper, at=at)


def deliver_waiting(*, now: Callable[[], datetime]) -> int:
    """Try every letter that is due once; returns how many a carrier took. `now` is asked at each step."""
    taken = 0
    for delivery in queries.waiting(now()):
        if actions.claim(delivery, at=now()):
            taken += _deliver(delivery, now)
    return taken


def _deliver(delivery: Delivery, now: Callable[[], datetime]) -> bool:
    if _outdated(delivery):
        actions.give_up(delivery, reason="document.withdrawn_or_told")
        return False
    letter = Letter(delivery.document_number, delivery.address, delivery.title, delivery.body)
    try:
        proof = CHANNELS[delivery.channel].send(_with_paper(letter, delivery, now()))
    except Exception as error:  # a carrier may fail in any way; the letter must stay visible and be tried again
        actions.mark_not_taken(delivery, error=f"{type(error).__name__}: {error}")
        return False
    if delivery.tells:
        return _tell(delivery, proof, now())
    actions.mark_taken(delivery, proof=proof, at=now())
    return True


def _outdated(delivery: Delivery) -> bool:
    """Whether the paper was withdrawn, or told meanwhile in another way; a plain reminder carries none."""
    if not delivery.document_number:
        return False
    if delivery.tells:
        return first_untold(delivery.subject, delivery.document_number) is None
    return is_withdrawn(delivery.document_number)


def _with_paper(letter: Letter, delivery: Delivery, at: datetime) -> Letter:
    """The letter with the PDF of its paper; raises `Refused` while the press is busy or fails, a few times."""
    if not letter.document_number:
        return letter
    try:
        made = render_document(letter.document_number, at=at)
        with open_file(made.sha256) as stream:
            pdf = Attachment(f"{letter.document_number.replace('/', '-')}.pdf", stream.read())
    except (Refused, OSError) as error:
        if delivery.attempts + 1 < WAITS_FOR_PAPER:
            raise
        log.error("a letter about %s goes without its paper: %s", letter.document_number, error)
        return replace(letter, body=f"{letter.body}\n\n{letters.without_paper()}")
    return replace(letter, attachments=(pdf,))


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
