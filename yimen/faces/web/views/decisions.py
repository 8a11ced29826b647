"""公示: the decisions that anyone may read, as list, page and feed; and for the staff what is not public yet."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.faces.web import desk_words
from yimen.faces.web.forms import signed_in
from yimen.faces.web.views.casework import staff_of
from yimen.faces.web.words import day_words, is_chinese
from yimen.facts import decisions
from yimen.ground.engines import limits
from yimen.ground.kernel.errors import Denied
from yimen.rooms.cases.models import Publication
from yimen.rooms.identity.queries import centre

FEED = 50


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "").strip()[:100] for name in ("q", "organ", "result", "since", "until")}


def _found(asked: dict[str, str]) -> Any:
    return decisions.published(
        text=asked["q"],
        organ=asked["organ"],
        result=asked["result"],
        since=_day(asked["since"]),
        until=_day(asked["until"]),
    )


@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """Published decisions, the newest first, narrowed by words, organ, result and the days of the decision."""
    asked, after = _asked(request), request.GET.get("after", "")[:40]
    if asked["q"]:
        limits.count("search", limits.client_ip(request), at=timezone.now(), memory=True)
    rows, next_after = decisions.page(_found(asked), after=after)
    given = {name: value for name, value in asked.items() if value}
    context = {
        "rows": rows,
        "asked": asked,
        "filtered": bool(given),
        "query": urlencode(given),
        "after": after,
        "next_after": next_after,
        "organs": decisions.organs(),
        "results": [(name, desk_words.STATES[name]) for name in decisions.RESULTS],  # type: ignore[index]
        "wrong_days": [name for name in ("since", "until") if asked[name] and _day(asked[name]) is None],
    }
    return render(request, "decisions.html", context)


@require_safe
def decision(request: HttpRequest, number: str) -> HttpResponse:
    """One published decision; what was taken back says so (410), everything else is not there (404)."""
    row = decisions.find(number)
    certificate = decisions.certificate_of(row, timezone.localdate()) if row.result == "granted" else None
    return render(request, "decision.html", {"row": row, "certificate": certificate})


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The newest decisions as Atom, narrowed like the list; `?language=en` for English."""
    language = "en" if request.GET.get("language") == "en" else settings.LANGUAGE_CODE
    asked = _asked(request)
    if asked["q"]:
        limits.count("search", limits.client_ip(request), at=timezone.now(), memory=True)
    rows = list(_found(asked)[:FEED])
    with translation.override(language):
        made = _feed(rows, request.get_full_path(), language)
        text = made.writeString("utf-8")
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8")


def _feed(rows: list[Publication], path: str, language: str) -> Atom1Feed:
    house = centre()
    name = house.name if is_chinese() or not house.name_en else house.name_en
    made = Atom1Feed(
        title=_("Published decisions · %(centre)s") % {"centre": name},
        link=settings.SITE_URL + reverse("decisions"),
        description=None,
        language="zh-Hans" if language != "en" else "en",
        feed_url=settings.SITE_URL + path,
    )
    for row in rows:
        link = settings.SITE_URL + reverse("decision", args=[row.number])
        made.add_item(
            title=plain(f"{desk_words.STATES[row.result]} · {row.item_name} · {row.holder}"),  # type: ignore[index]
            link=link,
            description=_summary(row),
            unique_id=link,
            pubdate=row.set_at,
            updateddate=row.set_at,
        )
    return made


def _summary(row: Publication) -> str:
    """Readers take an Atom summary as HTML, so every text is escaped once more here than by the feed itself."""
    organ = row.organ_name if is_chinese() or not row.organ_name_en else row.organ_name_en
    lines = [
        (_("Result"), desk_words.STATES[row.result]),  # type: ignore[index]
        (_("Item"), row.item_name),
        (_("Holder or applicant"), row.holder),
        (_("Credit code"), row.credit_code),
        (_("Organ"), organ),
        (_("Decided"), day_words(row.decided_on)),
    ]
    return format_html_join(mark_safe("<br>"), "{}: {}", ((what, plain(str(text))) for what, text in lines if text))


def plain(text: str) -> str:
    """Without the characters that XML can't hold: one of them, and no reader shows any entry of the feed."""
    return "".join(letter for letter in text if (letter >= " " or letter in "\t\n") and letter not in "\ufffe\uffff")


@require_safe
@signed_in
def publications(request: HttpRequest) -> HttpResponse:
    """What is not public yet (the last day of each), what was kept or taken back and why, what came too late."""
    actor, at = staff_of(request), timezone.now()
    if "view_case" not in actor.verbs:
        raise Denied(verb="view_case")
    name = request.GET.get("list", "")
    name = name if name in decisions.LISTS else "waiting"
    rows, next_after = decisions.staff_page(actor, name, after=request.GET.get("after", "")[:40])
    context = {
        "name": name,
        "lists": [(key, *desk_words.PUBLICATIONS[key]) for key in decisions.LISTS],
        "title": desk_words.PUBLICATIONS[name][0],
        "empty": desk_words.PUBLICATIONS[name][1],
        "rows": rows,
        "counts": decisions.counts(actor, at),
        "after": request.GET.get("after", ""),
        "next_after": next_after,
    }
    return render(request, "office/publications.html", context)
