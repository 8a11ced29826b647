"""The morning: BENCH_STAFF people sign in with their passwords and open their list: `yimen bench rush`.

The server is started as `yimen run` starts it (web server and worker, demo mode for its http cookies). Everybody asks
for the sign-in page, sends name and password (argon2, a new session) and opens the list, up to AT_ONCE at a time.
Printed: how many seconds the last of them waited, the slowest single person, and the errors.
"""

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

STAFF = int(os.environ.get("BENCH_STAFF", "300"))
AT_ONCE = 60
PASSWORD = "rush-Hour-0800-door"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def fill() -> None:
    """The sample centre and STAFF clerks of its first unit, each with a password of its own hash."""
    from django.utils import timezone

    from yimen.faces.stories.sample import load_sample
    from yimen.flows import setup
    from yimen.rooms.identity.models import Organ
    from yimen.rooms.identity.rules.roles import Role

    at = timezone.now()
    load_sample(as_of=timezone.localdate())
    organ = Organ.objects.get(code="A01")
    for n in range(STAFF):
        setup.register_staff(
            username=f"rush-{n}",
            name=f"rush-{n}",
            roles=[Role.WINDOW_CLERK],
            organ=organ,
            password=PASSWORD,
            by=setup.INSTALLER,
            at=at,
        )


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def started(port: int) -> subprocess.Popen[bytes]:
    """The server, once it answers; RuntimeError when it does not within a minute."""
    command = [sys.executable, "-m", "yimen", "run", "--port", str(port)]
    server = subprocess.Popen(command, stdout=sys.stderr, start_new_session=True)
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
            return server
        except OSError:
            time.sleep(0.2)
    server.send_signal(signal.SIGTERM)
    raise RuntimeError("the server does not answer")


def arrive(port: int, n: int) -> float:
    """One person from the sign-in page to the list; seconds. AssertionError for anything but the list."""
    began = time.perf_counter()
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser, home = urllib.request.build_opener(jar), f"http://127.0.0.1:{port}"
    with browser.open(f"{home}/sign-in/", timeout=60) as page:
        found = TOKEN.search(page.read().decode())
    assert found, "no form"
    form = {"csrfmiddlewaretoken": found[1], "username": f"rush-{n}", "password": PASSWORD, "next": "/cases/"}
    with browser.open(f"{home}/sign-in/", urllib.parse.urlencode(form).encode(), timeout=60) as page:
        text = page.read().decode()
    assert page.url == f"{home}/cases/" and 'class="cases"' in text, page.url
    return time.perf_counter() - began


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
    import django

    django.setup()
    from django.db import connections

    fill()
    connections.close_all()
    port = free_port()
    server = started(port)
    try:
        began = time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as hall:
            arrivals = [hall.submit(arrive, port, n) for n in range(STAFF)]
        took = time.perf_counter() - began
        wrong = [problem for each in arrivals if (problem := each.exception())]
        slowest = max((each.result() for each in arrivals if not each.exception()), default=0.0)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)
    for problem in wrong[:3]:
        print(repr(problem), file=sys.stderr)
    print(f"staff={STAFF} seconds={took:.1f},slowest={slowest:.1f},errors={len(wrong)}")


if __name__ == "__main__":
    main()
