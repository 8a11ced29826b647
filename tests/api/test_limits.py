"""Who sends too much is told when to come back, and can't walk around it with a header.

Windows are a hundred years long here, so that no test meets the end of one.
"""

from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from tests import factories
from tests.api.callers import Caller, World
from tests.api.test_files import upload
from yimen.ground.engines.secrets import query_password

CENTURY = 100 * 365 * 86_400
UNKNOWN = "/verify/371500-C20260101-0001-1/"


@pytest.fixture(autouse=True)
def two_each(db: None, settings: Any) -> None:
    """Two of everything, and nothing counted yet."""
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, (2, CENTURY))
    for cache in caches.all():
        cache.clear()


def refused(answer: Any) -> None:
    """429 as problem+json, with the seconds to wait."""
    assert answer.status_code == 429, answer.content
    assert answer["Content-Type"].startswith("application/problem+json")
    assert answer.json()["code"] == "rate.limited" and int(answer["Retry-After"]) > 0
    assert answer.json()["facts"]["seconds"] == int(answer["Retry-After"])


def test_uploads_of_an_account(world: World, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "api": (1000, CENTURY)}
    for _ in range(2):
        assert upload(world.applicant, factories.PDF, "a.pdf").status_code == 201
    refused(upload(world.applicant, factories.PDF, "a.pdf"))
    assert upload(world.window_clerk, factories.PDF, "a.pdf").status_code == 201, "counted by account"


def test_requests_of_a_token(world: World) -> None:
    number = factories.make_case().number
    for _ in range(2):
        assert world.window_clerk.get(f"/cases/{number}").status_code == 200
    refused(world.window_clerk.get(f"/cases/{number}"))
    assert world.examiner.get(f"/cases/{number}").status_code == 200, "counted by account"


def test_wrong_tokens_of_an_address(world: World) -> None:
    guess = Caller("no-such-token")
    assert [guess.get("/cases").status_code for _ in range(2)] == [401, 401]
    refused(guess.get("/cases"))


def verify(address: str = "127.0.0.1", forwarded: str = "") -> Any:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return Client(REMOTE_ADDR=address).get(UNKNOWN, headers=headers)


def test_a_page_says_when_to_come_back(world: World, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "verify": (2, 600)}
    for _ in range(5):  # more than two, also where a window ends between
        answer = verify()
    assert answer.status_code == 429 and "分钟后再试" in answer.content.decode()
    assert "minute" in Client(headers={"cookie": "django_language=en"}).get(UNKNOWN).content.decode()


@pytest.mark.parametrize("path", ["/decisions/", "/decisions.atom", "/api/v1/decisions"])
def test_searches_of_an_address(world: World, path: str) -> None:
    """What reads every row of an index is limited; turning pages without words is not."""
    assert [Client().get(path, {"q": f"许可{n}"}).status_code for n in range(3)] == [200, 200, 429]
    assert [Client().get(path).status_code for _ in range(3)] == [200, 200, 200]
    other = Client(REMOTE_ADDR="127.0.0.2")
    assert other.get(path, {"q": "许可"}).status_code == 200, "counted by address"


def test_searches_on_pages_feed_and_api_are_counted_together(world: World) -> None:
    for path in ("/decisions/", "/decisions.atom"):
        assert Client().get(path, {"q": "许可"}).status_code == 200
    refused(Client().get("/api/v1/decisions", {"q": "许可"}))
    page = Client().get("/decisions/", {"q": "许可"})
    assert page.status_code == 429 and int(page["Retry-After"]) > 0


def guess(number: str, password: str = "wrong", address: str = "127.0.0.1") -> Any:
    return Client(REMOTE_ADDR=address).post("/track/", {"number": number, "password": password})


def test_guesses_at_a_number_from_many_addresses(world: World, settings: Any) -> None:
    """Who guesses from ever new addresses is stopped at the number, and learns nothing more: not even the right one."""
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "track": (1000, CENTURY)}
    one, two = factories.make_case().number, factories.make_case().number
    assert [guess(one, address=f"127.0.0.{n}").status_code for n in (1, 2, 3)] == [404, 404, 429]
    closed = guess(one, query_password(one), "127.0.0.9")
    assert closed.status_code == 429 and int(closed["Retry-After"]) > 0
    assert guess(f" {one} ", query_password(one), "127.0.0.9").status_code == 429, "the same number"
    assert guess(two, query_password(two), "127.0.0.1").status_code == 302, "another number is open"


def test_guesses_of_an_address_at_many_numbers(world: World, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "track_number": (1000, CENTURY)}
    real = factories.make_case().number
    numbers = [f"371500-20261124-000{n}-1" for n in range(3)]
    assert [guess(number).status_code for number in numbers] == [404, 404, 429]
    assert guess(real, query_password(real)).status_code == 429
    assert guess(real, query_password(real), "127.0.0.2").status_code == 302, "counted by address"


def test_the_right_password_uses_up_nothing(world: World) -> None:
    number = factories.make_case().number
    assert [guess(number, query_password(number)).status_code for _ in range(5)] == [302] * 5
    assert [guess(number).status_code for _ in range(3)] == [404, 404, 429]


def test_a_header_of_the_sender_opens_no_new_account(world: World) -> None:
    codes = [verify(forwarded=f"10.0.0.{n}").status_code for n in range(3)]
    assert codes == [404, 404, 429]


def test_behind_a_proxy_the_address_it_saw_counts(world: World, settings: Any) -> None:
    settings.PROXIES = 1
    codes = [verify(forwarded=f"6.6.6.{n}, 10.0.0.1").status_code for n in range(3)]
    assert codes == [404, 404, 429], "what stands left of it was written by the sender"
    assert verify(forwarded="10.0.0.2").status_code == 404
