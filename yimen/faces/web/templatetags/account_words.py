"""What the pages of an account say of a device."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()

# The first that a browser names itself by; Chrome is also in the names of those above it.
BROWSERS = (
    ("Edg", "Edge"),
    ("MicroMessenger", "WeChat"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def _named(user_agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((shown for part, shown in names if part in user_agent), "")


@register.filter
def device(user_agent: str) -> str:
    """A browser's User-Agent in two words, such as `Firefox, Windows`."""
    known = [name for name in (_named(user_agent, BROWSERS), _named(user_agent, SYSTEMS)) if name]
    return ", ".join(known) or _("another program")
