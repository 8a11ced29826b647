"""GET /items: what can be applied for today. Public."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from yimen.faces.api.schemas import ItemOut, ItemPage
from yimen.rooms.catalogue import queries
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.catalogue.rules.form_example import form_example

router = Router(tags=["items"])
Limit = Annotated[int, Query(ge=1, le=200)]
Word = Annotated[str, Query(max_length=200)]


@router.get("/items", auth=None, response=ItemPage, operation_id="list_items")
def list_items(request: HttpRequest, q: Word = "", after: Word = "", limit: Limit = 50) -> dict[str, Any]:
    """Items in force today, by code; `q`: words of name, code or organ."""
    found = queries.search(q, timezone.localdate()).order_by("item__code")
    if after:
        found = found.filter(item__code__gt=after)
    rows = list(found[: limit + 1])
    page = [_line(version) for version in rows[:limit]]
    return {"items": page, "next": page[-1]["code"] if len(rows) > limit else None}


@router.get("/items/{path:code}", auth=None, response=ItemOut, operation_id="get_item")
def get_item(request: HttpRequest, code: str) -> dict[str, Any]:
    """The guide of one item: limits, materials, form. `item.unknown`, `item.not_in_force`."""
    version = queries.version_in_force(code, timezone.localdate())
    return {
        **_line(version),
        "valid_from": version.valid_from,
        "valid_to": version.valid_to,
        "basis": version.item.basis,
        "conditions": version.conditions,
        "procedure": version.procedure,
        "charges": version.charges,
        "result_name": version.result_name,
        "materials": [
            {"code": m.code, "name": m.name, "necessity": m.necessity, "note": m.note}
            for m in queries.materials(version)
        ],
        "form_schema": version.form_schema,
        "form_example": form_example({"type": "object", **version.form_schema}),
        "special_procedures": version.special_procedures,
        "extension": version.extension,
    }


def _line(version: ItemVersion) -> dict[str, Any]:
    organ = version.item.organ
    return {
        "code": version.item.code,
        "name": version.item.name,
        "organ": {"code": organ.code, "name": organ.name},
        "version": version.number,
        "statutory_limit": version.statutory_limit,
        "promised_limit": version.promised_limit,
        "review": version.review,
    }
