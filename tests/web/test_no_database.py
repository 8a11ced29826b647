"""Pages that say no answer in both languages with the number of the request, also while the database is down."""

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from yimen.config import urls
from yimen.rooms.identity.queries import forget_centre


def fail(request: object) -> None:
    raise PermissionError


urlpatterns = [*urls.urlpatterns, path("broken/", csrf_exempt(fail))]
handler400, handler403, handler404, handler500 = (
    urls.handler400,
    urls.handler403,
    urls.handler404,
    urls.handler500,
)


@pytest.fixture
def down(monkeypatch: pytest.MonkeyPatch) -> Client:
    """A browser with a session, and a database that lets nobody in."""

    def refuse(self: object) -> None:
        raise OperationalError("the server has gone")

    forget_centre()
    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", refuse)
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "a" * 32
    return client


@pytest.mark.parametrize(("language", "first"), [("zh-hans", "此页面不存在"), ("en", "This page does not exist")])
def test_a_missing_page(down: Client, language: str, first: str) -> None:
    down.cookies["django_language"] = language
    answer = down.get("/nowhere/", headers={"X-Request-Id": "r-12345678"})
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "r-12345678" in page and "此页面不存在" in page and "This page does not exist" in page
    assert page.index(first) == min(page.index("此页面不存在"), page.index("This page does not exist"))


@pytest.mark.parametrize(
    ("method", "url", "status"), [("get", "/my/", 500), ("get", "/", 500), ("post", "/track/", 403)]
)
def test_pages_that_need_it(method: str, url: str, status: int, down: Client) -> None:
    down.handler.enforce_csrf_checks = True
    answer = getattr(down, method)(url, headers={"X-Request-Id": "r-12345678"})
    assert answer.status_code == status
    assert "r-12345678" in answer.content.decode()


@pytest.mark.urls(__name__)
def test_what_fails_on_our_side_says_nothing_of_how(down: Client) -> None:
    answer = down.post("/broken/", {"id_number": "11010519491231002X"})
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "PermissionError" not in page and "11010519491231002X" not in page
