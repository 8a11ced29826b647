"""Production as it runs: every main path through the real web server, and nothing in its log that it should not know.

The child is the web server's own command with production's settings, so what is read here is what a centre keeps: one
JSON line a request, warnings, errors with their tracebacks.
"""

import http.client
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests import factories
from tests.jobs.processes import PROJECT, wait_until
from tests.rooms.test_signing import real_pair
from yimen.faces.jobs.supervisor import answers, web_command

HOST = "zw.example.cn"
NAME, PHONE, EMAIL, WORDS = "欧阳慕容", "13912345678", "ouyang@example.org", "机密文字"
PASSWORD, TYPED, GUESS = "correct-horse-battery", "typed-by-mistake", "WRONG-GUESS-9"
SET_UP = f"""
import json, sys
import django; django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
from tests import factories
from yimen.rooms.identity.actions import issue_token
factories.make_centre()
schema = {{"type": "object", "properties": {{"shop": {{"type": "string", "title": "Shop"}}}}, "required": ["shop"]}}
factories.make_item("X1", form_schema=schema)
made = {{}}
for role in ("applicant", "window_clerk", "examiner", "window_head"):
    user = factories.make_user() if role == "applicant" else factories.make_staff(role).user
    user.set_password({PASSWORD!r})
    user.save()
    made[role] = [user.username, issue_token(user, at=factories.now())]
print(json.dumps(made))
"""


