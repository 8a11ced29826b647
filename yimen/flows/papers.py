"""Papers become PDF: each once, set and signed outside any transaction, its hash in the journal of its case.

The worker makes them soon after the act that drew them up; what it has not made yet is made at the first download.
Killed between the file and the row, the paper is made again: a file that no row names harms nobody.
"""

import dataclasses
import io
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from yimen.facts import papers
from yimen.facts.papers import Paper
from yimen.flows.registry import Verb
from yimen.ground.engines import pdf_signing, press
from yimen.ground.files import actions as files
from yimen.ground.journal.actions import record
from yimen.ground.kernel.errors import Refused
from yimen.rooms.documents import actions as documents
from yimen.rooms.documents import queries
from yimen.rooms.documents.models import Document, Rendering
from yimen.rooms.identity.actor import CLOCK, Actor

log = logging.getLogger("yimen.papers")

BATCH = 10
WAIT_SECONDS = 20
# The verbs whose paper can be looked at before they are done.
MAKES_PAPER = frozenset(
    {
        "accept_application",
        "request_correction",
        "hold_correction_incomplete",
        "declare_not_required",
        "refuse_acceptance",
        "invite_supplement",
        "start_special_procedure",
        "end_special_procedure",
        "extend_case",
        "approve_case",
        "terminate_case",
    }
)
# One press at a time in a process: it takes a whole core and 100 MB while it runs.
_PRESS = threading.Lock()


@contextmanager
def the_press() -> Iterator[None]:
    """While somebody has it nobody else prints; raises `document.being_made` when that takes too long."""
    if not _PRESS.acquire(timeout=WAIT_SECONDS):
        raise Refused("document.being_made")
    try:
        yield
    finally:
        _PRESS.release()


def render_document(number: str, *, by: Actor = CLOCK, at: datetime) -> Rendering:
    """The PDF of a paper ("CASE/NAME"), made when there is none yet.

    Raises `case.not_found`, `document.being_made` (the press is busy), `document.not_made` (it failed, or there is
    no certificate to sign with).
    """
    by.role_for("render_document")
    if found := queries.rendering(number):
        return found
    paper = papers.load(number)
    with the_press():
        if found := queries.rendering(number):  # somebody else had the press before us
            return found
        made = _make([paper], by=by, at=at)
    if not made:
        raise Refused("document.not_made", document=number[:80])
    return made[0]


def render_waiting(*, now: Callable[[], datetime], by: Actor = CLOCK) -> int:
    """Make the papers that have no PDF yet, a small batch; returns how many. `now` is asked at each step."""
    by.role_for("render_document")
    waiting = papers.without_rendering(BATCH)
    if not waiting:
        return 0
    with the_press():
        return len(_make(waiting, by=by, at=now()))


def _make(wanted: Sequence[Paper], *, by: Actor, at: datetime) -> list[Rendering]:
    """Print and keep; what could not be printed is left out and logged (without what it says)."""
    try:
        credentials = pdf_signing.credentials().as_dict()
        printed = press.print_all([papers.sheet(paper) for paper in wanted], sign=credentials)
    except (pdf_signing.NoCertificate, press.PressFailed, OSError) as error:
        log.error("papers were not made: %s", error)
        return []
    kept = []
    for paper, one in zip(wanted, printed, strict=True):
        if one.error:
            log.error("paper %s was not made: %s", paper.number, one.error)
        else:
            kept.append(_keep(paper, one.pdf, by=by, at=at))
    return kept


def _keep(paper: Paper, pdf: bytes, *, by: Actor, at: datetime) -> Rendering:
    """Bytes first, then the row and its journal entry; of two that make the same paper at once the first one's
    stays."""
    upload = files.store_upload(io.BytesIO(pdf), name=f"{paper.name}.pdf", owner=by.id, at=at)
    facts: dict[str, Any] = {
        "document": paper.number,
        "kind": paper.kind,
        "template_version": paper.template_version,
        "sha256": upload.sha256,
    }
    try:
        with transaction.atomic():
            kept = documents.keep_rendering(
                paper.number, paper.kind, template_version=paper.template_version, sha256=upload.sha256, at=at
            )
            record(
                verb="render_document",
                subject=f"case:{paper.case.number}",
                actor=by.id,
                role=by.role_for("render_document"),
                organ=by.organ_code,
                at=at,
                facts=facts,
            )
    except IntegrityError:
        found = queries.rendering(paper.number)
        if found is None:
            raise
        return found
    return kept


def preview(verb: Verb, number: str, *, by: Actor, at: datetime, version: int | None = None, **arguments: Any) -> bytes:
    """The paper that a verb would make, as an unsigned PDF that says 预览; nothing is written.

    The verb itself is run and rolled back, so that the preview says what the paper will say and refuses what the verb
    would refuse. Raises `document.not_made` also for a verb that draws up no paper.
    """
    subject = f"case:{number}"
    with transaction.atomic():
        last = Document.objects.filter(subject=subject).order_by("-id").first()
        verb.run(number, by=dataclasses.replace(by, request=None), at=at, version=version, **arguments)
        drawn = Document.objects.filter(subject=subject, id__gt=last.pk if last else 0).order_by("-id").first()
        sheet = papers.sheet(papers.of_document(drawn), preview=True) if drawn else None
        transaction.set_rollback(True)
    if sheet is None:
        raise Refused("document.not_made", document="")
    with the_press():
        return _print_preview(sheet)


def _print_preview(sheet: press.Sheet) -> bytes:
    try:
        (printed,) = press.print_all([sheet], sign=None)
    except (press.PressFailed, OSError) as error:
        log.error("a preview was not made: %s", error)
        raise Refused("document.not_made", document="") from None
    if printed.error:
        log.error("a preview was not made: %s", printed.error)
        raise Refused("document.not_made", document="")
    return printed.pdf
