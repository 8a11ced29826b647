"""How a case is answered: its facts, its version as ETag, times in the centre's zone."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from yimen.facts.cases import case_facts
from yimen.ground.journal.queries import request_entry
from yimen.rooms.cases.models import Case
from yimen.rooms.identity.actor import Actor


def localised(facts: dict[str, Any]) -> dict[str, Any]:
    """The same with moments in the centre's own time."""
    return {name: timezone.localtime(v) if isinstance(v, datetime) else v for name, v in facts.items()}


def shown(response: HttpResponse, case: Case, *, by: Actor, at: datetime) -> dict[str, Any]:
    """The facts after a verb; sets ETag, and `Idempotent-Replayed` where this request had been answered before."""
    facts = case_facts(case, at)
    response.headers["ETag"] = f'"{case.version}"'
    mark_replayed(response, by=by, at=at)
    return localised(facts)


def mark_replayed(response: HttpResponse, *, by: Actor, at: datetime) -> None:
    """The entry of a request that ran just now bears its moment; an earlier one tells a repetition."""
    found = request_entry(by.id, by.request[0]) if by.request else None
    if found and found[0].at != at:
        response.headers["Idempotent-Replayed"] = "true"
