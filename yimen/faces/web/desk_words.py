"""What people read instead of codes. One place, so that a state has the same name on every page."""

from django.utils.translation import gettext_lazy as _

from yimen.rooms.cases.rules.lifecycle import CASEWORK, State
from yimen.rooms.cases.rules.publication import PUBLISHING

STATES = {
    State.DRAFT: _("Draft"),
    State.RECEIVED: _("Received"),
    State.AWAITING_CORRECTION: _("Awaiting correction"),
    State.NOT_REQUIRED: _("No permit needed"),
    State.NOT_ACCEPTED: _("Not accepted"),
    State.VOIDED: _("Voided"),
    State.ACCEPTED: _("Accepted"),
    State.EXAMINED: _("Awaiting approval"),
    State.GRANTED: _("Granted"),
    State.REFUSED: _("Refused"),
    State.WITHDRAWN: _("Withdrawn"),
    State.TERMINATED: _("Terminated"),
    State.ISSUED: _("Certificate issued"),
    State.DELIVERED: _("Delivered"),
    State.ARCHIVED: _("Archived"),
}
VERBS = {
    "submit_application": _("Hand in the application"),
    "accept_application": _("Accept"),
    "request_correction": _("Ask for corrections"),
    "correct_on_the_spot": _("Correct on the spot"),
    "declare_not_required": _("No permit needed"),
    "refuse_acceptance": _("Refuse to accept"),
    "submit_correction": _("Hand in corrections"),
    "hold_correction_incomplete": _("Hold: correction incomplete"),
    "void_receipt": _("Ask to void the receipt"),
    "confirm_void": _("Confirm voiding"),
    "record_telling": _("Record that a paper was told"),
    "invite_supplement": _("Invite a supplement"),
    "examine_case": _("Examine"),
    "return_to_examiner": _("Return to the examiner"),
    "approve_case": _("Decide"),
    "start_special_procedure": _("Start a special procedure"),
    "end_special_procedure": _("End the special procedure"),
    "extend_case": _("Extend the statutory limit"),
    "withdraw_application": _("Withdraw the application"),
    "terminate_case": _("Terminate handling"),
    "issue_certificate": _("Issue the certificate"),
    "deliver_result": _("Hand out the result"),
    "archive_case": _("Archive"),
    "reveal_personal_data": _("Show full numbers"),
    "publish_decision": _("Publish the decision now"),
    "withhold_decision": _("Keep the decision from publication"),
    "withdraw_publication": _("Take the publication back"),
    "correct_publication": _("Correct the publication"),
}
# The ordinary next step of a state: its button stands first and is filled.
MAIN = frozenset(
    {
        "accept_application",
        "submit_correction",
        "examine_case",
        "approve_case",
        "confirm_void",
        "issue_certificate",
        "deliver_result",
        "archive_case",
    }
)
# One key each on the page of a case (`?` lists them); n, j and k walk through cases and sheets.
KEYS = {
    "accept_application": "a",
    "request_correction": "c",
    "correct_on_the_spot": "s",
    "declare_not_required": "p",
    "refuse_acceptance": "r",
    "submit_correction": "m",
    "hold_correction_incomplete": "h",
    "void_receipt": "v",
    "confirm_void": "y",
    "record_telling": "t",
    "invite_supplement": "i",
    "examine_case": "e",
    "return_to_examiner": "b",
    "approve_case": "d",
    "start_special_procedure": "o",
    "end_special_procedure": "u",
    "extend_case": "l",
    "withdraw_application": "w",
    "terminate_case": "z",
    "issue_certificate": "g",
    "deliver_result": "f",
    "archive_case": "q",
}
# Acts that can't be undone: the page repeats the facts in a sentence before the button.
DANGEROUS = {
    "declare_not_required": _(
        "The application for “%(item)s” (%(number)s) by %(applicant)s ends here as not needing a "
        "permit; the applicant is told your reason. This can’t be undone."
    ),
    "refuse_acceptance": _(
        "The application for “%(item)s” (%(number)s) by %(applicant)s will not be accepted; the "
        "applicant is told your reason. This can’t be undone."
    ),
    "void_receipt": _(
        "You ask to void the receipt %(number)s (“%(item)s”, %(applicant)s). A second person must confirm; "
        "until then the clocks go on."
    ),
    "confirm_void": _(
        "The receipt %(number)s (“%(item)s”, %(applicant)s) becomes void; its number is kept. This can’t be undone."
    ),
    "approve_case": _(
        "You decide the application for “%(item)s” (%(number)s) by %(applicant)s. The decision is told to "
        "the applicant at once and can’t be undone."
    ),
    "terminate_case": _(
        "Handling of “%(item)s” (%(number)s) for %(applicant)s ends without a decision; the applicant is "
        "told your reason. This can’t be undone."
    ),
    "withdraw_application": _(
        "The application for “%(item)s” (%(number)s) by %(applicant)s is withdrawn at once. This "
        "can’t be undone; you may apply again."
    ),
    "withdraw_publication": _(
        "The decision on “%(item)s” (%(number)s) for %(applicant)s is taken from the public list at once. Who has read "
        "it, has read it."
    ),
    "archive_case": _(
        "The case %(number)s (“%(item)s”, %(applicant)s) is filed for good; nothing can be edited after."
    ),
}
# What an act that can be done at once sets going.
EFFECTS = {
    "accept_application": _("Both clocks start today; the applicant gets a dated notice with the day of the decision."),
    "request_correction": _("One notice with everything; it must be told by %(notice_due)s at the latest."),
    "start_special_procedure": _("Both clocks stand still from tomorrow; the applicant is told the days in writing."),
    "end_special_procedure": _("Both clocks run again from tomorrow."),
    "extend_case": _("The statutory limit is extended once; the promised day does not move."),
    "issue_certificate": _("The certificate gets its number at once; anybody can check it from then on."),
    "return_to_examiner": _("The case goes back to the examiner; the clocks run on."),
    "publish_decision": _(
        "Anyone may read it from now on: item, organ, result, day, and who applied (of a natural person one letter of "
        "the name, of an enterprise name and credit code). Reasons and materials are never published."
    ),
    "withhold_decision": _(
        "The clock will not publish it. Supervision sees the ground and your reason; it can be published later."
    ),
    "correct_publication": _(
        "The facts are taken anew from the record; the public page says that they were corrected today."
    ),
}
METHODS = {
    "handed_over": _("Handed over and signed for"),
    "posted": _("Posted with a number"),
    "email": _("E-mail taken by the carrier"),
    "printed": _("Printed with a number"),
    "console": _("Console"),
    "online": _("Shown on the page of the case"),
}
DELIVERY = {"window": _("At the window"), "post": _("By post"), "electronic": _("Electronically")}
CHANNELS = {"online": _("Online"), "window": _("At the window"), "post": _("By post")}
OPINIONS = {"grant": _("Grant"), "refuse": _("Refuse")}
KINDS = {
    "hearing": _("Hearing"),
    "tender": _("Tender"),
    "auction": _("Auction"),
    "inspection": _("Inspection"),
    "testing": _("Testing"),
    "quarantine": _("Quarantine"),
    "appraisal": _("Appraisal"),
    "expert_review": _("Expert review"),
}
PAPERS = {
    "acceptance": _("Notice of acceptance"),
    "correction": _("Correction notice"),
    "held_correction": _("Notice: correction incomplete"),
    "not_required": _("Notice: no permit needed"),
    "not_accepted": _("Notice of non-acceptance"),
    "supplement": _("Invitation to supplement"),
    "special_procedure": _("Notice of a special procedure"),
    "special_procedure_end": _("Notice: special procedure ended"),
    "extension": _("Notice of extension"),
    "decision": _("Decision"),
    "termination": _("Notice of termination"),
}
ROLES = {
    "applicant": _("Applicant"),
    "agent": _("Agent"),
    "window_clerk": _("Window clerk"),
    "window_head": _("Head of window"),
    "examiner": _("Examiner"),
    "approver": _("Approver"),
    "section_head": _("Section head"),
    "organ_head": _("Head of organ"),
    "duty_leader": _("Leader on duty"),
    "inspector": _("Inspector"),
    "committee": _("Centre committee"),
    "legal_office": _("Legal office"),
    "establishment_office": _("Establishment office"),
    "government": _("Government"),
    "finance": _("Finance"),
    "bank": _("Collecting bank"),
    "price_supervision": _("Price supervision"),
    "supervision": _("Supervision"),
    "complaint_centre": _("Complaint centre"),
    "personnel_office": _("Personnel office"),
    "trading_desk": _("Trading desk"),
    "tenderer": _("Tenderer"),
    "bidder": _("Bidder"),
    "expert": _("Expert"),
    "intermediary": _("Intermediary"),
    "consultation_desk": _("Consultation desk"),
    "system": _("Department’s system"),
    "auditor": _("Auditor"),
    "admin": _("Administrator"),
    "clock": _("Clock"),
}
# name → (title, what an empty list would hold)
LISTS = {
    "to_accept": (
        _("To accept"),
        _("New applications appear here; each shows the day on which silence would accept it."),
    ),
    "corrections_back": (_("Corrections came back"), _("Cases whose corrections have all come in appear here.")),
    "awaiting": (_("Awaiting correction"), _("Cases that wait for the applicant appear here.")),
    "void_requests": (_("Requests to void a receipt"), _("A second person confirms here.")),
    "untold": (_("Papers not yet told"), _("A paper counts for the law only once it was told.")),
    "to_examine": (_("To examine"), _("Accepted cases appear here, the next promised day first.")),
    "returned": (_("Returned to the examiner"), _("Cases that the approver sent back appear here.")),
    "to_approve": (_("To approve"), _("Cases that another person has examined appear here.")),
    "for_a_leader": (
        _("For a leader to decide"),
        _("Cases that the head of the window may not decide appear here as soon as they are examined."),
    ),
    "paused": (_("Paused"), _("Cases in a special procedure appear here; their clocks stand still.")),
    "late": (_("Past the promised day"), _("Nothing is late.")),
    "due_soon": (_("Due within one working day"), _("Nothing has to be done by the next working day.")),
    "to_issue": (_("Certificates to issue"), _("Granted cases appear here.")),
    "to_hand_out": (_("Results to hand out"), _("Certificates and refusals that wait for the applicant appear here.")),
    "running": (_("Running"), _("Open cases appear here.")),
    "finished": (_("Finished"), _("Decided and closed cases appear here.")),
    "to_archive": (_("To archive"), _("Closed cases appear here.")),
}
# Figures of a month (facts.overview) → (title, what it counts)
FIGURES = {
    "received": (_("Received"), _("Applications received in the month. A receipt that was voided does not count.")),
    "running": (_("Running"), _("Received by the last day of the month, or by now, and not ended by then.")),
    "finished": (
        _("Finished"),
        _("Ended in the month: decided, not accepted, no permit needed, withdrawn or terminated."),
    ),
    "early": (_("Early"), _("Decided in the month on a day before the promised day.")),
    "late": (
        _("Late"),
        _("Decided in the month after the promise, or withdrawn or terminated when the promised day had passed."),
    ),
    "corrections": (_("Corrections"), _("The applicant was told in the month what to correct.")),
    "pauses": (_("Pauses"), _("A special procedure began in the month, and the clocks stopped.")),
}
# How each argument of a verb is asked for: name → (question, hint). A verb's own words win: "verb.name".
QUESTIONS = {
    "reason": (_("Reason"), _("The applicant will read it.")),
    "void_receipt.reason": (_("Why is the receipt wrong?"), _("The second person reads it.")),
    "return_to_examiner.reason": (_("What should the examiner look at again?"), ""),
    "withdraw_application.reason": (_("Reason"), ""),
    "extend_case.reason": (_("Reason"), _("The applicant is told the reason of the extension.")),
    "hold_correction_incomplete.reason": (
        _("What does not yet satisfy the first notice?"),
        _("Nothing new may be asked for. The applicant will read it."),
    ),
    "reasons": (_("Reasons"), _("Needed for a refusal; the applicant will read them.")),
    "note": (_("Note to the applicant"), ""),
    "text": (_("What would help?"), _("Voluntary: it stops no clock and is no ground of refusal.")),
    "opinion": (_("Your opinion"), ""),
    "decision": (_("Your decision"), ""),
    "method": (_("How is it told?"), ""),
    "deliver_result.method": (_("How is the result handed out?"), ""),
    "proof": (_("Proof of telling"), _("Signature, receipt or registered-post number.")),
    "document": (_("Which paper?"), _("Only papers that were not yet told.")),
    "told": (_("When is the applicant told?"), _("A notice counts for the law only from its telling.")),
    "competent_organ": (_("Competent organ"), _("Name the organ to which the applicant should turn.")),
    "kind": (_("Which procedure?"), _("Only what the item provides.")),
    "expected_days": (_("Working days it will need"), _("The applicant is told this number in writing.")),
    "basis": (_("Legal basis"), ""),
    "days": (_("Working days"), _("The promised day does not move.")),
    "withhold_decision.basis": (_("On which ground?"), _("Only these three keep a decision from the public.")),
    "withdraw_publication.basis": (_("On which ground?"), ""),
    "withhold_decision.reason": (_("Reason"), _("Supervision reads it; it is not published.")),
    "withdraw_publication.reason": (_("Reason"), _("Supervision reads it; it is not published.")),
    "correct_publication.reason": (_("What was wrong?"), _("Supervision reads it; it is not published.")),
    "missing": (
        _("What is missing or must be put right?"),
        _("Ask for everything at once: a second notice is not lawful."),
    ),
    "materials": (
        _("What is handed in?"),
        _("Tick what came on paper, or choose a file (PDF, JPEG, PNG, Office or OFD)."),
    ),
}
# Why a decision is not public (行政许可法 第五条第二款).
GROUNDS = {
    "state_secret": _("State secret"),
    "trade_secret": _("Trade secret"),
    "privacy": _("Personal privacy"),
    "mistake": _("Published by mistake"),
}
STANDINGS = {
    "waiting": _("waits for publication"),
    "published": _("published"),
    "withheld": _("kept from publication"),
    "withdrawn": _("taken back"),
}
# name → (title, what an empty list says)
PUBLICATIONS = {
    "waiting": (
        _("Not yet published"),
        _("Every decision is public or kept back. A new one appears here with its last day for publication."),
    ),
    "hidden": (_("Kept or taken back"), _("No decision is kept from the public.")),
    "published_late": (_("Published too late"), _("No decision was published after its last day.")),
}
TOLD = {"yes": _("Now"), "no": _("Later: save the notice, its telling is recorded afterwards")}

