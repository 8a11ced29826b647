"""公开目录 What must be public and says nothing, for those who mend it; and what stands in a draft's way to be law."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.faces.web import check_words
from yimen.faces.web.forms import signed_in
from yimen.faces.web.views.casework import staff_of
from yimen.facts import disclosure
from yimen.facts.registers import base
from yimen.flows.catalogue import problems_to_publish
from yimen.ground.kernel.errors import Denied
from yimen.rooms.catalogue.models import ItemVersion, VersionState
from yimen.rooms.guides.rules.disclosure import AppliesTo
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ, Window
from yimen.rooms.identity.rules.roles import Role

WHOLE = frozenset({Role.LEGAL_OFFICE, Role.COMMITTEE, Role.ADMIN})
DISCLOSERS = WHOLE | {Role.ORGAN_HEAD}
VERBS = ["change_item_version", "set_situations", "copy_item_version", "check_item_version", "publish_item_version"]


@require_safe
@signed_in
def disclosures(request: HttpRequest) -> HttpResponse:
    """Guides in force, windows and organs with an empty field of the set of today, and where each is mended; a head
    sees the own organ's."""
    actor = staff_of(request)
    if not DISCLOSERS & set(actor.roles):
        raise Denied(verb="activate_disclosure_set")
    organs = None if WHOLE & set(actor.roles) else {actor.organ_id or 0}
    found = disclosure.failing(organs, timezone.localdate())
    guides = next(group.rows for group in found if group.applies_to == AppliesTo.ITEM)
    drafts = _drafts([row.found for row in guides])
    groups = [
        {
            "kind": str(group.applies_to),
            "needed": group.needed,
            "rows": [_line(group.applies_to, row, actor, drafts) for row in group.rows],
        }
        for group in found
    ]
    may_define = "define_disclosure_set" in actor.verbs
    return render(request, "office/disclosures.html", {"groups": groups, "may_define": may_define})


def _drafts(versions: list[ItemVersion]) -> dict[int, int]:
    """{item: its latest draft} of those that somebody mends already."""
    items = [version.item_id for version in versions]
    rows = ItemVersion.objects.filter(item__in=items, state__in=[VersionState.DRAFT, VersionState.CHECKED])
    return dict(rows.order_by("number").values_list("item_id", "pk"))


def _line(kind: AppliesTo, row: disclosure.Failing, actor: Actor, drafts: dict[int, int]) -> dict[str, Any]:
    found, fields = row.found, [check_words.field_words(field, str(kind)) for field in row.fields]
    if kind == AppliesTo.ITEM:
        title, organ = found.item.name, found.deciding_organ
        where, words = _guide_mended(found, actor, drafts)
    elif kind == AppliesTo.WINDOW:
        title, organ = f"{found.hall.name} {found.number}", found.organ
        where, words = _window_mended(found, row.fields, actor)
    else:
        title, organ = found.name, None
        where, words = _organ_mended(found, row.fields, actor)
    return {"title": title, "organ": organ, "fields": fields, "where": where, "words": words}


def _guide_mended(version: ItemVersion, actor: Actor, drafts: dict[int, int]) -> tuple[str, str]:
    """A published guide never changes: its next version says what is missing."""
    own = "copy_item_version" in actor.verbs and (Role.ADMIN in actor.roles or version.item.organ_id == actor.organ_id)
    if version.item_id in drafts and (own or Role.ORGAN_HEAD not in actor.roles):
        return reverse("check_version", args=[drafts[version.item_id]]), _("The draft that follows")
    if own:
        copying = reverse("register_new", args=["version", "copy_item_version"])
        return f"{copying}?source={version.key}", _("Copy into a new draft")
    return reverse("register_thing", args=["version", version.key]), _("The version")


def _window_mended(window: Window, fields: list[str], actor: Actor) -> tuple[str, str]:
    if "change_window" in actor.verbs and set(fields) - {"number", "organ"}:
        return reverse("register_do", args=["window", window.key, "change_window"]), _("Change the window")
    return reverse("register_thing", args=["window", window.key]), _("The window")


def _organ_mended(organ: Organ, fields: list[str], actor: Actor) -> tuple[str, str]:
    if "rename_organ" in actor.verbs and {"name", "name_en"} & set(fields):
        return reverse("register_do", args=["organ", organ.key, "rename_organ"]), _("Rename the organ")
    return reverse("register_thing", args=["organ", organ.key]), _("The organ")


@require_safe
@signed_in
def check(request: HttpRequest, key: str) -> HttpResponse:
    """Every problem and flag of a version that would be law from a day on (`?on=YYYY-MM-DD`; today), each with the page
    where it is mended by this person."""
    actor, at = staff_of(request), timezone.now()
    version: ItemVersion = base.seen("version", key, actor)
    day = _day(request.GET.get("on", "")) or timezone.localdate(at)
    verbs = base.offered(base.kind_of("version"), version, actor, VERBS, at)
    rows = [
        {
            "field": check_words.field_words(problem.field),
            "reason": check_words.reason_words(problem),
            "is_flag": problem.is_flag,
            "where": check_words.mended_at(problem, version.key, verbs),
        }
        for problem in problems_to_publish(version, day)
    ]
    context = {
        "version": version,
        "day": day,
        "problems": [row for row in rows if not row["is_flag"]],
        "flags": [row for row in rows if row["is_flag"]],
        "next": next((verb for verb in ("publish_item_version", "check_item_version") if verb in verbs), ""),
    }
    return render(request, "office/check_version.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
