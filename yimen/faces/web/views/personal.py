"""The full numbers of an applicant: asked for with a purpose and a reason, shown once on the answer to the form."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yimen.faces.web import desk_words
from yimen.faces.web.forms import FieldError, acting, show_refusal, signed_in
from yimen.faces.web.views.casework import staff_of
from yimen.facts import casefile
from yimen.flows.personal import reveal_personal_data
from yimen.ground.kernel.errors import Refused
from yimen.rooms.cases import policy

LONGEST_REASON = 500


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """Asks why, then shows. The answer is in no cache, and a repeated form shows nothing: ask again."""
    actor, at = staff_of(request), timezone.now()
    file = casefile.read(number, actor, at)
    policy.permit(actor, "reveal_personal_data", file.case)
    asked = _asked(request, file)
    if request.method != "POST":
        return _closed(render(request, "casework/personal.html", asked))
    errors = _wrong(asked)
    try:
        if errors:
            raise Refused("input.invalid")
        case = reveal_personal_data(
            file.case.number,
            fields=asked["chosen"],
            purpose=asked["purpose"],
            reason=asked["reason"],
            by=acting(request),
            at=at,
        )
    except Refused as refusal:
        return _closed(show_refusal(request, "casework/personal.html", asked, refusal, errors))
    disclosed: dict[str, str] = getattr(case, "disclosed", {})
    shown = [(desk_words.SHOWN[name], value) for name, value in disclosed.items()]
    return _closed(render(request, "casework/personal.html", asked | {"shown": shown, "again": not shown}))


def _closed(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _asked(request: HttpRequest, file: casefile.CaseFile) -> dict[str, Any]:
    """What the form shows: only numbers that the record has, and what was chosen."""
    there = [name for name in desk_words.SHOWN if getattr(file.applicant, name)]
    return {
        "file": file,
        "fields": [(name, desk_words.SHOWN[name], name in request.POST.getlist("fields")) for name in there],
        "purposes": list(desk_words.PURPOSES.items()),
        "chosen": [name for name in there if name in request.POST.getlist("fields")],
        "purpose": request.POST.get("purpose", ""),
        "reason": request.POST.get("reason", "").strip(),
        "key": request.POST.get("request_key", ""),
    }


def _wrong(asked: dict[str, Any]) -> list[FieldError]:
    wrong = []
    if not asked["chosen"]:
        wrong.append(FieldError("fields-0", _("Choose at least one number")))
    if asked["purpose"] not in desk_words.PURPOSES:
        wrong.append(FieldError("purpose-0", _("Choose one: %(question)s") % {"question": _("What for?")}))
    if not asked["reason"]:
        wrong.append(FieldError("reason", _("Answer this: %(question)s") % {"question": _("Reason")}))
    elif len(asked["reason"]) > LONGEST_REASON:
        facts = {"question": _("Reason"), "most": LONGEST_REASON}
        wrong.append(FieldError("reason", _("%(question)s: use at most %(most)s characters") % facts))
    return wrong
