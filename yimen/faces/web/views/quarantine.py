"""Rows of lists that could not be taken: by reason, one with its cells to mend, all of a reason tried again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.faces.web.forms import FieldError, acting, show_refusal, signed_in
from yimen.faces.web.views.casework import staff_of
from yimen.facts import imports
from yimen.flows.quarantine import (
    ONE_BY_ONE,
    dismiss_quarantined_row,
    retry_quarantined_row,
    retry_quarantined_rows,
)
from yimen.ground.kernel.errors import Refused
from yimen.rooms.catalogue.rules.import_rows import REASONS

LONGEST = 2000


def reason_words(reason: str) -> str:
    """The sentence of a reason."""
    return _(REASONS[reason]) if reason in REASONS else reason


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def quarantine(request: HttpRequest) -> HttpResponse:
    """What waits, by reason; POST tries all rows of a reason again."""
    imports.may_import(staff_of(request))
    counted = imports.reasons()
    reason = (request.POST if request.method == "POST" else request.GET).get("reason", "")
    reason = reason if reason in dict(counted) else ""
    if request.method == "POST":
        taken, waiting = retry_quarantined_rows(reason, by=acting(request), at=timezone.now())
        taken_words = ngettext("%(n)d row was taken.", "%(n)d rows were taken.", taken) % {"n": taken}
        left_words = ngettext("%(n)d row goes on waiting.", "%(n)d rows go on waiting.", waiting) % {"n": waiting}
        messages.info(request, f"{taken_words} {left_words}")
        return redirect("quarantine")
    given = request.GET.get("after", "")
    after = int(given) if given.isascii() and given.isdigit() and len(given) < 18 else 0
    rows, next_after = imports.waiting(reason, after)
    context = {
        "reasons": [(word, reason_words(word), n) for word, n in counted],
        "reason": reason,
        "sentence": reason_words(reason),
        "by_hand": reason in ONE_BY_ONE,
        "rows": [(row, reason_words(row.reason), list(row.raw.items())[:4]) for row in rows],
        "after": after,
        "next_after": next_after,
    }
    return render(request, "office/quarantine.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def quarantined_row(request: HttpRequest, key: int) -> HttpResponse:
    """One row: every cell to mend and try again, or the reason why it will never be taken."""
    imports.may_import(staff_of(request))
    row = imports.row(key)
    said = {name: request.POST.get(f"cell-{n}", text)[:LONGEST] for n, (name, text) in enumerate(row.raw.items())}
    fields = imports.fields(row)
    reason = request.POST.get("reason", "")
    context = {
        "row": row,
        "sentence": reason_words(row.reason),
        "cells": [(n, name, fields.get(name, ""), said[name]) for n, name in enumerate(row.raw)],
        "reason": reason,
    }
    if request.method != "POST":
        return render(request, "office/quarantined_row.html", context)
    aside = "dismiss" in request.POST
    try:
        if aside:
            dismiss_quarantined_row(key, reason=reason, by=acting(request), at=timezone.now())
            messages.success(request, _("The row was laid aside. It stays readable and does not come back."))
        else:
            retry_quarantined_row(key, cells=said, by=acting(request), at=timezone.now())
            messages.success(request, _("The row was taken."))
    except Refused as refusal:
        return show_refusal(request, "office/quarantined_row.html", context, refusal, _errors(refusal, aside))
    return redirect("quarantine")


def _errors(refusal: Refused, aside: bool) -> list[FieldError] | None:
    if refusal.code == "row.still_wrong":
        text = f"{reason_words(refusal.facts['reason'])} {refusal.facts['detail']}".strip()
        return [FieldError("cell-0", text)]
    if aside and refusal.code == "reason.missing":
        return [FieldError("reason", _("Say why the row will never be taken."))]
    return None
