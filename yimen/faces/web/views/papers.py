"""A paper as PDF: for who may see its case, or has opened it with the query password."""

from typing import Any, cast
from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yimen.faces.web.views import errors
from yimen.faces.web.views.track import SESSION
from yimen.facts import papers
from yimen.facts.papers import Paper
from yimen.flows.papers import render_document
from yimen.ground.files.queries import open_file
from yimen.ground.kernel.errors import Refused


@never_cache
@require_safe
def paper_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The PDF, made now if the worker has not made it yet; the browser shows it, `?download` saves it."""
    paper = _paper(request, number)
    if paper is None:
        return HttpResponseRedirect(f"{reverse('sign_in')}?{urlencode({'next': request.get_full_path()})}")
    try:
        made = render_document(paper.number, at=timezone.now())
    except Refused as refusal:
        page = errors.refused(request, refusal)
        if refusal.code == "document.being_made":
            page.headers["Refresh"] = page.headers["Retry-After"] = "3"  # the page asks again by itself
        return page
    try:
        stream = open_file(made.sha256)
    except FileNotFoundError:
        raise Http404 from None
    name = f"{paper.number.replace('/', '-')}.pdf"
    sent = FileResponse(stream, as_attachment="download" in request.GET, filename=name, content_type="application/pdf")
    # A FileResponse is no HttpResponse in Django's classes, yet every middleware takes it as one.
    return cast(HttpResponse, sent)


def _paper(request: Any, number: str) -> Paper | None:
    """The paper that this visitor may have; None: a stranger, who may sign in. Raises `case.not_found`."""
    opened = number.rpartition("/")[0] in request.session.get(SESSION, [])
    if request.actor:
        try:
            return papers.find(number, request.actor)
        except Refused:
            if not opened:
                raise
    return papers.find_told(number) if opened else None