CALENDAR_PROBLEMS = {
    "not_a_day": _("This is not a day (write 2027-01-01):"),
    "off_or_work": _("Say “off” or “work” after the day:"),
    "not_json": _("This JSON can’t be read:"),
    "not_a_list": _("This JSON is not a list of days:"),
    "incomplete": _("Something is missing or too long."),
    "not_an_address": _("The address must begin with https:// or http://."),
    "other_year": _("This day lies outside the year of the notice:"),
    "twice": _("This day stands there twice:"),
    "no_holiday": _("The list names no day off in this year."),
    "too_many": _("These are too many days for one notice."),
}


def _bases() -> dict[str, str]:
    """verb → the articles of the Administrative Licensing Law that allow it, as the lifecycle names them."""
    found: dict[str, list[str]] = {}
    for edge in (*CASEWORK.edges, *PUBLISHING.edges):
        if edge.basis not in found.setdefault(edge.verb, []):
            found[edge.verb].append(edge.basis)
    return {verb: "、".join(bases) for verb, bases in found.items()}


BASES = _bases()
ACTS = {
    "accept": _("Accepted"),
    "examine": _("Examination"),
    "approve": _("Decided"),
    "return": _("Returned to the examiner"),
}
NOTICE_STATES = {
    "entered": _("waits for a second person"),
    "confirmed": _("in force"),
    "replaced": _("replaced by a later one"),
}
DUE_DAYS = {
    "correction_notice_due_on": _("Last day for asking corrections"),
    "statutory_due_on": _("Statutory day of decision"),
    "promised_due_on": _("Promised day of decision"),
}
WHO = {
    "name": _("Name of the person or organisation"),
    "kind": _("Who applies?"),
    "id_number": _("Identity number or credit code"),
    "phone": _("Telephone"),
    "email": _("E-mail"),
}
# What may be shown in clear, and for what.
SHOWN = {"id_number": _("Identity number or credit code"), "phone": _("Telephone"), "email": _("E-mail")}
PURPOSES = {
    "contact": _("To reach the applicant"),
    "verify_identity": _("To compare with the document shown"),
    "draw_up_paper": _("To draw up a paper"),
    "correct_record": _("To correct the record"),
    "other": _("Other, see the reason"),
}
APPLICANT_KINDS = {"person": _("A person"), "organisation": _("A company or other organisation")}
APPLICANT_WRONG = _("Compare this with the document, also the last check character.")
