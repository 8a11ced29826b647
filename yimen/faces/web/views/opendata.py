"""开放数据: the catalogue for programs, with an ETag; each file is streamed, whatever the number of items."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import http_date, parse_etags
from django.views.decorators.http import require_safe

from yimen.facts import opendata
from yimen.ground.engines import sheets
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.catalogue.queries import in_force, version_in_force
from yimen.rooms.identity.queries import centre

JSON, JSON_LD = "application/json; charset=utf-8", "application/ld+json; charset=utf-8"


@require_safe
def opendata_page(request: HttpRequest) -> HttpResponse:
    """What there is to take away, under which licence, and what its fields mean."""
    rows = ItemVersion.objects.filter(in_force(timezone.localdate()))
    context = {
        "total": rows.count(),
        "samples": rows.filter(item__is_sample=True).count(),
        "changed": opendata.stamp(timezone.localdate())[1],
        "licence": settings.DATA_LICENCE,
        "base": settings.SITE_URL,
    }
    return render(request, "opendata.html", context)


@require_safe
def catalogue_json(request: HttpRequest) -> HttpResponse:
    """`{centre, day, licence, items: […]}`."""
    return _sent(request, _json, JSON)


@require_safe
def catalogue_csv(request: HttpRequest) -> HttpResponse:
    """A row an item; UTF-8 with a byte order mark, no cell is ever a formula."""
    return _sent(request, _csv, sheets.CSV)


@require_safe
def catalogue_jsonld(request: HttpRequest) -> HttpResponse:
    """A graph of schema.org GovernmentService."""
    return _sent(request, _jsonld, JSON_LD)


@require_safe
def item_jsonld(request: HttpRequest, code: str) -> HttpResponse:
    """One guide as GovernmentService; `item.unknown`, `item.not_in_force` as its page."""
    today = timezone.localdate()
    version = version_in_force(code, today)
    service = opendata.government_service(opendata.one(version, today, settings.SITE_URL))
    text = json.dumps({"@context": "https://schema.org", **service}, ensure_ascii=False)
    return HttpResponse(text, content_type=JSON_LD)


def _sent(request: HttpRequest, write: Any, content_type: str) -> HttpResponse:
    """The file, or 304 for who has it already."""
    day = timezone.localdate()
    stamp, changed = opendata.stamp(day)
    # Another file, another address of the site: another tag.
    etag = f'"{stamp}-{write.__name__.strip("_")}"'
    asked = parse_etags(request.headers.get("If-None-Match", ""))
    if etag in [tag.removeprefix("W/") for tag in asked] or asked == ["*"]:
        answer: Any = HttpResponseNotModified()
    else:
        answer = StreamingHttpResponse(write(day), content_type=content_type)
    answer.headers["ETag"] = etag
    answer.headers["Last-Modified"] = http_date(changed.timestamp())
    answer.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    answer.headers["Access-Control-Allow-Origin"] = "*"  # public data, read without a session
    return cast(HttpResponse, answer)


def _head(day: Any) -> dict[str, Any]:
    house = centre()
    return {
        "centre": {"name": house.name, "name_en": house.name_en},
        "day": day.isoformat(),
        "licence": settings.DATA_LICENCE or None,
    }


def _json(day: Any) -> Iterator[bytes]:
    yield json.dumps(_head(day), ensure_ascii=False)[:-1].encode() + b', "items": [\n'
    yield from _joined(opendata.records(day, settings.SITE_URL))
    yield b"\n]}\n"


def _jsonld(day: Any) -> Iterator[bytes]:
    yield b'{"@context": "https://schema.org", "@graph": [\n'
    yield from _joined(opendata.government_service(found) for found in opendata.records(day, settings.SITE_URL))
    yield b"\n]}\n"


def _joined(rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    for number, row in enumerate(rows):
        yield (",\n" if number else "").encode() + json.dumps(row, ensure_ascii=False).encode()


def _csv(day: Any) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf" + _line(opendata.COLUMNS)
    for found in opendata.records(day, settings.SITE_URL):
        yield _line(opendata.flat(found))


def _line(cells: Any) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerow([sheets.harmless(cell) for cell in cells])
    return out.getvalue().encode()
