"""POST /files: one file, streamed, stopped at the limit, named by what it is and not by what it says."""

import html
import re
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import load_handler
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils import timezone
from ninja import Router
from ninja.responses import Status

from yimen.faces.api.auth import acting
from yimen.faces.api.reading import declared_size, is_chunked
from yimen.faces.api.schemas import Uploaded
from yimen.flows.files import upload_file
from yimen.ground.files.names import clean
from yimen.ground.kernel.errors import Refused

router = Router(tags=["files"])
ENVELOPE_BYTES = 64 * 1024  # boundaries and headers of the multipart form around the file
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
                    "required": ["file"],
                }
            }
        },
    }
}


@router.post("/files", response={201: Uploaded}, operation_id="upload_file", openapi_extra=BODY)
def post_file(request: HttpRequest) -> Status[dict[str, Any]]:
    """Upload one file (form field `file`); it belongs to you until a verb hands it in.

    `file.empty`, `file.too_large` (413, before the rest is read), `file.wrong_type` (told by content), `file.macros`,
    `file.unpacks_too_far` (a ZIP that only harms), `file.bad_name` (a path with `..`, or a name of many thousand
    characters). An upload is no act in law and takes no `Idempotency-Key`: send it again when no answer came. That
    makes a second id of the same content, which is stored once.
    """
    file = _read(request)
    kept = upload_file(file, name=file.name or "", by=acting(request), at=timezone.now())
    return Status(
        201,
        {
            "id": kept.public_id,
            "name": kept.name,
            "size": kept.size,
            "sha256": kept.sha256,
            "media_type": kept.media_type,
        },
    )


class _Parser(MultiPartParser):
    def sanitize_file_name(self, file_name: str) -> str:
        """Django would drop the path silently; a name that climbs is somebody's mistake or somebody's attack."""
        if ".." in re.split(r"[/\\]", html.unescape(file_name)):
            raise Refused("file.bad_name", name=clean(file_name)[:80])
        return clean(file_name)


class _Limited:
    """A stream that refuses to give more than `limit` bytes."""

    def __init__(self, stream: Any, limit: int) -> None:
        self.stream, self.left, self.limit = stream, limit, limit

    def read(self, size: int = -1) -> bytes:
        chunk: bytes = self.stream.read(self.left + 1 if size < 0 else min(size, self.left + 1))
        self.left -= len(chunk)
        if self.left < 0:
            raise Refused("file.too_large", limit=settings.MAX_UPLOAD_BYTES)
        return chunk


def _read(request: HttpRequest) -> UploadedFile:
    if request.content_type != "multipart/form-data":
        raise Refused("input.wrong_media_type", expected="multipart/form-data")
    limit = settings.MAX_UPLOAD_BYTES + ENVELOPE_BYTES
    if declared_size(request) > limit:
        raise Refused("file.too_large", limit=settings.MAX_UPLOAD_BYTES)
    stream: Any = request
    meta = request.META
    if is_chunked(request):
        stream = request.environ["wsgi.input"]  # type: ignore[attr-defined]
        meta = {**meta, "CONTENT_LENGTH": str(limit)}  # the parser only asks whether it is 0
    handlers = [load_handler(name, request) for name in settings.FILE_UPLOAD_HANDLERS]
    try:
        limited: Any = _Limited(stream, limit)
        files = _Parser(meta, limited, handlers, request.encoding or "utf-8").parse()[1]
    except MultiPartParserError as error:
        # Django takes 1,024 bytes of part headers; only an absurd name makes them longer.
        if "header size" in str(error):
            raise Refused("file.bad_name", problem="too_long") from error
        raise
    if "file" not in files:
        raise Refused("input.invalid", errors=[{"field": "file", "problem": "missing"}])
    file: UploadedFile = files["file"]  # type: ignore[assignment]
    return file
