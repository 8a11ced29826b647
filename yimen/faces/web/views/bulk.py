"""One step on several cases at once, with a result for each: grants that were examined, opinions, filing.

Only what says yes is done in bulk; a refusal needs reasons of its own, so it stays on the page of its case.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.faces.web import desk_words
from yimen.faces.web.forms import FieldError, acting, show_refusal, signed_in
from yimen.faces.web.phrases import chosen, phrases
from yimen.faces.web.views.casework import staff_of
from yimen.faces.web.words import refusal_text
from yimen.facts import worklists
from yimen.flows.registry import case_verbs
from yimen.ground.kernel.errors import Refused
from yimen.rooms.identity.actor import Actor

MOST = 50
LONGEST = 2000
GRANT = "grant"


@dataclass(frozen=True, slots=True)
class Bulk:
    """`button`: what is done; `list`: where the cases come from; `arguments`: what each gets; `reasons`: whether a
    text goes with it."""

    button: Any
    list: str
    arguments: dict[str, str]
    reasons: bool


BULK = {
    "approve_case": Bulk(gettext_lazy("Grant the ticked cases"), "to_approve", {"decision": GRANT}, True),
    "examine_case": Bulk(gettext_lazy("Propose to grant the ticked cases"), "to_examine", {"opinion": GRANT}, True),
    "archive_case": Bulk(gettext_lazy("File the ticked cases"), "to_archive", {}, False),
}


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one case."""

    number: str
    done: bool
    sentence: str
    advice: str = ""


def offered(actor: Actor) -> list[tuple[str, Any]]:
    """(verb, label) of the steps that this person holds and may do on several cases."""
    return [(verb, desk_words.VERBS[verb]) for verb in BULK if verb in actor.verbs]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def bulk(request: HttpRequest, verb: str) -> HttpResponse:
    """The waiting cases with a tick box each; after sending, a result for each."""
    actor, at = staff_of(request), timezone.now()
    if verb not in BULK or verb not in actor.verbs:
        raise Http404
    context = _page(verb, actor, at) | {"typed": request.POST.get("reasons", "")[:LONGEST]}
    if request.method != "POST":
        return render(request, "office/bulk.html", context)
    numbers = list(dict.fromkeys(n[:40] for n in request.POST.getlist("case")))[:MOST]
    context |= {"ticked": numbers, "key": request.POST.get("request_key", "")}
    if not numbers:
        wrong = [FieldError("case-0" if context["rows"] else "", _("Tick at least one case."))]
        return show_refusal(request, "office/bulk.html", context, Refused("input.invalid"), wrong)
    arguments = _arguments(request, verb, actor)
    results = [_one(request, verb, number, arguments, at) for number in numbers]
    done = sum(result.done for result in results)
    context = _page(verb, actor, at) | {"results": results, "done": done}
    return render(request, "office/bulk.html", context)


def _page(verb: str, actor: Actor, at: datetime) -> dict[str, Any]:
    name = BULK[verb].list
    rows = worklists.page(worklists.narrowed(actor, at, name=name), at, name=name, size=MOST)[:MOST]
    numbers = [row.number for row in rows]
    found, versions = worklists.opinions(numbers), worklists.versions(numbers)
    title, empty = desk_words.LISTS[name]
    return {
        "verb": verb,
        "label": desk_words.VERBS[verb],
        "button": BULK[verb].button,
        "title": title,
        "empty": empty,
        "asks_reasons": BULK[verb].reasons,
        "phrases": phrases(verb, "reasons", actor.organ_id) if BULK[verb].reasons else [],
        "rows": [
            {
                "row": row,
                "version": versions.get(row.number, ""),
                "opinion": found.get(row.number, ("", "")),
                # What the examiner would refuse is decided on the page of the case, not in passing.
                "takes_part": verb != "approve_case" or found.get(row.number, (GRANT, ""))[0] == GRANT,
            }
            for row in rows
        ],
    }


def _arguments(request: HttpRequest, verb: str, actor: Actor) -> dict[str, str]:
    """What every case gets: the typed text and the ready one."""
    if not BULK[verb].reasons:
        return dict(BULK[verb].arguments)
    typed = request.POST.get("reasons", "").strip()[:LONGEST]
    ready = chosen(phrases(verb, "reasons", actor.organ_id), request.POST.get("reasons-ready", ""))
    return BULK[verb].arguments | {"reasons": "\n".join(text for text in (typed, ready) if text)}


def _one(request: HttpRequest, verb: str, number: str, arguments: dict[str, str], at: datetime) -> Result:
    actor = acting(request)
    if actor.request:  # each case answers once, so each has its own key
        actor = replace(actor, request=(f"{actor.request[0]}:{number}", actor.request[1]))
    given = request.POST.get(f"version-{number}", "")
    version = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
    try:
        case_verbs()[verb].run(number, by=actor, at=at, version=version, **arguments)
    except Refused as refusal:
        text = refusal_text(refusal)
        return Result(number, False, text.sentence, text.advice)
    return Result(number, True, _("Done: %(verb)s") % {"verb": desk_words.VERBS[verb]})
