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


def test_a_header_of_the_sender_opens_no_new_account(world: World) -> None:
    codes = [verify(forwarded=f"10.0.0.{n}").status_code for n in range(3)]
    assert codes == [404, 404, 429]


def test_behind_a_proxy_the_address_it_saw_counts(world: World, settings: Any) -> None:
    settings.PROXIES = 1
    codes = [verify(forwarded=f"6.6.6.{n}, 10.0.0.1").status_code for n in range(3)]
    assert codes == [404, 404, 429], "what stands left of it was written by the sender"
    assert verify(forwarded="10.0.0.2").status_code == 404
