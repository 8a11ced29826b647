"""Every error of the API as application/problem+json (RFC 9457), in the user's language.

`code` is one of `kernel.refusals`; `title` is its sentence, `detail` what to do next.
"""

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.translation import gettext
from ninja.errors import HttpError, ValidationError

from yimen.ground.kernel.errors import OutOfScope, Refused
from yimen.ground.kernel.refusals import REFUSALS

MEDIA_TYPE = "application/problem+json"
OF_STATUS = {400: "input.malformed", 401: "permission.sign_in", 404: "path.unknown", 405: "method.not_allowed"}
OF_EXCEPTION: list[tuple[type[Exception] | tuple[type[Exception], ...], str]] = [
    (Http404, "path.unknown"),
    (RequestDataTooBig, "input.too_large"),
    ((MultiPartParserError, UnreadablePostError, SuspiciousOperation), "input.malformed"),
    # A net under the checks of the input: what the database can't hold is the sender's to correct.
    (DataError, "input.invalid"),
    (OperationalError, "server.busy"),
]
logger = logging.getLogger(__name__)


def problem(request: HttpRequest, code: str, facts: dict[str, Any] | None = None) -> HttpResponse:
    """The answer for a refusal code; `facts` are JSON values."""
    refusal = REFUSALS[code]
    body = {
        "type": f"urn:yimen:refusal:{code}",
        "title": gettext(refusal.sentence),
        "status": refusal.status,
        "code": code,
        "detail": gettext(refusal.advice),
        "facts": facts or {},
        "request_id": getattr(request, "id", ""),
    }
    answer = JsonResponse(body, status=refusal.status, json_dumps_params={"ensure_ascii": False})
    answer.headers["Content-Type"] = MEDIA_TYPE
    if refusal.status == 401:
        error = ', error="invalid_token"' if code == "token.expired" else ""
        answer.headers["WWW-Authenticate"] = f'Bearer realm="yimen"{error}'
    if refusal.status == 429:
        answer.headers["Retry-After"] = str((facts or {}).get("seconds", 60))
    if refusal.status == 503:
        answer.headers["Retry-After"] = "2"
    return answer


def answer(request: HttpRequest, error: Exception) -> HttpResponse:
    """The problem that an exception is. Only what nobody foresaw becomes a 500, and that is logged."""
    if isinstance(error, OutOfScope):
        # Whoever may not know that a case exists gets the very answer that a case which does not exist gets.
        if "/registers/" in request.path:
            return problem(request, "thing.not_found", {"key": _named(request, "key")})
        return problem(request, "case.not_found", {"number": _named(request, "number")})
    if isinstance(error, Refused):
        return problem(request, error.code, error.facts)
    if isinstance(error, ValidationError):
        return problem(request, "input.invalid", {"errors": wrong_fields(error.errors)})
    if isinstance(error, HttpError):
        if isinstance(error.__cause__, Refused):  # django-ninja wraps what the parser of bodies raises
            return problem(request, error.__cause__.code, error.__cause__.facts)
        return problem(request, OF_STATUS.get(error.status_code, "input.invalid"))
    for kind, code in OF_EXCEPTION:
        if isinstance(error, kind):
            if code == "server.busy":
                logger.warning("database busy: %s", error)
            return problem(request, code)
    logger.exception("%s %s failed", request.method, request.path, exc_info=error)
    return problem(request, "server.error")


def wrong_fields(errors: list[dict[str, Any]]) -> list[dict[str, str]]:
    """[{field: "applicant.name", problem: pydantic's error type}], each once, in the order of the request."""
    found = [{"field": _field(error["loc"]), "problem": str(error["type"])} for error in errors]
    return list({(e["field"], e["problem"]): e for e in found}.values())


def _field(location: tuple[Any, ...]) -> str:
    """Without the part of the request and the name of the body's parameter: ("body", "body", "item") → "item"."""
    parts = [str(part) for part in location]
    if parts[:1] == ["body"]:
        return ".".join(parts[2:])
    return ".".join(parts[1:])


def _named(request: HttpRequest, name: str) -> str:
    match = request.resolver_match
    return str(match.kwargs.get(name, ""))[:40] if match else ""
