"""A reader of English meets English names where the catalogue holds them, beside the Chinese; nobody else does."""

import pytest
from django.test import Client

from tests import factories
from yimen.rooms.catalogue.models import Item
from yimen.rooms.catalogue.terms import forget_terms
from yimen.rooms.identity.models import Organ

pytestmark = pytest.mark.django_db
CHINESE, ENGLISH = "食品经营许可", "Food business licence"


@pytest.fixture(autouse=True)
def item() -> None:
    factories.make_centre()
    factories.make_item("F1", name=CHINESE)
    Item.objects.update(name_en=ENGLISH)
    Organ.objects.filter(code="O1").update(name="示例局", name_en="Sample Bureau")
    forget_terms()


def page(address: str, language: str) -> str:
    client = Client()
    client.cookies["django_language"] = language
    return client.get(address).content.decode()


@pytest.mark.parametrize("address", ["/items/", "/items/F1/"])
def test_items_in_the_readers_language(address: str) -> None:
    english, chinese = page(address, "en"), page(address, "zh-hans")
    assert ENGLISH in english and CHINESE in english and "Sample Bureau" in english
    assert CHINESE in chinese and ENGLISH not in chinese and "Sample Bureau" not in chinese


def test_departments_in_the_readers_language() -> None:
    assert ">Sample Bureau<" in page("/", "en") and ">示例局<" in page("/", "zh-hans")


def test_an_item_without_an_english_name_keeps_its_own() -> None:
    Item.objects.update(name_en="")
    forget_terms()
    assert page("/items/", "en").count(CHINESE) == 1


def test_a_clerk_reads_the_english_name_in_lists_and_on_the_case() -> None:
    case = factories.make_case(item="F1")
    clerk = Client()
    clerk.force_login(factories.make_staff("window_clerk").user)
    clerk.cookies["django_language"] = "en"
    for address in ("/desk/", "/cases/", f"/cases/{case.number}/"):
        assert ENGLISH in clerk.get(address).content.decode()
