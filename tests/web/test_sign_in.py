"""Signing in: the one door, lock-out, the second factor, registration, recovery, sessions, and their entries."""

import re
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client
from django.utils import timezone

from tests import factories
from yimen.flows import setup
from yimen.ground.journal.models import Entry
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity.models import Membership, User
from yimen.rooms.identity.rules.roles import Role

PASSWORD = "correct horse battery"
CENTURY = 100 * 365 * 86_400  # a window that no test meets the end of


@pytest.fixture
def wang(item: ItemVersion) -> User:
    return setup.register_staff(
        username="wang",
        name="王",
        roles=[Role.WINDOW_CLERK],
        organ=item.item.organ,
        password=PASSWORD,
        by=factories.ADMIN,
        at=factories.now(),
    ).user


def sign_in(client: Client, name: str = "wang", password: str = PASSWORD) -> Any:
    return client.post("/sign-in/", {"username": name, "password": password})


def entries() -> list[Entry]:
    verbs = ("sign_in", "sign_out", "fail_sign_in", "lock_out", "open_account", "change_password")
    return list(Entry.objects.filter(verb__in=verbs).order_by("id"))


def test_success_failure_and_sign_out_are_journalled_without_names(wang: User) -> None:
    client = Client()
    assert sign_in(client, password="wrong").status_code == 401
    assert sign_in(client, name="nobody", password="wrong").status_code == 401
    assert sign_in(client)["Location"] == "/desk/"
    client.post("/sign-out/")
    assert [e.verb for e in entries()] == ["fail_sign_in", "fail_sign_in", "sign_in", "sign_out"]
    text = " ".join(f"{e.subject} {e.actor} {e.facts}" for e in entries())
    assert "wang" not in text and "nobody" not in text and "127.0.0.1" not in text
    assert entries()[0].facts != entries()[1].facts


def test_a_name_that_fails_too_often_is_locked_out_even_with_the_right_password(wang: User) -> None:
    for _ in range(5):
        assert sign_in(Client(), password="wrong").status_code == 401
    locked = sign_in(Client())
    assert locked.status_code == 429 and int(locked["Retry-After"]) > 0
    assert "此用户名连续登录失败次数过多" in locked.content.decode() and "请在 5 分钟后再试" in locked.content.decode()
    assert entries()[-1].verb == "lock_out"
    assert sign_in(Client(), name="other", password="x").status_code == 401


@pytest.mark.parametrize("second", [0, 37, 59])
def test_a_locked_name_is_told_the_second_at_which_it_may_try_again(wang: User, second: int) -> None:
    """The window slides from the first failure, at whatever second of whatever minute that was."""
    first = timezone.now().replace(second=second, microsecond=0)
    with time_machine.travel(first, tick=False) as clock:
        for _ in range(5):
            assert sign_in(Client(), password="wrong").status_code == 401
            clock.shift(20)
        locked = sign_in(Client())
        assert (locked.status_code, locked["Retry-After"]) == (429, "200")
        assert "请在 4 分钟后再试" in locked.content.decode()
        clock.shift(199)
        locked = sign_in(Client())
        assert (locked.status_code, locked["Retry-After"]) == (429, "1")
        clock.shift(1)
        assert sign_in(Client()).status_code == 302


@pytest.mark.parametrize("second", [0, 37, 59])
def test_an_address_that_signs_in_too_often_is_told_when_to_come_back(wang: User, settings: Any, second: int) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "2/m/ip"}
    first = timezone.now().replace(second=second, microsecond=0)
    with time_machine.travel(first, tick=False) as clock:
        assert [sign_in(Client()).status_code for _ in range(2)] == [302, 302]
        clock.shift(45)
        refused = sign_in(Client())
        assert (refused.status_code, refused["Retry-After"]) == (429, "15")
        clock.shift(15)
        assert sign_in(Client()).status_code == 302


def code_of(secret: str) -> str:
    return f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06}"


