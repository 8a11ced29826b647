"""What clerks and examiners work with: suggestions, look-ups, keys, the sheet beside the form, what changed since."""

import re
import struct
import zlib
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import factories
from yimen.faces.web import desk_words
from yimen.flows import examination
from yimen.ground.journal.models import Entry
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.rules.lifecycle import CASEWORK
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity.models import Staff, User
from yimen.rooms.identity.queries import actor_of_staff
from yimen.rooms.identity.rules.applicants import ApplicantData

type SignIn = Callable[[User | Staff], Client]


def _png() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0abc")) + chunk(b"IEND", b"")


@pytest.fixture
def clerk(item: ItemVersion, signed_in: SignIn) -> Client:
    return signed_in(factories.make_staff("window_clerk"))


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


# --- suggestions


def test_suggestions_are_options_with_addresses(clerk: Client) -> None:
    factories.make_item("Y1", name="示例<b>备案", organ="O2")
    everywhere = text_of(clerk, "/suggest/?q=示例")
    assert re.findall(
        r'role="option" id="(suggestion-\d)" tabindex="-1" aria-selected="false" href="([^"]+)"', everywhere
    )
    assert "/items/X1/" in everywhere and "/items/Y1/" in everywhere and "示例&lt;b&gt;备案" in everywhere
    mine = text_of(clerk, "/desk/suggest/?q=slxk")
    assert "/desk/new/?item=X1" in mine and "Y1" not in mine and "<html" not in mine
    assert "Y1" not in text_of(clerk, "/desk/suggest/?q=示例"), "only the window's own items"
    assert 'role="option"' not in text_of(clerk, "/desk/suggest/?q=")
    assert "暂无" in text_of(clerk, "/desk/suggest/?q=没有这样的")


def test_who_has_no_desk_gets_no_suggestions_of_it(item: ItemVersion, signed_in: SignIn) -> None:
    assert Client().get("/desk/suggest/?q=x").status_code == 302
    for person in (factories.make_user(), factories.make_staff("examiner")):
        assert signed_in(person).get("/desk/suggest/?q=示例").status_code == 403


def test_one_answer_leads_on_at_once(clerk: Client) -> None:
    assert clerk.get("/desk/new/?q=示例许可")["Location"] == "/desk/new/?item=X1"
    assert clerk.get("/desk/new/").status_code == 200


# --- the counter


def counter(**more: str) -> dict[str, str]:
    return {"item": "X1", "kind": "person", "name": "", "id_number": "", "look_up": "1", **more}


def test_an_applicant_is_found_by_the_whole_name(clerk: Client) -> None:
    factories.make_case(applicant=ApplicantData("张三丰", id_number=factories.RESIDENT_ID, phone="13800000000"))
    assert 'name="record"' not in clerk.post("/desk/new/", counter(name="张三")).content.decode()
    found = clerk.post("/desk/new/", counter(name="张三丰")).content.decode()
    assert 'name="record"' in found and "110***********002X" in found and factories.RESIDENT_ID not in found
    looked = Entry.objects.filter(verb="look_up_applicant")
    assert looked.count() == 2 and "张三丰" not in str([entry.facts for entry in looked])
    factories.make_case(applicant=ApplicantData("张三丰", phone="13900000000"))
    several = clerk.post("/desk/new/", counter(name="张三丰")).content.decode()
    assert 'name="record"' not in several and "138****0000" not in several


def test_a_photograph_counts_as_the_file_of_its_row(clerk: Client) -> None:
    photo = SimpleUploadedFile("photo.png", _png())
    form = {**counter(name="王五"), "code-0": "M1", "photo-0": photo}
    form.pop("look_up")
    assert clerk.post("/desk/new/", form).status_code == 302
    assert Case.objects.get().materials.get().file_name == "photo.png"


# --- the case on one page


def test_every_step_has_a_key_of_its_own() -> None:
    keys = list(desk_words.KEYS.values())
    assert len(keys) == len(set(keys)) and not set(keys) & set("njk/?")
    steps = {edge.verb for edge in CASEWORK.edges} & set(desk_words.VERBS) - {"submit_application"}
    assert steps <= set(desk_words.KEYS)


def test_keys_stand_beside_their_buttons(clerk: Client) -> None:
    text = text_of(clerk, f"/cases/{factories.make_case().number}/")
    for verb in ("accept_application", "request_correction", "refuse_acceptance", "declare_not_required"):
        key = desk_words.KEYS[verb]
        assert re.search(
            rf'/do/{verb}/" data-key="{key}"[^>]*>[^<]*<kbd class="key" aria-hidden="true">{key}</kbd>', text
        )


def test_the_sheet_beside_the_form(clerk: Client, signed_in: SignIn) -> None:
    case = factories.make_case()
    path = f"/cases/{case.number}/"
    assert "材料均为纸质" in text_of(clerk, path)
    files = {"file-0": SimpleUploadedFile("一.pdf", factories.PDF), "file-1": SimpleUploadedFile("二.png", _png())}
    clerk.post(f"{path}do/correct_on_the_spot/", {"version": "1", "code-0": "M1", "code-1": "M2", **files})
    first, second = case.materials.exclude(file="").order_by("id")
    shown = text_of(clerk, path)
    assert f'<iframe class="viewer__sheet" src="{path}files/{first.pk}/"' in shown
    assert f'href="?show={second.pk}#sheet" data-key="j"' in shown and 'data-key="k"' not in shown
    shown = text_of(clerk, f"{path}?show={second.pk}")
    assert f'<img class="viewer__sheet" src="{path}files/{second.pk}/"' in shown and 'data-key="k"' in shown
    for junk in ("x", "-1", "9" * 30, "%00"):
        answer = clerk.get(f"{path}?show={junk}")
        assert answer.status_code in (200, 400)
    policy = clerk.get(f"{path}files/{first.pk}/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'self'" in policy
    assert clerk.get(f"{path}files/{second.pk}/")["Content-Security-Policy"].endswith("sandbox")
    assert clerk.get(f"{path}files/{second.pk}/?download")["Content-Disposition"].startswith("attachment")


def test_who_approves_sees_what_happened_since(item: ItemVersion, signed_in: SignIn) -> None:
    case = factories.make_case(state="examined")
    head = factories.make_staff("window_head")
    path = f"/cases/{case.number}/do/approve_case/"
    client = signed_in(head)
    assert "办件与审查时一致" in text_of(client, path)
    by = actor_of_staff(factories.make_staff("window_clerk"))
    examination.invite_supplement(case.number, text="请补充照片", by=by, at=factories.now())
    text = text_of(client, path)
    assert "办件与审查时一致" not in text and "自愿" in text
    assert 'name="preview"' in text and "<iframe" in text
