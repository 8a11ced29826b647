"""The house in which the tests of casework live."""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests import factories
from tests.flows.world import House, make_house
from yimen.flows import delivery
from yimen.ground.files.actions import store_upload
from yimen.rooms.documents.models import Rendering


@pytest.fixture
def house(db: None) -> House:
    """A centre with one item of organ O1 and its people."""
    return make_house()


@pytest.fixture
def quick_press(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A press for letters that sets nothing (test_papers.py shows what papers look like); the numbers it made."""
    made: list[str] = []

    def render(number: str, *, at: datetime, **_more: Any) -> Rendering:
        made.append(number)
        upload = store_upload(io.BytesIO(factories.PDF), name="paper.pdf", owner="clock", at=at)
        return Rendering(number=number, sha256=upload.sha256)

    monkeypatch.setattr(delivery, "render_document", render)
    yield made
