"""The guide of an item as PDF."""

from typing import cast

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from yimen.faces.web import guide_paper, guide_words
from yimen.faces.web.views import errors
from yimen.flows.guide_pdf import guide_pdf
from yimen.ground.kernel.errors import Refused
from yimen.ground.law import queries as law
from yimen.rooms.catalogue.queries import version_in_force


@require_safe
def guide_as_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The guide in force today as PDF/A, in the reader's language; made at the first download."""
    today = timezone.localdate()
    version = version_in_force(code, today)
    data = guide_paper.contents(version, guide_words.limits_on(today, law.current_revision()))
    try:
        path = guide_pdf(data, version=version.pk, made_on=version.valid_from or today)
    except Refused as refusal:
        page = errors.refused(request, refusal)
        if refusal.code == "document.being_made":
            page.headers["Refresh"] = page.headers["Retry-After"] = "3"  # the page asks again by itself
        return page
    name = "".join(c for c in code if c.isalnum() or c in "-_")[:80] or "guide"
    sent = FileResponse(path.open("rb"), filename=f"{name}.pdf", content_type="application/pdf")
    # A FileResponse is no HttpResponse in Django's classes, yet every middleware takes it as one.
    return cast(HttpResponse, sent)
