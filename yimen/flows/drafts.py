"""On the way to an application: save, come back, throw away, hand in. A draft is none yet (行政许可法 第二十九条).

Nothing here starts a clock of the law: only `hand_in_draft`, through `submit_application`, does.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from annotated_types import MaxLen
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yimen.flows.frame import answer_once, plain_verb
from yimen.flows.intake import MaterialIn, submit_application
from yimen.ground.journal.queries import request_entry
from yimen.ground.kernel.errors import Conflict, Refused
from yimen.rooms.cases import queries
from yimen.rooms.cases.actions import drafts
from yimen.rooms.cases.models import Case, Draft
from yimen.rooms.cases.rules.drafts import WARN_BEFORE
from yimen.rooms.catalogue.terms import terms_in_force
from yimen.rooms.identity.actor import CLOCK, Actor
from yimen.rooms.identity.queries import centre
from yimen.rooms.identity.rules.applicants import ApplicantData
from yimen.rooms.messages import actions as messages
from yimen.rooms.messages import letters
from yimen.rooms.messages.base import Letter, is_address

Key = Annotated[str, MaxLen(16)]


@plain_verb
def save_draft(
    *,
    item: Annotated[str, MaxLen(120)],
    draft: Key = "",
    version: int | None = None,
    part: dict[str, dict[str, Any]],
    step: Annotated[str, MaxLen(40)] = "",
    by: Actor,
    at: datetime,
) -> Draft:
    """Keep what one page says; without `draft` a new one is begun. `part`: {who|situation|answers|materials:
    {name: value}}.

    Raises `item.unknown`, `item.not_in_force`, `draft.not_found`, `draft.handed_in`, `draft.too_many`,
    `draft.too_large`, `material.too_many_files`, `conflict.stale`.
    """
    found = queries.open_draft(draft, by) if draft else None
    if found and version is not None and version != found.version:
        raise Conflict(number=found.public_id)
    return drafts.save(found, terms_in_force(item, timezone.localdate(at)), part=part, step=step, by=by, at=at)


def begin_draft(*, item: str, part: dict[str, dict[str, Any]], step: str, by: Actor, at: datetime) -> Draft:
    """`save_draft` for the first page: whoever clicks twice gets one draft, and so does who goes back and sends again.

    Another content under the same key is saved into that draft, unless it went on meanwhile (`conflict.stale`).
    """
    given: dict[str, Any] = {"item": item, "part": part, "step": step, "by": by, "at": at}
    try:
        return answer_once(by, "save_draft", lambda: save_draft(**given), lambda subject: _of(subject, by))
    except Refused as refusal:
        found = request_entry(by.id, by.request[0]) if by.request else None
        if refusal.code != "idempotency.reused" or found is None or found[0].verb != "save_draft":
            raise
        return save_draft(**given, draft=_of(found[0].subject, by).public_id, version=1)


def _of(subject: str, by: Actor) -> Draft:
    return queries.load_draft(subject.removeprefix("draft:"), by)


@plain_verb
def discard_draft(*, draft: Key, by: Actor, at: datetime) -> None:
    """Throw a draft away with all that was typed."""
    drafts.discard(queries.open_draft(draft, by), by=by, at=at)


def hand_in_draft(
    key: str,
    *,
    form: dict[str, Any],
    situation: Mapping[str, str] | None = None,
    asked: Collection[str] | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """Make an application of a draft; a second call answers with the first one's case.

    `form` holds the answers to the questions that are asked (a condition may have taken some away), `situation` those
    about the situation; files for materials that are not `asked` (None: all are) for in it stay behind. The key of the
    request is the draft's own, so two clicks at the same moment make one case; killed between the two writes, the
    next click finds the case and closes the draft.
    """
    draft = queries.load_draft(key, by)
    if draft.case is not None:
        return draft.case
    content = queries.draft_content(draft)
    digest = hashlib.sha256(draft.content.encode("utf-8", "surrogatepass")).hexdigest()
    case = submit_application(
        item=queries.draft_terms(draft).item_code,
        materials=handed_in_materials(content, asked),
        form=form,
        situation=dict(situation) if situation else None,
        channel="online",
        applicant=applicant_of(content),
        by=replace(by, request=(f"draft:{draft.public_id}", digest)),
        at=at,
    )
    with transaction.atomic():
        drafts.close(draft, case)
    return case


def handed_in_materials(content: Mapping[str, Any], asked: Collection[str] | None = None) -> list[MaterialIn | str]:
    """The materials of a draft as `submit_application` takes them, only those `asked` for."""
    return [
        MaterialIn(code=code, file=str(file["file"]))
        for code, files in content["materials"].items()
        for file in files
        if asked is None or code in asked
    ]


def applicant_of(content: Mapping[str, Any]) -> ApplicantData:
    """Who applies, as far as the draft says."""
    who = {name: str(content["who"].get(name, "")) for name in ("name", "kind", "id_number", "phone", "email")}
    return ApplicantData(who["name"], who["kind"] or "person", "", who["id_number"], who["phone"], who["email"])


def end_drafts(*, at: datetime) -> tuple[int, int]:
    """The clock's work: warn by e-mail three days before the end, then throw away. (warned, thrown away)."""
    warned = thrown = 0
    for draft in queries.drafts_ending(at + WARN_BEFORE):
        try:
            with transaction.atomic():
                if draft.expires_at <= at:
                    drafts.discard(draft, by=CLOCK, at=at)
                    thrown += 1
                elif draft.warned_at is None and drafts.note_warning(draft, at=at):
                    warned += _warn(draft, at)
        except Conflict:  # saved or handed in at this moment: no longer ending
            continue
    drafts.remove_handed_in(at=at)
    return warned, thrown


def _warn(draft: Draft, at: datetime) -> bool:
    """Queue the letter to the address of the draft, else of the account; the page of the drafts warns in any case."""
    address = applicant_of(queries.draft_content(draft)).email.strip() or draft.user.email
    if not is_address(address):
        return False
    title, body = letters.draft_ends(
        queries.draft_terms(draft).item_name,
        timezone.localdate(draft.expires_at),
        url=f"{settings.SITE_URL}/my/",
        centre=centre().name,
    )
    letter = Letter(document_number="", address=address, title=title, body=body)
    messages.queue(letter, subject=f"draft:{draft.public_id}", channel="email", tells=False, at=at)
    return True
