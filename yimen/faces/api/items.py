"""GET /items: what can be applied for today. Public."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from yimen.faces.api.schemas import ItemOut, ItemPage
from yimen.facts import search
from yimen.ground.law import queries as law
from yimen.rooms.catalogue import queries
from yimen.rooms.catalogue.models import ItemVersion, Material
from yimen.rooms.catalogue.rules.file_rules import KINDS
from yimen.rooms.catalogue.rules.form_example import form_example
from yimen.rooms.catalogue.rules.procedure import ISSUE, NOTICE, OF_VERSION
from yimen.rooms.catalogue.terms import procedure_of
from yimen.rooms.guides.queries import detail_of, further_fields


def _written_day(value: object) -> object:
    """Days are written YYYY-MM-DD; pydantic alone would take a number for seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise PydanticCustomError("date_parsing", "write a day as YYYY-MM-DD")
    return value


Day = Annotated[date | None, BeforeValidator(_written_day)]
router = Router(tags=["items"])
# Fields of a version that are answered as they are.
AS_STORED = (
    *("valid_from", "valid_to", "conditions", "procedure", "charges", "quantity", "visits", "place", "directions"),
    *("hours", "telephone", "complaint_telephone", "result_name", "validity_years", "questions", "form_schema"),
    *("special_procedures", "extension", "sources"),
)
Limit = Annotated[int, Query(ge=1, le=200)]
Word = Annotated[str, Query(max_length=200)]
Object = Literal["", "person", "organisation"]
Charge = Literal["", "free", "charged"]
Online = Literal["", "yes", "no"]


@router.get("/items", auth=None, response=ItemPage, operation_id="list_items")
def list_items(
    request: HttpRequest,
    q: Word = "",
    organ: Word = "",
    theme: Word = "",
    event: Word = "",
    object: Object = "",
    charge: Charge = "",
    online: Online = "",
    immediate: Literal["", "yes"] = "",
    after: Word = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """Items in force today, by code; `q`: words of name, code or organ.

    The filters are those of the page `/items/`: the code of an organ, the Chinese name of a theme or of a life event,
    for whom, with or without charge, without coming or not, decided at once. An item whose guide does not say it
    answers neither side.
    """
    asked = {"organ": organ, "theme": theme, "event": event, "object": object}
    asked |= {"charge": charge, "online": online, "immediate": immediate}
    found = search.find(q, timezone.localdate(), asked, after=after, limit=limit, by_code=True)
    return {"items": [_line(version) for version in found.versions], "next": found.next_after or None}


@router.get("/items/{path:code}", auth=None, response=ItemOut, operation_id="get_item")
def get_item(request: HttpRequest, code: str, on: Day = None) -> dict[str, Any]:
    """The guide of one item today, or on the day `on`: limits, materials, steps, form, the questions
    about the situation. `suspended`: why nobody can apply on that day. `item.unknown`, `item.not_in_force`."""
    today = on or timezone.localdate()
    version = queries.version_in_force(code, today)
    found, supervising = queries.suspension_of(version.item_id, today), version.supervising_organ
    detail = detail_of(version)
    return {
        "suspended": found and {name: getattr(found, name) for name in ("starts", "until", "reason", "basis")},
        "supervising_organ": supervising and {"code": supervising.code, "name": supervising.name},
        **_line(version),
        **{name: getattr(version, name) for name in AS_STORED},
        "basis": version.item.basis,
        "steps": _steps(version, today),
        "materials": [_material(m) for m in queries.materials(version)],
        "situations": detail.situations if detail else [],
        "details": further_fields(detail),
        "form_example": form_example({"type": "object", **version.form_schema}),
    }


def _material(material: Material) -> dict[str, Any]:
    names = ("code", "name", "necessity", "note", "form", "copies", "issuer", "max_files")
    return {
        **{name: getattr(material, name) for name in names},
        "file_kinds": material.file_kinds or list(KINDS),
        "max_bytes": min(material.max_bytes or settings.MAX_UPLOAD_BYTES, settings.MAX_UPLOAD_BYTES),
    }


def _steps(version: ItemVersion, today: date) -> list[dict[str, Any]]:
    revision = law.current_revision()
    limits = {key: str(law.parameter(key, today, revision=revision).term) for key in (NOTICE, ISSUE)}
    limits[OF_VERSION] = version.promised_limit
    return [
        {
            "key": step.key,
            "who": str(step.who),
            "acts": [act._asdict() for act in step.acts],
            "other_ends": [act._asdict() for act in step.other_ends],
            "limit": limits.get(step.limit),
        }
        for step in procedure_of(version).steps
    ]


def _line(version: ItemVersion) -> dict[str, Any]:
    organ = version.deciding_organ
    return {
        "code": version.item.code,
        "name": version.item.name,
        "is_sample": version.item.is_sample,
        "organ": {"code": organ.code, "name": organ.name},
        "version": version.number,
        "statutory_limit": version.statutory_limit,
        "promised_limit": version.promised_limit,
        "review": version.review,
    }
