"""Handing in an application online: one page, then the number and what happens next."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yimen.faces.web import materials, schema_form
from yimen.faces.web.context import APPLICANTS
from yimen.faces.web.forms import FieldError, acting, field_errors, real_actor, show_refusal, signed_in
from yimen.faces.web.schema_form import Field
from yimen.flows import intake
from yimen.ground.engines.secrets import query_password
from yimen.ground.kernel.errors import Denied, Refused
from yimen.rooms.cases import queries
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.rules.form import check_form
from yimen.rooms.catalogue import queries as catalogue
from yimen.rooms.catalogue.terms import VersionTerms, terms
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.queries import applicants_of
from yimen.rooms.identity.rules.applicants import ApplicantData, check_applicant

WHO = ("name", "kind", "id_number", "phone", "email")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """The applicant, the item's questions, the materials. Staff apply for others at the desk."""
    actor = real_actor(request)
    if actor.staff_id and not set(actor.roles) & APPLICANTS:
        if "submit_application" in actor.verbs:
            return HttpResponseRedirect(f"{reverse('desk_new')}?{urlencode({'item': code})}")
        raise Denied(verb="submit_application")
    version = terms(catalogue.version_in_force(code, timezone.localdate()).pk)
    if request.method != "POST":
        lines = materials.lines_of(version.material_names, version.guide)
        return render(request, "apply.html", _context(request, version, _known(actor), {}, lines, {}))
    return _hand_in(request, version, actor)


def _hand_in(request: HttpRequest, version: VersionTerms, actor: Actor) -> HttpResponse:
    at = timezone.now()
    who = {name: request.POST.get(name, "").strip() for name in WHO}
    form = schema_form.answers(version.form_schema, request)
    lines = materials.lines_of(version.material_names, version.guide)
    applicant = ApplicantData(who["name"], who["kind"] or "person", "", who["id_number"], who["phone"], who["email"])
    errors, refusals = _wrong(version, applicant, form, timezone.localdate(at))
    given = materials.named(lines, "paper", request, actor, at, errors)
    try:
        if errors:
            raise refusals[0] if refusals else Refused("input.invalid")
        case = intake.submit_application(
            item=version.item_code,
            materials=given,
            form=form,
            channel="online",
            applicant=applicant,
            by=acting(request),
            at=at,
        )
    except Refused as refusal:
        messages = {error.field: error.message for error in errors}
        context = _context(request, version, who, form, lines, messages)
        return show_refusal(request, "apply.html", context, refusal, errors)
    return HttpResponseRedirect(reverse("received", args=[case.number]))


def _wrong(
    version: VersionTerms, applicant: ApplicantData, form: dict[str, Any], today: date
) -> tuple[list[FieldError], list[Refused]]:
    """All that the rules of applicant and form would refuse, at once: nobody mends one thing at a time."""
    errors, refusals = list[FieldError](), list[Refused]()
    if applicant.kind not in ("person", "organisation"):
        errors.append(FieldError("kind", _("Choose one of the answers offered.")))
    try:
        check_applicant(applicant, today)
    except Refused as refusal:
        errors += field_errors(refusal)
        refusals.append(refusal)
    try:
        check_form(form, version.form_validator)
    except Refused as refusal:
        errors += schema_form.field_errors(version.form_schema, refusal)
        refusals.append(refusal)
    return errors, refusals


def _known(actor: Actor) -> dict[str, str]:
    """The applicant for whom this account applied last, to save typing."""
    last = next(iter(applicants_of(actor.user_id)), None) if actor.user_id else None
    return {name: getattr(last, name) for name in WHO} if last else {}


def _context(
    request: HttpRequest,
    version: VersionTerms,
    who: dict[str, str],
    form: dict[str, Any],
    lines: list[materials.Line],
    errors: dict[str, str],
) -> dict[str, Any]:
    return {
        "terms": version,
        "who": who,
        "fields": schema_form.fields(version.form_schema, form, errors),
        "contact": [
            Field(name, label, kind, who.get(name, ""), error=errors.get(name, ""), width="20", autocomplete=kind)
            for name, label, kind in (("phone", _("Telephone"), "tel"), ("email", _("E-mail"), "email"))
        ],
        "lines": lines,
        "key": request.POST.get("request_key", ""),
    }


def _own_case(request: HttpRequest, number: str) -> Case:
    """A case whose receipt this person may see: its applicant, or the window that takes applications for its organ."""
    actor = real_actor(request)
    case = (
        queries.visible_to(actor)
        .filter(number=number)
        .select_related("applicant", "deciding_organ", "item_version__item")
        .first()
    )
    if case is None or "submit_application" not in actor.verbs:
        raise Refused("case.not_found", number=number[:40])
    return case


def _received_context(request: HttpRequest, number: str) -> dict[str, Any]:
    case = _own_case(request, number)
    version = queries.terms_of(case)
    given = case.materials.filter(superseded=False).order_by("id")
    return {
        "case": case,
        "terms": version,
        "password": query_password(case.number),
        "materials": [{"name": version.material_names.get(m.code, m.code), "file_name": m.file_name} for m in given],
    }


@never_cache
@require_safe
@signed_in
def received(request: HttpRequest, number: str) -> HttpResponse:
    """The confirmation: number, query password, what happens next and by when."""
    return render(request, "received.html", _received_context(request, number))


@never_cache
@require_safe
@signed_in
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt to print."""
    return render(request, "receipt.html", _received_context(request, number))