class Server:
    """A production's web server; `log` is everything that it wrote, `asked` how often it was asked."""

    def __init__(self, folder: Path) -> None:
        certificate, key = real_pair(folder)
        self.database, self.log_file = folder / "yimen.sqlite3", folder / "log"
        given = {
            "YIMEN_MODE": "production",
            "YIMEN_VAR": str(folder / "var"),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "YIMEN_ALLOWED_HOSTS": HOST,
            "YIMEN_PROXIES": "1",
            "YIMEN_REQUIRE_MFA": "0",
            "YIMEN_SIGNING_CERT": str(certificate),
            "YIMEN_SIGNING_KEY": str(key),
            "DJANGO_SETTINGS_MODULE": "yimen.config.settings",
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("YIMEN_", "PYTEST_"))}
        self.environment = {**kept, **given}
        (folder / "var" / "static").mkdir(parents=True)
        said = subprocess.run(
            [sys.executable, "-c", SET_UP], cwd=PROJECT, env=self.environment, capture_output=True, text=True
        )
        assert said.returncode == 0, said.stderr
        self.people: dict[str, list[str]] = json.loads(said.stdout.splitlines()[-1])
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.asked = 0
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self.log_file.open("wb") as log:
            return subprocess.Popen(
                web_command("127.0.0.1", self.port, workers=1),
                cwd=PROJECT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def stop(self) -> str:
        """End it; the whole log."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(20)
        return self.log_file.read_text("utf-8")

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, Any, str]:
        """(status, headers, text) of one request, as the proxy would pass it on."""
        self.asked += 1
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        own = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "198.51.100.7",
            "Referer": f"https://{HOST}{path}",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        try:
            connection.request(method, path, body or None, own)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()


class Browser:
    """Cookies, hidden fields and nothing more; `secrets` collects every key that the server gave it."""

    def __init__(self, server: Server) -> None:
        self.server, self.cookies, self.secrets = server, dict[str, str](), set[str]()

    def get(self, path: str) -> tuple[int, Any, str]:
        return self._ask("GET", path)

    def post(self, path: str, form: dict[str, str], *, page: str = "", token: bool = True) -> tuple[int, Any, str]:
        """Open the form (at `page`, else at `path`), fill it in and send it."""
        shown = self.get(page or path)[2]
        hidden = dict(re.findall(r'<input type="hidden" name="([\w-]+)" (?:id="[\w-]+" )?value="([^"]*)"', shown))
        if not token:
            hidden.pop("csrfmiddlewaretoken", None)
        body = urlencode({**hidden, **form}).encode()
        return self._ask("POST", path, body, Content_Type="application/x-www-form-urlencoded")

    def upload(self, path: str, content: bytes, name: str) -> tuple[int, Any, str]:
        shown = self.get(path)[2]
        token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', shown)[0]
        kind = "multipart/form-data; boundary=edge"
        head = f'--edge\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n--edge\r\n'
        file = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + file.encode() + content + b"\r\n--edge--\r\n"
        return self._ask("POST", path, body, Content_Type=kind)

    def sign_in(self, name: str, password: str = PASSWORD) -> int:
        return self.post("/sign-in/", {"username": name, "password": password})[0]

    def _ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, Any, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        status, found, text = self.server.ask(method, path, body, Cookie=cookies, **headers)
        for cookie in found.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
            if len(value) > 8:
                self.secrets.add(value)
        self.secrets.update(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', text))
        return status, found, text


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path)
    try:
        wait_until(lambda: answers("127.0.0.1", made.port), 60)
        yield made
    finally:
        if made.process.poll() is None:
            made.process.kill()
            made.process.wait(20)


def spellings(secret: str) -> set[str]:
    """How a text may stand in a log: as it is, in an address, in JSON, as Python shows it."""
    return {secret, quote(secret), json.dumps(secret)[1:-1], repr(secret.encode())[2:-1]}


def leaks(log: str, secrets: set[str]) -> set[str]:
    return {secret for secret in secrets if any(way in log for way in spellings(secret))}


WHO = {"kind": "person", "name": NAME, "id_number": factories.RESIDENT_ID, "phone": PHONE, "email": EMAIL}


def apply_online(me: Browser) -> tuple[str, str]:
    """(number, query password) of an application handed in page by page."""
    status, headers, _ = me.post("/items/X1/apply/", WHO)
    assert status == 302
    draft = str(headers["Location"]).rsplit("/", 2)[0] + "/"
    assert me.post(draft + "q1/", {"form-shop": WORDS})[0] == 302
    assert me.upload(draft + "m1/", b"<html><script>", f"{NAME}.pdf")[0] == 422
    assert me.upload(draft + "m1/", factories.PDF, f"{NAME}{factories.RESIDENT_ID}.pdf")[0] == 302
    status, headers, _ = me.post(draft + "check/", {})
    assert status == 302
    page = me.get(headers["Location"])[2]
    number, password = re.findall(r'<strong class="big">([^<]+)</strong>', page)[:2]
    return number, password


def decide(server: Server, number: str) -> list[Browser]:
    """Accepted, examined, approved and certified on the pages, each by its person."""
    acts: dict[str, dict[str, dict[str, str]]] = {
        "window_clerk": {"accept_application": {}},
        "examiner": {"examine_case": {"opinion": "grant", "reasons": WORDS}},
        "window_head": {"approve_case": {"decision": "grant", "reasons": WORDS}},
    }
    people = []
    for role, verbs in acts.items():
        person = Browser(server)
        assert person.sign_in(server.people[role][0]) == 302
        for verb, form in verbs.items():
            assert person.get(f"/cases/{number}/")[0] == 200
            assert person.post(f"/cases/{number}/do/{verb}/", form)[0] == 302, verb
        people.append(person)
    clerk = people[0]
    assert clerk.post(f"/cases/{number}/do/issue_certificate/", {})[0] == 302
    assert clerk.get(f"/papers/{number}/acceptance/")[0] == 200
    assert clerk.get(f"/papers/{number}/certificate.pdf")[0] == 200
    key = re.findall(rf"/cases/{number}/files/(\d+)/", clerk.get(f"/cases/{number}/")[2])[0]
    assert clerk.get(f"/cases/{number}/files/{key}/")[0] == 200
    return people


def use_the_api(server: Server, number: str) -> None:
    """Right and wrong requests with bodies full of persons."""
    token = server.people["window_clerk"][1]
    mine = {"Authorization": f"Bearer {token}", "Content_Type": "application/json"}
    body = {"item": "X1", "applicant": {**WHO, "kind": "person"}, "materials": ["M1"], "form": {"shop": WORDS}}
    sent = json.dumps(body, ensure_ascii=False).encode()
    got = [
        server.ask("GET", f"/api/v1/cases/{number}", **mine)[0],
        server.ask("POST", "/api/v1/cases", sent, **mine)[0],
        server.ask("GET", "/api/v1/cases", Authorization=f"Bearer {GUESS}")[0],
        server.ask("GET", f"/api/v1/cases/none?name={quote(NAME)}&id_number={factories.RESIDENT_ID}", **mine)[0],
        server.ask("POST", f"/api/v1/cases/{number}/accept_application", b"{}", **mine)[0],
        server.ask("POST", "/api/v1/cases", sent.replace(b"shop", b"ship"), **mine)[0],
        server.ask("POST", "/api/v1/cases", sent[:-2], **mine)[0],
        server.ask("POST", "/api/v1/cases", sent, **{**mine, "Content_Type": "text/plain"})[0],
        server.ask("PATCH", "/api/v1/cases", sent, **mine)[0],
    ]
    assert got == [200, 201, 401, 422, 409, 422, 400, 415, 405], got


def break_the_database(server: Server) -> None:
    """From now on the database refuses new cases and quotes their applicants, as PostgreSQL does."""
    row = f"Failing row contains (7, {NAME}, {factories.RESIDENT_ID}, {PHONE}, {EMAIL})."
    with sqlite3.connect(server.database, timeout=20) as base:
        base.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON cases_case "
            f"BEGIN SELECT RAISE(ABORT, 'null value violates not-null constraint: {row}'); END"
        )


def fail_inside(server: Server, me: Browser) -> None:
    """A 500 on the API and one on a page, each with a body full of persons."""
    break_the_database(server)
    token = server.people["window_clerk"][1]
    body = {"item": "X1", "applicant": {**WHO, "kind": "person"}, "materials": ["M1"], "form": {"shop": WORDS}}
    headers = {"Authorization": f"Bearer {token}", "Content_Type": "application/json"}
    assert server.ask("POST", "/api/v1/cases", json.dumps(body).encode(), **headers)[0] == 500
    status, answer, _ = me.post("/items/X1/apply/", WHO)
    assert status == 302
    draft = str(answer["Location"]).rsplit("/", 2)[0] + "/"
    me.post(draft + "q1/", {"form-shop": WORDS})
    me.upload(draft + "m1/", factories.PDF, f"{NAME}.pdf")
    assert me.post(draft + "check/", {})[0] == 500


def walk(server: Server) -> set[str]:
    """All main paths; every secret that was said or given on the way."""
    visitor, me = Browser(server), Browser(server)
    assert visitor.get("/")[0] == 200
    assert visitor.get(f"/items/?{urlencode({'q': NAME})}")[0] == 200
    assert visitor.sign_in(server.people["applicant"][0], TYPED) == 401
    assert visitor.sign_in(EMAIL, TYPED) == 401
    assert visitor.post("/sign-in/", {"username": EMAIL, "password": TYPED}, token=False)[0] == 403
    assert me.sign_in(server.people["applicant"][0]) == 302
    number, password = apply_online(me)
    assert visitor.post("/track/", {"number": number, "password": GUESS})[0] == 404
    assert visitor.post("/track/", {"number": number, "password": password})[0] == 302
    assert visitor.get(f"/track/?{urlencode({'number': number, 'password': password})}")[0] == 200
    people = decide(server, number)
    certificate = re.findall(r"/verify/([\w-]+)/", visitor.get(f"/track/?number={number}")[2])[0]
    assert visitor.get(f"/verify/{certificate}/")[0] == 200
    assert visitor.get("/verify/371500-C20260101-0001-1/")[0] == 404
    use_the_api(server, number)
    fail_inside(server, me)
    accounts = {word for person in server.people.values() for word in person}
    said = {NAME, PHONE, EMAIL, WORDS, PASSWORD, TYPED, GUESS, factories.RESIDENT_ID, password}
    return said.union(accounts, *(person.secrets for person in (visitor, me, *people)))


def test_production_s_log_knows_nobody(server: Server) -> None:
    secrets = walk(server)
    log = server.stop()
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    requests = [line for line in lines if line["logger"] == "yimen.request"]
    assert len(requests) == server.asked, "every request has its line"
    statuses = {line["status"] for line in requests}
    assert {200, 201, 302, 400, 401, 403, 404, 405, 409, 415, 422, 500} <= statuses
    failures = [line for line in lines if "exception" in line and "not-null constraint" in line["exception"]]
    assert len(failures) >= 2, "both errors of the inside are there, with their tracebacks"
    assert len(secrets) > 15
    assert leaks(log, secrets) == set()


def test_a_leak_would_be_seen() -> None:
    for line in (
        f'{{"event": "GET /items/?q={quote(NAME)}"}}',
        json.dumps({"event": NAME}),
        json.dumps({"event": NAME}, ensure_ascii=False),
        f"body {NAME.encode()!r}",
    ):
        assert leaks(line, {NAME, PHONE}) == {NAME}
