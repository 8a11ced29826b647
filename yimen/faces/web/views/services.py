"""前置或后续服务: what somebody needs before or after an item, for everybody."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yimen.faces.web.guide_details import service_kind
from yimen.facts import services as facts

PAGE = 50
ITEMS = 20  # how many items a service names; the guides of the others name it themselves


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """Services without a window in the hall first, each with the items that need it; pages by `?page=`."""
    found = facts.services(timezone.localdate())
    page = Paginator(found, PAGE).get_page(request.GET.get("page", "")[:9])
    rows = [(one, service_kind({"kind": one.kind}), one.before[:ITEMS], one.after[:ITEMS]) for one in page]
    # Within a page those without a window come first too, so each part stands together.
    parts = [(has, [row for row in rows if row[0].has_window is has]) for has in (False, None, True)]
    context = {"parts": [part for part in parts if part[1]], "page": page, "total": len(found)}
    context["without"] = sum(one.has_window is False for one in found)
    return render(request, "services.html", context)
