"""Every request leaves a line in the log and counts in the metrics; never its query, body, cookies or who asked.

Who watches the process asks it on the loopback, by its address and not by the name of the centre.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import resolve

from yimen.ground.engines import logs, metrics

log = logging.getLogger("yimen.request")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def view_name(request: Any) -> str:
    """The name of the page or operation; one name for everything unknown, so that nobody can make series grow."""
    match = getattr(request, "resolver_match", None)
    return (match.view_name or "unnamed") if match else "none"


class ObservingMiddleware:
    """Stands right behind RequestIdMiddleware, so that the number of the request is known."""

    def __init__(self, get_response: Callable[[Any], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        logs.begin(request.id)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            took = time.perf_counter() - began
            view, method = view_name(request), request.method if request.method in METHODS else "other"
            metrics.observe(view, method, response.status_code, took)
            told = {"view": view, "method": method, "status": response.status_code, "ms": round(took * 1000, 1)}
            log.info("answered", extra=told)
            return response
        finally:
            logs.end()


WATCHED = frozenset({"/healthz", "/readyz", "/metrics"})


class WatchedMiddleware:
    """Answers what watches the process before the host's name, the session or a language are asked for.

    Stands behind ObservingMiddleware and in front of everything that reads the Host header (YIMEN_ALLOWED_HOSTS).
    """

    def __init__(self, get_response: Callable[[Any], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if request.path_info not in WATCHED:
            return self.get_response(request)
        request.resolver_match = resolve(request.path_info)
        answer: HttpResponse = request.resolver_match.func(request)
        return answer
