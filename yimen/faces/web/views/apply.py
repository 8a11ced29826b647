"""After handing in: the confirmation and the receipt."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yimen.faces.web.forms import real_actor, signed_in
from yimen.ground.engines.secrets import query_password
from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.identifiers import mask_email
from yimen.rooms.cases import queries
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.rules.receipt import MAILED
from yimen.rooms.messages.queries import copies_of


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
        "mailed_to": [mask_email(letter.address) for letter in copies_of(f"{case.number}/{MAILED}")],
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
