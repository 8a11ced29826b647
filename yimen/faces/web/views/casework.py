"""One case: its file, what may be done now, each verb on a page of its own, its papers and its proof."""

from typing import Any, cast

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yimen.faces.web import desk_words, schema_form, sentences, verb_forms
from yimen.faces.web.citations import articles
from yimen.faces.web.context import APPLICANTS
from yimen.faces.web.forms import FieldError, acting, real_actor, show_refusal, signed_in, version_of
from yimen.faces.web.progress import clocks_of, day_by_day
from yimen.faces.web.viewer import IMAGES, PDF, sheet
from yimen.faces.web.words import day_words, refusal_text
from yimen.facts import casefile, worklists
from yimen.facts.cases import case_facts, days_left, why
from yimen.facts.situations import told_in
from yimen.flows.papers import MAKES_PAPER, preview
from yimen.flows.registry import Verb, case_verbs
from yimen.ground.engines import sniff
from yimen.ground.files.names import clean, fitting
from yimen.ground.files.queries import open_file, path_of
from yimen.ground.journal import queries as journal
from yimen.ground.kernel.errors import Conflict, Denied, Refused
from yimen.ground.kernel.identifiers import mask, mask_email
from yimen.rooms.cases import policy
from yimen.rooms.cases.queries import terms_of
from yimen.rooms.identity.actor import Actor
from yimen.rooms.messages.queries import deliveries_of

PAGE_ROWS = 50
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
# Browsers show no PDF in a sandbox; what a PDF may do is up to their own viewer, and nosniff keeps it a PDF.
PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"


def staff_of(request: Any) -> Actor:
    """The person of the staff who asks; raises `Denied` for applicants and agents."""
    actor = real_actor(request)
    if not works_here(actor):
        raise Denied(verb="view_case")
    return actor


def works_here(actor: Actor) -> bool:
    """Whether somebody holds any duty beside applying for himself or, as an agent, for others."""
    return actor.staff_id is not None and bool(set(actor.roles) - APPLICANTS)


@require_safe
@signed_in
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """The file of a case for its staff; its applicant goes to the own page."""
    actor, at = real_actor(request), timezone.now()
    file = casefile.read(number, actor, at)
    if not works_here(actor):
        return redirect("my_case", number=number)
    return render(
        request, "casework/case.html", _page(file, actor, at) | {"sheet": sheet(file, request.GET.get("show", ""))}
    )


def _page(file: casefile.CaseFile, actor: Actor, at: Any) -> dict[str, Any]:
    facts = case_facts(file.case, at)
    found = sorted(casefile.offers(file, actor, at), key=lambda offer: offer.verb not in desk_words.MAIN)
    offers = [
        {
            "verb": offer.verb,
            "label": desk_words.VERBS[offer.verb],
            "basis": articles(desk_words.BASES.get(offer.verb, "")),
            "main": offer.verb in desk_words.MAIN,
            "key": desk_words.KEYS.get(offer.verb, ""),
            "barred": _why_barred(offer, file),
        }
        for offer in found
    ]
    return {
        "file": file,
        "facts": facts,
        "id_masked": mask(file.applicant.id_number),
        "phone_masked": mask(file.applicant.phone),
        "email_masked": mask_email(file.applicant.email),
        "may_reveal": casefile.may(actor, "reveal_personal_data", file),
        "offers": offers,
        "clocks": clocks_of(file.case, facts, at),
        "notice_lines": day_by_day(why(file.case, "correction_notice")) if facts["state"] == "received" else [],
        "notice_days": days_left(file.case.correction_notice_due_on, file.case, at),
        "answers": schema_form.answered(file.terms.form_schema, file.case.form or {}),
        "situation": told_in(file.case),
        "materials": _materials(file),
        "history": sentences.of_history(casefile.history(file.case.number), file.terms.material_names),
        "papers": [(paper, desk_words.PAPERS.get(paper.kind, paper.kind)) for paper in file.papers],
        "letters": [letter for letter in deliveries_of(f"case:{file.case.number}") if letter.channel == "email"],
    }


def _why_barred(offer: casefile.Offer, file: casefile.CaseFile) -> str:
    if not offer.barred:
        return ""
    if offer.barred == "separation.same_person" and offer.verb == "approve_case":
        if file.terms.immediate:
            return _("You accepted this case; by “one examines, another approves” another person must decide it.")
        return _("You examined this case; by “one examines, another approves” you can’t approve it.")
    if offer.barred == "separation.same_person":
        return _("You asked to void this receipt; another person must confirm it.")
    return refusal_text(Refused(offer.barred)).sentence


