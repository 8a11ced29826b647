"""问 Asking: what is answered already comes first, then the form; a question is followed by its number and password."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yimen.faces.web.forms import FieldError, keyed, real_actor, show_refusal, signed_in, version_of
from yimen.faces.web.register_words import consultation as register_words
from yimen.faces.web.templatetags.house import named
from yimen.faces.web.views.decisions import plain
from yimen.faces.web.words import refusal_text
from yimen.facts import questions as facts
from yimen.flows import consultation
from yimen.ground.engines import limits
from yimen.ground.engines.secrets import check_query_password, query_password
from yimen.ground.kernel.errors import Refused
from yimen.rooms.consultation.models import Question
from yimen.rooms.consultation.queries import limit_on
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.queries import centre

OPENED, ASKED, KEPT = "questions", "questions_asked", 20
LONGEST = {"title": 200, "text": 4000, "name": 200, "contact": 200, "item": 120}


@dataclass(slots=True)
class _Field:
    """One question of a form, as parts/field.html wants it."""

    name: str
    label: str
    kind: str
    value: str = ""
    hint: str = ""
    required: bool = False
    error: str = ""
    autocomplete: str = ""


def _fields(values: dict[str, str]) -> list[_Field]:
    return [
        _Field("title", _("What is it about?"), "text", values["title"], _("In one line."), required=True),
        _Field("text", _("Your question"), "textarea", values["text"], required=True),
        _Field("name", _("Your name"), "text", values["name"], autocomplete="name"),
        _Field(
            "contact",
            _("How can we reach you?"),
            "text",
            values["contact"],
            _("A telephone or an e-mail address; an e-mail address gets the answer."),
        ),
    ]


def _asking(request: HttpRequest) -> Actor:
    """Whoever asks: the own account, or a visitor; staff ask as anybody does."""
    actor: Actor | None = request.actor or None  # type: ignore[attr-defined]
    if actor is not None and "ask_question" in actor.verbs:
        return real_actor(request)
    return consultation.VISITOR


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Search before asking: published answers and items that fit, then the form with what was typed."""
    given = request.POST if request.method == "POST" else request.GET
    text = given.get("q", "").strip()[:200]
    values = {name: given.get(name, "").strip() for name in LONGEST}
    values["title"] = values["title"] or (text if request.method != "POST" else "")
    today = timezone.localdate()
    if text:
        limits.count("search", limits.client_ip(request), at=timezone.now(), memory=True)
    item = facts.item_named(values["item"][:120])
    term, _extension, _basis = limit_on("online", today)
    context = {
        "q": text,
        "item": item,
        "answers": facts.answers_for(text) if text else (facts.faqs_of_item(item.code) if item else []),
        "versions": facts.items_for(text, today) if text else [],
        "fields": _fields(values),
        "limit": str(term),
        "request_key": request.POST.get("request_key", ""),
        "by_account": _asking(request).user_id is not None,
    }
    if request.method != "POST":
        return render(request, "ask.html", context)
    return _ask(request, values, context)


def _wrong(fields: list[_Field], values: dict[str, str]) -> list[FieldError]:
    errors = []
    for field in fields:
        if field.required and not values[field.name]:
            field.error = _("Answer this: %(question)s") % {"question": field.label}
        elif len(values[field.name]) > LONGEST[field.name]:
            facts_of = {"question": field.label, "most": LONGEST[field.name]}
            field.error = _("%(question)s: use at most %(most)s characters") % facts_of
        if field.error:
            errors.append(FieldError(field.name, field.error))
    return errors


def _ask(request: HttpRequest, values: dict[str, str], context: dict[str, Any]) -> HttpResponse:
    at, sender = timezone.now(), limits.client_ip(request)
    errors = _wrong(context["fields"], values)
    try:
        if errors:
            raise Refused("input.invalid")
        limits.count("ask", sender, at=at)
        question = consultation.ask_question(**values, by=keyed(request, _asking(request)), at=at)
    except Refused as refusal:
        return show_refusal(request, "ask.html", context, refusal, errors)
    _remember(request, OPENED, question.number)
    _remember(request, ASKED, question.number)
    messages.success(request, _("Your question has been received."))
    return redirect("question", number=question.number)


def _remember(request: HttpRequest, key: str, number: str) -> None:
    kept = [n for n in request.session.get(key, []) if n != number]
    request.session[key] = [*kept, number][-KEPT:]


def _is_owner(request: Any, question: Question) -> bool:
    actor: Actor | None = request.actor or None
    return actor is not None and question.user_id is not None and actor.user_id == question.user_id


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, number: str) -> HttpResponse:
    """Follow a question: the password travels in a POST only and opens it for the session; an own one needs none."""
    number = number[:40]
    action = request.POST.get("do", "") if request.method == "POST" else ""
    found = _opened(request, number)
    if found is None:
        return _open(request, number) if request.method == "POST" else _closed(request, number)
    if action in ("ask_again", "rate_answer"):
        return _act(request, found, action)
    return render(request, "question.html", _page(request, found))


def _opened(request: HttpRequest, number: str) -> Question | None:
    try:
        found = facts.load(number)
    except Refused:
        return None
    return found if number in request.session.get(OPENED, []) or _is_owner(request, found) else None


def _closed(request: HttpRequest, number: str, **more: Any) -> HttpResponse:
    status = 404 if more else 200
    return render(request, "question_form.html", {"number": number, **more}, status=status)


