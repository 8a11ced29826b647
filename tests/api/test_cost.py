"""How many statements a verb costs: at most 8 (10 for handing in), transaction statements not counted."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from tests.api.callers import World
from yimen.flows import intake
from yimen.flows.registry import case_verbs
from yimen.ground.law.queries import calendar
from yimen.rooms.identity.actions import ApplicantData
from yimen.rooms.identity.models import Applicant
from yimen.rooms.identity.queries import actor_of_user

FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
# What the API does around a verb: the token with its account and roles, the facts after it, the check for a replay.
AROUND = 8


def counted(act: Callable[[], Any]) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        act()
    return [q["sql"] for q in queries.captured_queries if not q["sql"].startswith(FRAME)]


# verb → (state to start from, who does it, its arguments)
VERBS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "correct_on_the_spot": ("received", "window_clerk", {"materials": ["M2"]}),
    "request_correction": ("received", "window_clerk", {"missing": ["M1"]}),
    "submit_correction": ("awaiting_correction", "applicant", {"materials": ["M1"]}),
    "hold_correction_incomplete": ("corrected", "window_clerk", {"missing": ["M1"], "reason": "x"}),
    "declare_not_required": ("received", "window_clerk", {"reason": "x"}),
    "refuse_acceptance": ("received", "window_clerk", {"reason": "x"}),
    "accept_application": ("received", "window_clerk", {}),
    "void_receipt": ("received", "window_clerk", {"reason": "x"}),
    "confirm_void": ("to_void", "window_head", {}),
    "record_telling": ("untold", "window_clerk", {"method": "handed_over"}),
    "invite_supplement": ("accepted", "examiner", {"text": "x"}),
    "examine_case": ("accepted", "examiner", {"opinion": "grant"}),
    "return_to_examiner": ("examined", "window_head", {"reason": "x"}),
    "approve_case": ("examined", "window_head", {"decision": "grant"}),
    "start_special_procedure": ("accepted", "examiner", {"kind": "hearing", "expected_days": 3}),
    "end_special_procedure": ("paused", "examiner", {}),
    "extend_case": ("accepted", "organ_head", {"days": 3, "reason": "x"}),
    "issue_certificate": ("granted", "window_clerk", {}),
    "deliver_result": ("issued", "window_clerk", {"method": "window"}),
    "withdraw_application": ("received", "applicant", {}),
    "terminate_case": ("accepted", "window_head", {"reason": "x"}),
    "archive_case": ("withdrawn", "window_clerk", {}),
    "publish_decision": ("granted", "window_head", {}),
    "withhold_decision": ("granted", "organ_head", {"basis": "privacy", "reason": "x"}),
    "withdraw_publication": ("published", "organ_head", {"basis": "mistake", "reason": "x"}),
    "correct_publication": ("misspelt", "organ_head", {"reason": "x"}),
    "reveal_personal_data": (
        "received",
        "window_clerk",
        {"fields": ["phone"], "purpose": "contact", "reason": "x"},
    ),
}


def start(world: World, state: str) -> str:
    """The number of a case in a state, or on the way to one."""
    user = world.applicant.user
    if state in factories.PATHS:
        return factories.make_case(state=state, user=user).number
    if state in ("published", "misspelt"):
        return _published(world, misspelt=state == "misspelt")
    number = factories.make_case(state="awaiting_correction" if state == "corrected" else "received", user=user).number
    if state == "corrected":
        answer = world.applicant.do(number, "submit_correction", {"materials": ["M1"]})
    elif state == "to_void":
        answer = world.window_clerk.do(number, "void_receipt", {"reason": "x"})
    else:
        answer = world.window_clerk.do(number, "request_correction", {"missing": ["M1"], "told": False})
    assert answer.status_code == 200, answer.content
    return number


def _published(world: World, *, misspelt: bool) -> str:
    """A case with a published decision; `misspelt`: whose record was mended since."""
    case = factories.make_case(state="granted", user=world.applicant.user)
    answer = world.window_head.do(case.number, "publish_decision", {})
    assert answer.status_code == 200, answer.content
    if misspelt:
        Applicant.objects.filter(pk=case.applicant_id).update(name="李四")
    return case.number


def test_every_verb_is_measured() -> None:
    assert set(VERBS) == set(case_verbs())


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_cost_of_a_verb(world: World, verb: str) -> None:
    state, who, arguments = VERBS[verb]
    number = start(world, state)
    caller = world.roles[who]
    calendar()  # read once a process and revision
    actor = replace(actor_of_user(caller.user), request=("cost", "0" * 64))
    flow = counted(lambda: case_verbs()[verb].run(number, by=actor, at=timezone.now(), **arguments))
    assert len(flow) <= 8, "\n".join(flow)
    number = start(world, state)
    whole = counted(
        lambda: caller.post(f"/cases/{number}/{verb}", arguments, headers={"Idempotency-Key": f"cost-{verb}"})
    )
    assert len(whole) <= len(flow) + AROUND, "\n".join(whole)


def test_cost_of_handing_in(world: World) -> None:
    actor = actor_of_user(world.applicant.user)
    calendar()

    def submit() -> None:
        intake.submit_application(
            item="X1", materials=["M1", "M2"], applicant=ApplicantData("张三"), by=actor, at=timezone.now()
        )

    submit()
    flow = counted(submit)
    assert len(flow) <= 10, "\n".join(flow)
