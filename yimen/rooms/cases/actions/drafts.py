"""Saving, throwing away and ending drafts. Entries name the draft and the item; what was typed stays out of them."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from yimen.ground.journal.actions import record
from yimen.ground.kernel.errors import Conflict, Denied, Refused
from yimen.rooms.cases import queries
from yimen.rooms.cases.models import Case, Draft
from yimen.rooms.cases.rules import drafts as rules
from yimen.rooms.catalogue.terms import VersionTerms
from yimen.rooms.identity.actor import Actor


def _note(verb: str, draft: Draft, *, by: Actor, at: datetime, **facts: Any) -> None:
    # Only the first saving answers a request once; later ones are guarded by the draft's version.
    first = verb == "save_draft" and draft.version == 1
    record(
        verb=verb,
        subject=f"draft:{draft.public_id}",
        actor=by.id,
        role=by.role_for(verb),
        organ=by.organ_code,
        at=at,
        facts={"item_version": draft.item_version_id, "version": draft.version, **facts},
        request=by.request if first else None,
    )


def save(
    draft: Draft | None, version: VersionTerms, *, part: Mapping[str, Any], step: str, by: Actor, at: datetime
) -> Draft:
    """Add what one page says to a draft; with None a new one is begun. Each saving gives it thirty more days.

    Raises `draft.too_many`, `draft.too_large`, `material.too_many_files`, `conflict.stale`.
    """
    content = rules.merged(queries.draft_content(draft) if draft else {}, part, version.file_rules)
    text = json.dumps(content, ensure_ascii=False)
    if len(text) > rules.MOST_CHARACTERS:
        raise Refused("draft.too_large")
    values = {
        "item_version_id": version.id,
        "content": text,
        "step": step,
        "saved_at": at,
        "expires_at": rules.ends_at(at),
        "warned_at": None,
    }
    if draft is None:
        draft = _begin(by, values)
    else:
        mine = Q(pk=draft.pk, version=draft.version, case__isnull=True)
        if not Draft.objects.filter(mine).update(version=draft.version + 1, **values):
            raise Conflict(number=draft.public_id)
        draft.refresh_from_db()
    _note("save_draft", draft, by=by, at=at, step=step)
    return draft


def _begin(by: Actor, values: Mapping[str, Any]) -> Draft:
    if queries.drafts_of(by).count() >= rules.MOST_DRAFTS:
        raise Refused("draft.too_many", limit=rules.MOST_DRAFTS)
    if by.user_id is None:
        raise Denied(verb="save_draft")
    return Draft.objects.create(public_id=secrets.token_hex(8), user_id=by.user_id, **values)


def discard(draft: Draft, *, by: Actor, at: datetime) -> None:
    """Throw a draft away with all that was typed; the entry stays."""
    if Draft.objects.filter(pk=draft.pk, version=draft.version, case__isnull=True).delete()[0] == 0:
        raise Conflict(number=draft.public_id)
    _note("discard_draft", draft, by=by, at=at, reason="expired" if draft.expires_at <= at else "asked")


def close(draft: Draft, case: Case) -> None:
    """The draft has become this case: its content goes, so that nothing lies twice. Told by the case's own entry."""
    Draft.objects.filter(pk=draft.pk).update(case=case, content="", version=draft.version + 1)


def note_warning(draft: Draft, *, at: datetime) -> bool:
    """Mark that its end was told; False when somebody else did, or it was saved meanwhile."""
    fresh = Draft.objects.filter(pk=draft.pk, version=draft.version, warned_at__isnull=True)
    return fresh.update(warned_at=at) == 1


def remove_handed_in(*, at: datetime) -> int:
    """Rows of drafts that became cases, after their thirty days; returns how many."""
    return Draft.objects.filter(case__isnull=False, expires_at__lte=at).delete()[0]
