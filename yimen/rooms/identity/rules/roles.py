"""Who may do what, as one screen: a role is a list of verbs. Scope (own organ, own case) is in each room's policy."""

from enum import StrEnum


class Role(StrEnum):
    """Role names of the product (the contract of the scenarios)."""

    APPLICANT = "applicant"
    AGENT = "agent"
    WINDOW_CLERK = "window_clerk"
    WINDOW_HEAD = "window_head"
    EXAMINER = "examiner"
    APPROVER = "approver"
    SECTION_HEAD = "section_head"
    ORGAN_HEAD = "organ_head"
    DUTY_LEADER = "duty_leader"
    INSPECTOR = "inspector"
    COMMITTEE = "committee"
    LEGAL_OFFICE = "legal_office"
    ESTABLISHMENT_OFFICE = "establishment_office"
    GOVERNMENT = "government"
    FINANCE = "finance"
    BANK = "bank"
    PRICE_SUPERVISION = "price_supervision"
    SUPERVISION = "supervision"
    COMPLAINT_CENTRE = "complaint_centre"
    PERSONNEL_OFFICE = "personnel_office"
    TRADING_DESK = "trading_desk"
    TENDERER = "tenderer"
    BIDDER = "bidder"
    EXPERT = "expert"
    INTERMEDIARY = "intermediary"
    CONSULTATION_DESK = "consultation_desk"
    SYSTEM = "system"
    AUDITOR = "auditor"
    ADMIN = "admin"
    CLOCK = "clock"


# Article 32: the five treatments of an application on receipt.
TREATMENTS = (
    "correct_on_the_spot",
    "request_correction",
    "declare_not_required",
    "refuse_acceptance",
    "accept_application",
)
# Questions of the public: whoever takes one answers for it (首问负责); what helps others is published.
QUESTIONS = (
    "view_questions",
    "take_question",
    "hand_over_question",
    "accept_question",
    "decline_question",
    "extend_question",
    "answer_question",
    "reveal_asker",
)
FAQ = ("publish_question", "withdraw_faq")
COUNTER = (
    "view_case",
    "submit_application",
    *TREATMENTS,
    "void_receipt",
    "hold_correction_incomplete",
    "record_telling",
    "invite_supplement",
    "issue_certificate",
    "deliver_result",
    "archive_case",
    "look_up_applicant",
    "reveal_personal_data",
    "appoint_enterprise_owner",
    "revoke_membership",
    "note_question",
    *QUESTIONS,
)
ONLINE = (
    "view_case",
    "save_draft",
    "discard_draft",
    "submit_application",
    "submit_correction",
    "withdraw_application",
    "invite_member",
    "accept_membership",
    "revoke_membership",
    "report_breach",
    "ask_question",
    "ask_again",
    "rate_answer",
)
CALENDAR = (
    "enter_year_notice",
    "confirm_year_notice",
    "declare_emergency_day",
    "confirm_emergency_day",
    "set_office_hours",
)
# 编办: what organs are called, who follows them, their licensing section.
ORGANS = ("rename_organ", "succeed_organ", "set_upper_organ", "confirm_organ", "name_section")
# Halls, windows, and who sits there.
HOUSE = (
    "register_hall",
    "register_window",
    "change_window",
    "open_window_to",
    "close_window",
    "assign_window_staff",
    "post_staff",
)
STATIONING = (
    "register_station",
    "open_station_window",
    "decouple_station",
    "leave_station",
    "give_platform_opinion",
    "open_onboarding",
    "complete_onboarding_step",
    "close_onboarding",
)
OWN_PEOPLE = ("assign_window_staff", "post_staff", "apply_platform", "consent_adjustment", "complete_onboarding_step")
MOVING_POWERS = ("decide_platform", "end_platform", "decide_adjustment")
# A unit drafts the guides of its own items; the legal office checks; orders of those above change the catalogue.
GUIDES = (
    "define_item_version",
    "change_item_version",
    "describe_guide",
    "set_situations",
    "copy_item_version",
    "withdraw_item_version",
)
# 公开目录: which fields must be public.
DISCLOSURE = ("define_disclosure_set", "activate_disclosure_set")
SUSPENDING = ("suspend_item", "resume_item")
IMPORTING = ("import_items", "retry_quarantined_row", "dismiss_quarantined_row")
ORDERING = ("draft_order", "change_order", "withdraw_order")
APPROVAL = ("approve_case", "return_to_examiner", "terminate_case", "confirm_void")
# Making a decision public is the duty of whoever decides; keeping one from the public is for the head of the organ.
SECRECY = ("publish_decision", "withhold_decision", "withdraw_publication", "correct_publication")
# Those who answer for others' work: the cases of their scope and the figures by month and organ.
OVERSIGHT = ("view_case", "view_figures", "view_questions")
# 许可主体、窗口授权、审批专用章: the legal office enters who may decide; a head authorises and seals for the own organ.
SUBJECTS = ("register_subject", "change_subject", "end_subject")
SEALS = ("register_seal", "hand_over_seal", "retire_seal")
AUTHORISING = ("authorise_window", "revoke_authorisation", *SEALS)
# What an organ's people write every day, written down once for all of them.
READY_TEXTS = ("add_ready_text", "change_ready_text", "retire_ready_text")

