"""Registers: who may enter and change what, written down by hand, one table for each field of work.

A new verb of a register needs its roles in `MAY`, a new register its readers in `READERS`. The roles are compared with
the grants in `test_access_registers.py`; scope is for the tests of each field of work (`tests/registers/`).
"""

from collections.abc import Set

from yimen.facts.registers.base import all_kinds
from yimen.flows.registry import register_verbs
from yimen.rooms.identity.rules.roles import Role

EVERY_STAFF: Set[str] = {str(role) for role in Role} - {"applicant", "agent"}
ANSWERING: Set[str] = {
    "consultation_desk",
    "window_clerk",
    "window_head",
    "examiner",
    "approver",
    "section_head",
}
NOTING: Set[str] = {"consultation_desk", "window_clerk", "window_head"}
ASKING: Set[str] = {"applicant", "agent"}
PUBLISHING: Set[str] = {"consultation_desk", "legal_office", "section_head"}
OVERSEEING: Set[str] = {
    "organ_head",
    "duty_leader",
    "government",
    "committee",
    "legal_office",
    "supervision",
    "auditor",
}
CONSULTATION: dict[str, Set[str]] = {
    "ask_question": ASKING,
    "note_question": NOTING,
    "take_question": ANSWERING,
    "hand_over_question": ANSWERING,
    "accept_question": ANSWERING,
    "decline_question": ANSWERING,
    "extend_question": ANSWERING,
    "answer_question": ANSWERING,
    "reveal_asker": ANSWERING,
    "ask_again": ASKING,
    "rate_answer": ASKING,
    "publish_question": PUBLISHING,
    "withdraw_faq": PUBLISHING,
    "set_answer_limit": {"committee"},
}
# verb → roles
MAY: dict[str, Set[str]] = {**CONSULTATION}
# kind → roles to which the list of the register opens
READERS: dict[str, Set[str]] = {
    "organ": EVERY_STAFF,
    "item": EVERY_STAFF,
    "staff": EVERY_STAFF,
    "question": ANSWERING | OVERSEEING,
    "faq": EVERY_STAFF,
    "answer_limit": EVERY_STAFF,
}


def makers() -> list[tuple[str, str]]:
    """(kind, verb) of the verbs that enter a record."""
    return [(kind, verb.name) for kind in all_kinds() for verb in register_verbs(kind).values() if verb.makes]


def acts() -> list[tuple[str, str]]:
    """(kind, verb) of the verbs that act on one."""
    return [(kind, verb.name) for kind in all_kinds() for verb in register_verbs(kind).values() if not verb.makes]
