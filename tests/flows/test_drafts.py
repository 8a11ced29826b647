"""Drafts: kept for their owner only, warned of, ended, and made into exactly one application."""

from datetime import timedelta
from typing import Any

import pytest

from tests import factories
from yimen.flows import delivery, drafts
from yimen.ground.journal.models import Entry
from yimen.ground.journal.queries import history
from yimen.ground.kernel.errors import Conflict, Denied, Refused
from yimen.rooms.cases import queries
from yimen.rooms.cases.models import Case, Draft
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.queries import actor_of_user
from yimen.rooms.messages.models import Delivery

NOW = factories.now()
WHO = {"name": "张三", "kind": "person", "id_number": factories.RESIDENT_ID, "email": "zhang@example.org"}


@pytest.fixture
def me(db: None) -> Actor:
    factories.make_centre()
    factories.make_item()
    return actor_of_user(factories.make_user())


def save(me: Actor, part: dict[str, Any] | None = None, draft: str = "", **more: Any) -> Draft:
    found: Draft = drafts.save_draft(
        item="X1", draft=draft, part=part or {"who": WHO}, step="q1", by=me, at=more.pop("at", NOW), **more
    )
    return found


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


def test_a_draft_is_no_case_and_lies_sealed(me: Actor) -> None:
    draft = save(me)
    assert Case.objects.count() == 0
    raw = Draft.objects.raw("SELECT id, content AS sealed FROM cases_draft")[0].sealed  # type: ignore[attr-defined]
    assert "张三" not in raw and factories.RESIDENT_ID not in raw
    assert queries.draft_content(queries.load_draft(draft.public_id, me))["who"] == WHO
    (entry,) = history(f"draft:{draft.public_id}")
    assert (entry.verb, entry.actor, entry.facts["step"]) == ("save_draft", me.id, "q1")
    assert "张三" not in str(entry.facts)


def test_pages_add_to_each_other(me: Actor) -> None:
    key = save(me).public_id
    save(me, {"answers": {"a": 1, "b": 2}}, key)
    save(me, {"answers": {"a": None, "c": False}}, key, at=NOW + timedelta(days=9))
    draft = queries.load_draft(key, me)
    assert queries.draft_content(draft) == {
        "who": WHO,
        "situation": {},
        "answers": {"b": 2, "c": False},
        "materials": {},
    }
    assert (draft.version, draft.expires_at) == (3, NOW + timedelta(days=39))


def test_two_tabs_do_not_undo_each_other(me: Actor) -> None:
    draft = save(me)
    save(me, {"answers": {"a": 1}}, draft.public_id, version=1)
    with pytest.raises(Conflict):
        save(me, {"answers": {"a": 2}}, draft.public_id, version=1)
    assert queries.draft_content(queries.load_draft(draft.public_id, me))["answers"] == {"a": 1}


def test_only_the_owner(me: Actor) -> None:
    key = save(me).public_id
    stranger = actor_of_user(factories.make_user())
    for act in (
        lambda: save(stranger, {"answers": {"a": 1}}, key),
        lambda: drafts.discard_draft(draft=key, by=stranger, at=NOW),
        lambda: drafts.hand_in_draft(key, form={}, by=stranger, at=NOW),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert code(refused) == "draft.not_found"
    for role in ("window_clerk", "auditor", "committee"):
        with pytest.raises(Denied):
            save(factories.make_actor(role))
    assert list(queries.drafts_of(stranger)) == []
    assert Entry.objects.filter(subject=f"draft:{key}").count() == 1


def test_handed_in_once(me: Actor) -> None:
    key = save(me).public_id
    first = drafts.hand_in_draft(key, form={}, by=me, at=NOW)
    again = drafts.hand_in_draft(key, form={}, by=me, at=NOW + timedelta(minutes=1))
    assert first.number == again.number
    assert Case.objects.count() == 1
    draft = Draft.objects.get()
    assert (draft.case_id, draft.content) == (first.pk, "")
    with pytest.raises(Refused) as refused:
        save(me, {"answers": {"a": 1}}, key)
    assert code(refused) == "draft.handed_in"


def test_killed_between_the_case_and_the_draft(me: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    key = save(me).public_id

    def killed(*_given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("yimen.rooms.cases.actions.drafts.close", killed)
        with pytest.raises(KeyboardInterrupt):
            drafts.hand_in_draft(key, form={}, by=me, at=NOW)
    assert Draft.objects.get().case is None
    case = drafts.hand_in_draft(key, form={}, by=me, at=NOW)
    assert Case.objects.get() == case
    assert Draft.objects.get().case == case


def test_limits(me: Actor) -> None:
    key = save(me).public_id
    with pytest.raises(Refused) as refused:
        save(me, {"answers": {"a": "长" * 500_000}}, key)
    assert code(refused) == "draft.too_large"
    with pytest.raises(Refused) as refused:
        save(me, {"materials": {"M1": [{"file": str(n), "name": "a"} for n in range(11)]}}, key)
    assert code(refused) == "material.too_many_files"
    for _n in range(49):
        save(me)
    with pytest.raises(Refused) as refused:
        save(me)
    assert code(refused) == "draft.too_many"


def test_its_end_is_told_once_and_then_it_goes(me: Actor) -> None:
    draft = save(me)
    assert drafts.end_drafts(at=NOW + timedelta(days=26, hours=23)) == (0, 0)
    warning = NOW + timedelta(days=27, minutes=1)
    assert drafts.end_drafts(at=warning) == (1, 0)
    assert drafts.end_drafts(at=warning) == (0, 0)
    letter = Delivery.objects.get()
    assert (letter.channel, letter.address, letter.document_number) == ("email", WHO["email"], "")
    assert "示例许可" in letter.title and factories.RESIDENT_ID not in letter.body
    # A reminder is no telling of a paper: taken by the carrier, and nothing is journalled about any case.
    entries = Entry.objects.count()
    assert delivery.deliver_waiting(now=lambda: warning) == 1
    assert Delivery.objects.get().state == Delivery.State.TAKEN
    assert Entry.objects.count() == entries
    assert drafts.end_drafts(at=NOW + timedelta(days=30, minutes=1)) == (0, 1)
    assert Draft.objects.count() == 0
    last = history(f"draft:{draft.public_id}")[-1]
    assert (last.verb, last.actor, last.facts["reason"]) == ("discard_draft", "clock", "expired")


def test_saving_again_gives_thirty_more_days(me: Actor) -> None:
    key = save(me).public_id
    later = NOW + timedelta(days=28)
    assert drafts.end_drafts(at=later) == (1, 0)
    save(me, {"answers": {"a": 1}}, key, at=later)
    assert drafts.end_drafts(at=NOW + timedelta(days=31)) == (0, 0)
    assert drafts.end_drafts(at=later + timedelta(days=28)) == (1, 0)


def test_what_was_handed_in_stays_a_case(me: Actor) -> None:
    key = save(me).public_id
    case = drafts.hand_in_draft(key, form={}, by=me, at=NOW)
    assert drafts.end_drafts(at=NOW + timedelta(days=31)) == (0, 0)
    assert Draft.objects.count() == 0
    assert queries.load(case.number).pk == case.pk
