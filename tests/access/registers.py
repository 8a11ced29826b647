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
HEADS = frozenset({"window_head", "section_head", "organ_head", "committee"})
CHIEF = frozenset({"organ_head", "committee"})
COMMITTEE = frozenset({"committee"})
DUTY_LEADER = frozenset({"duty_leader"})
OUTSIDERS = frozenset({"tenderer", "bidder", "expert", "intermediary", "system", "clock"})
OF_AN_ORGAN = EVERY_STAFF - {"committee", "legal_office", "government", "supervision", "auditor", "admin", "clock"}
COMMITTEES_WORK: dict[str, Set[str]] = {
    "ask_coordination": HEADS,
    "answer_coordination": HEADS,
    "escalate_coordination": HEADS,
    "close_coordination": HEADS,
    "call_meeting": CHIEF,
    "record_meeting": CHIEF,
    "cancel_meeting": CHIEF,
    "complete_meeting_decision": HEADS,
    "name_responsible_leader": CHIEF,
    "set_management_term": COMMITTEE,
    "plan_shift": CHIEF,
    "publish_rota": CHIEF,
    "ask_shift_swap": DUTY_LEADER,
    "accept_shift_swap": DUTY_LEADER,
    "refuse_shift_swap": DUTY_LEADER,
    "check_in_shift": DUTY_LEADER,
    "report_shift_absence": CHIEF | DUTY_LEADER,
    "register_decision": COMMITTEE | {"government", "legal_office"},
    "assign_duty": COMMITTEE | {"government"},
    "report_duty": HEADS,
    "confirm_duty": {"supervision"},
    "return_duty": {"supervision"},
    "make_promise": HEADS,
    "publish_promise": COMMITTEE,
    "withdraw_promise": HEADS,
    "report_breach": COMMITTEE | {"applicant", "agent"},
    "answer_breach": COMMITTEE,
    "publish_rule": COMMITTEE,
    "revise_rule": COMMITTEE,
    "acknowledge_rule": EVERY_STAFF - OUTSIDERS,
    "publish_announcement": COMMITTEE,
    "withdraw_announcement": COMMITTEE,
    "open_budget": COMMITTEE,
    "allot_budget": {"finance"},
    "spend_budget": COMMITTEE,
    "correct_budget": COMMITTEE | {"finance"},
}
COMMITTEES_READERS: dict[str, Set[str]] = {
    "coordination": OF_AN_ORGAN | COMMITTEE,
    "meeting": OF_AN_ORGAN | COMMITTEE,
    "leader": EVERY_STAFF,
    "management_term": EVERY_STAFF,
    "rota": OF_AN_ORGAN | COMMITTEE,
    "shift": OF_AN_ORGAN | COMMITTEE | {"supervision"},
    "decision": EVERY_STAFF,
    "duty": OF_AN_ORGAN | COMMITTEE | {"supervision", "government", "legal_office", "auditor"},
    "promise": EVERY_STAFF,
    "breach": OF_AN_ORGAN | COMMITTEE | {"supervision"},
    "rule": EVERY_STAFF,
    "announcement": EVERY_STAFF,
    "budget": COMMITTEE | {"finance"},
}
SUBJECT_KEEPERS: Set[str] = {"legal_office", "admin"}
AUTHORITY: dict[str, Set[str]] = {
    **dict.fromkeys(("register_subject", "change_subject", "end_subject"), SUBJECT_KEEPERS),
    **dict.fromkeys(("authorise_window", "revoke_authorisation"), frozenset({"organ_head"})),
    **dict.fromkeys(("register_seal", "hand_over_seal", "retire_seal"), frozenset({"organ_head", "admin"})),
}
ORGANS: Set[str] = {"establishment_office", "admin"}
HOUSE: Set[str] = {"committee", "admin"}
PLACES: dict[str, Set[str]] = {
    "register_organ": {"admin"},
    "register_staff": {"admin"},
    **dict.fromkeys(("rename_organ", "succeed_organ", "set_upper_organ", "confirm_organ", "name_section"), ORGANS),
    **dict.fromkeys(("register_hall", "register_window", "change_window", "open_window_to", "close_window"), HOUSE),
    "assign_window_staff": HOUSE | {"organ_head"},
    "post_staff": HOUSE | {"organ_head"},
    "register_station": {"committee"},
    "open_station_window": {"committee"},
    "decouple_station": {"committee"},
    "leave_station": {"committee"},
    "apply_platform": {"organ_head"},
    "give_platform_opinion": {"committee"},
    "decide_platform": {"government"},
    "end_platform": {"government"},
    "open_onboarding": {"committee"},
    "complete_onboarding_step": {"committee", "organ_head"},
    "close_onboarding": {"committee"},
    "propose_adjustment": {"establishment_office"},
    "consent_adjustment": {"organ_head"},
    "decide_adjustment": {"government"},
    "record_upper_decision": {"establishment_office"},
}
PLACE_KINDS = ("hall", "window", "section", "station", "platform", "onboarding", "adjustment")
DRAFTING: Set[str] = {"section_head", "organ_head", "admin"}
CATALOGUE: dict[str, Set[str]] = {
    "register_item": {"admin"},
    "define_item_version": DRAFTING,
    "change_item_version": DRAFTING,
    "copy_item_version": DRAFTING,
    "check_item_version": {"legal_office"},
    "publish_item_version": {"legal_office", "admin"},
    "end_item_version": {"legal_office", "admin"},
    "withdraw_item_version": DRAFTING | {"legal_office"},
    "suspend_item": {"organ_head", "legal_office"},
    "resume_item": {"organ_head", "legal_office"},
}
GUIDES: dict[str, Set[str]] = {
    "describe_guide": DRAFTING,
    "set_situations": DRAFTING,
    "define_disclosure_set": {"committee", "legal_office"},
    "activate_disclosure_set": {"committee", "legal_office"},
}
# verb → roles
ORDERS: dict[str, Set[str]] = {
    "draft_order": {"organ_head", "legal_office"},
    "change_order": {"organ_head", "legal_office"},
    "check_order": {"legal_office"},
    "approve_order": {"government"},
    "withdraw_order": {"organ_head", "legal_office"},
}
MAY: dict[str, Set[str]] = {**ORDERS, **CATALOGUE, **GUIDES, **AUTHORITY, **PLACES, **COMMITTEES_WORK, **CONSULTATION}
# kind → roles to which the list of the register opens
READERS: dict[str, Set[str]] = {
    **COMMITTEES_READERS,
    "organ": EVERY_STAFF,
    "item": EVERY_STAFF,
    "staff": EVERY_STAFF,
    "version": EVERY_STAFF,
    "order": EVERY_STAFF,
    "disclosure_set": EVERY_STAFF,
    **dict.fromkeys(("subject", "authorisation"), EVERY_STAFF | ASKING),
    "seal": EVERY_STAFF,
    **dict.fromkeys(PLACE_KINDS, EVERY_STAFF),
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
