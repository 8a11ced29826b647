"""Applying online, a page at a time; each page saves the draft, and only the last one hands in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.faces.web import file_words, schema_form, schema_steps, situations, two_tabs, wizard
from yimen.faces.web.context import APPLICANTS
from yimen.faces.web.forms import FieldError, acting, real_actor, show_refusal, signed_in
from yimen.faces.web.schema_form import Field
from yimen.faces.web.wizard import WHO, Page, Wizard
from yimen.faces.web.words import refusal_text
from yimen.flows import drafts
from yimen.flows.files import upload_file
from yimen.ground.kernel.errors import Conflict, Denied, Refused
from yimen.rooms.cases import queries
from yimen.rooms.cases.models import Draft
from yimen.rooms.catalogue.rules.file_rules import check_number
from yimen.rooms.guides.queries import texts_for
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.queries import applicants_of
from yimen.rooms.identity.rules.applicants import ApplicantData


def _applicant(request: HttpRequest) -> Actor:
    actor = real_actor(request)
    if not set(actor.roles) & APPLICANTS:
        raise Denied(verb="save_draft")
    return actor


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """The first page: who applies, or go on with a draft. Staff apply for others at the desk."""
    actor = real_actor(request)
    if actor.staff_id and not set(actor.roles) & APPLICANTS:
        if "submit_application" in actor.verbs:
            return HttpResponseRedirect(f"{reverse('desk_new')}?{urlencode({'item': code})}")
        raise Denied(verb="submit_application")
    new = wizard.begun(code, timezone.now())
    page = new.pages[0]
    if request.method == "POST":
        return (_situation if page.kind == "situation" else _who)(request, new, page, actor)
    mine = queries.drafts_of(actor).filter(item_version__item__code=new.version.item_code)
    if page.kind == "situation":  # a personal list of the guide leads here with its answers
        told = situations.typed(request.GET, new.questions)
        context = _situation_context(new, page, told, {})
        return render(request, "draft/situation.html", {**context, "drafts": list(mine)})
    return render(request, "draft/who.html", {**_who_context(new, page, _known(actor), {}), "drafts": list(mine)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def draft(request: HttpRequest, key: str, step: str = "") -> HttpResponse:
    """One page of a draft; without `step` the one on which to go on."""
    actor = _applicant(request)
    own = queries.load_draft(key, actor)
    if own.case is not None:
        return HttpResponseRedirect(reverse("received", args=[own.case.number]))
    open_ = wizard.opened(key, actor, timezone.now())
    page = open_.page(step)
    if page is None:
        go_on = open_.page(own.step) or open_.pages[0]
        return HttpResponseRedirect(open_.url(go_on.id))
    if request.method == "POST":
        return _POSTED[page.kind](request, open_, page, actor)
    if page.kind == "situation":
        return render(request, "draft/situation.html", _situation_context(open_, page, open_.told, {}))
    if page.kind == "who":
        who = open_.content["who"] or _known(actor)
        return render(request, "draft/who.html", _who_context(open_, page, who, {}))
    if page.kind == "questions":
        return render(request, "draft/questions.html", _questions_context(open_, page, open_.answers, {}))
    if page.kind == "material":
        return render(request, "draft/material.html", _material_context(open_, page, []))
    return render(request, "draft/check.html", _check_context(open_, page))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Ask once, then throw the draft away; it can't be undone."""
    actor = _applicant(request)
    own = queries.open_draft(key, actor)
    if request.method == "POST":
        drafts.discard_draft(draft=key, by=actor, at=timezone.now())
        messages.success(request, _("The draft has been thrown away."))
        return HttpResponseRedirect(reverse("my"))
    open_ = wizard.opened(key, actor, timezone.now())
    return render(request, "draft/discard.html", {"draft": own, "terms": open_.version})


def _save(request: HttpRequest, open_: Wizard, page: Page, part: dict[str, Any], actor: Actor) -> Draft:
    """Keep the page; the first one begins the draft. Raises `conflict.stale` when another window changed it."""
    given: dict[str, Any] = {"item": open_.version.item_code, "part": part, "step": page.id, "at": open_.at}
    if open_.draft is None:
        return drafts.begin_draft(**given, by=acting(request))
    if two_tabs.changed_elsewhere(request, open_, page, part):
        raise Conflict(number=open_.draft.public_id)
    return drafts.save_draft(**given, draft=open_.draft.public_id, version=open_.draft.version, by=actor)


def _both(
    request: HttpRequest, conflict: Conflict, open_: Wizard, page: Page, part: dict[str, Any], actor: Actor
) -> HttpResponse:
    """The draft as it is now beside what this window says."""
    now = wizard.opened(str(conflict.facts["number"]), actor, open_.at)
    return two_tabs.ask(request, now, page, part)