# What units and the committee ask of each other; scope says whose.
COORDINATION = ("ask_coordination", "answer_coordination", "escalate_coordination", "close_coordination")
# A unit's heads answer for what it owes; its first head also for its meetings, leaders and rota.
UNIT = (*COORDINATION, "complete_meeting_decision", "report_duty", "make_promise", "withdraw_promise")
LEADERSHIP = (
    "call_meeting",
    "record_meeting",
    "cancel_meeting",
    "name_responsible_leader",
    "plan_shift",
    "publish_rota",
    "report_shift_absence",
)
ON_DUTY = ("ask_shift_swap", "accept_shift_swap", "refuse_shift_swap", "check_in_shift", "report_shift_absence")
MANAGEMENT = (
    *UNIT,
    *LEADERSHIP,
    "set_management_term",
    "register_decision",
    "assign_duty",
    "publish_promise",
    "report_breach",
    "answer_breach",
    "publish_rule",
    "revise_rule",
    "publish_announcement",
    "withdraw_announcement",
    "open_budget",
    "spend_budget",
    "correct_budget",
)
GOVERNING = ("register_decision", "assign_duty")

GRANTS: dict[Role, frozenset[str]] = {
    role: frozenset(verbs)
    for role, verbs in {
        Role.APPLICANT: ONLINE,
        Role.AGENT: ONLINE,
        Role.WINDOW_CLERK: COUNTER,
        Role.WINDOW_HEAD: (*COUNTER, *APPROVAL, *READY_TEXTS, *UNIT, "publish_decision", "view_figures"),
        Role.EXAMINER: (
            "view_case",
            "examine_case",
            "start_special_procedure",
            "end_special_procedure",
            "invite_supplement",
            "reveal_personal_data",
            *READY_TEXTS,
            *QUESTIONS,
        ),
        Role.APPROVER: ("view_case", *APPROVAL, *READY_TEXTS, "publish_decision", *QUESTIONS),
        Role.SECTION_HEAD: (*OVERSIGHT, *GUIDES, *READY_TEXTS, *UNIT, *QUESTIONS, *FAQ),
        Role.ORGAN_HEAD: (
            *OVERSIGHT,
            *GUIDES,
            *SUSPENDING,
            *ORDERING,
            *SECRECY,
            *READY_TEXTS,
            *AUTHORISING,
            *UNIT,
            *LEADERSHIP,
            "extend_case",
            *OWN_PEOPLE,
        ),
        # A deputy head of the organ (分管领导窗口带班) decides what names the leader on duty, while the rota says so.
        Role.DUTY_LEADER: (*OVERSIGHT, *ON_DUTY),
        # Who verifies on the spot what an application says (行政许可法 第三十四条第三款) reads its file first.
        Role.INSPECTOR: ("view_case",),
        Role.GOVERNMENT: (*OVERSIGHT, "approve_order", *GOVERNING, "extend_case", *MOVING_POWERS),
        Role.ESTABLISHMENT_OFFICE: (*ORGANS, "propose_adjustment", "record_upper_decision"),
        Role.COMMITTEE: (*HOUSE, *STATIONING, *OVERSIGHT, *CALENDAR, *MANAGEMENT, *DISCLOSURE, "set_answer_limit"),
        Role.CONSULTATION_DESK: ("note_question", *QUESTIONS, *FAQ),
        Role.LEGAL_OFFICE: (
            *OVERSIGHT,
            *SUBJECTS,
            *DISCLOSURE,
            *CALENDAR,
            *FAQ,
            *SUSPENDING,
            *ORDERING,
            "register_decision",
            *IMPORTING,
            "check_item_version",
            "publish_item_version",
            "end_item_version",
            "withdraw_item_version",
            "check_order",
        ),
        Role.SUPERVISION: (*OVERSIGHT, "confirm_duty", "return_duty"),
        Role.FINANCE: ("allot_budget", "correct_budget"),
        Role.AUDITOR: (*OVERSIGHT, "seal_journal"),
        Role.ADMIN: (
            *SUBJECTS,
            *SEALS,
            "name_centre",
            "register_account",
            "reset_access",
            "register_organ",
            *ORGANS,
            *HOUSE,
            "register_staff",
            "register_item",
            *GUIDES,
            "publish_item_version",
            "end_item_version",
            *IMPORTING,
            "rotate_keys",
        ),
        Role.CLOCK: (
            "tick",
            "take_effect",
            "discard_draft",
            "seal_journal",
            "record_telling",
            "render_document",
            "publish_decision",
        ),
    }.items()
}
# Who works in the house reads its rules; people from outside and machines do not.
OUTSIDE = frozenset(
    {Role.APPLICANT, Role.AGENT, Role.TENDERER, Role.BIDDER, Role.EXPERT, Role.INTERMEDIARY, Role.SYSTEM, Role.CLOCK}
)
GRANTS |= {role: GRANTS.get(role, frozenset()) | {"acknowledge_rule"} for role in Role if role not in OUTSIDE}
# Roles that act for the whole centre, not for one organ.
CENTRE_WIDE = frozenset(
    {Role.COMMITTEE, Role.LEGAL_OFFICE, Role.GOVERNMENT, Role.SUPERVISION, Role.AUDITOR, Role.CLOCK}
)


def grants(role: str) -> frozenset[str]:
    """Verbs of a role name; unknown roles hold none."""
    return GRANTS.get(role, frozenset())  # type: ignore[call-overload]
