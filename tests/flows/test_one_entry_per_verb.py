"""Every verb leaves exactly one entry in the journal, without a name in it; a refused one leaves nothing at all."""

import dataclasses
import json
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps

from tests import factories
from tests.flows.world import ACTS, EMAIL, NAME, PHONE, WHO, WORDS, House, at
from yimen.flows import clock
from yimen.ground.journal.models import Entry
from yimen.ground.journal.queries import history
from yimen.ground.kernel.errors import Refused
from yimen.rooms.cases.queries import load

PERSONAL = (NAME, PHONE, EMAIL, WORDS, factories.RESIDENT_ID)
# who → the role under which that person acts in the journal
HATS = {
    "clerk": ("window_clerk", "O1"),
    "head": ("window_head", "O1"),
    "examiner": ("examiner", "O1"),
    "organ_head": ("organ_head", "O1"),
    "applicant": ("applicant", ""),
}


def dump() -> dict[str, list[Any]]:
    """Every row of every table of the house."""
    models = [m for app in apps.get_app_configs() if app.name.startswith("yimen.") for m in app.get_models()]
    return {m._meta.db_table: list(m._default_manager.order_by("pk").values_list()) for m in models}


@pytest.mark.parametrize("verb", sorted(ACTS))
def test_one_entry_that_says_who_did_what_when(house: House, verb: str) -> None:
    case = house.ready(verb)
    before = Entry.objects.count()
    house.do(case, verb)
    entry = history(f"case:{case.number}")[-1]
    who = ACTS[verb][0]
    role, organ = HATS[who]
    assert Entry.objects.count() == before + 1
    assert (entry.verb, entry.subject, entry.at) == (verb, f"case:{case.number}", house.now)
    assert (entry.actor, entry.role, entry.organ) == (house.people[who].id, role, organ)
    now = load(case.number)
    assert (entry.facts["version"], entry.facts["state"]) == (now.version, str(now.state))


@pytest.mark.parametrize("verb", sorted(ACTS))
def test_the_facts_name_nobody_and_hold_no_free_text(house: House, verb: str) -> None:
    case = house.ready(verb)
    house.do(case, verb)
    told = [json.dumps(entry.facts, ensure_ascii=False) for entry in history(f"case:{case.number}")]
    assert [(word, text) for text in told for word in PERSONAL if word in text] == []


def test_submission_leaves_one_entry_without_names(house: House) -> None:
    before = Entry.objects.count()
    case = house.submit(form={"answer": WORDS})
    entry = history(f"case:{case.number}")[0]
    assert Entry.objects.count() == before + 1
    assert (entry.verb, entry.role, entry.actor) == ("submit_application", "applicant", house.people["applicant"].id)
    assert [word for word in PERSONAL if word in json.dumps(entry.facts, ensure_ascii=False)] == []


def test_deemed_acceptance_is_the_clock_s_entry_of_the_moment_when_it_held(house: House) -> None:
    case = house.submit()
    house.act(case, "examiner", "examine_case", at("2025-03-12T10:00"), opinion="grant")
    received, deemed, examined = history(f"case:{case.number}")
    assert (deemed.verb, deemed.actor, deemed.role) == ("deem_accepted", "clock", "clock")
    assert (deemed.at, deemed.facts["accepted_on"]) == (at("2025-03-11T00:00"), "2025-03-03")
    assert (received.verb, examined.verb) == ("submit_application", "examine_case")


@pytest.mark.parametrize("verb", sorted(ACTS))
@pytest.mark.parametrize("cause", ["permission.denied", "conflict.stale", "transition.not_allowed"])
def test_a_refused_verb_changes_nothing(house: House, verb: str, cause: str) -> None:
    case = house.ready("archive_case") if cause.startswith("transition") else house.ready(verb)
    if cause == "transition.not_allowed":
        house.do(case, "archive_case")
    who = "stranger" if cause == "permission.denied" else ACTS[verb][0]
    version = case.version + 7 if cause == "conflict.stale" else None
    before = dump()
    with pytest.raises(Refused) as refused:
        house.act(case, who, verb, version=version, **ACTS[verb][1])
    assert dump() == before
    if cause != "transition.not_allowed":
        assert refused.value.code == cause


