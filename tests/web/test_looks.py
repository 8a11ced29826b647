"""Large type and dark colours stay in a cookie; junk and foreign addresses are not taken; the design page is demo's."""

from typing import Any

import pytest
from django.test import Client

from yimen.rooms.catalogue.models import ItemVersion


def test_a_wish_stays_and_leads_back(item: ItemVersion) -> None:
    client = Client()
    answer = client.post("/display/", {"size": "large", "next": "/items/?q=x"})
    assert answer["Location"] == "/items/?q=x"
    client.post("/display/", {"theme": "dark"})
    text = client.get("/track/").content.decode()
    assert 'data-size="large"' in text and 'data-theme="dark"' in text
    client.post("/display/", {"size": "normal"})
    assert 'data-size="normal"' in client.get("/track/").content.decode()


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_it_never_leads_away(item: ItemVersion, away: str) -> None:
    assert Client().post("/display/", {"size": "large", "next": away})["Location"] == "/"


def test_junk_is_not_kept(item: ItemVersion) -> None:
    client = Client()
    assert not client.post("/display/", {"size": '"><script>', "theme": "red"}).cookies
    client.cookies["yimen_theme"] = "x onload=1"
    assert "data-theme" not in client.get("/").content.decode()


def test_every_component_is_shown_in_demo_mode_only(item: ItemVersion, settings: Any) -> None:
    assert Client().get("/design/").status_code == 200
    settings.DEMO = False
    assert Client().get("/design/").status_code == 404
