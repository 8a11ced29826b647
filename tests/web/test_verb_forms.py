"""Every verb of a case has a page: words, a control for each argument, and a name for each state and list."""

import pytest

from tests import factories
from yimen.faces.web import desk_words, sentences, verb_forms
from yimen.facts import casefile, worklists
from yimen.flows.registry import case_verbs
from yimen.ground.kernel.errors import Refused
from yimen.rooms.cases.rules.lifecycle import CASEWORK
from yimen.rooms.catalogue.models import ItemVersion

# Its answer is shown, so it has a page of its own (test_personal_pages.py).
OWN_PAGE = {"reveal_personal_data"}


@pytest.mark.parametrize("verb", sorted(set(case_verbs()) - OWN_PAGE))
def test_every_verb_has_a_form_with_known_controls(item: ItemVersion, verb: str) -> None:
    case = factories.make_case(state="paused")
    file = casefile.read(case.number, factories.make_actor("examiner"), factories.now())
    asked = verb_forms.questions(case_verbs()[verb], file)
    assert [q.name for q in asked] == list(case_verbs()[verb].arguments)
    assert {q.kind for q in asked} <= {"text", "textarea", "number", "select", "radios", "missing", "materials"}
    assert all(q.label for q in asked)
    assert all(q.choices for q in asked if q.kind in ("radios", "select") and q.name != "document")
    assert all(q.lines for q in asked if q.kind == "materials")


def test_every_verb_and_every_entry_has_words() -> None:
    assert set(case_verbs()) <= set(desk_words.VERBS)
    assert {edge.verb for edge in CASEWORK.edges} <= set(sentences.DONE)
    assert set(worklists.LISTS) == set(desk_words.LISTS)


def test_only_required_materials_can_be_demanded(item: ItemVersion) -> None:
    file = casefile.read(factories.make_case().number, factories.make_actor("window_clerk"), factories.now())
    (missing, *_rest) = verb_forms.questions(case_verbs()["request_correction"], file)
    assert [line.code for line in missing.lines] == ["M1"]


def test_number_control_knows_the_items_limit(item: ItemVersion) -> None:
    case = factories.make_case(state="accepted")
    file = casefile.read(case.number, factories.make_actor("organ_head"), factories.now())
    days = next(q for q in verb_forms.questions(case_verbs()["extend_case"], file) if q.name == "days")
    assert (days.least, days.most) == (1, 10)


def test_a_stranger_reads_no_file(item: ItemVersion) -> None:
    case = factories.make_case()
    with pytest.raises(Refused, match=r"case\.not_found"):
        casefile.read(case.number, factories.make_actor("examiner", organ="O2"), factories.now())
