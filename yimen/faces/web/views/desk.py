"""The window's desk: what waits today, and a new application over the counter."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yimen.faces.web import desk_words, materials, records, schema_form, situations
from yimen.faces.web.context import COUNTER
from yimen.faces.web.forms import FieldError, acting, show_refusal, signed_in
from yimen.faces.web.schema_form import Field
from yimen.faces.web.views.casework import staff_of
from yimen.faces.web.views.office import sections
from yimen.faces.web.views.questions import waiting
from yimen.facts import committee, worklists
from yimen.flows import intake
from yimen.ground.kernel.errors import Denied, Refused
from yimen.rooms.catalogue import queries as catalogue
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.catalogue.terms import VersionTerms, terms_in_force
from yimen.rooms.guides.queries import narrowed, questions_of
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.applicants import ApplicantData
from yimen.rooms.identity.rules.roles import Role

TODAY = ("to_accept", "corrections_back", "to_issue", "to_hand_out", "late", "untold", "awaiting")
MOST_ITEMS = 50
FIRST_ROWS = 5
SUGGESTED = 8
# name → the longest value that its row takes
WHO = {"id_number": 50, "name": 200, "kind": 12, "phone": 30, "email": 254}
KINDS = ("person", "organisation")


def _clerk(request: Any) -> Actor:
    """Somebody of a window; raises `Denied`."""
    actor = staff_of(request)
    if not set(actor.roles) & COUNTER:
        raise Denied(verb="submit_application")
    return actor


@require_safe
@signed_in
def today(request: HttpRequest) -> HttpResponse:
    """To accept, corrections back, results to hand out, late; for the head also voiding and approval."""
    actor, at = _clerk(request), timezone.now()
    names = [*TODAY]
    if Role.WINDOW_HEAD in actor.roles:
        names[2:2] = ["to_approve", "void_requests"]
    lists = sections(actor, names, at)
    context = {
        "sections": lists,
        "first": _first(lists),
        "questions": waiting(actor),
        "waits": committee.waits(actor, at),
    }
    return render(request, "desk/today.html", context)


def _first(lists: list[dict[str, Any]]) -> list[worklists.Row]:
    """What has to be done first: the rows of all lists by their day, late ones on top.

    Each list begins with its nearest days, so the nearest of all are among the rows that are shown.
    """
    rows = {row.number: row for part in lists if part["name"] != "awaiting" for row in part["rows"] if row.due_on}
    return sorted(rows.values(), key=lambda row: (row.due_on, row.number))[:FIRST_ROWS]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """First the item (of the window's own organ), then applicant, questions and materials on one page."""
    actor, at = _clerk(request), timezone.now()
    code = (request.POST.get("item") or request.GET.get("item", ""))[:200]
    if not code:
        return _choose_item(request, actor)
    version = terms_in_force(code, timezone.localdate(at))
    if version.organ_id != actor.organ_id:
        raise Refused("item.unknown", item=code)
    if request.method == "POST":
        return _hand_in(request, version, at)
    lines = materials.lines_of(version)
    page = _page(version, {"kind": "person"}, {}, lines, {}, "", records.OnForm())
    asked = situations.asked(questions_of(version.id), {})
    return render(request, "desk/new.html", {**page, "asked": asked})


def _own_items(text: str, actor: Actor) -> QuerySet[ItemVersion]:
    """Items of the window's organ that answer the text, the best first."""
    own = catalogue.ranked(text, timezone.localdate()).filter(item__organ_id=actor.organ_id or 0)
    return own.select_related("item__organ")


def _choose_item(request: HttpRequest, actor: Actor) -> HttpResponse:
    text = request.GET.get("q", "")[:100]
    items = list(_own_items(text, actor)[: MOST_ITEMS + 1])
    if len(items) == 1 and text.strip():
        return redirect(f"{reverse('desk_new')}?{urlencode({'item': items[0].item.code})}")
    context = {"items": items[:MOST_ITEMS], "more": len(items) > MOST_ITEMS, "q": text}
    return render(request, "desk/choose_item.html", context)


@require_safe
@signed_in
def suggest(request: HttpRequest) -> HttpResponse:
    """The first of the window's items that answer what is typed so far, as options of the search field."""
    actor, text = _clerk(request), request.GET.get("q", "").strip()[:100]
    found = list(_own_items(text, actor)[:SUGGESTED]) if text else []
    options = [(f"{reverse('desk_new')}?{urlencode({'item': version.item.code})}", version) for version in found]
    return render(request, "parts/suggestions.html", {"q": text, "options": options})


def _hand_in(request: HttpRequest, whole: VersionTerms, at: Any) -> HttpResponse:
    """Receive what the form says. Without any answer about the situation the whole list counts."""
    actor, questions = acting(request), questions_of(whole.id)
    told = situations.typed(request.POST, questions)
    unanswered = situations.errors_of(questions, told) if told else []
    version = whole if unanswered else narrowed(whole, told)
    who = {name: request.POST.get(name, "").strip() for name in WHO}
    form = schema_form.answers(version.form_schema, request)
    lines = materials.lines_of(version)
    key, known = request.POST.get("request_key", ""), records.kept(request, actor)
    if "look_up" in request.POST or "situate" in request.POST or schema_form.is_redraw(request):
        materials.named(lines, "materials", request, actor, at, [])  # what was chosen is not lost by looking
        known = records.looked_up(who, actor, at) if "look_up" in request.POST else known
        page = _page(version, who, form, lines, {}, key, known)
        return render(request, "desk/new.html", {**page, "asked": situations.asked(questions, told)})
    errors = [*_wrong(who), *unanswered]
    given = materials.named(lines, "materials", request, actor, at, errors)
    try:
        if errors:
            raise Refused("input.invalid")
        case = intake.submit_application(
            item=version.item_code,
            materials=given,
            form=form,
            channel="window",
            applicant=ApplicantData(who["name"], who["kind"], "", who["id_number"], who["phone"], who["email"]),
            record=known.key,
            situation=told or None,
            by=actor,
            at=at,
        )
    except Refused as refusal:
        if refusal.code == "form.invalid":
            errors += schema_form.field_errors(version.form_schema, refusal)
        messages = {error.field: error.message for error in errors}
        if refusal.code == "applicant.invalid":
            messages[str(refusal.facts["field"])] = str(desk_words.APPLICANT_WRONG)
        page = _page(version, who, form, lines, messages, key, known)
        page["asked"] = situations.asked(questions, told, messages)
        return show_refusal(request, "desk/new.html", page, refusal, errors)
    return redirect("received", number=case.number)


def _wrong(who: dict[str, str]) -> list[FieldError]:
    message = _("%(question)s: use at most %(most)s characters")
    wrong = [
        FieldError(name, message % {"question": str(desk_words.WHO[name]), "most": most})
        for name, most in WHO.items()
        if len(who[name]) > most
    ]
    if who["kind"] not in KINDS:
        wrong.append(FieldError("kind-0", _("Choose one: %(question)s") % {"question": str(desk_words.WHO["kind"])}))
    return wrong


def _page(
    version: VersionTerms,
    who: dict[str, str],
    form: dict[str, Any],
    lines: list[materials.Line],
    errors: dict[str, str],
    key: str,
    known: records.OnForm,
) -> dict[str, Any]:
    widths = {"id_number": "20", "phone": "20", "email": "20"}
    return {
        "terms": version,
        "typed": bool(key),
        "kind": who.get("kind", ""),
        "kinds": [(kind, desk_words.APPLICANT_KINDS[kind]) for kind in KINDS],
        "kind_error": errors.get("kind-0", ""),
        "who": [
            Field(
                name,
                str(desk_words.WHO[name]),
                {"phone": "tel", "email": "email"}.get(name, "text"),
                who.get(name, ""),
                known.hint(name, who.get(name, "")),
                required=name == "name",
                error=errors.get(name, ""),
                width=widths.get(name, ""),
                autocomplete="off",
                focus=name == "id_number" and not errors,
                looks_up=name in records.SEARCHED,
            )
            for name in WHO
            if name != "kind"
        ],
        "fields": schema_form.fields(version.form_schema, form, errors),
        "lines": lines,
        "key": key,
        "known": known,
    }
