"""The file rules of a guide hold wherever a file is handed in, and one refused file loses nothing else."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import factories
from yimen.flows import intake
from yimen.flows.files import upload_file
from yimen.ground.files.models import Upload
from yimen.ground.kernel.errors import Refused
from yimen.rooms.cases import queries
from yimen.rooms.cases.models import Case, Draft
from yimen.rooms.catalogue.actions import MaterialText
from yimen.rooms.catalogue.models import Material
from yimen.rooms.catalogue.terms import forget_terms
from yimen.rooms.identity.models import User
from yimen.rooms.identity.queries import actor_of_user
from yimen.rooms.identity.rules.roles import Role

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60
BIG = factories.PDF + b" " * 3000
MATERIALS = (
    MaterialText("M1", "申请书", file_kinds=("pdf",), max_bytes=2048, max_files=2),
    MaterialText("M2", "照片", "optional", file_kinds=("image",), max_files=1),
)
WHO = {"kind": "person", "name": "李四", "id_number": factories.RESIDENT_ID}


def sent(name: str, content: bytes = factories.PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def user(db: None) -> User:
    factories.make_centre()
    factories.make_item("R1", materials=MATERIALS)
    return factories.make_user()


@pytest.fixture
def client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def kept() -> list[str]:
    materials = queries.draft_content(Draft.objects.get())["materials"]
    return [file["name"] for file in materials.get("M1", [])]


def test_a_page_of_a_draft_says_the_rule_and_keeps_what_fits(client: Client) -> None:
    draft = str(client.post("/items/R1/apply/", WHO)["Location"]).rsplit("/", 2)[0]
    page = client.get(f"{draft}/m1/").content.decode()
    assert "PDF，最多 2 个，每个不超过 2 KB" in page and 'accept=".pdf"' in page
    assert "1 file" not in page and "用手机拍照" not in page
    assert "用手机拍照" in client.get(f"{draft}/m2/").content.decode()
    files = [sent("a.pdf"), sent("b.png", PNG), sent("big.pdf", BIG), sent("c.pdf"), sent("d.pdf")]
    answer = client.post(f"{draft}/m1/", {"file": files})
    text = answer.content.decode()
    assert answer.status_code == 422 and kept() == ["a.pdf", "c.pdf"]
    assert "b.png：这种格式的文件不能用于本材料。" in text and "big.pdf：文件超过本材料允许的大小。" in text
    assert "d.pdf：文件个数超过本材料允许的数量。" in text
    assert Upload.objects.count() == 2  # a refused file leaves nothing


def test_a_stricter_guide_is_told_before_handing_in_and_files_can_go(client: Client) -> None:
    draft = str(client.post("/items/R1/apply/", WHO)["Location"]).rsplit("/", 2)[0]
    client.post(f"{draft}/m1/", {"file": [sent("a.pdf"), sent("b.pdf")]})
    client.post(f"{draft}/m2/", {"file": sent("c.png", PNG)})
    Material.objects.filter(code="M1").update(max_files=1)
    Material.objects.filter(code="M2").update(file_kinds=["jpeg"])
    forget_terms()
    answer = client.post(f"{draft}/check/")
    text = answer.content.decode()
    assert answer.status_code == 422 and not Case.objects.exists()
    assert "申请书：文件个数超过本材料允许的数量。" in text and "照片：c.png：这种格式" in text
    assert 'href="#material-M1"' in text and 'href="#material-M2"' in text
    for code, step in (("M1", "m1"), ("M2", "m2")):
        first = queries.draft_content(Draft.objects.get())["materials"][code][0]
        assert client.post(f"{draft}/{step}/", {"remove": first["file"]}).status_code == 302
    assert client.post(f"{draft}/check/").status_code == 302
    assert [m.file_name for m in Case.objects.get().materials.all()] == ["b.pdf"]


def test_a_correction_keeps_the_good_file_and_names_the_bad_one(client: Client, user: User) -> None:
    number = factories.make_case(state="awaiting_correction", item="R1", user=user, materials=()).number
    page = client.get(f"/my/{number}/").content.decode()
    assert "PDF，最多 2 个，每个不超过 2 KB" in page
    answer = client.post(f"/my/{number}/correction/", {"code-0": "M1", "file-0": sent("b.png", PNG)})
    assert answer.status_code == 422 and "申请书：这种格式的文件不能用于本材料。" in answer.content.decode()
    assert Case.objects.get().state == "awaiting_correction"
    assert client.post(f"/my/{number}/correction/", {"code-0": "M1", "file-0": sent("b.pdf")}).status_code == 302
    assert Case.objects.get().state == "received"


def test_the_counter_keeps_the_good_file_and_names_the_bad_one(client: Client) -> None:
    clerk = Client()
    clerk.force_login(factories.make_staff(Role.WINDOW_CLERK).user)
    form: dict[str, Any] = {"item": "R1", **WHO, "code-0": "M1", "code-1": "M2"}
    answer = clerk.post("/desk/new/", {**form, "file-0": sent("b.png", PNG), "file-1": sent("p.png", PNG)})
    text = answer.content.decode()
    assert answer.status_code == 422 and "申请书：这种格式的文件不能用于本材料。" in text
    assert "p.png" in text and Upload.objects.get().name == "p.png" and not Case.objects.exists()


def test_a_correction_takes_several_files_and_keeps_those_that_fit(client: Client, user: User) -> None:
    number = factories.make_case(state="awaiting_correction", item="R1", user=user, materials=()).number
    where = f"/my/{number}/correction/"
    three = [sent("a.pdf"), sent("big.pdf", BIG), sent("b.pdf"), sent("c.pdf")]
    text = client.post(where, {"code-0": "M1", "file-0": three}).content.decode()
    assert "申请书：big.pdf：文件超过" in text and "申请书：c.pdf：文件个数超过" in text
    keys = re.findall(r'name="kept-0" value="(\w+)" checked', text)
    assert [Upload.objects.get(public_id=key).name for key in keys] == ["a.pdf", "b.pdf"]
    done = client.post(where, {"code-0": "M1", "kept-0": keys[1:], "file-0": sent("d.pdf")})
    assert done.status_code == 302
    assert [m.file_name for m in Case.objects.get().materials.order_by("id")] == ["b.pdf", "d.pdf"]


def test_where_one_file_is_taken_a_new_one_replaces(client: Client) -> None:
    clerk = Client()
    clerk.force_login(factories.make_staff(Role.WINDOW_CLERK).user)
    form: dict[str, Any] = {"item": "R1", **WHO, "code-0": "M1", "code-1": "M2", "file-1": sent("p.png", PNG)}
    text = clerk.post("/desk/new/", {**form, "file-0": sent("b.png", PNG)}).content.decode()
    (key,) = re.findall(r'name="kept-1" value="(\w+)" checked', text)
    again = {**form, "kept-1": key, "file-1": sent("q.png", PNG)}
    assert clerk.post("/desk/new/", again).status_code == 302
    assert [m.file_name for m in Case.objects.get().materials.all()] == ["q.png"]


def test_flows_refuse_what_a_page_would(client: Client, user: User) -> None:
    me, at = actor_of_user(user), factories.now()
    ids = [upload_file(sent(f"{n}.pdf"), name=f"{n}.pdf", by=me, at=at).public_id for n in range(3)]
    png = upload_file(sent("p.png", PNG), name="p.png", by=me, at=at).public_id
    too_much = tuple({"code": "M1", "file": key} for key in (*ids, png))
    factories.make_case(item="R1", user=user, materials=({"code": "M1", "file": ids[0]}, "M2"))
    with pytest.raises(Refused) as refused:
        factories.make_case(item="R1", user=user, materials=too_much)
    assert [e["problem"] for e in refused.value.facts["errors"]] == ["material.file_kind", "material.too_many_files"]
    waiting = factories.make_case(state="awaiting_correction", item="R1", user=user, materials=()).number
    with pytest.raises(Refused, match=r"material\.file_kind"):
        intake.submit_correction(waiting, materials=[{"code": "M1", "file": png}], by=me, at=at)
    assert queries.load(waiting).state == "awaiting_correction"
    there, clerk = factories.make_case(item="R1", user=user).number, factories.make_actor(Role.WINDOW_CLERK)
    png = upload_file(sent("p.png", PNG), name="p.png", by=clerk, at=at).public_id
    with pytest.raises(Refused, match=r"material\.file_kind"):
        intake.correct_on_the_spot(there, materials=[{"code": "M1", "file": png}], by=clerk, at=at)
