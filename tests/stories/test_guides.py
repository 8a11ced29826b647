"""Every guide of the sample centre shows all its parts; what nobody published is marked."""

import re
from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests import factories
from yimen.faces.stories.sample import book
from yimen.faces.stories.sample.centre import found_centre
from yimen.faces.stories.sample.people import People
from yimen.faces.web.file_words import rule_words
from yimen.rooms.catalogue import terms
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity.queries import forget_centre

pytestmark = pytest.mark.django_db

PARTS = ("conditions", "materials", "procedure", "charges", "where", "basis", "questions", "remedies")
ENGLISH = ("SAMPLE-YSXK", "SAMPLE-SGYQ", "SAMPLE-TZHZ")


@pytest.fixture(scope="module")
def versions(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[ItemVersion]]:
    """The published guides of a sample centre without cases."""
    with django_db_blocker.unblock(), transaction.atomic():
        forget_centre()
        terms.forget_terms()
        found_centre(People(Random(1), book.people()), valid_from=date(2026, 1, 5), at=factories.now())
        yield list(ItemVersion.objects.select_related("item").prefetch_related("materials"))
        transaction.set_rollback(True)
    forget_centre()
    terms.forget_terms()


def page_of(client: Client, version: ItemVersion, list_: str = "") -> str:
    return client.get(f"/items/{version.item.code}/{list_}").content.decode()


def test_every_guide_shows_every_part(versions: list[ItemVersion]) -> None:
    client = Client()
    assert len(versions) >= 60
    for version in versions:
        page, code = page_of(client, version), version.item.code
        assert [part for part in PARTS if f'id="{part}"' not in page] == [], code
        assert page.count(">未载明<") <= len(version.materials.all()), code  # only what a source leaves open
        for text in (version.place, version.hours, version.telephone, version.complaint_telephone, version.directions):
            assert text and text in page and "样本" in text, code
        assert all(law in page for law in version.statutory_basis.split("；")) and version.result_name in page, code
        for material in version.materials.all():
            assert material.name in page and rule_words(terms.file_rule(material)) in page, code
            assert material.max_files and "pdf" in material.file_kinds, code
        # the picture and the list beside it say the same steps
        drawn = re.findall(r'class="flow__number"[^>]*>(\d)<', page)
        listed = page[page.index("flow__list") : page.index("</ol>", page.index("flow__list"))].count("<li>")
        assert len(drawn) == listed == (4 if version.review == "immediate" else 5), code
        assert ("flow__beside" in page) == bool(version.special_procedures or version.extension), code
        assert "style=" not in page and "<script>" not in page, code


def test_the_sources_of_a_guide_have_names(versions: list[ItemVersion]) -> None:
    """No page shows the name of a field."""
    client, machine = Client(), {name for version in versions for name in version.sources}
    shown = page_of(client, versions[0]) + page_of(client, versions[-1])
    assert [name for name in machine if f"<dt>{name}</dt>" in shown] == []


def test_guides_in_english(versions: list[ItemVersion]) -> None:
    client = Client()
    client.post("/language/", {"language": "en", "next": "/"})
    for version in versions:
        if version.item.code in ENGLISH:
            page = page_of(client, version)
            assert "Administrative Licensing Law, Article 32(1)(4)" in page and "working days" in page
            assert "Ask the people&#x27;s government for reconsideration within 60 natural days" in page


def test_the_list_to_take_along(versions: list[ItemVersion]) -> None:
    client = Client()
    version = next(v for v in versions if v.item.code == "SAMPLE-YSXK")
    page = page_of(client, version, "list/")
    assert page.count('type="checkbox"') == len(version.materials.all()) == 8
    assert all(m.name in page for m in version.materials.all()) and version.place in page
    assert client.get("/items/NOWHERE/list/").status_code == 404
