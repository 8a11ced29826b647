"""The signed heads of the journal: public, so that nobody can change the past unseen."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from yimen.ground.journal import queries as journal

PAGE = 50


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@require_safe
def heads(request: HttpRequest) -> HttpResponse:
    """A page of heads, newest first, the public keys and how to check."""
    found = journal.heads(PAGE + 1, before=_before(request))
    shown = found[:PAGE]
    rows = [{**head, "moment": parse_datetime(str(head["at"]))} for head in shown]
    context = {"heads": rows, "keys": journal.public_keys(), "older": shown[-1]["id"] if len(found) > PAGE else None}
    return render(request, "journal_heads.html", context)


@require_safe
def heads_json(request: HttpRequest) -> JsonResponse:
    """{heads: newest first, keys: {id: hex}}; `?before=ID` pages on."""
    return JsonResponse({"heads": journal.heads(PAGE, before=_before(request)), "keys": journal.public_keys()})
