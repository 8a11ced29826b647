"""开放数据 The public catalogue for programs: every guide in force on a day, as records, flat rows and schema.org.

Everything here is public already, guide by guide. What is a sample says so in every format (`is_sample`), so that no
example passes for a fact.
"""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import batched
from typing import Any
from urllib.parse import quote

from django.db.models import Count, Max, Prefetch, Sum
from django.utils import timezone

from yimen.ground.kernel.term import Term
from yimen.ground.law import queries as law
from yimen.rooms.catalogue.models import Item, ItemVersion, Material, Suspension, VersionState
from yimen.rooms.catalogue.queries import in_force, suspended_on
from yimen.rooms.guides.models import GuideDetail
from yimen.rooms.identity.models import Organ

CHUNK = 200
# Columns of a version that are told as they are stored.
AS_STORED = (
    *("valid_from", "valid_to", "review", "statutory_limit", "promised_limit", "statutory_basis", "conditions"),
    *("procedure", "charges", "place", "directions", "hours", "telephone", "complaint_telephone", "result_name"),
    *("validity_years", "visits", "quantity", "extension", "special_procedures", "questions", "sources"),
)
MATERIAL = ("code", "name", "necessity", "note", "form", "copies", "issuer")
# The columns of the flat form, in their order.
COLUMNS = (
    *("code", "code_scheme", "name", "name_en", "is_sample", "kind", "organ_code", "organ", "supervising_organ_code"),
    *("version", "valid_from", "valid_to", "review", "statutory_limit", "promised_limit", "basis", "statutory_basis"),
    *("conditions", "materials", "procedure", "charges", "place", "directions", "hours", "telephone"),
    *("complaint_telephone", "result_name", "validity_years", "visits", "quantity", "suspended_from", "url"),
)


def stamp(on: date) -> tuple[str, datetime]:
    """(a text that changes whenever the data of `on` change, the last moment at which a day changed them).

    Published versions never change, so their keys and counters say it all; renamed items and organs move theirs.
    """
    rows = ItemVersion.objects.filter(in_force(on))
    versions = rows.aggregate(n=Count("pk"), keys=Sum("pk"), changes=Sum("version"), newest=Max("valid_from"))
    items = Item.objects.aggregate(changes=Sum("version"))
    organs = Organ.objects.aggregate(changes=Sum("version"), n=Count("pk"))
    ended = ItemVersion.objects.filter(state=VersionState.PUBLISHED, valid_to__lt=on).aggregate(last=Max("valid_to"))
    suspended = Suspension.objects.filter(suspended_on(on)).aggregate(n=Count("pk"), keys=Sum("pk"))
    parts = [versions, items, organs, ended, suspended, law.current_revision()]
    days = [versions["newest"], ended["last"] and ended["last"] + timedelta(days=1)]
    last = max((day for day in days if day), default=on)
    moment = timezone.make_aware(datetime.combine(last, time()))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32], moment


def records(on: date, base_url: str) -> Iterator[dict[str, Any]]:
    """Every guide in force on a day by code, a record each; `base_url` stands before the addresses."""
    keys = ItemVersion.objects.filter(in_force(on)).order_by("item__code").values_list("pk", flat=True)
    suspensions = {s.item_id: s for s in Suspension.objects.filter(suspended_on(on))}
    for chunk in batched(list(keys), CHUNK):
        found = _whole().in_bulk(chunk)
        for key in chunk:
            if key in found:
                yield record(found[key], base_url, suspensions.get(found[key].item_id))


def one(version: ItemVersion, on: date, base_url: str) -> dict[str, Any]:
    """The record of one guide."""
    suspension = Suspension.objects.filter(suspended_on(on), item_id=version.item_id).first()
    return record(_whole().get(pk=version.pk), base_url, suspension)


def _whole() -> Any:
    materials = Prefetch("materials", Material.objects.order_by("position", "id"))
    return ItemVersion.objects.select_related("item__organ", "organ", "supervising_organ", "detail").prefetch_related(
        materials
    )


