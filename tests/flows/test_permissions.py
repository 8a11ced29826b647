"""Who may do what: every role at every verb of a case, inside and outside its scope.

The table is written down from the contract of the scenarios ("Least grants"), not read from the product's grants.
"""

import dataclasses
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from tests import factories
from tests.flows.world import ACTS, House, make_house
from yimen.flows.registry import case_verbs
from yimen.ground.journal.queries import history
from yimen.ground.kernel.errors import Denied, OutOfScope, Refused
from yimen.rooms.cases.models import Case
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.queries import actor_of_staff
from yimen.rooms.identity.rules.roles import Role

COUNTER = {"window_clerk", "window_head"}
OWNERS = {"applicant", "agent"}
# `approver` beside window_head on ordinary items is the product's; the contract's least is window_head.
APPROVERS = {"window_head", "approver"}
MAY: dict[str, set[str]] = {
    "correct_on_the_spot": COUNTER,
    "request_correction": COUNTER,
    "declare_not_required": COUNTER,
    "refuse_acceptance": COUNTER,
    "accept_application": COUNTER,
    "void_receipt": COUNTER,
    "hold_correction_incomplete": COUNTER,
    "record_telling": COUNTER | {"clock"},  # the worker records what the carrier took
    "invite_supplement": COUNTER | {"examiner"},
    "issue_certificate": COUNTER,
    "deliver_result": COUNTER,
    "archive_case": COUNTER,
    "submit_correction": OWNERS,
    "withdraw_application": OWNERS,
    "examine_case": {"examiner"},
    "start_special_procedure": {"examiner"},
    "end_special_procedure": {"examiner"},
    "approve_case": APPROVERS,
    "return_to_examiner": APPROVERS,
    "terminate_case": APPROVERS,
    "confirm_void": {"window_head"},
    "extend_case": {"organ_head"},
}
# Showing numbers in clear and publishing a decision take no step of the casework; they have tests of their own.
ELSEWHERE = {
    "reveal_personal_data",
    "publish_decision",
    "withhold_decision",
    "withdraw_publication",
    "correct_publication",
}
WHOLE_CENTRE = {"committee", "legal_office", "government", "supervision", "auditor", "clock"}
ROLES = [str(role) for role in Role]


def _attempt(case: Case, verb: str, actor: Actor) -> str:
    """The code of the refusal, or "granted"; nothing stays written."""
    try:
        with transaction.atomic():
            case_verbs()[verb].run(case.number, by=actor, at=_attempt_at(case), **ACTS[verb][1])
            transaction.set_rollback(True)
    except Refused as refused:
        return refused.code
    return "granted"


def _attempt_at(case: Case) -> datetime:
    return case.received_at + timedelta(minutes=9)


def _hand(house: House, role: str, organ: str) -> Actor:
    """A new hand of `role` in the organ; for owners the account that submitted."""
    if role in OWNERS:
        return dataclasses.replace(house.people["applicant"], roles=(Role(role),))
    colleague = house.people["head2"] if organ == "O1" else house.people["stranger"]
    return dataclasses.replace(colleague, id=f"staff:{role}", roles=(Role(role),))


def test_the_table_names_every_verb() -> None:
    assert set(MAY) == set(case_verbs()) - ELSEWHERE == set(ACTS)


@pytest.mark.parametrize("verb", sorted(MAY))
def test_every_role_in_its_own_organ(house: House, verb: str) -> None:
    case = house.ready(verb)
    found = {role: _attempt(case, verb, _hand(house, role, "O1")) for role in ROLES}
    assert {role for role, code in found.items() if code == "granted"} == MAY[verb]
    for role in set(ROLES) - MAY[verb]:
        staff_of_the_organ = role not in OWNERS and role not in WHOLE_CENTRE - {"government"}
        asks = verb == "extend_case" and staff_of_the_organ
        assert found[role] == ("extension.wrong_approver" if asks else "permission.denied"), role


