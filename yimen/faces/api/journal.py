"""GET /journal: the signed heads and the keys that check them. Public."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from yimen.faces.api.reading import BIGGEST
from yimen.faces.api.schemas import Heads, Keys
from yimen.ground.journal import queries

router = Router(tags=["journal"])
# 0: from the newest head on.
Before = Annotated[int, Query(ge=0, le=BIGGEST)]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/journal/heads", auth=None, response=Heads, operation_id="list_heads")
def list_heads(request: HttpRequest, before: Before = 0, limit: Limit = 50) -> dict[str, Any]:
    """Heads, newest first: each signs the one before it and the entries that it seals."""
    return {"heads": queries.heads(limit, before or None)}


@router.get("/journal/key", auth=None, response=Keys, operation_id="get_journal_keys")
def get_keys(request: HttpRequest) -> dict[str, Any]:
    """The public keys of this centre's heads."""
    return {"keys": queries.public_keys()}