def record(version: ItemVersion, base_url: str, suspension: Suspension | None) -> dict[str, Any]:
    """What is public of a guide; days are written YYYY-MM-DD."""
    item, organ, above = version.item, version.deciding_organ, version.supervising_organ
    told = {name: _plain(getattr(version, name)) for name in AS_STORED}
    return {
        "code": item.code,
        "code_scheme": item.code_scheme,
        "name": item.name,
        "name_en": item.name_en,
        "is_sample": item.is_sample,
        "kind": item.kind,
        "basis": item.basis,
        "organ": {"code": organ.code, "name": organ.name, "credit_code": organ.credit_code},
        "supervising_organ": above and {"code": above.code, "name": above.name},
        "version": version.number,
        **told,
        "materials": [{name: getattr(m, name) for name in MATERIAL} for m in version.materials.all()],
        "details": _details(version),
        "suspended": suspension
        and {name: _plain(getattr(suspension, name)) for name in ("starts", "until", "reason", "basis")},
        "url": f"{base_url}/items/{_quoted(item.code)}/",
    }


def _details(version: ItemVersion) -> dict[str, Any] | None:
    """The further fields of the guide; None where nobody wrote any."""
    detail: GuideDetail | None = getattr(version, "detail", None)
    if detail is None:
        return None
    fields = [f for f in GuideDetail._meta.concrete_fields if not f.primary_key]
    return {f.name: _plain(getattr(detail, f.attname)) for f in fields}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _quoted(code: str) -> str:
    return quote(code, safe="/")


def flat(found: dict[str, Any]) -> list[Any]:
    """A record as the cells of `COLUMNS`; several materials stand in one cell, one a line."""
    cells = {
        **found,
        "organ_code": found["organ"]["code"],
        "organ": found["organ"]["name"],
        "supervising_organ_code": (found["supervising_organ"] or {}).get("code"),
        "is_sample": "true" if found["is_sample"] else "false",
        "materials": "\n".join(m["name"] for m in found["materials"]),
        "suspended_from": (found["suspended"] or {}).get("starts"),
    }
    return [cells[name] for name in COLUMNS]


def government_service(found: dict[str, Any]) -> dict[str, Any]:
    """A record as a schema.org GovernmentService. Working days have no ISO 8601 duration, so limits stand as
    properties with their unit; only those in natural days and hours are processing times too."""
    properties = [
        _property("is_sample", found["is_sample"]),
        _property("valid_from", found["valid_from"]),
        _property("valid_to", found["valid_to"]),
        _limit("statutory_limit", found["statutory_limit"]),
        _limit("promised_limit", found["promised_limit"]),
        _property("charges", found["charges"]),
        _property("legal_basis", found["statutory_basis"] or found["basis"]),
        _property("suspended_from", (found["suspended"] or {}).get("starts")),
        *(_property("material", material["name"]) for material in found["materials"]),
    ]
    made = {
        "@type": "GovernmentService",
        "@id": found["url"],
        "url": found["url"],
        "identifier": found["code"],
        "name": found["name"],
        "alternateName": found["name_en"],
        "serviceType": found["kind"],
        "description": found["conditions"],
        "provider": {"@type": "GovernmentOrganization", **_named(found["organ"])},
        "availableChannel": _channel(found),
        "serviceOutput": found["result_name"] and {"@type": "Thing", "name": found["result_name"]},
        "additionalProperty": [one for one in properties if one],
    }
    return {key: value for key, value in made.items() if value}


def _named(organ: dict[str, Any]) -> dict[str, Any]:
    return {"identifier": organ["code"], "name": organ["name"]}


def _channel(found: dict[str, Any]) -> dict[str, Any]:
    made = {
        "@type": "ServiceChannel",
        "serviceUrl": found["url"],
        "processingTime": _duration(found["promised_limit"]),
        "servicePhone": found["telephone"] and {"@type": "ContactPoint", "telephone": found["telephone"]},
        "serviceLocation": found["place"]
        and {"@type": "Place", "name": found["place"], "description": found["hours"] or found["place"]},
    }
    return {key: value for key, value in made.items() if value}


def _property(name: str, value: Any) -> dict[str, Any] | None:
    return None if value in (None, "") else {"@type": "PropertyValue", "name": name, "value": value}


def _limit(name: str, text: str) -> dict[str, Any] | None:
    if not text:
        return None
    term = Term.parse(text)
    return {"@type": "PropertyValue", "name": name, "value": term.amount, "unitText": str(term.unit)}


def _duration(text: str) -> str | None:
    amount, _space, unit = text.partition(" ")
    return {"natural_days": f"P{amount}D", "hours": f"PT{amount}H"}.get(unit)
