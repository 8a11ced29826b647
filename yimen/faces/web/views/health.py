"""For whoever watches the process: is it alive, can it work."""

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process answers at all."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and every migration is in; 503 otherwise, saying which."""
    try:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except Error:
        return JsonResponse({"status": "not ready", "database": "does not answer"}, status=503)
    if waiting:
        body = {"status": "not ready", "database": "answers", "migrations": f"{waiting} waiting; run yimen migrate"}
        return JsonResponse(body, status=503)
    return JsonResponse({"status": "ready", "database": "answers", "migrations": "done"})
