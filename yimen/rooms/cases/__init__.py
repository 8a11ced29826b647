"""办件 Cases: one application from receipt to archive — the heart of the house.

Verbs: submit_application; the five treatments of Article 32 (correct_on_the_spot, request_correction,
declare_not_required, refuse_acceptance, accept_application); submit_correction, hold_correction_incomplete,
void_receipt, confirm_void, record_telling, invite_supplement; examine_case, return_to_examiner, approve_case;
start_special_procedure, end_special_procedure, extend_case; withdraw_application, terminate_case; issue_certificate,
deliver_result, archive_case; publish_decision, withhold_decision, withdraw_publication, correct_publication.
Journal words: the same, plus deem_accepted and recompute_deadlines (by the clock).
"""