def _on(request: HttpRequest, saved: Draft, page: Page, actor: Actor) -> HttpResponse:
    """Where to go after a page was saved: on, back to the answers, or away until another day; nowhere when the page
    saved itself on the way."""
    if two_tabs.QUIET in request.POST:
        now = wizard.opened(saved.public_id, actor, saved.saved_at)
        context = {"draft": saved, "base": two_tabs.base_of(page, now.content)}
        return render(request, "draft/saved.html", context)
    if "pause" in request.POST:
        day = timezone.localtime(saved.saved_at)
        messages.success(request, _("Saved %(time)s. Nothing is handed in yet.") % {"time": f"{day:%H:%M}"})
        return HttpResponseRedirect(reverse("my"))
    after = wizard.opened(saved.public_id, actor, saved.saved_at)
    if request.GET.get("from") == wizard.CHECK:
        return HttpResponseRedirect(after.url(wizard.CHECK))
    return HttpResponseRedirect(after.url(after.beside(page.id, 1)))


def _known(actor: Actor) -> dict[str, str]:
    """The applicant for whom this account applied last, to save typing; the page says so."""
    last = next(iter(applicants_of(actor.user_id)), None) if actor.user_id else None
    return {name: getattr(last, name) for name in WHO} if last else {}


def _who_context(open_: Wizard, page: Page, who: Any, errors: dict[str, str]) -> dict[str, Any]:
    return {
        **open_.frame(page),
        "base": two_tabs.base_of(page, open_.content),
        "who": who,
        "from_records": not open_.content["who"] and bool(who) and not errors,
        "contact": [
            Field(name, label, kind, who.get(name, ""), error=errors.get(name, ""), width="20", autocomplete=kind)
            for name, label, kind in (("phone", _("Telephone"), "tel"), ("email", _("E-mail"), "email"))
        ],
    }


def _who(request: HttpRequest, open_: Wizard, page: Page, actor: Actor) -> HttpResponse:
    who = {name: request.POST.get(name, "").strip() for name in WHO}
    data = ApplicantData(who["name"], who["kind"] or "person", "", who["id_number"], who["phone"], who["email"])
    if two_tabs.changed_elsewhere(request, open_, page, {"who": who}):
        return two_tabs.ask(request, open_, page, {"who": who})
    errors, refusals = wizard.who_errors(data, open_.at)
    stays = "pause" not in request.POST and two_tabs.QUIET not in request.POST
    if errors and (stays or any(len(value) > 254 for value in who.values())):
        context = _who_context(open_, page, who, {error.field: error.message for error in errors})
        refusal = refusals[0] if refusals else Refused("input.invalid")
        return show_refusal(request, "draft/who.html", context, refusal, errors)
    who["kind"] = data.kind
    try:
        saved = _save(request, open_, page, {"who": who}, actor)
    except Conflict as conflict:
        return _both(request, conflict, open_, page, {"who": who}, actor)
    return _on(request, saved, page, actor)


def _situation_context(open_: Wizard, page: Page, told: dict[str, str], errors: dict[str, str]) -> dict[str, Any]:
    asked = situations.asked(open_.questions, told, errors)
    return {**open_.frame(page), "asked": asked, "base": two_tabs.base_of(page, open_.content)}


def _situation(request: HttpRequest, open_: Wizard, page: Page, actor: Actor) -> HttpResponse:
    """The list of materials follows the answers; a file that they no longer ask for stays in the draft."""
    told = situations.typed(request.POST, open_.questions)
    part = {"situation": {name: told.get(name) for name in page.names}}
    errors = situations.errors_of(open_.questions, told)
    if errors and "pause" not in request.POST and two_tabs.QUIET not in request.POST:
        context = _situation_context(open_, page, told, {error.field: error.message for error in errors})
        refusal = Refused("situation.unanswered", questions=[name for name in page.names if name not in told])
        return show_refusal(request, "draft/situation.html", context, refusal, errors)
    try:
        saved = _save(request, open_, page, part, actor)
    except Conflict as conflict:
        return _both(request, conflict, open_, page, part, actor)
    except Refused as refusal:
        return show_refusal(request, "draft/situation.html", _situation_context(open_, page, told, {}), refusal)
    return _on(request, saved, page, actor)


def _questions_context(open_: Wizard, page: Page, form: Any, errors: dict[str, str]) -> dict[str, Any]:
    asked = schema_form.fields(open_.version.form_schema, form, errors, page.names)
    return {**open_.frame(page), "fields": asked, "base": two_tabs.base_of(page, open_.content)}


