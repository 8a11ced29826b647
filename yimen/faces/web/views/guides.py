"""The list of items and the guide of each (六公开: basis, conditions, materials, procedure, limits, charges)."""

from functools import lru_cache

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from yimen.faces.web.context import APPLICANTS
from yimen.rooms.catalogue import queries as catalogue
from yimen.rooms.catalogue import terms
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity.actor import Actor

PAGE = 20
SUGGESTED = 8


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """Items in force today that answer the words searched for, the best first; pages by the last key (rank:code)."""
    text = request.GET.get("q", "").strip()[:100]
    after = request.GET.get("after", "")[:200]
    found = catalogue.answers(text, timezone.localdate(), after=after, limit=PAGE)
    context = {
        "q": text,
        "total": found.total,
        "versions": found.versions,
        "after": after,
        "next_after": found.next_after,
    }
    return render(request, "items.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The first answers to what is typed so far, as a piece of HTML with links.

    A help for pages with JavaScript; without it the search form answers with the whole list.
    """
    text = request.GET.get("q", "").strip()[:100]
    found = catalogue.answers(text, timezone.localdate(), limit=SUGGESTED).versions if text else []
    return render(request, "parts/suggestions.html", {"q": text, "versions": found})


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """The guide in force today; an unknown item is a 404 page, one out of force says so."""
    item = terms.shown_in_force(code, timezone.localdate())
    actor: Actor | None = request.actor or None  # type: ignore[attr-defined]
    works = actor is not None and bool(set(actor.roles) - APPLICANTS)
    may_apply = not works or (
        actor is not None and "submit_application" in actor.verbs and actor.organ_id == item.organ_id
    )
    body = _body(str(connection.settings_dict["NAME"]), item, translation.get_language(), may_apply)
    return render(request, "guide.html", {"item": item, "body": body})


@lru_cache(maxsize=1024)
def _body(database: str, shown: terms.Shown, language: str, may_apply: bool) -> str:
    """The text of a guide. A published version never changes, so it is made once for each language."""
    version = ItemVersion.objects.select_related("item__organ").get(pk=shown.version_id)
    materials = catalogue.materials(version)
    context = {"version": version, "item": version.item, "materials": materials, "may_apply": may_apply}
    return render_to_string("parts/guide_body.html", context)


terms.on_forget(_body.cache_clear)
