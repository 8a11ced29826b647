"""What every template knows of the house."""

from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.queries import centre
from yimen.rooms.identity.rules.roles import Role

APPLICANTS = frozenset({Role.APPLICANT, Role.AGENT})
COUNTER = frozenset({Role.WINDOW_CLERK, Role.WINDOW_HEAD})


def nav_of(actor: Actor | None, path: str) -> list[dict[str, Any]]:
    """Entries of the menu: {url, label, current}. Only doors that this person may open."""
    doors = [("/", _("Home")), ("/items/", _("Guides")), ("/track/", _("Track a case"))]
    doors.append(("/verify/", _("Check a certificate")))
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


def house(request: Any) -> dict[str, Any]:
    """`centre`, `actor`, `demo`, `nav`, `language`, `today`: for base.html and whoever wants them."""
    actor = getattr(request, "actor", None) or None
    return {
        "centre": centre(),
        "actor": actor,
        "demo": settings.DEMO,
        "nav": nav_of(actor, request.path),
        "language": translation.get_language(),
        "languages": settings.LANGUAGES,
        "today": timezone.localdate(),
        "request_id": getattr(request, "id", ""),
    }
