"""What pages say of letters and proofs: the receipt on its way, what was sent, how an outsider checks the journal."""

import importlib.util
import json
import re
import shlex
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from types import ModuleType

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories
from yimen.flows import drafts, evidence
from yimen.rooms.cases.models import Draft
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.identity.models import Staff, User
from yimen.rooms.identity.queries import actor_of_user
from yimen.rooms.identity.rules.applicants import ApplicantData
from yimen.rooms.messages.models import Delivery

type SignIn = Callable[[User | Staff], Client]
WITH_EMAIL = ApplicantData("张三", id_number=factories.RESIDENT_ID, email="zhangsan@example.org")


def test_the_confirmation_says_where_the_receipt_goes(item: ItemVersion, signed_in: SignIn) -> None:
    user = factories.make_user()
    case, bare = factories.make_case(user=user, applicant=WITH_EMAIL), factories.make_case(user=user)
    text = signed_in(user).get(f"/cases/{case.number}/received/").content.decode()
    assert "zha***an@example.org" in text or re.search(r"z\S*\*\S*@example\.org", text)
    assert "zhangsan@" not in text
    assert "@example.org" not in signed_in(user).get(f"/cases/{bare.number}/received/").content.decode()


@pytest.mark.parametrize(
    ("state", "attempts", "says"),
    [("waiting", 0, "等待发送"), ("waiting", 2, "2 次"), ("taken", 1, "已发送"), ("failed", 10, "未能发送")],
)
def test_the_case_page_tells_what_became_of_a_letter(
    item: ItemVersion, signed_in: SignIn, state: str, attempts: int, says: str
) -> None:
    case = factories.make_case(applicant=WITH_EMAIL)
    Delivery.objects.update(state=state, attempts=attempts, taken_at=timezone.now())
    text = signed_in(factories.make_staff("window_clerk")).get(f"/cases/{case.number}/").content.decode()
    assert f"收件凭证 {case.number}" in text
    assert says in text
    assert "zhangsan@" not in text


def verifier() -> ModuleType:
    path = Path(__file__).parents[2] / "verifier" / "verify_journal.py"
    spec = importlib.util.spec_from_file_location("verify_journal", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_outsider_checks_a_case_with_what_the_page_says(
    item: ItemVersion, signed_in: SignIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The proof of the applicant's page, the public heads and the command of the heads page: nothing else."""
    user = factories.make_user()
    case = factories.make_case(state="granted", user=user)
    evidence.seal_journal(at=timezone.now())
    page = Client().get("/journal/heads/").content.decode()
    found = re.search(r"<code>(python3 verify_journal\.py[^<]+)</code>", page)
    assert found is not None
    proof = signed_in(user).get(f"/cases/{case.number}/proof.json").content
    (tmp_path / "proof.json").write_bytes(proof)
    (tmp_path / "heads.json").write_bytes(Client().get("/journal/heads.json").content)
    words = shlex.split(unescape(found[1]))[2:]
    arguments = [str(tmp_path / word) if word.endswith(".json") else word for word in words]
    run = verifier().main
    assert run(arguments) == 0, capsys.readouterr().out
    changed = json.loads(proof)
    changed["entries"][0]["content"]["role"] = "agent"
    (tmp_path / "proof.json").write_text(json.dumps(changed))
    assert run(arguments) == 1


def test_a_draft_that_ends_soon_warns_on_each_of_its_pages(item: ItemVersion, signed_in: SignIn) -> None:
    user = factories.make_user()
    draft = drafts.save_draft(
        item="X1", part={"who": {"name": "张三"}}, step="who", by=actor_of_user(user), at=timezone.now()
    )
    paths = ("/my/", f"/drafts/{draft.public_id}/who/")
    client = signed_in(user)
    early = [client.get(path).content.decode() for path in paths]
    Draft.objects.update(expires_at=timezone.now() + timedelta(days=2))
    late = [client.get(path).content.decode() for path in paths]
    for before, after in zip(early, late, strict=True):
        assert 'class="late"' not in before
        assert 'class="late"' in after
    assert "三天内" in late[1]
