"""How much a page costs beside an empty one: `yimen bench pages` prints guide and list as parts of the empty page's
requests per second.

All three are asked of the same process through Django's handler, without a network, in alternating rounds: middleware,
session, language and templates are in both sides. The empty page is the house's frame with nothing in it, without
anybody signed in. The list is the newest 50 of BENCH_CASES cases (`crowd.py`), as the supervision sees them.
"""

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

CASES = int(os.environ.get("BENCH_CASES", "20000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
PER_ROUND = 40
LIST = "/cases/"


def fill() -> Any:
    """The sample centre and CASES cases more; returns the browser of who sees them all."""
    import crowd
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django.utils import timezone

    from yimen.faces.stories.sample import load_sample

    load_sample(as_of=timezone.localdate())
    crowd.fill(CASES, timezone.localdate())
    client = Client()
    client.force_login(get_user_model().objects.get(username="persona-supervision"))
    return client


def add_empty_page() -> None:
    """An address that answers with the frame alone."""
    from django.shortcuts import render
    from django.urls import clear_url_caches, path

    from yimen.config import urls

    urls.urlpatterns.insert(0, path("bench-empty/", lambda request: render(request, "base.html")))
    clear_url_caches()


def rate(get: Callable[[], Any]) -> float:
    """Requests a second."""
    began = time.perf_counter()
    for _ in range(PER_ROUND):
        assert get().status_code == 200
    return PER_ROUND / (time.perf_counter() - began)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
    import django

    django.setup()
    from django.db import connection
    from django.test import Client

    clerk, visitor = fill(), Client()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    add_empty_page()
    pages: dict[str, Callable[[], Any]] = {
        "empty": lambda: visitor.get("/bench-empty/"),
        "guide": lambda: visitor.get("/items/SAMPLE-YSXK/"),
        "list": lambda: clerk.get(LIST),
    }
    for get in pages.values():
        assert get().status_code == 200, get
    found: dict[str, list[float]] = {name: [] for name in pages}
    for _ in range(ROUNDS):
        for name, get in pages.items():
            found[name].append(rate(get))
    middle = {name: statistics.median(rates) for name, rates in found.items()}
    rates = " ".join(f"{name}={value:.0f}/s" for name, value in middle.items())
    guide, shown = middle["guide"] / middle["empty"], middle["list"] / middle["empty"]
    print(f"pages cases={CASES} {rates} guide_ratio={guide:.2f},list_ratio={shown:.3f}")


if __name__ == "__main__":
    main()
