"""Reading requests: what can't be taken is said before anything happens.

The database holds no NUL, no lone surrogate and no integer beyond 64 bits, and PostgreSQL and SQLite do not agree on
what they do with them, so the door refuses them for both.
"""

import functools
import json
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser

from yimen.faces.api import problems
from yimen.ground.engines.secrets import request_mac
from yimen.ground.kernel.errors import Refused

DEEPEST = 32
BIGGEST = 2**63 - 1
EXACT = 2**53  # from here on a float no longer tells one integer from the next
UPLOADS = "/files"

type View = Callable[..., HttpResponse]


def door(view: View, asked: frozenset[str] | None = None) -> View:
    """Around every view of the API: checks the request, and turns every error into problem+json.

    `asked`: the parameters that the address's query may have, None: any. A misspelt filter would find everything.
    """

    @functools.wraps(view)
    def inside(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        try:
            _check(request)
            if asked is not None and (odd := sorted(set(request.GET) - asked)):
                raise Refused("input.invalid", errors=[{"field": name[:80], "problem": "unknown"} for name in odd[:20]])
            response = view(request, *arguments, **named)
        except Exception as error:
            response = problems.answer(request, error)
        if response.status_code == 405 and response.headers.get("Content-Type") != problems.MEDIA_TYPE:
            allowed = response.headers.get("Allow", "")
            response = problems.problem(request, "method.not_allowed", {"allowed": allowed})
            response.headers["Allow"] = allowed
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return inside


def _check(request: HttpRequest) -> None:
    if "\x00" in request.path:
        raise Refused("path.unknown")
    if request.method in ("GET", "HEAD") or request.path.endswith(UPLOADS):
        return  # an upload is read, and limited, by its own operation
    _take_body(request)
    if request.body and request.content_type != "application/json":
        raise Refused("input.wrong_media_type", expected="application/json")


def _take_body(request: HttpRequest) -> None:
    """The body in memory, at most DATA_UPLOAD_MAX_MEMORY_SIZE; a chunked one, which Django would not see, as well."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    if declared_size(request) > limit:
        raise Refused("input.too_large", limit=limit)
    if is_chunked(request):
        body = bytearray()
        # One read may give less than it is asked for.
        while chunk := request.environ["wsgi.input"].read(limit + 1 - len(body)):  # type: ignore[attr-defined]
            body += chunk
            if len(body) > limit:
                raise Refused("input.too_large", limit=limit)
        request._body = bytes(body)


def declared_size(request: HttpRequest) -> int:
    """Content-Length in bytes; 0 when absent. `input.malformed` when it is no number."""
    text = str(request.META.get("CONTENT_LENGTH") or "0")
    if not (text.isascii() and text.isdigit()):
        raise Refused("input.malformed", field="Content-Length")
    return int(text[:20])


def is_chunked(request: HttpRequest) -> bool:
    """Whether the body comes without a length, from a server that marks its end."""
    meta = request.META
    return (
        not meta.get("CONTENT_LENGTH")
        and bool(meta.get("wsgi.input_terminated"))
        and ("chunked" in str(meta.get("HTTP_TRANSFER_ENCODING", "")).lower())
    )


class StrictParser(Parser):
    """JSON as the house takes it: UTF-8, no NaN, not too deep, nothing that the database can't hold."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The parsed body, also kept as `request.parsed` for the idempotency hash."""
        try:
            text = request.body.decode("utf-8")
            body = json.loads(text, parse_constant=_no_constant, parse_float=_number)
        except (ValueError, RecursionError) as error:
            raise Refused("input.malformed", problem=type(error).__name__) from error
        check_values(body)
        request.parsed = body  # type: ignore[attr-defined]
        return body

    def parse_querydict(self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest) -> Any:
        """The query string's fields; none may hold a NUL."""
        for name in data:
            for value in data.getlist(name):
                _check_text(value, name)
        return super().parse_querydict(data, list_fields, request)


def _number(text: str) -> float | int:
    """5.0 is an integer to JSON Schema, so it is one here."""
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < EXACT else value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def check_values(body: Any) -> None:
    """Raises `input.malformed` (too deep) or `input.invalid` naming the field that can't be stored."""
    for path, depth, value in _walk(body):
        if depth > DEEPEST:
            raise Refused("input.malformed", problem="too_deep", limit=DEEPEST)
        if isinstance(value, str):
            _check_text(value, path)
        elif isinstance(value, dict):
            for key in value:
                _check_text(key, path)
        elif isinstance(value, int | float) and not abs(value) <= BIGGEST:  # so NaN is out as well
            raise _invalid(path, "out_of_range")


def _walk(body: Any) -> Iterator[tuple[str, int, Any]]:
    """Every value with its dotted path and depth; no recursion, for the depth is the sender's choice."""
    waiting: list[tuple[str, int, Any]] = [("", 0, body)]
    while waiting:
        path, depth, value = waiting.pop()
        yield path, depth, value
        if isinstance(value, dict):
            waiting += [(f"{path}.{key}".lstrip("."), depth + 1, inner) for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{path}.{place}".lstrip("."), depth + 1, inner) for place, inner in enumerate(value)]


def _check_text(text: str, path: str) -> None:
    if "\x00" in text:
        raise _invalid(path, "nul_character")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _invalid(path, "not_unicode") from None


def _invalid(path: str, what: str) -> Refused:
    readable = path.replace("\x00", "").encode("utf-8", "replace").decode()
    return Refused("input.invalid", errors=[{"field": readable[:200], "problem": what}])


def request_hash(request: HttpRequest) -> str:
    """64 hex, keyed, of what a request asks: method, path and body with its keys in order."""
    body = json.dumps(getattr(request, "parsed", None), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return request_mac(f"{request.method} {request.path}\n{body}")