# verb → what it is refused for when the five days are over: its own codes come before the table of transitions
OWN_CODES = {
    "request_correction": "correction.too_late",
    "declare_not_required": "acceptance.too_late",
    "refuse_acceptance": "acceptance.too_late",
    "hold_correction_incomplete": "correction.too_late",
    "start_special_procedure": "special_procedure.too_late",
    "extend_case": "extension.too_late",
}
MONTHS_LATER = at("2025-06-03T10:00")


@pytest.mark.parametrize("verb", sorted(ACTS))
def test_nothing_can_be_done_with_an_archived_case(house: House, verb: str) -> None:
    case = house.do(house.ready("archive_case"), "archive_case")
    with pytest.raises(Refused) as refused:
        house.do(case, verb, MONTHS_LATER)
    assert refused.value.code == OWN_CODES.get(verb, "transition.not_allowed")


REFUSED_INSIDE = [
    ("request_correction", {"missing": ["M2"]}, "material.not_in_guide"),
    ("request_correction", {"missing": []}, "reason.missing"),
    ("refuse_acceptance", {"reason": " "}, "reason.missing"),
    ("correct_on_the_spot", {"materials": []}, "reason.missing"),
    ("correct_on_the_spot", {"materials": ["M9"]}, "material.unknown"),
    ("correct_on_the_spot", {"materials": [{"code": "M1", "file": "nobody's"}]}, "file.unknown"),
    ("examine_case", {"opinion": "refuse", "reasons": ""}, "reason.missing"),
    ("start_special_procedure", {"kind": "auction"}, "special_procedure.not_in_item"),
    ("extend_case", {"days": 11}, "extension.too_long"),
    ("extend_case", {"reason": ""}, "reason.missing"),
    ("terminate_case", {"reason": ""}, "reason.missing"),
    ("end_special_procedure", {"kind": "testing"}, "transition.not_allowed"),
]


@pytest.mark.parametrize(("verb", "arguments", "code"), REFUSED_INSIDE)
def test_what_the_verb_itself_refuses_changes_nothing(
    house: House, verb: str, arguments: dict[str, Any], code: str
) -> None:
    case = house.ready(verb)
    before = dump()
    with pytest.raises(Refused) as refused:
        house.do(case, verb, **arguments)
    assert (refused.value.code, dump() == before) == (code, True)


def test_a_refusal_does_not_write_down_what_the_law_gave_meanwhile(house: House) -> None:
    """The deemed acceptance belongs to the transaction of the verb; the clock or the next verb writes it."""
    case, before = house.submit(), dump()
    before = dump()
    with pytest.raises(Refused, match=r"correction\.too_late"):
        house.do(case, "request_correction", at("2025-03-12T10:00"))
    assert dump() == before
    assert clock.tick(at=at("2025-03-12T10:01")) == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"item": "X9"}, "item.unknown"),
        ({"when": at("1999-12-31T10:00")}, "item.not_in_force"),
        ({"materials": ["M9"]}, "material.unknown"),
        ({"applicant": dataclasses.replace(WHO, name=" ")}, "applicant.invalid"),
        ({"applicant": dataclasses.replace(WHO, id_number="110105194912310021")}, "applicant.invalid"),
    ],
)
def test_a_refused_submission_uses_up_no_number(house: House, arguments: dict[str, Any], code: str) -> None:
    before = dump()
    with pytest.raises(Refused) as refused:
        house.submit(**arguments)
    assert (refused.value.code, dump() == before) == (code, True)


def test_numbers_of_a_day_follow_each_other_across_midnight_in_utc(house: House) -> None:
    """A day is the centre's day: 07:59 and 08:00 in Shanghai lie on two days of UTC and on one of ours."""
    early, late = house.submit(when=at("2025-03-03T07:59")), house.submit(when=at("2025-03-03T23:59"))
    next_day = house.submit(when=at("2025-03-04T00:00"))
    assert [c.received_on.isoformat() for c in (early, late, next_day)] == ["2025-03-03", "2025-03-03", "2025-03-04"]
    assert early.number.rsplit("-", 2)[0] == late.number.rsplit("-", 2)[0] != next_day.number.rsplit("-", 2)[0]
    assert load(early.number).correction_notice_due_on == load(late.number).correction_notice_due_on
    assert timedelta(0) < next_day.received_at - late.received_at
