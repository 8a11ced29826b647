"""The list of items and the guide of each (六公开: basis, conditions, materials, procedure, limits, charges)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, cast
from urllib.parse import urlencode

from django.db import connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from yimen.faces.web import file_words, filter_words, guide_details, guide_words, schema_form
from yimen.faces.web.context import APPLICANTS
from yimen.faces.web.views.casework import FILE_POLICY
from yimen.facts import questions, search
from yimen.facts.versions import Standing, standing_of
from yimen.ground.files.queries import open_file
from yimen.ground.kernel.errors import Refused
from yimen.rooms.catalogue import queries as catalogue
from yimen.rooms.catalogue import terms
from yimen.rooms.catalogue.models import Item, ItemVersion
from yimen.rooms.catalogue.rules.form_example import form_example
from yimen.rooms.guides.queries import base_of, files_of, personal_of
from yimen.rooms.identity.actor import Actor

PAGE = 20
SUGGESTED = 8
LISTED = ("procedure", "where")  # sections of further facts that the list to take along repeats


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """Items in force today that answer the words searched for and the filters, the best first; pages by the last key
    (rank:code)."""
    text = request.GET.get("q", "").strip()[:100]
    after = request.GET.get("after", "")[:200]
    asked = filter_words.asked(request.GET)
    found = search.find(text, timezone.localdate(), asked, after=after, limit=PAGE)
    context = {
        "q": text,
        "total": found.total,
        "versions": found.versions,
        "after": after,
        "next_after": found.next_after,
        "filters": filter_words.shown(found.choices, text, asked),
        "filtered": bool(asked),
        "query": urlencode({**({"q": text} if text else {}), **asked}),
    }
    return render(request, "items.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The first answers to what is typed so far, as a piece of HTML with links.

    A help for pages with JavaScript; without it the search form answers with the whole list.
    """
    text = request.GET.get("q", "").strip()[:100]
    found = catalogue.answers(text, timezone.localdate(), limit=SUGGESTED).versions if text else []
    options = [(reverse("guide", args=[version.item.code]), version) for version in found]
    return render(request, "parts/suggestions.html", {"q": text, "options": options})


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """The guide in force today, or on the day `?on=YYYY-MM-DD`; an unknown item is a 404 page, one out of force says
    so, and one that an order cancelled shows its last guide under a notice."""
    today = timezone.localdate()
    on = _asked_day(request.GET.get("on", "")) or today
    item, standing = _shown(code, on)
    actor: Actor | None = request.actor or None  # type: ignore[attr-defined]
    works = actor is not None and bool(set(actor.roles) - APPLICANTS)
    may_apply = not works or (
        actor is not None and "submit_application" in actor.verbs and actor.organ_id == item.organ_id
    )
    # Nobody applies under a guide of another day, for a suspended item or for one that is no more.
    may_apply = may_apply and on == today and standing.suspension is None and standing.cancelled is None
    limits = guide_words.limits_on(on, item.revision)
    body = _body(str(connection.settings_dict["NAME"]), item, limits, translation.get_language(), may_apply)
    asked = questions.faqs_of_item(code)
    ahead = [c for c in standing.changes if c.order.takes_effect_on > on]  # type: ignore[operator]
    context = {"item": item, "body": body, "faqs": asked, "on": on if on != today else None, "standing": standing}
    ago = [c for c in standing.changes if c not in ahead]
    return render(request, "guide.html", {**context, "ahead": ahead, "ago": ago})


