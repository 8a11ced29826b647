"""The API put together, and its description."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

from yimen.faces.api import (
    applicants,
    calendar,
    cases,
    certificates,
    decisions,
    files,
    items,
    journal,
    papers,
    problems,
    registers,
    verbs,
)
from yimen.faces.api.auth import Bearer
from yimen.faces.api.reading import StrictParser, door
from yimen.faces.api.schemas import Problem

DESCRIPTION = """One door, in machine's words. Sign in with `Authorization: Bearer TOKEN`.

* Every write is one verb. `Idempotency-Key` makes a repetition harmless: the same key with the same request gets the
  answer of the first (`Idempotent-Replayed: true`), with another request 422 `idempotency.reused`.
* `If-Match` with the ETag of the case makes sure that you act on what you read: else 409 `conflict.stale`.
* Errors are `application/problem+json` with a stable `code`; `title` says what is wrong, `detail` what to do next, in
  Chinese or, with `Accept-Language: en`, in English.
"""


class Renderer(JSONRenderer):
    """JSON in UTF-8 that people can read."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


class Api(NinjaAPI):
    """NinjaAPI whose description also tells how it says no."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Adds the problem document to every operation."""
        schema = super().get_openapi_schema(**options)
        schema["components"].setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
        refused = {
            "description": "Refused; nothing was changed.",
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"]["4XX"] = refused
                operation["responses"]["503"] = refused
        return schema


api = Api(
    title="Yimen 一门",
    version="1",
    description=DESCRIPTION,
    auth=Bearer(),
    parser=StrictParser(),
    renderer=Renderer(),
    urls_namespace="api",
)
for _part in (files, items, cases, papers, verbs, applicants, calendar, certificates, decisions, journal, registers):
    api.add_router("", _part.router)
_answer: Any = problems.answer
for _kind in (Exception, Http404, HttpError, ValidationError):  # django-ninja has handlers of its own for these
    api.add_exception_handler(_kind, _answer)


def unknown(request: HttpRequest) -> HttpResponse:
    """Whatever lies below /api/ and is none of its addresses."""
    return problems.problem(request, "path.unknown")


unknown.csrf_exempt = True  # type: ignore[attr-defined]


def _behind_the_door() -> list[URLPattern]:
    patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
    asked = _questions()
    for pattern in patterns:
        pattern.callback = door(pattern.callback, asked.get(pattern.name or ""))
    return patterns


def _questions() -> dict[str, frozenset[str]]:
    """{name of an address, as ninja calls it after its first operation: the parameters of its query}."""
    found = {}
    for _prefix, router in api._routers:
        for view in router.path_operations.values():
            sources = [model for operation in view.operations for model in operation.models]
            query = [model for model in sources if model.__ninja_param_source__ == "query"]
            names = frozenset(name for model in query for name in model.__ninja_flatten_map__)
            found[api.get_operation_url_name(view.operations[0], router)] = names
    return found


urlpatterns = [path("v1/", (_behind_the_door(), "ninja", "api")), re_path("", unknown)]
