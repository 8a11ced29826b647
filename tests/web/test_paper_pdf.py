"""Papers as PDF on the pages: links, scope, previews."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.pdf_text import text_of
from yimen.flows import papers
from yimen.ground.engines.secrets import query_password
from yimen.ground.journal.models import Entry
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.documents.models import Rendering
from yimen.rooms.identity.models import Staff, User

SignIn = Callable[[User | Staff], Client]


def body(response: Any) -> bytes:
    assert response.status_code == 200 and response.headers["Content-Type"] == "application/pdf"
    found: bytes = response.getvalue()
    return found


def test_an_applicant_downloads_and_strangers_do_not(item: ItemVersion, signed_in: SignIn) -> None:
    user = factories.make_user()
    case = factories.make_case(state="accepted", item=item, user=user)
    url = f"/papers/{case.number}/acceptance.pdf"
    page = signed_in(user).get(f"/my/{case.number}/").content.decode()
    assert url in page and f"/papers/{case.number}/receipt.pdf" in page
    response = signed_in(user).get(url)
    pdf = body(response)
    assert "no-store" in response.headers["Cache-Control"]
    assert "受理通知书" in text_of(pdf)
    assert body(signed_in(user).get(url, {"download": "1"})) == pdf
    assert Rendering.objects.count() == 1
    assert signed_in(factories.make_user()).get(url).status_code == 404
    assert signed_in(factories.make_staff("window_clerk", organ="O2")).get(url).status_code == 404
    assert body(signed_in(factories.make_staff("window_clerk")).get(url)) == pdf
    anonymous = Client().get(url)
    assert anonymous.status_code == 302 and anonymous.headers["Location"].startswith("/sign-in/")


def test_whoever_opened_the_case_with_its_password(item: ItemVersion) -> None:
    case = factories.make_case(state="issued", item=item)
    client = Client()
    client.post("/track/", {"number": case.number, "password": query_password(case.number)})
    page = client.get("/track/", {"number": case.number}).content.decode()
    url = f"/papers/{case.number}/certificate.pdf"
    assert url in page
    assert "示例许可证" in text_of(body(client.get(url)))
    other = factories.make_case(state="accepted", item=item)
    assert client.get(f"/papers/{other.number}/acceptance.pdf").status_code == 302


@pytest.mark.parametrize("name", ["nothing", "acceptance-9", "..", "receipt_99"])
def test_papers_that_do_not_exist(item: ItemVersion, signed_in: SignIn, name: str) -> None:
    user = factories.make_user()
    case = factories.make_case(state="received", item=item, user=user)
    assert signed_in(user).get(f"/papers/{case.number}/{name}.pdf").status_code == 404


def test_a_busy_press_asks_the_page_again(
    item: ItemVersion, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = factories.make_user()
    case = factories.make_case(state="accepted", item=item, user=user)
    monkeypatch.setattr(papers, "WAIT_SECONDS", 0.01)
    with papers._PRESS:
        response = signed_in(user).get(f"/papers/{case.number}/acceptance.pdf")
    assert response.status_code == 503 and response.headers["Refresh"] == "3"


def test_a_verb_is_previewed_from_its_form_and_nothing_happens(item: ItemVersion, signed_in: SignIn) -> None:
    case = factories.make_case(state="received", item=item)
    client = signed_in(factories.make_staff("window_clerk"))
    form = client.get(f"/cases/{case.number}/do/request_correction/")
    assert 'name="preview"' in form.content.decode()
    entries = Entry.objects.count()
    asked = {"missing-0": "on", "reason-0": "照片模糊", "note": "", "told": "yes", "method": "handed_over"}
    asked |= {"version": str(case.version), "request_key": "k" * 24}
    text = text_of(body(client.post(form.request["PATH_INFO"], asked | {"preview": "1"})))
    assert "预览" in text and "照片模糊" in text and "补正告知书" in text
    case.refresh_from_db()
    assert case.state == "received" and Entry.objects.count() == entries
    done = client.post(form.request["PATH_INFO"], asked)  # the preview did not use up the form's key
    assert done.status_code == 302
    case.refresh_from_db()
    assert case.state == "awaiting_correction"


def test_no_preview_where_no_paper_is_drawn_up(item: ItemVersion, signed_in: SignIn) -> None:
    case = factories.make_case(state="accepted", item=item)
    page = signed_in(factories.make_staff("examiner")).get(f"/cases/{case.number}/do/examine_case/")
    assert 'name="preview"' not in page.content.decode()