def _open(request: HttpRequest, number: str) -> HttpResponse:
    typed = (request.POST.get("number", "").strip() or number)[:40]
    password = request.POST.get("password", "")[:60]
    at, sender = timezone.now(), limits.client_ip(request)
    limits.check("track", sender, at=at)
    limits.check("track_number", typed, at=at)
    if not (check_query_password(typed, password) and _exists(typed)):
        limits.count("track", sender, at=at)
        limits.count("track_number", typed, at=at)
        # One answer for both: nobody learns which numbers exist.
        message = _("No question has this number together with this query password.")
        advice = _("Both were shown when you asked. The password has no 0, O, 1, I or L.")
        summary: dict[str, Any] = {"errors": [{"field": "password", "message": message}], "advice": advice}
        return _closed(request, typed, error_summary=summary)
    _remember(request, OPENED, typed)
    return redirect("question", number=typed)


def _exists(number: str) -> bool:
    try:
        facts.load(number)
    except Refused:
        return False
    return True


def _page(request: HttpRequest, found: Question) -> dict[str, Any]:
    return {
        **facts.told(found, timezone.now()),
        "password": query_password(found.number) if found.number in request.session.get(ASKED, []) else "",
        "owner": _is_owner(request, found),
        "did": request.POST.get("do", ""),
        "text": request.POST.get("text", "").strip(),
        "scores": register_words.SCORES,
        "score": request.POST.get("score", ""),
        "request_key": request.POST.get("request_key", ""),
    }


def _act(request: HttpRequest, found: Question, action: str) -> HttpResponse:
    """A follow-up or a grade, by the account or by whoever has the password."""
    actor = real_actor(request) if _is_owner(request, found) else consultation.asker(found.number)
    at, text = timezone.now(), request.POST.get("text", "").strip()
    errors = []
    score = request.POST.get("score", "")
    if len(text) > LONGEST["text"]:
        message = _("%(question)s: use at most %(most)s characters") % {"question": "", "most": LONGEST["text"]}
        errors.append(FieldError(f"{action}-text", message))
    if action == "rate_answer" and score not in ("1", "2", "3", "4", "5"):
        errors.append(FieldError("score-5", _("Choose one: %(question)s") % {"question": _("How satisfied are you?")}))
    try:
        if errors:
            raise Refused("input.invalid")
        by = keyed(request, actor)
        if action == "ask_again":
            consultation.ask_again(found.number, text=text, by=by, at=at, version=version_of(request))
        else:
            consultation.rate_answer(
                found.number, score=int(score), text=text, by=by, at=at, version=version_of(request)
            )
    except Refused as refusal:
        if refusal.code == "reason.missing":
            errors = [FieldError(f"{action}-text", refusal_text(refusal).sentence)]
        return show_refusal(request, "question.html", _page(request, found), refusal, errors)
    messages.success(request, _("Thank you. It has been received."))
    return redirect("question", number=found.number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """From number and password to the question."""
    return _open(request, "") if request.method == "POST" else _closed(request, "")


@never_cache
@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """The questions asked under this account."""
    actor = real_actor(request)
    actor.role_for("ask_question")
    rows = facts.of_account(actor.user_id) if actor.user_id else []
    return render(request, "my_questions.html", {"rows": rows})


@require_safe
def faqs(request: HttpRequest) -> HttpResponse:
    """Published answers: searched by words, or by item, organ and what people say."""
    text = request.GET.get("q", "").strip()[:100]
    if text:
        limits.count("search", limits.client_ip(request), at=timezone.now(), memory=True)
    item, organ = request.GET.get("item", "")[:120], request.GET.get("organ", "")[:50]
    rows, following = facts.faq_page(text=text, item=item, organ=organ, before=request.GET.get("before", ""))
    entrances = facts.faq_entrances()
    context = {
        "q": text,
        "item": item,
        "organ": organ,
        "rows": rows,
        "next": following,
        "entrances": entrances,
        "narrowed": next((named(thing) for code, thing, _n in entrances.items if code == item), "")
        or next((named(thing) for code, thing, _n in entrances.organs if code == organ), ""),
    }
    return render(request, "faqs.html", context)


@require_safe
def faq(request: HttpRequest, key: int) -> HttpResponse:
    """One published answer."""
    return render(request, "faq.html", {"row": facts.faq(key)})


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The newest published answers as Atom; `?language=en` for English."""
    language = "en" if request.GET.get("language") == "en" else settings.LANGUAGE_CODE
    with translation.override(language):
        house = centre()
        name = house.name if language != "en" or not house.name_en else house.name_en
        made = Atom1Feed(
            title=_("Published answers · %(centre)s") % {"centre": plain(name)},
            link=settings.SITE_URL + reverse("faqs"),
            description=None,
            language="zh-Hans" if language != "en" else "en",
            feed_url=settings.SITE_URL + request.get_full_path(),
        )
        for row in facts.faq_page()[0]:
            link = settings.SITE_URL + reverse("faq", args=[row.pk])
            # Readers take an Atom summary as HTML, so it is escaped once more here than by the feed itself.
            summary = escape(plain(row.answer))
            made.add_item(
                title=plain(row.title),
                link=link,
                description=summary,
                unique_id=link,
                pubdate=row.published_at,
                updateddate=row.published_at,
            )
        text = made.writeString("utf-8")
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8")
