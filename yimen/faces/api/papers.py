"""/cases/{number}/papers: what was given out in a case, and each paper as a signed PDF."""

from typing import Annotated, Any

from annotated_types import MaxLen
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Router

from yimen.faces.api.auth import acting
from yimen.faces.api.schemas import PaperList
from yimen.facts import papers
from yimen.flows.papers import render_document
from yimen.ground.files.queries import open_file
from yimen.ground.kernel.errors import Refused
from yimen.rooms.cases import queries
from yimen.rooms.documents.queries import renderings

router = Router(tags=["papers"])
Name = Annotated[str, MaxLen(40), Path(description="`name` of the list, as `acceptance` or `receipt_80mm`")]
PDF = {
    "responses": {
        200: {
            "description": "PDF/A-2b with a PAdES signature",
            "content": {"application/pdf": {"schema": {"type": "string", "contentMediaType": "application/pdf"}}},
        }
    }
}


@router.get("/cases/{number}/papers", response=PaperList, operation_id="list_papers")
def list_papers(request: HttpRequest, number: str) -> dict[str, Any]:
    """Receipts, notices, decision and certificate; an applicant has what was told. `case.not_found`."""
    by = acting(request)
    case = queries.visible_to(by).filter(number=number).select_related("applicant").first()
    if case is None:
        raise Refused("case.not_found", number=number[:40])
    found = papers.of_case(case, by)
    made = renderings([paper.number for paper in found])
    return {
        "papers": [
            {
                "name": paper.name,
                "kind": paper.kind,
                "number": paper.number,
                "made_at": timezone.localtime(paper.made_at),
                "told_at": timezone.localtime(paper.told_at) if paper.told_at else None,
                "sha256": made.get(paper.number),
            }
            for paper in found
        ]
    }


@router.get("/cases/{number}/papers/{name}.pdf", operation_id="get_paper", openapi_extra=PDF)
def get_paper(request: HttpRequest, number: str, name: Name) -> HttpResponse:
    """The paper as PDF, made once. `case.not_found`; 503 `document.being_made`, `document.not_made`: try again."""
    paper = papers.find(f"{number}/{name}", acting(request))
    made = render_document(paper.number, at=timezone.now())
    try:
        with open_file(made.sha256) as stream:
            response = HttpResponse(stream.read(), content_type="application/pdf")
    except FileNotFoundError:
        raise Refused("document.not_made", document=paper.number) from None
    response.headers["ETag"] = f'"{made.sha256}"'
    response.headers["Content-Disposition"] = f'attachment; filename="{number}-{name}.pdf"'
    return response
