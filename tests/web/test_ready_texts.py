"""Ready texts: an organ's people keep what they write every day; nobody of another organ reads or changes it."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests import factories
from yimen.flows import ready_texts
from yimen.ground.journal.models import Entry
from yimen.ground.kernel.errors import Refused
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.documents.models import ReadyText
from yimen.rooms.documents.ready_texts import MOST
from yimen.rooms.identity.models import Staff, User

type SignIn = Callable[[User | Staff], Client]

PATH = "/office/texts/"
PLACE = "examine_case.reasons"
WRITERS = {"examiner", "approver", "window_head", "section_head", "organ_head"}


@pytest.fixture
def examiner(item: ItemVersion, signed_in: SignIn) -> Client:
    return signed_in(factories.make_staff("examiner"))


def add(client: Client, text: str, place: str = PLACE) -> int:
    return client.post(PATH, {"place": place, "text": text}).status_code


def test_written_once_offered_to_all_of_the_organ(examiner: Client, signed_in: SignIn) -> None:
    assert add(examiner, "经核查<b>符合</b>要求。") == 302
    assert add(examiner, "经核查<b>符合</b>要求。") == 302, "a second click"
    made = ReadyText.objects.get()
    entry = Entry.objects.get(verb="add_ready_text")
    assert (entry.subject, entry.role, entry.organ) == (f"ready_text:{made.pk}", "examiner", "O1")
    assert "核查" not in str(entry.facts)
    case = factories.make_case(state="accepted")
    page = f"/cases/{case.number}/do/examine_case/"
    offered = f'<option value="own-{made.pk}">经核查&lt;b&gt;符合&lt;/b&gt;要求。</option>'
    assert offered in signed_in(factories.make_staff("examiner")).get(page).content.decode()
    assert offered in examiner.get("/office/bulk/examine_case/").content.decode()
    assert "&lt;b&gt;符合" in examiner.get(PATH).content.decode()
    body = {"opinion": "grant", "reasons": "", "reasons-ready": f"own-{made.pk}"}
    assert examiner.post(page, body).status_code == 302
    assert case.hands.get(act="examine").reasons == "经核查<b>符合</b>要求。"


def test_another_organ_neither_reads_nor_changes_it(examiner: Client, signed_in: SignIn) -> None:
    add(examiner, "只给本部门。")
    key = ReadyText.objects.get().pk
    other = signed_in(factories.make_staff("examiner", organ="O2"))
    assert "只给本部门" not in other.get(PATH).content.decode()
    assert other.get(f"{PATH}{key}/").status_code == 404
    assert other.post(f"{PATH}{key}/", {"text": "别的"}).status_code == 404
    by = factories.make_actor("organ_head", organ="O2")
    for act in (ready_texts.change_ready_text, ready_texts.retire_ready_text):
        with pytest.raises(Refused) as refused:
            act(key, **({"text": "x"} if act is ready_texts.change_ready_text else {}), by=by, at=factories.now())
        assert refused.value.code == "ready_text.not_found"
    assert ReadyText.objects.get().text == "只给本部门。"


def test_who_may_write(item: ItemVersion, signed_in: SignIn) -> None:
    assert Client().get(PATH).status_code == 302
    for role in WRITERS | {"window_clerk", "supervision", "legal_office", "admin"}:  # all of them: tests/access
        client = signed_in(factories.make_staff(role))
        may = role in WRITERS
        assert client.get(PATH).status_code == (200 if may else 403), role
        assert add(client, f"{role} 写的") == (302 if may else 403), role
    assert add(signed_in(factories.make_user()), "x") == 403
    assert ReadyText.objects.count() == len(WRITERS)


def test_changed_and_taken_away(examiner: Client) -> None:
    add(examiner, "旧的")
    page = f"{PATH}{ReadyText.objects.get().pk}/"
    assert 'name="version" value="1"' in examiner.get(page).content.decode()
    assert examiner.post(page, {"text": "新的", "version": "1"}).status_code == 302
    stale = examiner.post(page, {"text": "另一个", "version": "1"})
    shown = stale.content.decode()
    assert stale.status_code == 409 and "另一个" in shown and "新的" in shown and 'value="2"' in shown
    assert examiner.post(page, {"text": "另一个", "version": "2", "retire": "1"}).status_code == 302
    assert examiner.get(page).status_code == 404
    assert "新的" not in examiner.get(PATH).content.decode()
    assert list(
        Entry.objects.filter(subject__startswith="ready_text:").values_list("verb", flat=True).order_by("id")
    ) == [
        "add_ready_text",
        "change_ready_text",
        "retire_ready_text",
    ]


@pytest.mark.parametrize("text", ["", "  \n ", "长" * 1001])
def test_bad_text_is_refused_and_stays_in_the_form(examiner: Client, text: str) -> None:
    answer = examiner.post(PATH, {"place": PLACE, "text": text})
    assert answer.status_code == 422 and 'id="text-error"' in answer.content.decode()
    assert text.strip() in answer.content.decode()


@pytest.mark.parametrize(
    "place", ["", "x", "examine_case.", "examine_case.opinion", "withdraw_application.reason", "." * 500]
)
def test_only_where_sentences_are_written(examiner: Client, place: str) -> None:
    answer = examiner.post(PATH, {"place": place, "text": "不会丢"})
    assert answer.status_code == 404 and "不会丢" in answer.content.decode()


def test_not_without_end(item: ItemVersion) -> None:
    by = factories.make_actor("examiner")
    for number in range(MOST):
        ready_texts.add_ready_text(step="examine_case", field="reasons", text=str(number), by=by, at=factories.now())
    with pytest.raises(Refused) as refused:
        ready_texts.add_ready_text(step="examine_case", field="reasons", text="x", by=by, at=factories.now())
    assert refused.value.code == "ready_text.too_many"
