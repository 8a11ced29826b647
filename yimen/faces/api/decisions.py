"""GET /decisions: what was granted and refused, natural persons masked. Public."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from yimen.faces.api.schemas import DecisionLine, DecisionOut, DecisionPage
from yimen.facts import decisions
from yimen.ground.engines import limits

router = Router(tags=["decisions"])
Limit = Annotated[int, Query(ge=1, le=100)]
Word = Annotated[str, Query(max_length=100)]


def _written_day(value: object) -> object:
    """Days are written YYYY-MM-DD; pydantic alone would take a number for seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise PydanticCustomError("date_parsing", "write a day as YYYY-MM-DD")
    return value


Day = Annotated[date | None, BeforeValidator(_written_day)]
FIELDS = tuple(DecisionLine.model_fields)


@router.get("/decisions", auth=None, response=DecisionPage, operation_id="list_decisions")
def list_decisions(
    request: HttpRequest,
    q: Word = "",
    organ: Word = "",
    result: Literal["", "granted", "refused"] = "",
    since: Day = None,
    until: Day = None,
    after: Word = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """Published decisions, the last published first; `since` and `until`: days of the decision.

    `q`: words of item, organ or enterprise, the number of a case or a credit code. Nobody finds a natural person.
    """
    if q:
        limits.count("search", limits.client_ip(request), at=timezone.now(), memory=True)
    found = decisions.published(text=q, organ=organ, result=result, since=since, until=until)
    rows, following = decisions.page(found, after=after, size=limit)
    lines = [{name: getattr(row, name) for name in FIELDS} for row in rows]
    return {"decisions": lines, "next": following or None}


@router.get("/decisions/{number}", auth=None, response=DecisionOut, operation_id="get_decision")
def get_decision(request: HttpRequest, number: str) -> dict[str, Any]:
    """One published decision by the number of its case. `publication.not_found`, `publication.withdrawn`."""
    row = decisions.find(number)
    facts = {name: getattr(row, name) for name in FIELDS}
    return {**facts, "certificate": decisions.certificate_of(row, timezone.localdate())}
