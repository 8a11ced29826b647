"""变更决定: the orders that change items, as list, page and feed for all; two versions side by side for the staff."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.faces.web.comparing import sides
from yimen.faces.web.forms import signed_in
from yimen.faces.web.register_words import value_words
from yimen.faces.web.views.casework import staff_of
from yimen.faces.web.views.decisions import plain
from yimen.faces.web.words import day_words, is_chinese
from yimen.facts.registers import base
from yimen.facts.versions import effects
from yimen.rooms.identity.queries import centre
from yimen.rooms.orders.models import Change, Order
from yimen.rooms.orders.queries import published

PAGE, FEED = 50, 50


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Approved orders, the last to take effect first; pages by number of rows, for there are few."""
    start = request.GET.get("from", "")
    first = min(int(start), 100_000) if start.isascii() and start.isdigit() and len(start) < 7 else 0
    rows = list(published().prefetch_related("changes__item")[first : first + PAGE + 1])
    context = {
        "rows": [(order, _lines(order)) for order in rows[:PAGE]],
        "today": timezone.localdate(),
        "first": first,
        "next": first + PAGE if len(rows) > PAGE else 0,
    }
    return render(request, "orders.html", context)


def _lines(order: Order) -> list[str]:
    return [f"{value_words('action', change.action)} {change.item.name}" for change in order.changes.all()]


@require_safe
def one(request: HttpRequest, key: str) -> HttpResponse:
    """One order with what it changes, old beside new, and what happens to running cases."""
    order = _published(key)
    changes = [
        {
            "change": effect.change,
            "action": value_words("action", effect.change.action),
            "running": value_words("running", effect.change.running),
            "into": effect.into,
            "rows": sides(effect.old, effect.new, only_changed=True) if effect.old and effect.new else [],
        }
        for effect in effects(order)
    ]
    context = {
        "order": order,
        "level": value_words("level", order.level),
        "link": order.url if order.url.startswith(("https://", "http://")) else "",
        "changes": changes,
        "today": timezone.localdate(),
        "later": order.takes_effect_on > order.effective_on,  # type: ignore[operator]
    }
    return render(request, "order.html", context)


def _published(key: str) -> Order:
    found = published().filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
    if found is None:
        raise Http404
    return found


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The newest orders as Atom; `?language=en` for English."""
    language = "en" if request.GET.get("language") == "en" else settings.LANGUAGE_CODE
    rows = list(published().order_by("-approved_at", "-id").prefetch_related("changes__item")[:FEED])
    with translation.override(language):
        text = _feed(rows, request.get_full_path(), language).writeString("utf-8")
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8")


def _feed(rows: list[Order], path: str, language: str) -> Atom1Feed:
    house = centre()
    name = house.name if is_chinese() or not house.name_en else house.name_en
    made = Atom1Feed(
        title=_("Changes of items · %(centre)s") % {"centre": name},
        link=settings.SITE_URL + reverse("orders"),
        description=None,
        language="zh-Hans" if language != "en" else "en",
        feed_url=settings.SITE_URL + path,
    )
    for order in rows:
        link = settings.SITE_URL + reverse("order", args=[order.key])
        made.add_item(
            title=plain(order.title),
            link=link,
            description=_summary(order),
            unique_id=link,
            pubdate=order.approved_at,
            updateddate=order.approved_at,
        )
    return made


def _summary(order: Order) -> str:
    """Readers take an Atom summary as HTML, so every text is escaped once more here than by the feed itself."""
    lines = [
        (_("Document number"), order.document_number),
        (_("Issued by"), order.issuing_organ),
        (_("In effect from"), day_words(order.takes_effect_on)),
        *((value_words("action", change.action), _changed(change)) for change in order.changes.all()),
    ]
    return format_html_join(mark_safe("<br>"), "{}: {}", ((what, plain(str(text))) for what, text in lines))


def _changed(change: Change) -> str:
    return f"{change.item.name} · {_('running cases')}: {value_words('running', change.running)}"


@require_safe
@signed_in
def compare(request: HttpRequest, old: str, new: str) -> HttpResponse:
    """Two versions side by side, the changed fields marked; of any items, as far as the person may read them."""
    actor = staff_of(request)
    before, after = base.seen("version", old, actor), base.seen("version", new, actor)
    rows: list[Any] = sides(before, after)
    context = {"old": before, "new": after, "rows": rows, "changed": sum(row.changed for row in rows)}
    return render(request, "office/compare.html", context)
