"""Forms and samples to download: who may offer which, what the guide shows, and how the bytes go out."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from tests import factories
from yimen.flows import catalogue, guides
from yimen.flows.files import upload_file
from yimen.ground.files.models import Upload
from yimen.ground.files.queries import path_of
from yimen.ground.journal.queries import history
from yimen.ground.kernel.errors import Denied, OutOfScope, Refused
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.guides.models import GuideDetail
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.rules.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.4a")]


@pytest.fixture
def head(db: Any) -> Actor:
    factories.make_item("X1")
    return factories.make_actor(Role.SECTION_HEAD)


@pytest.fixture
def draft(head: Actor) -> ItemVersion:
    source = ItemVersion.objects.get(item__code="X1")
    made: ItemVersion = catalogue.copy_item_version(source=source.key, by=head, at=factories.now())
    return made


def upload(by: Actor, name: str = "表格.pdf", text: str = "") -> Upload:
    return upload_file(BytesIO(factories.PDF + text.encode()), name=name, by=by, at=factories.now())


def describe(draft: ItemVersion, by: Actor, *files: dict[str, str]) -> list[dict[str, Any]]:
    guides.describe_guide(draft.key, files=files, by=by, at=factories.now())  # type: ignore[arg-type]
    found: list[dict[str, Any]] = GuideDetail.objects.get(version=draft).files
    return found


def in_force(draft: ItemVersion) -> None:
    """The draft's further fields as those of the version in force."""
    GuideDetail.objects.filter(version=draft).update(
        version=ItemVersion.objects.get(item__code="X1", state="published")
    )
    factories.forget_terms()


def test_files_join_those_that_stand_and_one_for_the_same_takes_its_place(draft: ItemVersion, head: Actor) -> None:
    first, second, third = upload(head, "甲.pdf"), upload(head, "乙.pdf", "b"), upload(head, "丙.pdf", "c")
    describe(draft, head, {"file": first.public_id, "kind": "blank_form", "material": "M1"})
    describe(draft, head, {"file": second.public_id, "kind": "result_sample"})
    found = describe(draft, head, {"file": third.public_id, "kind": "blank_form", "material": "M1"})
    assert [(one["kind"], one["name"]) for one in found] == [("blank_form", "丙.pdf"), ("result_sample", "乙.pdf")]
    assert third.sha256 in history(f"version:{draft.key}")[-1].facts["files"]
    assert describe(draft, head) == []


def test_only_an_own_upload_for_a_material_of_the_list_fits(draft: ItemVersion, head: Actor) -> None:
    clerk = factories.make_actor(Role.WINDOW_CLERK)
    foreign, own = upload(clerk).public_id, upload(head).public_id
    with pytest.raises(Refused, match=r"file\.unknown"):
        describe(draft, head, {"file": foreign, "kind": "blank_form", "material": "M1"})
    for wrong in (
        {"kind": "blank_form", "material": "M9"},
        {"kind": "sample"},
        {"kind": "result_sample", "material": "M1"},
    ):
        with pytest.raises(Refused, match=r"input\.invalid"):
            describe(draft, head, {"file": own, **wrong})
    with pytest.raises(Denied):
        describe(draft, clerk, {"file": foreign, "kind": "blank_form", "material": "M1"})
    other = factories.make_actor(Role.SECTION_HEAD, organ="O2")
    with pytest.raises(OutOfScope):
        describe(draft, other, {"file": upload(other).public_id, "kind": "blank_form", "material": "M1"})


def test_the_guide_and_the_list_lead_to_the_file_and_it_is_saved_never_run(draft: ItemVersion, head: Actor) -> None:
    kept = upload(head, "申请<表>.pdf")
    describe(draft, head, {"file": kept.public_id, "kind": "blank_form", "material": "M1", "title": "表<b>"})
    in_force(draft)
    for page in ("/items/X1/", "/items/X1/list/"):
        html = Client().get(page).content.decode()
        assert f'href="/items/X1/files/{kept.public_id}/"' in html and "表&lt;b&gt;" in html and "表<b>" not in html
    answer: Any = Client().get(f"/items/X1/files/{kept.public_id}/")
    assert answer.status_code == 200 and b"".join(answer.streaming_content) == factories.PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]


def test_what_no_guide_in_force_names_is_not_there(draft: ItemVersion, head: Actor) -> None:
    offered, secret = upload(head), upload(head, "身份证.pdf", "secret")
    describe(draft, head, {"file": offered.public_id, "kind": "blank_form", "material": "M1"})
    client = Client()
    assert client.get(f"/items/X1/files/{offered.public_id}/").status_code == 404  # a draft is not public
    in_force(draft)
    assert client.get(f"/items/X1/files/{secret.public_id}/").status_code == 404
    factories.make_item("X2")
    assert client.get(f"/items/X2/files/{offered.public_id}/").status_code == 404
    assert client.get(f"/items/X1/files/{offered.public_id}/").status_code == 200
    path_of(offered.sha256).unlink()
    assert client.get(f"/items/X1/files/{offered.public_id}/").status_code == 404


def test_a_row_that_came_from_elsewhere_opens_no_upload_of_here(draft: ItemVersion, head: Actor) -> None:
    secret = upload(head, text="secret")
    version = ItemVersion.objects.get(item__code="X1", state="published")
    made = {"kind": "result_sample", "material": "", "title": "", "name": "x.pdf", "media_type": "", "size": 1}
    GuideDetail.objects.create(version=version, files=[{**made, "file": secret.public_id, "sha256": "0" * 64}])
    assert secret.public_id not in Client().get("/items/X1/").content.decode()
    assert Client().get(f"/items/X1/files/{secret.public_id}/").status_code == 404


def test_the_page_of_the_draft_takes_a_file_in_a_row(draft: ItemVersion, signed_in: Any) -> None:
    staff = factories.make_staff(Role.SECTION_HEAD)
    client = signed_in(staff)
    path = f"/office/registers/version/{draft.key}/do/describe_guide/"
    page = client.get(path).content.decode()
    assert 'enctype="multipart/form-data"' in page and 'name="files-0-file"' in page
    sent = {
        **{"version": str(draft.version), "files-0-kind": "blank_form", "files-0-material": "M1", "files-0-title": ""},
        "files-0-file": BytesIO(factories.PDF),
    }
    sent["files-0-file"].name = "表格.pdf"  # type: ignore[attr-defined]
    answer = client.post(path, sent)
    assert answer.status_code == 302, answer.content.decode()
    assert [one["name"] for one in GuideDetail.objects.get(version=draft).files] == ["表格.pdf"]
