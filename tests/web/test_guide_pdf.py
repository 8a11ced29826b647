"""The guide as PDF: what the page says, made once for each text and language, never run as a program."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.pdf_text import text_of
from yimen.flows import guide_pdf
from yimen.flows.papers import the_press
from yimen.ground.engines import press
from yimen.ground.kernel.errors import Refused
from yimen.rooms.catalogue.models import Item, ItemVersion

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.4a")]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path / "guides"


def fetched(language: str = "zh-hans") -> bytes:
    client = Client()
    client.post("/language/", {"language": language, "next": "/"})
    answer = client.get("/items/X1/guide.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return b"".join(answer.streaming_content)


def test_it_says_what_the_guide_says_and_is_made_once(item: ItemVersion, folder: Path, monkeypatch: Any) -> None:
    pdf = fetched()
    text = text_of(pdf).replace("\n", "").replace(" ", "")
    for said in ("示例许可", "8个工作日", "20个工作日", "部门O1", "示例法第一条", "行政复议"):
        assert said in text, said
    monkeypatch.setattr(press, "print_all", None)  # a second press would fail
    assert fetched() == pdf
    assert len(list(folder.iterdir())) == 1


def test_another_language_and_another_text_are_other_files(item: ItemVersion, folder: Path) -> None:
    fetched()
    assert "Promisedlimit" in text_of(fetched("en"))
    Item.objects.update(name="改了的名称")
    assert "改了的名称" in text_of(fetched()).replace("\n", "")
    assert len(list(folder.iterdir())) == 3


def test_what_people_wrote_is_shown_and_never_run(item: ItemVersion) -> None:
    evil = '#read("/etc/passwd") <script>alert(1)</script> $x$ *bold* \\'
    ItemVersion.objects.update(conditions=evil)
    assert '#read("/etc/passwd")' in text_of(fetched())


def test_a_busy_press_says_so(item: ItemVersion, monkeypatch: Any) -> None:
    monkeypatch.setattr("yimen.flows.papers.WAIT_SECONDS", 0.01)
    with the_press():
        answer = Client().get("/items/X1/guide.pdf")
    assert answer.status_code >= 400 and answer["Retry-After"] == "3"


def test_a_failed_press_leaves_no_file(item: ItemVersion, folder: Path, monkeypatch: Any) -> None:
    def fails(*_sheets: Any, **_more: Any) -> Any:
        raise press.PressFailed("no")

    monkeypatch.setattr(press, "print_all", fails)
    with pytest.raises(Refused, match=r"document\.not_made"):
        guide_pdf.guide_pdf({"organ": ""}, version=1, made_on=factories.now().date())
    assert not folder.exists() or not list(folder.iterdir())


def test_what_is_not_there_has_no_pdf(item: ItemVersion) -> None:
    assert Client().get("/items/NONE/guide.pdf").status_code == 404
