"""The public pages, each once for a visitor and for every role, in both languages."""

import json
import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests import factories
from yimen.faces.web.views.account import PERSONAS
from yimen.flows import setup
from yimen.ground.engines.secrets import query_password
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.certificates.queries import of_ground
from yimen.rooms.identity.models import Staff, User
from yimen.rooms.identity.rules.roles import Role

type SignIn = Callable[[User | Staff], Client]

OPEN = ["/", "/items/", "/items/?q=示例", "/items/X1/", "/track/", "/verify/", "/journal/heads/", "/sign-in/"]
LIVE = ["/healthz", "/readyz", "/journal/heads.json"]
# What the factories' item says is data and stays Chinese.
GUIDE = [
    *("示例市行政服务中心", "示例许可证", "示例许可", "示例法 第一条", "部门O1", "行政许可", "年满十八周岁"),
    *("申请、受理、审查、决定", "申请书", "补充说明", "不收费", "一楼大厅 3 号窗口", "中文", "示例"),
]
OWN = ["/my/", "/items/X1/apply/"]


@pytest.mark.parametrize("path", OPEN + LIVE)
def test_open_to_visitors(item: ItemVersion, path: str) -> None:
    assert Client().get(path).status_code == 200


@pytest.mark.parametrize("path", OWN)
def test_a_visitor_signs_in_first_and_comes_back(item: ItemVersion, path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/sign-in/")
    assert answer["Location"].endswith(path.replace("/", "%2F"))


@pytest.mark.parametrize("role", PERSONAS)
def test_every_role_once(item: ItemVersion, role: Role) -> None:
    client = Client()
    assert client.post("/sign-in/persona/", {"role": role}).status_code == 302
    assert [path for path in OPEN if client.get(path).status_code != 200] == []
    applicant = role in (Role.APPLICANT, Role.AGENT)
    counter = role in (Role.WINDOW_CLERK, Role.WINDOW_HEAD)
    assert client.get("/my/").status_code == (200 if applicant else 403)
    assert client.get("/items/X1/apply/").status_code == (200 if applicant else 302 if counter else 403)


@pytest.mark.parametrize("path", OPEN)
def test_english_is_complete_on_the_page(item: ItemVersion, path: str) -> None:
    client = Client()
    client.post("/language/", {"language": "en", "next": "/"})
    text = re.sub(r"<[^>]+>", " ", client.get(path).content.decode())
    for data in GUIDE:
        text = text.replace(data, "")
    assert re.findall(r"[\u4e00-\u9fff]+", text) == []


def test_chinese_whatever_the_browser_asks_for(item: ItemVersion) -> None:
    text = Client().get("/", headers={"accept-language": "en-US,en"}).content.decode()
    assert 'lang="zh-Hans"' in text
    assert "您要办什么事" in text


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_the_same_number_of_questions(
    item: ItemVersion, signed_in: SignIn, count: int, django_assert_max_num_queries: Callable[..., object]
) -> None:
    user = factories.make_user()
    for n in range(count):
        factories.make_item(f"Y{n}")
        factories.make_case(item=item, user=user)
    client = signed_in(user)
    for path in ("/my/", "/items/", "/"):
        client.get(path)
    with django_assert_max_num_queries(8):  # type: ignore[attr-defined]  # cases in three groups, drafts, mandates
        assert client.get("/my/").content.decode().count(item.item.name) >= count
    with django_assert_max_num_queries(8):  # type: ignore[attr-defined]  # with the numbers behind each filter
        assert client.get("/items/").content.decode().count("/items/Y") == count
    with django_assert_max_num_queries(6):  # type: ignore[attr-defined]  # with the announcements
        client.get("/")


def test_items_page_by_their_key(item: ItemVersion) -> None:
    for n in range(25):
        factories.make_item(f"P{n:02}")
    first = Client().get("/items/").content.decode()
    assert first.count('<a href="/items/P') == 20
    second = Client().get("/items/?after=4:P19").content.decode()
    assert [f"/items/{code}/" in second for code in ("P19", "P20", "P24", "X1")] == [False, True, True, True]


def test_search_finds_two_characters_and_says_so_when_it_finds_nothing(item: ItemVersion) -> None:
    assert "/items/X1/" in Client().get("/items/?q=许可").content.decode()
    nothing = Client().get("/items/?q=没有这个").content.decode()
    assert "/items/X1/" not in nothing
    assert "全部事项" in nothing


@pytest.mark.parametrize("code", ["A/B", "1J?x#", "行政 许可", "..%2F", "a&b<c>"])
def test_odd_item_codes_have_a_guide(item: ItemVersion, code: str) -> None:
    factories.make_item(code)
    page = Client().get("/items/").content.decode()
    links = re.findall(r'<a href="(/items/[^"]+)">', page)
    pages = [Client().get(link.replace("&amp;", "&")) for link in links]
    assert [p.status_code for p in pages] == [200] * len(links)
    assert any(p.context["item"].code == code for p in pages)


def test_track_opens_with_the_password_only(item: ItemVersion) -> None:
    case = factories.make_case(state="accepted", item=item)
    client = Client()
    assert client.get(f"/track/?number={case.number}").content.decode().count("示例许可") == 0
    other = "371500-20990101-0001-1"
    for number, password in ((case.number, "AAAAAAAAAA"), (other, query_password(other)), ("", "")):
        assert client.post("/track/", {"number": number, "password": password}).status_code == 404
    pair = {"number": case.number, "password": query_password(case.number).lower()}
    answer = client.post("/track/", pair, follow=True)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "示例许可" in text and "承诺" in text and "为什么是这一天" in text
    assert "张三" not in text
    assert Client().get(f"/track/?number={case.number}").content.decode().count("示例许可") == 0


@pytest.mark.parametrize("state", factories.PATHS)
def test_track_speaks_of_every_state(item: ItemVersion, state: str) -> None:
    case = factories.make_case(state=state, item=item)
    for language in ("zh-hans", "en"):
        client = Client()
        client.post("/language/", {"language": language, "next": "/"})
        text = client.post(
            "/track/", {"number": case.number, "password": query_password(case.number)}, follow=True
        ).content.decode()
        assert "_" not in re.sub(r"<[^>]+>|/\w+", "", text), "a machine word on the page"


def test_certificates_can_be_checked_by_anybody(item: ItemVersion) -> None:
    case = factories.make_case(state="issued", item=item)
    certificate = of_ground(f"case:{case.number}")
    assert certificate is not None
    for path in (f"/verify/{certificate.number}/", f"/verify/?number={certificate.number}"):
        text = Client().get(path).content.decode()
        assert "张三" not in text and "张*" in text
        assert "有效" in text
    assert Client().get("/verify/371500-C20260101-0001-1/").status_code == 404


def test_heads_as_json(item: ItemVersion) -> None:
    body = json.loads(Client().get("/journal/heads.json?before=99999999999999999999").content)
    assert set(body) == {"heads", "keys"}


def test_sign_in_by_password_and_out_again(item: ItemVersion) -> None:
    who = {"username": "wang", "name": "王", "roles": [Role.AUDITOR], "password": "correct horse"}
    setup.register_staff(**who, by=factories.ADMIN, at=factories.now())
    client = Client()
    wrong = client.post("/sign-in/", {"username": "wang", "password": "x"})
    assert wrong.status_code == 401
    assert 'value="wang"' in wrong.content.decode()
    right = client.post("/sign-in/", {"username": "wang", "password": "correct horse", "next": "//evil.example/"})
    assert (right.status_code, right["Location"]) == (302, "/office/")
    assert client.get("/my/").status_code == 403
    client.post("/sign-out/")
    assert client.get("/my/").status_code == 302
