"""公告: what the centre tells the public, as list, page and feed."""

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.faces.web.views.decisions import plain
from yimen.faces.web.words import is_chinese
from yimen.ground.kernel.errors import Refused
from yimen.rooms.administration import queries
from yimen.rooms.administration.models import Announcement
from yimen.rooms.identity.queries import centre

SHOWN, FEED = 50, 50


@require_safe
def announcements(request: HttpRequest) -> HttpResponse:
    """What is in force, the pinned ones first, then the newest."""
    rows = list(queries.announcements(timezone.localdate())[:SHOWN])
    return render(request, "announcements.html", {"rows": rows})


@require_safe
def announcement(request: HttpRequest, key: int) -> HttpResponse:
    """One in force; what is over, withdrawn or to come is not there."""
    row = queries.announcements(timezone.localdate()).filter(pk=key).first() if key < 2**62 else None
    if row is None:
        raise Refused("thing.not_found", kind="announcement", key=str(key))
    return render(request, "announcement.html", {"row": row})


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """What is in force as Atom, the newest first; `?language=en` for English words around it."""
    language = "en" if request.GET.get("language") == "en" else settings.LANGUAGE_CODE
    rows = queries.announcements(timezone.localdate()).order_by("-valid_from", "-pk")[:FEED]
    with translation.override(language):
        text = _feed(rows, request.get_full_path(), language).writeString("utf-8")
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8")


def _feed(rows: Iterable[Announcement], path: str, language: str) -> Atom1Feed:
    house = centre()
    name = house.name if is_chinese() or not house.name_en else house.name_en
    made = Atom1Feed(
        title=_("Announcements · %(centre)s") % {"centre": name},
        link=settings.SITE_URL + reverse("announcements"),
        description=None,
        language="zh-Hans" if language != "en" else "en",
        feed_url=settings.SITE_URL + path,
    )
    for row in rows:
        link = settings.SITE_URL + reverse("announcement", args=[row.pk])
        # Readers take a summary as HTML: the text is escaped once more here than by the feed itself.
        made.add_item(
            title=plain(row.title),
            link=link,
            description=linebreaks(plain(row.text), autoescape=True),
            unique_id=link,
            pubdate=row.published_at,
            updateddate=row.published_at,
        )
    return made
