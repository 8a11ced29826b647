"""The states of a case and every step between them, each with the article that allows it (行政许可法)."""

from enum import StrEnum

from yimen.ground.kernel.lifecycle import Edge, Lifecycle


class State(StrEnum):
    """States of a case; the words that people read are translations."""

    DRAFT = "draft"
    RECEIVED = "received"
    AWAITING_CORRECTION = "awaiting_correction"
    NOT_REQUIRED = "not_required"
    NOT_ACCEPTED = "not_accepted"
    VOIDED = "voided"
    ACCEPTED = "accepted"
    EXAMINED = "examined"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    ISSUED = "issued"
    DELIVERED = "delivered"
    ARCHIVED = "archived"


S = State
BEFORE_ACCEPTANCE = (S.RECEIVED, S.AWAITING_CORRECTION)
UNDECIDED = (S.ACCEPTED, S.EXAMINED)
OPEN_STATES = (*BEFORE_ACCEPTANCE, *UNDECIDED)
ACCEPTED_STATES = (*UNDECIDED, S.GRANTED, S.REFUSED, S.ISSUED)
CLOSED = (S.NOT_REQUIRED, S.NOT_ACCEPTED, S.VOIDED, S.DELIVERED, S.WITHDRAWN, S.TERMINATED)


def _edges(verb: str, sources: tuple[State, ...], target: State | None, basis: str, outcome: str = "") -> list[Edge]:
    """One edge a source; target None: the verb leaves the state as it is."""
    return [Edge(verb, source, target or source, basis, outcome) for source in sources]


CASEWORK = Lifecycle(
    [
        *_edges("submit_application", (S.DRAFT,), S.RECEIVED, "第二十九条"),
        # Article 32: the five treatments
        *_edges("declare_not_required", (S.RECEIVED,), S.NOT_REQUIRED, "第三十二条第一款第一项"),
        *_edges("refuse_acceptance", (S.RECEIVED,), S.NOT_ACCEPTED, "第三十二条第一款第二项"),
        *_edges("correct_on_the_spot", (S.RECEIVED,), None, "第三十二条第一款第三项"),
        *_edges("request_correction", (S.RECEIVED,), S.AWAITING_CORRECTION, "第三十二条第一款第四项"),
        *_edges("deem_accepted", (S.RECEIVED,), S.ACCEPTED, "第三十二条第一款第四项"),
        *_edges("accept_application", (S.RECEIVED,), S.ACCEPTED, "第三十二条第一款第五项"),
        *_edges("submit_correction", (S.AWAITING_CORRECTION,), S.AWAITING_CORRECTION, "第三十一条", "partial"),
        *_edges("submit_correction", (S.AWAITING_CORRECTION,), S.RECEIVED, "第三十二条第一款第五项", "complete"),
        *_edges("submit_correction", UNDECIDED, None, "第三十一条", "supplement"),
        *_edges("hold_correction_incomplete", (S.RECEIVED,), S.AWAITING_CORRECTION, "第三十二条第一款第四项"),
        *_edges("void_receipt", BEFORE_ACCEPTANCE, None, "第三十二条第二款"),
        *_edges("confirm_void", BEFORE_ACCEPTANCE, S.VOIDED, "第三十二条第二款"),
        # examination and decision
        *_edges("invite_supplement", UNDECIDED, None, "第三十六条"),
        *_edges("examine_case", (S.ACCEPTED,), S.EXAMINED, "第三十四条"),
        *_edges("return_to_examiner", (S.EXAMINED,), S.ACCEPTED, "第三十四条"),
        *_edges("approve_case", (S.EXAMINED,), S.GRANTED, "第三十八条第一款", "grant"),
        *_edges("approve_case", (S.EXAMINED,), S.REFUSED, "第三十八条第二款", "refuse"),
        *_edges("approve_case", (S.ACCEPTED,), S.GRANTED, "第三十四条第二款", "grant_at_once"),
        *_edges("approve_case", (S.ACCEPTED,), S.REFUSED, "第三十四条第二款", "refuse_at_once"),
        # the clocks
        *_edges("start_special_procedure", UNDECIDED, None, "第四十五条"),
        *_edges("end_special_procedure", UNDECIDED, None, "第四十五条"),
        *_edges("extend_case", UNDECIDED, None, "第四十二条"),
        # a change order (变更决定) takes effect while the case runs
        *_edges("apply_order", OPEN_STATES, None, "第九条（最高法行政许可案件规定）", "finish"),
        *_edges("apply_order", OPEN_STATES, None, "第九条（最高法行政许可案件规定）", "move"),
        *_edges("apply_order", OPEN_STATES, S.TERMINATED, "第八条第二款", "terminate"),
        # ends
        *_edges("withdraw_application", OPEN_STATES, S.WITHDRAWN, "第二十九条"),
        *_edges("terminate_case", UNDECIDED, S.TERMINATED, "第七十条"),
        *_edges("issue_certificate", (S.GRANTED,), S.ISSUED, "第四十四条"),
        *_edges("deliver_result", (S.ISSUED, S.REFUSED), S.DELIVERED, "第四十四条"),
        *_edges("archive_case", CLOSED, S.ARCHIVED, "第六十一条"),
    ]
)
