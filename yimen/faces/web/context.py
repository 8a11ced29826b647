"""What every template knows of the house."""

from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.queries import centre
from yimen.rooms.identity.rules.roles import Role

APPLICANTS = frozenset({Role.APPLICANT, Role.AGENT})
LOOKS = {"theme": ("light", "dark"), "size": ("normal", "large")}
COUNTER = frozenset({Role.WINDOW_CLERK, Role.WINDOW_HEAD})


def nav_of(actor: Actor | None, path: str) -> list[dict[str, Any]]:
    """Entries of the menu: {url, label, current}. Only doors that this person may open."""
    doors = [("/", _("Home")), ("/items/", _("Guides")), ("/track/", _("Track a case"))]
    doors += [("/ask/", _("Ask")), ("/verify/", _("Check a certificate"))]
    roles = set(actor.roles) if actor else set()
    if roles & APPLICANTS:
        doors.append(("/my/", _("My cases")))
    if roles & COUNTER:
        doors.append(("/desk/", _("Window desk")))
    if roles - APPLICANTS - {Role.WINDOW_CLERK}:
        doors.append(("/office/", _("Office")))
    return [
        {"url": url, "label": label, "current": path == url if url == "/" else path.startswith(url)}
        for url, label in doors
    ]


def looks_of(request: Any) -> dict[str, str]:
    """{theme, size} as the reader chose them by the switches of the top bar; empty: as the system wishes."""
    given = {name: request.COOKIES.get(f"yimen_{name}", "") for name in LOOKS}
    return {name: value if value in LOOKS[name] else "" for name, value in given.items()}


def house(request: Any) -> dict[str, Any]:
    """`centre`, `actor`, `demo`, `nav`, `language`, `today`, `looks`: for base.html and whoever wants them."""
    actor = getattr(request, "actor", None) or None
    works = actor is not None and bool(set(actor.roles) - APPLICANTS)
    return {
        "centre": centre(),
        "actor": actor,
        "demo": settings.DEMO,
        "nav": nav_of(actor, request.path),
        "language": translation.get_language(),
        "languages": settings.LANGUAGES,
        "today": timezone.localdate(),
        "request_id": getattr(request, "id", ""),
        "looks": looks_of(request),
        "works_here": works,
        "search_page": "/cases/" if works and actor and "view_case" in actor.verbs else "/items/",
    }
