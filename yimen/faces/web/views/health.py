"""For whoever watches the process: is it alive, can it work, how much does it do."""

import hmac
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yimen.facts.operating import figures
from yimen.ground.engines import heartbeat, metrics
from yimen.ground.engines.limits import is_loopback
from yimen.ground.journal import guards


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process answers at all."""
    return JsonResponse({"status": "alive"})


def _worker() -> str:
    """What is known of the worker. A late one does not take the pages from people, so it never makes a 503."""
    age = heartbeat.age(settings.VAR_DIR)
    if age is None:
        return "never seen here"
    return "alive" if age < heartbeat.LATE_SECONDS else f"late: not seen for {age:.0f} s"


def _state() -> dict[str, Any]:
    """What answers and what is missing; `problems` is empty when the process can work."""
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    found = {"database": "answers", "migrations": "done", "guards": "there", "worker": _worker()}
    if waiting:
        return {**found, "migrations": f"{waiting} waiting; run yimen migrate", "guards": "not asked"}
    missing = guards.missing()
    return (
        {**found, "guards": f"missing: {', '.join(missing)}; run yimen verify, then yimen migrate"}
        if missing
        else found
    )


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, every migration is in and every guard is there; else 503, saying which."""
    try:
        state = _state()
    except Error:
        return JsonResponse({"status": "not ready", "database": "does not answer"}, status=503)
    ready = state["migrations"] == "done" and state["guards"] == "there"
    return JsonResponse({"status": "ready" if ready else "not ready", **state}, status=200 if ready else 503)


def _may_scrape(request: HttpRequest) -> bool:
    """Whoever has the token; without one, this machine, but not what a proxy on this machine passes on."""
    token = settings.METRICS_TOKEN
    if token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    passed_on = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return is_loopback(request.META.get("REMOTE_ADDR", "")) and not passed_on


@never_cache
@require_safe
def show_metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format; 404 for whoever may not read it. Without the database its figures stay out."""
    if not _may_scrape(request):
        return HttpResponse(status=404)
    try:
        for name, (text, value) in figures(timezone.now()).items():
            metrics.show(name, text, value)
        metrics.show("database_up", "1 when the database answers", 1)
    except Error:
        metrics.show("database_up", "1 when the database answers", 0)
    age = heartbeat.age(settings.VAR_DIR)
    metrics.show(
        "worker_age_seconds", "Seconds since the worker went round; -1 when never seen", -1 if age is None else age
    )
    return HttpResponse(metrics.page(), content_type=metrics.CONTENT_TYPE)
