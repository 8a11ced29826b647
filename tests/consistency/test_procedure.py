"""The picture of the procedure in a guide and the lifecycle of cases are one truth."""

import pytest

from yimen.rooms.cases.rules.lifecycle import CASEWORK, UNDECIDED, State
from yimen.rooms.catalogue.rules.procedure import OF_VERSION, Procedure, procedure
from yimen.rooms.identity.rules.roles import Role, grants

KINDS = [(immediate, approver) for immediate in (False, True) for approver in (Role.WINDOW_HEAD, Role.APPROVER)]


def made(immediate: bool, approver: str = Role.WINDOW_HEAD) -> Procedure:
    return procedure(
        immediate=immediate,
        approver=approver,
        promised_limit="8 working_days",
        statutory_limit="20 working_days",
        special_procedures=["hearing", {"kind": "委托评估", "basis": "某条例 第十条"}],
        extension={"max": 10, "approver": "organ_head"},
    )


@pytest.mark.parametrize(("immediate", "approver"), KINDS)
def test_a_case_can_go_every_step(immediate: bool, approver: str) -> None:
    """From the draft to the delivered result; what may come instead stands in the table too."""
    state = str(State.DRAFT)
    for step in made(immediate, approver).steps:
        for act in step.acts:
            for other in step.other_ends if act == step.acts[-1] else ():
                assert CASEWORK.target(other.verb, state, other.outcome) != state
            state = CASEWORK.target(act.verb, state, act.outcome)
    assert state == State.DELIVERED


@pytest.mark.parametrize(("immediate", "approver"), KINDS)
def test_who_takes_a_step_holds_its_verbs(immediate: bool, approver: str) -> None:
    for step in made(immediate, approver).steps:
        assert {act.verb for act in (*step.acts, *step.other_ends)} <= grants(step.who)


@pytest.mark.parametrize("immediate", [False, True])
def test_the_limits_and_the_pauses_lie_between_acceptance_and_decision(immediate: bool) -> None:
    state, during = str(State.DRAFT), []
    for step in made(immediate).steps:
        if step.limit == OF_VERSION:
            during.append(state)
        for act in step.acts:
            state = CASEWORK.target(act.verb, state, act.outcome)
    assert during and set(during) <= set(UNDECIDED)
    for state in during:
        assert CASEWORK.allows("start_special_procedure", state) and CASEWORK.allows("extend_case", state)


def test_a_refusal_is_delivered_too() -> None:
    assert CASEWORK.target("deliver_result", State.REFUSED) == State.DELIVERED


def test_pauses_and_extension_are_told_with_their_basis() -> None:
    found = made(immediate=False)
    assert [tuple(p) for p in found.pauses] == [("hearing", ""), ("委托评估", "某条例 第十条")]
    assert found.extension is not None and (found.extension.days, found.extension.approver) == (10, "organ_head")
    assert len(made(immediate=True).steps) < len(found.steps)
