"""People, items and moments for the tests of casework, and the way to every verb.

`House.ready(verb)` brings a new case, through the flows, to where `verb` can be done; `House.do` does it by the person
whose act it is. Times are those of the centre; 2025-03-03 is a Monday without holidays near.
"""

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests import factories
from yimen.flows import intake
from yimen.flows.registry import case_verbs
from yimen.rooms.cases.models import Case
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.queries import actor_of_staff, actor_of_user
from yimen.rooms.identity.rules.applicants import ApplicantData

ZONE = ZoneInfo("Asia/Shanghai")
NAME, PHONE, EMAIL = "欧阳慕容", "13912345678", "ouyang@example.org"
WORDS = "机密文字"  # stands in every free text, so that a test can look for it where it must not be
WHO = ApplicantData(NAME, id_number=factories.RESIDENT_ID, phone=PHONE, email=EMAIL)


def at(text: str) -> datetime:
    """`"2025-03-03T09:00"` in the centre's time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


START = at("2025-03-03T09:00")

type Step = tuple[str, str, dict[str, Any]]
# verb → who does it in the ordinary way, and with what
ACTS: dict[str, tuple[str, dict[str, Any]]] = {
    "correct_on_the_spot": ("clerk", {"materials": ["M1"]}),
    "request_correction": ("clerk", {"missing": [{"code": "M1", "reason": WORDS}], "note": WORDS}),
    "submit_correction": ("applicant", {"materials": ["M1"]}),
    "hold_correction_incomplete": ("clerk", {"missing": ["M1"], "reason": WORDS}),
    "declare_not_required": ("clerk", {"reason": WORDS}),
    "refuse_acceptance": ("clerk", {"reason": WORDS, "competent_organ": WORDS}),
    "accept_application": ("clerk", {}),
    "void_receipt": ("clerk", {"reason": WORDS}),
    "confirm_void": ("head", {}),
    "record_telling": ("clerk", {"method": "post", "proof": WORDS}),
    "invite_supplement": ("examiner", {"text": WORDS}),
    "start_special_procedure": ("examiner", {"kind": "hearing", "expected_days": 5, "basis": WORDS}),
    "end_special_procedure": ("examiner", {}),
    "extend_case": ("organ_head", {"days": 10, "reason": WORDS}),
    "examine_case": ("examiner", {"opinion": "grant", "reasons": WORDS}),
    "return_to_examiner": ("head", {"reason": WORDS}),
    "approve_case": ("head", {"decision": "refuse", "reasons": WORDS}),
    "issue_certificate": ("clerk", {}),
    "deliver_result": ("clerk", {"method": "window"}),
    "withdraw_application": ("applicant", {"reason": WORDS}),
    "terminate_case": ("head", {"reason": WORDS}),
    "archive_case": ("clerk", {}),
}
_GRANT: list[Step] = [
    ("clerk", "accept_application", {}),
    ("examiner", "examine_case", {"opinion": "grant"}),
    ("head", "approve_case", {"decision": "grant"}),
]
_ASKED: Step = ("clerk", "request_correction", {"missing": ["M1"]})
_SAVED: Step = ("clerk", "request_correction", {"missing": ["M1"], "told": False})
# verb → the steps from a received case to where it can be done
WAYS: dict[str, list[Step]] = {
    "submit_correction": [_ASKED],
    "hold_correction_incomplete": [_ASKED, ("applicant", "submit_correction", {"materials": ["M1"]})],
    "confirm_void": [("clerk", "void_receipt", {"reason": "录入错误"})],
    "record_telling": [_SAVED],
    "invite_supplement": _GRANT[:1],
    "start_special_procedure": _GRANT[:1],
    "end_special_procedure": [
        *_GRANT[:1],
        ("examiner", "start_special_procedure", {"kind": "hearing", "expected_days": 5}),
    ],
    "extend_case": _GRANT[:1],
    "examine_case": _GRANT[:1],
    "return_to_examiner": _GRANT[:2],
    "approve_case": _GRANT[:2],
    "issue_certificate": _GRANT,
    "deliver_result": [*_GRANT, ("clerk", "issue_certificate", {})],
    "terminate_case": _GRANT[:1],
    "archive_case": [
        *_GRANT,
        ("clerk", "issue_certificate", {}),
        ("clerk", "deliver_result", {"method": "window"}),
    ],
}


@dataclass
class House:
    """A centre with item X1 of organ O1 and its people; `people` by the names that `ACTS` uses."""

    people: dict[str, Actor]
    now: datetime = START
    _count: Any = field(default_factory=lambda: itertools.count(1))

    def submit(self, *, item: str = "X1", when: datetime | None = None, who: str = "applicant", **more: Any) -> Case:
        """A received case of item `item`."""
        values: dict[str, Any] = {"materials": ["M1"], "applicant": WHO, **more}
        return intake.submit_application(item=item, by=self.people[who], at=when or self.now, **values)

    def act(self, case: Case, who: str, verb: str, when: datetime | None = None, **arguments: Any) -> Case:
        """`verb` by `who` with these arguments."""
        run = case_verbs()[verb].run
        done: Case = run(case.number, by=self.people[who], at=when or self.now, **arguments)
        return done

    def do(self, case: Case, verb: str, when: datetime | None = None, **more: Any) -> Case:
        """`verb` in the ordinary way."""
        who, arguments = ACTS[verb]
        return self.act(case, who, verb, when, **{**arguments, **more})

    def ready(self, verb: str, **more: Any) -> Case:
        """A new case in which `verb` can be done, a minute a step."""
        case = self.submit(**more)
        for step, (who, before, arguments) in enumerate(WAYS.get(verb, []), 1):
            case = self.act(case, who, before, self.now + timedelta(minutes=step), **arguments)
        self.now += timedelta(minutes=10)
        return case


def make_house(**item: Any) -> House:
    """Centre, item X1 (required M1, optional M2), organs O1 and O2, everybody who is needed."""
    early = START - timedelta(days=1)
    factories.make_centre(at=early)
    factories.make_item(at=early, **item)
    roles = {
        "clerk": "window_clerk",
        "head": "window_head",
        "head2": "window_head",
        "examiner": "examiner",
        "organ_head": "organ_head",
        "committee": "committee",
        "committee2": "committee",
    }
    people = {who: actor_of_staff(factories.make_staff(role, organ="O1", at=early)) for who, role in roles.items()}
    people["stranger"] = actor_of_staff(factories.make_staff("window_clerk", organ="O2", at=early))
    people["applicant"] = actor_of_user(factories.make_user(at=early))
    people["other"] = actor_of_user(factories.make_user(at=early))
    return House(people)