def _materials(file: casefile.CaseFile) -> list[dict[str, Any]]:
    """One line for each material of the guide, with every hand-in of it, the present one first."""
    handed: dict[str, list[Any]] = {code: [] for code in file.terms.guide}
    for material in file.materials:
        handed.setdefault(material.code, []).insert(0, material)
    return [
        {
            "code": code,
            "name": file.terms.material_names.get(code, code),
            "required": file.terms.guide.get(code) == "required",
            "demanded": code in file.open_demands,
            "handed": found,
        }
        for code, found in handed.items()
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def do_page(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """One verb on one case: asks for its arguments, repeats the facts where it can't be undone."""
    at = timezone.now()
    found = case_verbs().get(verb)
    if found is None or verb not in desk_words.VERBS:
        raise Http404
    actor = acting(request) if request.method == "POST" else real_actor(request)
    file = casefile.read(number, actor, at)
    policy.permit(actor, verb, file.case)
    if verb == "reveal_personal_data":
        return redirect("case_personal", number=number)  # its answer is shown, so it has a page of its own
    asked = verb_forms.questions(found, file)
    if request.method == "POST":
        return _do(request, found, file, asked, actor, at)
    _check_offered(verb, file, actor, at)
    return render(request, "casework/do.html", _do_page(found, file, asked, file.case.version))


def _check_offered(verb: str, file: casefile.CaseFile, actor: Actor, at: Any) -> None:
    """A page for a step that can't be taken now would only waste what is typed into it."""
    offer = {o.verb: o for o in casefile.offers(file, actor, at)}.get(verb)
    if offer is None:
        raise Refused("transition.not_allowed", verb=verb, state=str(file.case.state))
    if offer.barred:
        raise Refused(offer.barred)


def _do_page(
    verb: Verb, file: casefile.CaseFile, asked: list[verb_forms.Question], version: int | None
) -> dict[str, Any]:
    names = {"item": file.terms.item_name, "number": file.case.number, "applicant": file.applicant.name}
    warning, effect = desk_words.DANGEROUS.get(verb.name), desk_words.EFFECTS.get(verb.name)
    return {
        "file": file,
        "verb": verb.name,
        "label": desk_words.VERBS[verb.name],
        "basis": articles(desk_words.BASES.get(verb.name, "")),
        "questions": asked,
        "warning": str(warning) % names if warning else "",
        "effect": str(effect) % {"notice_due": day_words(file.case.correction_notice_due_on)} if effect else "",
        "version": version,
        **(_found(file) if verb.name == "approve_case" else {}),
        "can_preview": verb.name in MAKES_PAPER,
        "multipart": any(question.kind == "materials" for question in asked),
    }


def _found(file: casefile.CaseFile) -> dict[str, Any]:
    """What the examiner found last, and what happened to the case since."""
    examined = [hand for hand in file.hands if hand.act == "examine"][-1:]
    if not examined:
        return {"examined": []}
    later = [step for step in casefile.history(file.case.number) if step.entry.at > examined[0].at]
    # That a paper became a PDF changes nothing in the case.
    changes = [step for step in later if step.entry.verb != "render_document"]
    return {"examined": examined, "since": sentences.of_history(changes, file.terms.material_names)}


def _do(
    request: HttpRequest, verb: Verb, file: casefile.CaseFile, asked: list[verb_forms.Question], actor: Actor, at: Any
) -> HttpResponse:
    arguments, errors = verb_forms.read(asked, request, actor, at)
    version = version_of(request)
    context = _do_page(verb, file, asked, version) | {"request_key": request.POST.get("request_key", "")}
    if errors:
        verb_forms.mark(asked, errors)
        return show_refusal(request, "casework/do.html", context, Refused("input.invalid"), errors)
    try:
        if "preview" in request.POST and verb.name in MAKES_PAPER:
            return _preview(preview(verb, file.case.number, by=actor, at=at, version=version, **arguments))
        verb.run(file.case.number, by=actor, at=at, version=version, **arguments)
    except Conflict as refusal:
        # The page was made from an older state: show what was typed and offer the new state, never overwrite it.
        return show_refusal(request, "casework/do.html", context | {"stale": True}, refusal)
    except Refused as refusal:
        at_field = _at_field(refusal, asked)
        verb_forms.mark(asked, at_field or [])
        return show_refusal(request, "casework/do.html", context, refusal, at_field)
    messages.success(request, _("Done: %(verb)s") % {"verb": desk_words.VERBS[verb.name]})
    return redirect("case", number=file.case.number)


def _preview(pdf: bytes) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="preview.pdf"'
    return response


def _at_field(refusal: Refused, asked: list[verb_forms.Question]) -> list[FieldError] | None:
    """The message goes to the field that the refusal names; one with a `max` or a list of codes to its own field."""
    by_name = {question.name: question for question in asked}
    name = str(refusal.facts.get("field") or {"extension.too_long": "days"}.get(refusal.code, ""))
    if refusal.code in ("material.not_in_guide", "correction.second_notice") and "missing" in by_name:
        name = "missing"
    return [FieldError(by_name[name].anchor, refusal_text(refusal).sentence)] if name in by_name else None


@require_safe
@signed_in
def material_file(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """The bytes of a material, for who may see its case. The browser may show it, never run it."""
    material = casefile.material(number, min(key, 2**62), real_actor(request))
    try:
        stream = open_file(material.file)
    except FileNotFoundError:
        raise Http404 from None
    kind = sniff.media_type(path_of(material.file)) or "application/octet-stream"
    inline = kind in (PDF, *IMAGES) and "download" not in request.GET
    name = fitting(clean(material.file_name), kind)  # what was kept long ago ends as it was called
    sent = FileResponse(stream, as_attachment=not inline, filename=name, content_type=kind)
    sent.headers["Content-Security-Policy"] = PDF_POLICY if kind == PDF else FILE_POLICY
    sent.headers["Cache-Control"] = "private, no-store"
    # A FileResponse is no HttpResponse in Django's classes, yet every middleware takes it as one.
    return cast(HttpResponse, sent)


@require_safe
@signed_in
def proof(request: HttpRequest, number: str) -> HttpResponse:
    """The journal's proof of a case as a file that verifies without this server."""
    actor = real_actor(request)
    file = casefile.read(number, actor, timezone.now())
    response = JsonResponse(journal.proof(f"case:{file.case.number}"), json_dumps_params={"ensure_ascii": False})
    response.headers["Content-Disposition"] = f'attachment; filename="proof-{file.case.number}.json"'
    return response


@require_safe
@signed_in
def paper_page(request: HttpRequest, number: str) -> HttpResponse:
    """A paper as it is printed on A4."""
    paper, case = casefile.paper(number, real_actor(request))
    names = terms_of(case).material_names
    context = {
        "paper": paper,
        "case": case,
        "title": desk_words.PAPERS.get(paper.kind, paper.kind),
        "told": desk_words.METHODS.get(paper.told_by, paper.told_by),
        "lines": sentences.of_paper(paper, names),
    }
    return render(request, "casework/paper.html", context)


@require_safe
@signed_in
def case_list(request: HttpRequest) -> HttpResponse:
    """Every case that the person may see, narrowed by what waits, state, organ or a text; paged by key."""
    actor, at = staff_of(request), timezone.now()
    given = {name: request.GET.get(name, "")[:120] for name in ("list", "state", "organ", "q")}
    name = given["list"] if given["list"] in worklists.LISTS else ""
    state = given["state"] if given["state"] in {str(s) for s in desk_words.STATES} else ""
    cases = worklists.narrowed(actor, at, name=name, state=state, organ=given["organ"], text=given["q"])
    rows = worklists.page(cases, at, name=name, after=request.GET.get("after", "")[:40], size=PAGE_ROWS)
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "rows": rows[:PAGE_ROWS],
        "next": rows[PAGE_ROWS - 1].key if len(rows) > PAGE_ROWS else "",
        "query": query.urlencode(),
        "given": given | {"list": name, "state": state},
        "title": desk_words.LISTS[name][0] if name else _("Cases"),
        "empty": desk_words.LISTS[name][1] if name else _("No case matches. Remove a filter to see more."),
        "states": [(str(s), word) for s, word in desk_words.STATES.items() if s != "draft"],
        "lists": [(key, words[0]) for key, words in desk_words.LISTS.items()],
    }
    return render(request, "casework/list.html", context)
