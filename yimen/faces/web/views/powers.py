"""许可主体、窗口授权: who may decide what, since when and on which basis, for anyone to read."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yimen.facts import powers

LISTS = {"now": _("In force"), "coming": _("Not yet in force"), "past": _("No longer in force")}


def _page(request: HttpRequest, found: Any, template: str) -> HttpResponse:
    name = request.GET.get("list", "")
    name = name if name in LISTS else "now"
    organ, after = request.GET.get("organ", "")[:50], request.GET.get("after", "")[:20]
    on = _day(request.GET.get("on", ""))
    page = found(name=name, organ=organ, on=on or timezone.localdate(), after=after)
    context = {
        "page": page,
        "name": name,
        "lists": list(LISTS.items()),
        "organ": organ,
        "on": on,
        "after": after,
        "query": urlencode({"list": name, "organ": organ, **({"on": on.isoformat()} if on else {})}),
    }
    return render(request, template, context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


@require_safe
def subjects(request: HttpRequest) -> HttpResponse:
    """The register of licensing subjects (行政许可法 第二十二条至第二十四条); `on`: as of another day."""
    return _page(request, powers.subjects, "subjects.html")


@require_safe
def authorisations(request: HttpRequest) -> HttpResponse:
    """The written authorisations of window heads; `on`: as of another day."""
    return _page(request, powers.authorisations, "authorisations.html")
