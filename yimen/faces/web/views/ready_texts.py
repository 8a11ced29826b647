"""Ready texts of an organ: its people add, change and take away what they offer each other."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.faces.web import desk_words
from yimen.faces.web.forms import FieldError, acting, show_refusal, signed_in, version_of
from yimen.faces.web.phrases import shipped
from yimen.faces.web.views.casework import staff_of
from yimen.faces.web.words import refusal_text
from yimen.flows import ready_texts
from yimen.ground.kernel.errors import Conflict, Denied, Refused
from yimen.rooms.documents import queries
from yimen.rooms.documents.models import ReadyText
from yimen.rooms.documents.ready_texts import LONGEST
from yimen.rooms.identity.actor import Actor


def _writer(request: HttpRequest) -> Actor:
    """Somebody of an organ who keeps its texts; raises `Denied`."""
    actor = staff_of(request)
    if "add_ready_text" not in actor.verbs or actor.organ_id is None:
        raise Denied(verb="add_ready_text")
    return actor


def _label(step: str, field: str) -> str:
    question = desk_words.QUESTIONS.get(f"{step}.{field}") or desk_words.QUESTIONS.get(field) or (field, "")
    return f"{desk_words.VERBS[step]} · {question[0]}"


def _page(actor: Actor, place: str, text: str) -> dict[str, Any]:
    """Every field with the organ's own texts and those that the product ships; {place: "verb.argument"}."""
    own: dict[tuple[str, str], list[ReadyText]] = {}
    for row in queries.ready_texts(actor.organ_id):
        own.setdefault((row.step, row.field), []).append(row)
    fields = [pair for pair in ready_texts.fields() if pair[0] in desk_words.VERBS]
    groups = [(f"{s}.{f}", _label(s, f), own.get((s, f), []), shipped(s, f)) for s, f in fields]
    return {
        "places": [(place, label) for place, label, _own, _shipped in groups],
        "groups": [group for group in groups if group[2] or group[3]],
        "any_own": bool(own),
        "place": place,
        "text": text,
        "longest": LONGEST,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def texts(request: HttpRequest) -> HttpResponse:
    """All of them by field, and a form for a new one."""
    actor = _writer(request)
    place, text = request.POST.get("place", "examine_case.reasons")[:81], request.POST.get("text", "")
    if request.method == "POST":
        step, _dot, field = place.partition(".")
        try:
            ready_texts.add_ready_text(step=step, field=field, text=text, by=acting(request), at=timezone.now())
        except Refused as refusal:
            at_field = "text" if refusal.code == "ready_text.empty" else "place"
            wrong = [FieldError(at_field, refusal_text(refusal).sentence)]
            return show_refusal(request, "office/texts.html", _page(actor, place, text), refusal, wrong)
        messages.success(request, _("Kept. It is offered to everybody of your organ from now on."))
        return redirect("ready_texts")
    return render(request, "office/texts.html", _page(actor, place, text))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def text(request: HttpRequest, key: int) -> HttpResponse:
    """One of them: other words, or away with it."""
    actor = _writer(request)
    found = next((row for row in queries.ready_texts(actor.organ_id) if row.pk == key), None)
    if found is None:
        raise Http404
    typed, version = request.POST.get("text", found.text), version_of(request)
    context = {"found": found, "label": _label(found.step, found.field), "text": typed, "longest": LONGEST}
    if request.method != "POST":
        return render(request, "office/text.html", context | {"version": found.version})
    given: dict[str, Any] = {"version": version, "by": acting(request), "at": timezone.now()}
    try:
        if "retire" in request.POST:
            ready_texts.retire_ready_text(key, **given)
            messages.success(request, _("It is offered no more. Papers that used it keep their words."))
        else:
            ready_texts.change_ready_text(key, text=typed, **given)
            messages.success(request, _("Changed. Papers made before keep their words."))
    except Conflict as refusal:
        wrong = [
            FieldError("text", _("Somebody changed this text after you opened it: compare both, then send again."))
        ]
        context |= {"version": found.version, "theirs": found.text}
        return show_refusal(request, "office/text.html", context, refusal, wrong)
    except Refused as refusal:
        wrong = [FieldError("text", refusal_text(refusal).sentence)]
        return show_refusal(request, "office/text.html", context | {"version": version}, refusal, wrong)
    return redirect("ready_texts")