def _asked_day(text: str) -> date | None:
    """A day written YYYY-MM-DD; None for anything else, which shows today's guide."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _shown(code: str, on: date) -> tuple[terms.Shown, Standing]:
    """The version of the day and how the item stands on it; for a cancelled item the last version.

    Raises `item.unknown`, `item.not_in_force`.
    """
    try:
        shown = terms.shown_in_force(code, on)
    except Refused as refused:
        if refused.code != "item.not_in_force":
            raise
        standing = standing_of(Item.objects.only("pk").get(code=code).pk, on)
        if standing.cancelled is None or standing.cancelled.order.takes_effect_on is None:
            raise
        last = standing.cancelled.order.takes_effect_on - timedelta(days=1)
        return terms.shown_in_force(code, last), standing
    return shown, standing_of(shown.item_id, on, shown.revision)


@require_safe
def my_list(request: HttpRequest, code: str) -> HttpResponse:
    """What to bring, to tick and to print: materials, place, hours, telephones. Where the guide asks about the
    situation, whoever answers all (`?s.QUESTION=ANSWER`, the form of the page) gets a list of their own."""
    version = catalogue.version_in_force(code, timezone.localdate())
    details = guide_details.details_of(version)
    questions_asked = details.situations
    answers = _answers(request, questions_asked)
    told = personal_of(version, answers) if questions_asked and len(answers) == len(questions_asked) else None
    context = {
        "version": version,
        "item": version.item,
        "details": details,
        # What helps on the way; the rest stands in the guide.
        "facts": [fact for name in LISTED for fact in details.sections.get(name, ())],
        "materials": _lines(version, details, told.guide if told else None),
        "situations": [(f"s.{one['code']}", one, answers.get(one["code"])) for one in questions_asked],
        "told": told or base_of(version),
        "is_personal": told is not None,
        "began": bool(answers) and told is None,
    }
    return render(request, "guide_list.html", context)


@require_safe
def guide_file(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """A form or sample that the guide of today (`?on=`: of a day) offers; always to be saved, never run."""
    shown, _standing = _shown(code, _asked_day(request.GET.get("on", "")) or timezone.localdate())
    found = next((one for one in files_of(shown.version_id) if one["file"] == key), None)
    if found is None:
        raise Refused("thing.not_found", kind="file", key=key[:40])
    try:
        stream = open_file(found["sha256"])
    except FileNotFoundError:
        raise Http404 from None
    sent = FileResponse(stream, as_attachment=True, filename=found["name"], content_type=found["media_type"])
    sent.headers["Content-Security-Policy"] = FILE_POLICY
    sent.headers["X-Content-Type-Options"] = "nosniff"
    # A FileResponse is no HttpResponse in Django's classes, yet every middleware takes it as one.
    return cast(HttpResponse, sent)


def _answers(request: HttpRequest, asked: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The answers of the address that the guide knows; any other counts as none."""
    given = {one["code"]: request.GET.get(f"s.{one['code']}", "") for one in asked}
    known = {one["code"]: {answer["code"] for answer in one["answers"]} for one in asked}
    return {question: answer for question, answer in given.items() if answer in known[question]}


def _lines(
    version: ItemVersion, details: guide_details.Details, guide: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """{material, rule, form, necessity, notes, files} of each material, `form` in words: 原件 2 份; with `guide` only
    of those that it names."""
    return [
        {
            "material": m,
            "rule": terms.file_rule(m),
            "form": file_words.form_words(m.form, m.copies),
            "necessity": guide[m.code] if guide is not None else m.necessity,
            "notes": details.notes.get(m.code, ()),
            "files": details.files.get(m.code, ()),
        }
        for m in catalogue.materials(version)
        if guide is None or m.code in guide
    ]


def _form_lines(version: ItemVersion) -> list[tuple[str, str]]:
    """The form filled in as an example (申请书示范文本, 第三十条): (question, answer)."""
    schema = {"type": "object", **version.form_schema}
    example, known = form_example(schema), schema.get("properties", {})
    names = [name for name in schema.get("x-order", known) if name in known]
    return [(schema_form.title_of(n, known[n]), schema_form.shown(known[n], example.get(n))) for n in names]


@lru_cache(maxsize=1024)
def _body(database: str, shown: terms.Shown, limits: guide_words.Limits, language: str, may_apply: bool) -> str:
    """The text of a guide. A published version never changes, so it is made once for each language."""
    found = ItemVersion.objects.select_related("item__organ", "organ", "supervising_organ", "detail")
    version = found.get(pk=shown.version_id)
    samples, details = guide_words.samples(version), guide_details.details_of(version)
    context = {
        "version": version,
        "item": version.item,
        "details": details,
        "situations": [(f"s.{one['code']}", one, None) for one in details.situations],
        "materials": _lines(version, details),
        "may_apply": may_apply,
        "example": _form_lines(version),
        "flow": guide_words.flow(terms.procedure_of(version), limits),
        "bases": guide_words.bases(version, limits),
        "remedies": guide_words.remedies(limits),
        "questions": guide_words.questions(version, limits),
        "sources": guide_words.sources(version),
        # A text that says itself that it is a sample needs no second mark.
        "marked": {name: guide_words.SAMPLE not in str(getattr(version, name, "")) for name in samples},
    }
    return render_to_string("parts/guide_body.html", context)


terms.on_forget(_body.cache_clear)
