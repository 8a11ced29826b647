"""Questions in the office: what waits, one question with all that helps to answer it, and its publication."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yimen.faces.web import register_forms
from yimen.faces.web.forms import FieldError, acting, show_refusal, signed_in, version_of
from yimen.faces.web.register_words import consultation as words
from yimen.faces.web.register_words import joined, verb_words
from yimen.faces.web.views.casework import staff_of
from yimen.faces.web.words import refusal_text
from yimen.facts import questions as facts
from yimen.facts.registers import base
from yimen.flows import consultation
from yimen.flows.registry import register_verbs
from yimen.ground.kernel.errors import Conflict, Denied, Refused
from yimen.rooms.consultation import queries
from yimen.rooms.consultation.models import Question
from yimen.rooms.identity.actor import Actor

# What is done on the page of a question itself; everything else has a form of its own.
HERE = ("take_question", "accept_question", "answer_question", "reveal_asker")
LONGEST = 4000
ELSEWHERE = ("hand_over_question", "decline_question", "extend_question")


def _reader(request: HttpRequest) -> Actor:
    actor = staff_of(request)
    if "view_questions" not in actor.verbs:
        raise Denied(verb="view_questions")
    return actor


def waiting(actor: Actor) -> list[tuple[str, Any, int]]:
    """(list, its name, how many) of what waits for an actor who answers questions, for the desks; empty for others."""
    if "take_question" not in actor.verbs:
        return []
    counts = queries.counts(actor, timezone.localdate())
    return [(name, words.LISTS[name][0], counts[name]) for name in ("offered", "mine", "unowned", "late")]


@require_safe
@signed_in
def questions(request: HttpRequest) -> HttpResponse:
    """The work lists, the nearest day first, and what was answered in time by organ and month."""
    actor, at = _reader(request), timezone.now()
    names = [name for name in queries.LISTS if "take_question" in actor.verbs or name not in ("offered", "mine")]
    counts = queries.counts(actor, timezone.localdate(at))
    first = next((name for name in names if counts[name]), names[0])
    name = request.GET.get("list", "")
    name = name if name in names else first
    number = request.GET.get("page", "1")
    page = min(int(number), 1000) if number.isascii() and number.isdigit() and int(number[:6]) else 1
    lines, more = facts.work_page(actor, name, at, page)
    context = {
        "name": name,
        "lists": [(key, words.LISTS[key][0], counts[key]) for key in names],
        "title": words.LISTS[name][0],
        "empty": words.LISTS[name][1],
        "lines": lines,
        "page": page,
        "next": page + 1 if more else 0,
        "figures": facts.figures(actor, timezone.localdate(at)),
        "may_note": "note_question" in actor.verbs,
        "may_publish": "publish_question" in actor.verbs,
    }
    return render(request, "office/questions.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def question(request: HttpRequest, number: str) -> HttpResponse:
    """One question: what was asked, what others were told, and the answer in the same place."""
    actor = _reader(request)
    base.seen("question", number, actor)
    found = facts.load(number)
    if request.method == "POST":
        return _act(request, found, actor, request.POST.get("do", ""))
    return render(request, "office/question.html", _page(request, found, actor))


def _page(request: HttpRequest, found: Question, actor: Actor) -> dict[str, Any]:
    kind, at = base.kind_of("question"), timezone.now()
    told = facts.told(found, at)
    mine = found.responsible_id == actor.staff_id
    offered = base.offered(kind, found, actor, [*HERE, *ELSEWHERE], at)
    if not mine:
        offered = [verb for verb in offered if verb in ("take_question", "accept_question", "decline_question")]
    if found.offered_to_id != actor.staff_id:
        offered = [verb for verb in offered if verb not in ("accept_question", "decline_question")]
    text = f"{found.title} {told['rounds'][-1].text}"
    return {
        **told,
        "facts": kind.facts(found, at),
        "chain": facts.chain(found),
        "mine": mine,
        "offered": offered,
        "links": [(verb, verb_words(verb)) for verb in ELSEWHERE if verb in offered],
        "answers": facts.answers_for(text, 3) if told["open"] else [],
        "may_publish": "publish_question" in actor.verbs and any(row.answered_at for row in told["rounds"]),
        "text": request.POST.get("text", ""),
        "reason": request.POST.get("reason", ""),
        "request_key": request.POST.get("request_key", ""),
    }


def _act(request: HttpRequest, found: Question, actor: Actor, verb: str) -> HttpResponse:
    by, at, version = acting(request), timezone.now(), version_of(request)
    if verb not in HERE:
        return redirect("office_question", number=found.number)
    arguments = {}
    if verb == "answer_question":
        arguments["text"] = request.POST.get("text", "").strip()
    elif verb == "reveal_asker":
        arguments["reason"] = request.POST.get("reason", "").strip()
    errors = []
    for name, value in arguments.items():
        if len(value) > LONGEST:
            facts_of = {"question": verb_words(verb), "most": LONGEST}
            errors.append(FieldError(name, _("%(question)s: use at most %(most)s characters") % facts_of))
    try:
        if errors:
            raise Refused("input.invalid")
        getattr(consultation, verb)(found.number, by=by, at=at, version=version, **arguments)
    except Refused as refusal:
        if refusal.code == "reason.missing" and arguments:
            errors = [FieldError(next(iter(arguments)), refusal_text(refusal).sentence)]
        context = _page(request, found, actor) | {"stale": isinstance(refusal, Conflict)}
        return show_refusal(request, "office/question.html", context, refusal, errors)
    if verb == "reveal_asker":
        found = facts.load(found.number)
        shown = {"shown": (found.name, found.contact), "reason": ""}
        return render(request, "office/question.html", _page(request, found, actor) | shown)
    messages.success(request, _("Done: %(verb)s") % {"verb": verb_words(verb)})
    return redirect("office_question", number=found.number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def publish(request: HttpRequest, number: str) -> HttpResponse:
    """Publish an answer: the form begins with what was asked and answered, to be made free of personal data."""
    actor = _reader(request)
    actor.role_for("publish_question")
    base.seen("question", number, actor)
    found = facts.load(number)
    verb = register_verbs("faq")["publish_question"]
    last = next((row for row in reversed(list(found.rounds.all())) if row.answered_at), None)
    given = {
        "question": found.number,
        "title": found.title,
        "text": found.rounds.all()[0].text,
        "answer": last.answer if last else "",
        "item": found.item.code if found.item else "",
    }
    asked = register_forms.questions(verb, actor, given)
    for field in asked:
        if field.name == "question":  # it stands in the address
            field.kind, field.choices = "select", [(found.number, f"{found.number} {found.title}")]
    context = {
        "kind": "faq",
        "key": "",
        "words": joined("KINDS")["faq"],
        "title": found.title,
        "verb": verb.name,
        "label": verb_words(verb.name),
        "warning": joined("WARNINGS")[verb.name],
        "questions": asked,
        "request_key": request.POST.get("request_key", ""),
    }
    if request.method != "POST":
        return render(request, "registers/do.html", context)
    by, at = acting(request), timezone.now()
    arguments, errors = register_forms.read(asked, request, by, at)
    if errors:
        return show_refusal(request, "registers/do.html", context, Refused("input.invalid"), errors)
    try:
        made = consultation.publish_question(**{**arguments, "question": found.number}, by=by, at=at)
    except Refused as refusal:
        wrong = [
            FieldError(q.anchor, refusal_text(refusal).sentence) for q in asked if q.name == refusal.facts.get("field")
        ]
        for asking in asked:
            asking.error = next((error.message for error in wrong if error.field == asking.anchor), "")
        return show_refusal(request, "registers/do.html", context, refusal, wrong or None)
    messages.success(request, _("Done: %(verb)s") % {"verb": verb_words(verb.name)})
    return redirect("register_thing", kind="faq", key=made.key)
