"""Ready texts of an organ: written by its own people, offered to its own people. The journal tells who, not what."""

from datetime import datetime

from yimen.ground.journal.actions import record
from yimen.ground.kernel.errors import Conflict, Denied, Refused
from yimen.rooms.documents.models import ReadyText
from yimen.rooms.documents.queries import ready_texts
from yimen.rooms.identity.actor import Actor

MOST = 50
LONGEST = 1000


def add(step: str, field: str, text: str, *, by: Actor, at: datetime) -> ReadyText:
    """A new text for a field, or the one that says the same already (a second click); raises `ready_text.empty`,
    `ready_text.too_many`."""
    if by.organ_id is None:
        raise Denied(verb="add_ready_text")
    words = _words(text)
    offered = [own for own in ready_texts(by.organ_id) if (own.step, own.field) == (step, field)]
    if same := [own for own in offered if own.text == words]:
        return same[0]
    if len(offered) >= MOST:
        raise Refused("ready_text.too_many", limit=MOST)
    made = ReadyText.objects.create(organ_id=by.organ_id, step=step, field=field, text=words, changed_at=at)
    _note("add_ready_text", made, by=by, at=at)
    return made


def change(key: int, text: str, *, version: int | None, by: Actor, at: datetime) -> None:
    """Other words for a text of the own organ; raises `ready_text.not_found`, `ready_text.empty`, `conflict.stale`."""
    found = _own(key, by)
    _write(found, version, text=_words(text), changed_at=at)
    _note("change_ready_text", found, by=by, at=at)


def retire(key: int, *, version: int | None, by: Actor, at: datetime) -> None:
    """Offer a text of the own organ no more; raises `ready_text.not_found`, `conflict.stale`."""
    found = _own(key, by)
    _write(found, version, retired_at=at)
    _note("retire_ready_text", found, by=by, at=at)


def _words(text: str) -> str:
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise Refused("ready_text.empty", field="text", limit=LONGEST)
    return words


def _own(key: int, by: Actor) -> ReadyText:
    found = ReadyText.objects.filter(pk=key, organ_id=by.organ_id or 0, retired_at__isnull=True).first()
    if found is None:
        raise Refused("ready_text.not_found")
    return found


def _write(found: ReadyText, version: int | None, **values: object) -> None:
    read = found.version if version is None else version
    fresh = ReadyText.objects.filter(pk=found.pk, version=read, retired_at__isnull=True)
    if not fresh.update(version=read + 1, **values):
        raise Conflict(number=str(found.pk))
    found.version = read + 1


def _note(verb: str, text: ReadyText, *, by: Actor, at: datetime) -> None:
    facts = {"step": text.step, "field": text.field, "version": text.version}
    subject, role = f"ready_text:{text.pk}", by.role_for(verb)
    record(verb=verb, subject=subject, actor=by.id, role=role, organ=by.organ_code, at=at, facts=facts)