def _questions(request: HttpRequest, open_: Wizard, page: Page, actor: Actor) -> HttpResponse:
    """What was typed is saved whether right or wrong; only what is right goes on."""
    typed = schema_form.answers(open_.version.form_schema, request, page.names, open_.answers)
    form = {name: value for name, value in open_.answers.items() if name not in page.names} | typed
    part = {"answers": {name: typed.get(name) for name in page.names}}
    try:
        saved = _save(request, open_, page, part, actor)
    except Conflict as conflict:
        return _both(request, conflict, open_, page, part, actor)
    except Refused as refusal:
        return show_refusal(request, "draft/questions.html", _questions_context(open_, page, form, {}), refusal)
    if two_tabs.QUIET in request.POST:
        return _on(request, saved, page, actor)
    if schema_form.is_redraw(request):
        return HttpResponseRedirect(request.get_full_path())
    errors, refusals = wizard.form_errors(open_.version, form, page.names)
    if errors and "pause" not in request.POST:
        again = wizard.opened(saved.public_id, actor, open_.at)
        context = _questions_context(again, page, form, {error.field: error.message for error in errors})
        return show_refusal(request, "draft/questions.html", context, refusals[0], errors)
    return _on(request, saved, page, actor)


def _material_context(open_: Wizard, page: Page, errors: list[FieldError]) -> dict[str, Any]:
    return {
        **open_.frame(page),
        "required": open_.version.guide.get(page.code) == "required",
        "files": open_.content["materials"].get(page.code) or [],
        "rule": open_.version.file_rules[page.code],
        "wrong": [error.message for error in errors],
    }


def _material(request: HttpRequest, open_: Wizard, page: Page, actor: Actor) -> HttpResponse:
    """Files are added to those that are there; a refused one is named and the others are kept."""
    files = [dict(file) for file in open_.content["materials"].get(page.code) or []]
    removed = request.POST.get("remove", "")
    files = [file for file in files if file["file"] != removed]
    errors, refusals = list[FieldError](), list[Refused]()
    rule = open_.version.file_rules[page.code]
    for sent in request.FILES.getlist("file"):
        try:
            check_number(rule, page.code, len(files) + 1)
            upload = upload_file(sent, name=sent.name or "", by=actor, at=open_.at, code=page.code, rule=rule)
            files.append({"file": upload.public_id, "name": upload.name})
        except Refused as refusal:
            errors.append(FieldError("file", f"{(sent.name or '')[:60]}：{file_words.told(refusal, rule)}"))
            refusals.append(refusal)
    try:
        saved = _save(request, open_, page, {"materials": {page.code: files or None}}, actor)
    except Refused as refusal:
        return show_refusal(
            request,
            "draft/material.html",
            _material_context(open_, page, []),
            refusal,
            [FieldError("file", refusal_text(refusal).sentence)],
        )
    if errors:
        again = wizard.opened(saved.public_id, actor, open_.at)
        context = _material_context(again, page, errors)
        return show_refusal(request, "draft/material.html", context, refusals[0], errors)
    if removed or "more" in request.POST:
        return HttpResponseRedirect(request.get_full_path())
    return _on(request, saved, page, actor)


def _check_context(open_: Wizard, page: Page) -> dict[str, Any]:
    sections = wizard.summary(open_)
    given = [line for part in sections if part["kind"] == "material" for line in part["lines"]]
    lacking = [line["label"] for line in given if line["missing"]]
    told = texts_for(open_.version.id, open_.told) if open_.is_personal else None
    return {**open_.frame(page), "sections": sections, "lacking": lacking, "told": told}


def _check(request: HttpRequest, open_: Wizard, page: Page, actor: Actor) -> HttpResponse:
    """Hand in. What is wrong anywhere is told at once, each with the way to its page."""
    context = _check_context(open_, page)
    errors, refusals = wizard.all_errors(open_, actor)
    try:
        if errors or open_.draft is None:
            raise refusals[0] if refusals else Refused("input.invalid")
        form = schema_steps.asked_form(open_.version.form_schema, open_.answers)
        own: dict[str, Any] = {"situation": open_.told, "asked": open_.version.guide}
        case = drafts.hand_in_draft(open_.draft.public_id, form=form, **own, by=actor, at=open_.at)
    except Refused as refusal:
        return show_refusal(request, "draft/check.html", context, refusal, errors)
    return HttpResponseRedirect(reverse("received", args=[case.number]))


_POSTED = {
    "situation": _situation,
    "who": _who,
    "questions": _questions,
    "material": _material,
    "check": _check,
}
