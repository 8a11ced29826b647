"""POST /files: what is taken, what is not, and that nothing large is read to its end."""

import io
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client
from django.urls import resolve

from tests import factories
from tests.api.callers import Caller, World, problem
from yimen.ground.files.models import Upload

EDGE = "----edge"


def form(content: bytes, name: str, field: str = "file") -> bytes:
    """A multipart body as curl writes it: the name is sent as it is."""
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
    return head.encode() + content + f"\r\n--{EDGE}--\r\n".encode()


def upload(who: Caller, content: bytes, name: str, field: str = "file", **headers: str) -> Any:
    return Client(raise_request_exception=False).generic(
        "POST",
        "/api/v1/files",
        form(content, name, field),
        content_type=f"multipart/form-data; boundary={EDGE}",
        headers=who.headers(headers),
    )


@pytest.mark.parametrize("name", ["a.pdf", "身份证 😀.pdf", "x" * 300 + ".pdf", "C:\\扫描\\a.pdf", "/etc/a.pdf"])
def test_taken(world: World, name: str) -> None:
    answer = upload(world.applicant, factories.PDF, name)
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["size"], body["media_type"]) == (len(factories.PDF), "application/pdf")
    assert len(body["name"]) <= 255 and body["name"].endswith(".pdf")
    assert "/" not in body["name"] and "\\" not in body["name"]
    assert Upload.objects.get(public_id=body["id"]).owner == f"user:{world.applicant.user.pk}"


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\a.pdf", "a/../b.pdf", "x" * 10_000 + ".pdf"])
def test_bad_name(world: World, name: str) -> None:
    problem(upload(world.applicant, factories.PDF, name), 422, "file.bad_name")
    assert not Upload.objects.exists()


def test_bad_content(world: World) -> None:
    problem(upload(world.applicant, b"", "a.pdf"), 422, "file.empty")
    problem(upload(world.applicant, b"MZ\x90\x00" + b"\x00" * 200, "a.pdf"), 422, "file.wrong_type")
    problem(upload(world.applicant, b"<html><script>alert(1)</script></html>", "a.pdf"), 422, "file.wrong_type")
    assert problem(upload(world.applicant, factories.PDF, "a.pdf", "other"), 422, "input.invalid")["facts"] == {
        "errors": [{"field": "file", "problem": "missing"}]
    }


def test_malformed_form(world: World) -> None:
    def send(body: bytes, kind: str) -> Any:
        return Client().generic("POST", "/api/v1/files", body, content_type=kind, headers=world.applicant.headers())

    problem(send(b"{}", "application/json"), 415, "input.wrong_media_type")
    problem(send(b"abc", "multipart/form-data"), 400, "input.malformed")
    problem(send(b"abc", f"multipart/form-data; boundary={EDGE}"), 422, "input.invalid")


def test_without_a_token(nobody: Caller) -> None:
    answer = upload(nobody, factories.PDF, "a.pdf")
    problem(answer, 401, "permission.sign_in")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


class Endless(io.RawIOBase):
    """Two gigabytes that nobody has to store; counts what was read."""

    def __init__(self, head: bytes, total: int) -> None:
        self.head, self.total, self.taken = head, total, 0

    def read(self, size: int = -1) -> bytes:
        size = min(size if size >= 0 else self.total, self.total - self.taken, 1 << 20)
        chunk = (self.head + b"\x00" * size)[:size] if not self.taken else b"\x00" * size
        self.taken += len(chunk)
        return chunk


def _send_endless(who: Caller, path: str, kind: str, **meta: Any) -> tuple[Any, Endless]:
    body = Endless(form(b"%PDF-1.4", "a.pdf")[:-20], 2 * 1024**3)
    environ = {
        **Client()._base_environ(PATH_INFO=path, REQUEST_METHOD="POST"),  # type: ignore[attr-defined]
        "CONTENT_TYPE": kind,
        "wsgi.input": body,
        "HTTP_AUTHORIZATION": f"Bearer {who.token}",
        **meta,
    }
    request = WSGIRequest(environ)
    match = resolve(path)
    request.resolver_match = match
    return match.func(request, *match.args, **match.kwargs), body


@pytest.mark.parametrize(
    ("path", "kind", "code", "most"),
    [
        ("/api/v1/files", f"multipart/form-data; boundary={EDGE}", "file.too_large", 22 * 1024**2),
        ("/api/v1/cases", "application/json", "input.too_large", 3 * 1024**2),
    ],
)
def test_two_gigabytes_are_refused_early(world: World, path: str, kind: str, code: str, most: int) -> None:
    def shaped(answer: Any) -> None:
        answer.json = lambda: __import__("json").loads(answer.content)
        problem(answer, 413, code)

    answer, body = _send_endless(world.applicant, path, kind, CONTENT_LENGTH=str(2 * 1024**3))
    shaped(answer)
    assert body.taken == 0
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    answer, body = _send_endless(world.applicant, path, kind, **chunked)
    shaped(answer)
    assert body.taken <= most