@pytest.mark.parametrize("verb", sorted(MAY))
def test_every_role_of_another_organ_and_every_other_applicant(house: House, verb: str) -> None:
    case = house.ready(verb)
    for role in ROLES:
        actor = _hand(house, role, "O2")
        if role in OWNERS:
            actor = dataclasses.replace(house.people["other"], roles=(Role(role),))
        code = _attempt(case, verb, actor)
        if role == "clock" and verb == "record_telling":
            assert code == "granted"
        elif role == "government" and verb == "extend_case":
            assert code == "extension.wrong_approver"  # acts for the whole centre, but this item names another
        else:
            assert code == "permission.denied", role


def test_out_of_scope_is_told_apart_from_denied(house: House) -> None:
    """The web and the API answer 404 to the first and 403 to the second."""
    case = house.submit()
    for who in ("stranger", "other"):
        with pytest.raises(OutOfScope):
            house.act(case, who, "accept_application")
    for who in ("examiner", "applicant", "committee"):
        with pytest.raises(Denied):
            house.act(case, who, "accept_application")


def test_permission_comes_before_the_version_and_the_verb(house: House) -> None:
    case = house.submit()
    with pytest.raises(Refused, match=r"permission\.denied"):
        house.act(case, "stranger", "request_correction", version=99, missing=["nonsense"])
    with pytest.raises(Refused, match=r"conflict\.stale"):
        house.act(case, "clerk", "request_correction", version=99, missing=["nonsense"])
    with pytest.raises(Refused, match=r"material\.not_in_guide"):
        house.act(case, "clerk", "request_correction", version=1, missing=["nonsense"])


@pytest.mark.parametrize("verb", ["approve_case", "return_to_examiner", "terminate_case"])
def test_where_an_item_names_another_approver_that_one_alone_approves(db: None, verb: str) -> None:
    house = make_house(approver="section_head")
    case = house.ready(verb) if verb == "terminate_case" else _examined(house)
    granted = {role for role in ROLES if _attempt(case, verb, _hand(house, role, "O1")) == "granted"}
    assert granted == {"section_head"}
    assert _attempt(case, verb, _hand(house, "section_head", "O2")) == "permission.denied"


def _examined(house: House) -> Case:
    case = house.submit()
    house.do(case, "accept_application")
    return house.do(case, "examine_case")


def test_a_void_receipt_is_confirmed_by_a_window_head_or_the_named_approver(db: None) -> None:
    house = make_house(approver="section_head")
    case = house.ready("confirm_void")
    granted = {role for role in ROLES if _attempt(case, "confirm_void", _hand(house, role, "O1")) == "granted"}
    assert granted == {"window_head", "section_head"}


def test_extension_by_the_government_where_the_item_says_so(db: None) -> None:
    house = make_house(extension={"max": 15, "approver": "government", "basis": "行政许可法 第四十二条第二款"})
    case = house.ready("extend_case")
    found = {role: _attempt(case, "extend_case", _hand(house, role, "O1")) for role in ROLES}
    assert {role for role, code in found.items() if code == "granted"} == {"government"}
    assert found["organ_head"] == "extension.wrong_approver"


def test_one_person_with_two_roles_acts_under_the_one_that_holds_the_verb(house: House) -> None:
    both = actor_of_staff(factories.make_staff("examiner", "window_head", "organ_head"))
    house.people["both"] = both
    case = house.submit()
    house.act(case, "both", "accept_application")
    house.act(case, "both", "examine_case", opinion="grant")
    with pytest.raises(Refused, match=r"separation\.same_person"):
        house.act(case, "both", "approve_case", decision="grant")
    house.act(case, "both", "extend_case", days=3, reason="案情复杂")
    roles = [entry.role for entry in history(f"case:{case.number}")]
    assert roles == ["applicant", "window_head", "examiner", "organ_head"]


def test_a_window_takes_applications_for_its_own_organ_only(house: House) -> None:
    for who in ("stranger", "examiner", "committee"):
        with pytest.raises(Refused, match=r"permission\.denied"):
            house.submit(who=who)
    assert house.submit(who="clerk").channel == "window"
