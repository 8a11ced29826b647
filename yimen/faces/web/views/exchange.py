"""Import and export in the office: the whole catalogue out and in, a list looked at before it is read, its progress."""

import io
import tempfile
from pathlib import Path
from typing import Any, cast

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yimen.faces.web.forms import FieldError, acting, show_refusal, signed_in
from yimen.faces.web.views.casework import staff_of
from yimen.faces.web.views.quarantine import reason_words
from yimen.facts import imports
from yimen.flows.exchange import FORMATS, export_catalogue, import_catalogue
from yimen.flows.import_queue import hand_in_list, start_import
from yimen.ground.engines.tables import Unreadable
from yimen.ground.kernel.errors import Refused
from yimen.rooms.catalogue.models import ImportRun
from yimen.rooms.catalogue.rules.columns import HEADINGS, BadMapping, parse_mapping
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.roles import Role


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def exchange(request: HttpRequest) -> HttpResponse:
    """Everything about lists and the catalogue as a file; POST hands in a list or takes over a catalogue."""
    actor = imports.may_import(staff_of(request))
    context = {
        "runs": imports.latest_runs(),
        "waiting": sum(n for _word, n in imports.reasons()),
        "may_publish": Role.ADMIN in actor.roles,
        "formats": sorted(FORMATS),
    }
    if request.method != "POST":
        return render(request, "office/exchange.html", context)
    whole = "catalogue" in request.POST
    try:
        sent = request.FILES.get("whole" if whole else "list")
        if sent is None:
            raise Refused("file.empty")
        if whole:
            return _take_over(request, sent, acting(request))
        run = hand_in_list(sent, name=str(sent.name), mapping={}, by=acting(request), at=timezone.now())
    except Refused as refusal:
        errors = None if refusal.code == "catalogue.unreadable" else [FieldError("whole" if whole else "list", "")]
        return show_refusal(request, "office/exchange.html", context, refusal, _said(refusal, errors))
    return redirect("import_run", key=run.pk)


def _said(refusal: Refused, errors: list[FieldError] | None) -> list[FieldError] | None:
    if refusal.code == "catalogue.unreadable":
        where = _("Table %(table)s, line %(line)s, column %(column)s") % refusal.facts
        return [FieldError("whole", where)]
    if refusal.code == "file.empty" and errors:
        return [FieldError(errors[0].field, _("Choose a file that holds something."))]
    return None


def _take_over(request: HttpRequest, sent: Any, by: Actor) -> HttpResponse:
    with tempfile.NamedTemporaryFile() as kept:
        for chunk in sent.chunks():
            kept.write(chunk)
        kept.flush()
        try:
            published = "published" in request.POST
            taken = import_catalogue(Path(kept.name), as_published=published, by=by, at=timezone.now())
        except Unreadable as error:
            messages.error(request, _(error.message) % error.facts)
            return redirect("exchange")
    words = _("Taken over: %(items)s items, %(versions)s versions; %(unchanged)s are the same here, %(kept)s differ.")
    facts = {"items": len(taken.items), "versions": len(taken.versions)}
    messages.success(request, words % {**facts, "unchanged": taken.unchanged, "kept": len(taken.kept)})
    return redirect("exchange")


@never_cache
@require_safe
@signed_in
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The whole catalogue, drafts too."""
    actor = imports.may_import(staff_of(request))
    if kind not in FORMATS:
        raise Http404
    out = io.BytesIO()
    export_catalogue(out, kind, by=actor)
    answer = HttpResponse(out.getvalue(), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="catalogue-{timezone.localdate()}.{kind}"'
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def import_run(request: HttpRequest, key: int) -> HttpResponse:
    """A list before it is read (which column is what, the first rows), while it is read, and what became of it."""
    imports.may_import(staff_of(request))
    run, typed = imports.run(key), request.POST.get("map", "")[:4000]
    context: dict[str, Any] = {"run": run, "fields": [name for name in HEADINGS], "map": typed}
    if run.counts.get("state") != "seen":
        context["report"] = bool(run.upload) and imports.report_of(run).is_file()
        context["running"] = run.counts.get("state") in ("waiting", "reading")
        context["problem"] = _problem(run)
        return render(request, "office/import_run.html", context)
    try:
        run.mapping = parse_mapping(typed) if typed.strip() else run.mapping
    except BadMapping as error:
        context["bad_map"] = str(error)
    if request.method == "POST" and "start" in request.POST and "bad_map" not in context:
        start_import(key, mapping=run.mapping, by=acting(request), at=timezone.now())
        return redirect("import_run", key=key)
    try:
        seen = imports.preview(run)
    except Unreadable as error:
        context["problem"] = _(error.message) % error.facts
        return render(request, "office/import_run.html", context)
    rows = [(row, reason_words(row.reason) if row.reason else "") for row in seen.rows]
    context |= {"columns": seen.columns, "rows": rows, "remarks": [_(m) % f for m, f in seen.remarks]}
    context["named"] = any(field == "name" for _heading, field in seen.columns)
    return render(request, "office/import_run.html", context)


def _problem(run: ImportRun) -> str:
    error = run.counts.get("error", "")
    return _(error) % run.counts.get("facts", {}) if error else ""


@never_cache
@require_safe
@signed_in
def import_report(request: HttpRequest, key: int) -> HttpResponse:
    """Every row of the list with what became of it; mended, it can be handed in again."""
    imports.may_import(staff_of(request))
    path = imports.report_of(imports.run(key))
    if not path.is_file():
        raise Http404
    sent = FileResponse(path.open("rb"), as_attachment=True, filename=f"import-{key}.csv", content_type="text/csv")
    return cast(HttpResponse, sent)
