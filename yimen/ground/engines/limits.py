"""How often somebody may try: counters in windows of time, kept in Django's cache.

`settings.RATE_LIMITS` names each action: (most, seconds). The database cache is shared by all web processes; only what
is counted at every request of the API stays in the memory of its process, for a write to the database at every read
would cost more than what it guards. Whoever sends too much gets `rate.limited` with the seconds to wait.
"""

import hashlib
import ipaddress
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache, caches

from yimen.ground.kernel.errors import Refused


def is_loopback(address: str) -> bool:
    """Whether a textual IP address is this machine."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def client_ip(request: Any) -> str:
    """The sender's address: behind `settings.PROXIES` trusted proxies the one that the outermost of them saw."""
    own = str(request.META.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    if settings.PROXIES and len(hops) >= settings.PROXIES:
        return hops[-settings.PROXIES]
    return own


def _window(action: str, who: str, at: datetime) -> tuple[str, int, int]:
    """(key, most, seconds until the window ends). The key holds a hash, for `who` may be an address or a secret."""
    most, seconds = settings.RATE_LIMITS[action]
    number, passed = divmod(int(at.timestamp()), seconds)
    digest = hashlib.sha256(who.encode("utf-8", "replace")).hexdigest()[:32]
    return f"limit:{action}:{digest}:{number}", most, seconds - passed


def check(action: str, who: str, *, at: datetime) -> None:
    """Raises `rate.limited` when `who` has used up what is allowed; counts nothing."""
    key, most, left = _window(action, who, at)
    if int(cache.get(key, 0)) >= most:
        raise Refused("rate.limited", seconds=left)


def count(action: str, who: str, *, at: datetime, memory: bool = False) -> None:
    """Count one; raises `rate.limited` when it is one too many. `memory`: in this process only."""
    key, most, left = _window(action, who, at)
    store = caches["memory"] if memory else cache
    store.add(key, 0, left + 1)
    try:
        used = store.incr(key)
    except ValueError:  # it ran out between the two
        return
    if used > most:
        raise Refused("rate.limited", seconds=left)