def test_a_second_factor_is_asked_for(wang: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(wang, secret)
    client = Client()
    answer = sign_in(client)
    assert answer["Location"].startswith("/account/2fa/authenticate/")
    assert client.get("/desk/").status_code == 302
    assert client.get("/account/2fa/authenticate/").status_code == 200
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.get("/desk/").status_code == 302
    client.post("/account/2fa/authenticate/", {"code": code_of(secret)})
    assert client.get("/desk/").status_code == 200


def test_staff_without_a_second_factor_get_no_further_where_it_is_required(wang: User, settings: Any) -> None:
    settings.REQUIRE_MFA = True
    client = Client()
    sign_in(client)
    assert client.get("/desk/")["Location"] == "/account/second-factor/"
    assert client.get("/account/second-factor/").status_code == 200
    assert client.get("/account/2fa/totp/activate/").status_code == 200
    TOTP.activate(wang, generate_totp_secret())
    assert client.get("/desk/").status_code == 200
    applicant = factories.make_user()
    other = Client()
    other.force_login(applicant)
    assert other.get("/my/").status_code == 200


def test_an_applicant_registers_confirms_and_recovers(item: ItemVersion) -> None:
    client = Client()
    data = {"username": "lisi", "email": "li@example.cn", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/account/register/", data)["Location"] == "/account/confirm-email/"
    assert sign_in(client, "lisi")["Location"] == "/account/confirm-email/"
    link = re.search(r"/account/confirm-email/[^\s]+", str(mail.outbox[0].body))
    assert link and client.post(link[0]).status_code == 302
    assert sign_in(client, "li@example.cn").status_code == 302
    assert client.get("/my/").status_code == 200
    Client().post("/account/password/reset/", {"email": "li@example.cn"})
    found = re.search(r"/account/password/reset/key/[^\s]+", str(mail.outbox[-1].body))
    assert found
    other = Client()
    page = other.get(found[0])
    new = {"password1": "another long pass", "password2": "another long pass"}
    assert other.post(page["Location"], new).status_code == 302
    assert sign_in(Client(), "lisi").status_code == 401
    assert sign_in(Client(), "lisi", "another long pass").status_code == 302
    assert entries()[0].verb == "open_account"


def test_registration_can_be_closed(item: ItemVersion, settings: Any) -> None:
    settings.REGISTRATION = False
    assert "/account/register/" not in Client().get("/sign-in/").content.decode()
    answer = Client().post("/account/register/", {"username": "x1x", "email": "a@example.cn"})
    assert answer.status_code == 200 and not User.objects.filter(username="x1x").exists()


def test_other_sessions_are_listed_and_ended(wang: User) -> None:
    here, there = (
        Client(),
        Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"}),
    )
    sign_in(there)
    sign_in(here)
    assert "Firefox" in here.get("/account/sessions/").content.decode()
    here.post("/account/sessions/")
    assert here.get("/desk/").status_code == 200 and there.get("/desk/").status_code == 302


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_an_account(wang: User, language: str) -> None:
    client = Client()
    sign_in(client)
    client.cookies["django_language"] = language
    pages = ["", "password/change/", "email/", "2fa/", "2fa/totp/activate/", "2fa/webauthn/", "2fa/webauthn/add/"]
    for page in (*pages, "sessions/", "second-factor/"):
        answer = client.get(f"/account/{page}")
        assert answer.status_code == 200, page
        text = answer.content.decode()
        assert 'id="main"' in text and not re.findall(r"\sstyle=|\son[a-z]+=|<style", text), page
    visitor = Client()
    for page in ("register/", "passkey/", "password/reset/", "inactive/"):
        assert visitor.get(f"/account/{page}").status_code == 200, page


def test_tracking_and_verifying_are_limited(item: ItemVersion, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "track": (2, CENTURY), "verify": (2, CENTURY)}
    guess = {"number": "371500-20261124-0001-1", "password": "x"}
    assert [Client().post("/track/", guess).status_code for _ in range(3)] == [404, 404, 429]
    answers = [Client().get("/verify/371500-C20260101-0001-1/") for _ in range(3)]
    assert [one.status_code for one in answers] == [404, 404, 429] and int(answers[-1]["Retry-After"]) > 0
    problem = Client().get("/api/v1/certificates/371500-C20260101-0001-1")
    assert problem.status_code == 429 and problem.json()["code"] == "rate.limited" and problem["Retry-After"]


def test_an_enterprise_on_the_pages(wang: User) -> None:
    clerk, boss, mate = Client(), factories.make_user(), factories.make_user()
    sign_in(clerk)
    form = {"credit_code": factories.CREDIT_CODE, "enterprise": "示例公司", "username": boss.username}
    assert clerk.post("/desk/enterprises/", {**form, "credit_code": "1"}).status_code == 422
    assert clerk.post("/desk/enterprises/", form).status_code == 302
    owner, member = Client(), Client()
    owner.force_login(boss)
    member.force_login(mate)
    assert owner.get("/desk/enterprises/").status_code == 403 and clerk.get("/account/enterprises/").status_code == 403
    invitation = {"credit_code": factories.CREDIT_CODE, "username": mate.username, "kind": "agent", "items": "X1，X2"}
    assert owner.post("/account/enterprises/", invitation).status_code == 302
    made = Membership.objects.get(user=mate)
    assert made.items == ["X1", "X2"] and "示例公司" in member.get("/account/enterprises/").content.decode()
    assert owner.post(f"/account/enterprises/{made.pk}/accept/").status_code == 404
    assert member.post(f"/account/enterprises/{made.pk}/accept/").status_code == 302
    assert owner.post(f"/account/enterprises/{made.pk}/revoke/").status_code == 302
    assert member.post("/account/enterprises/", invitation).status_code == 403


def test_the_administrator_gives_a_new_start(wang: User) -> None:
    TOTP.activate(wang, generate_totp_secret())
    before, boss = Client(), Client()
    before.force_login(wang)
    boss.force_login(factories.make_staff("admin").user)
    assert before.get("/office/accounts/").status_code == 403
    assert boss.post("/office/accounts/", {"username": "nobody"}).status_code == 422
    page = boss.post("/office/accounts/", {"username": "wang"}).content.decode()
    link = re.search(r"/account/password/reset/key/[^<]+", page)
    assert link and before.get("/desk/").status_code == 302
    assert sign_in(Client()).status_code == 401
    fresh = Client()
    new = {"password1": "another long pass", "password2": "another long pass"}
    assert fresh.post(fresh.get(link[0])["Location"], new).status_code == 302
    assert sign_in(Client(), password="another long pass")["Location"] == "/desk/"
    assert "href" in Client().get(link[0]).content.decode(), "the link is spent: a page says so"
    assert Entry.objects.filter(verb="reset_access").count() == 1
