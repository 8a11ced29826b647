"""What the committee's registers say."""

from yimen.ground.kernel.refusal import Refusal
from yimen.ground.kernel.text import gettext_noop as _

RULES = "意见二（三）分管领导窗口带班制度"

REFUSALS: dict[str, Refusal] = {
    "meeting.organs": Refusal(
        422,
        _("A meeting of a unit's leadership names one unit, a joint meeting at least two."),
        _("Name the unit, or choose the units that meet."),
        "意见七（一）",
    ),
    "meeting.not_yet": Refusal(
        409, _("The day of the meeting has not come yet."), _("Record it on its day or later."), "意见七（一）"
    ),
    "meeting.no_such_decision": Refusal(
        422,
        _("The meeting made no decision with this number, or it has been done."),
        _("Look up the number in the record of the meeting."),
        "意见七（一）",
    ),
    "leader.other_organ": Refusal(
        422, _("This person does not belong to the unit."), _("Choose a person of the unit."), "意见七（一）"
    ),
    "leader.overlap": Refusal(
        409,
        _("A responsible leader is named from that day or a later one already."),
        _("Choose a later day."),
        "意见七（一）",
    ),
    "term.exists": Refusal(409, _("This term is set from that day already."), _("Set it anew from another day."), "—"),
    "rota.not_on_duty": Refusal(
        403,
        _("This decision belongs to the leader who is on duty at this half day, and that is not you."),
        _(
            "Look up the rota: the leader on duty decides, the substitute when that leader is absent on the record or"
            " has not checked in. Where no rota is planned, the committee or the head of the unit plans it first."
        ),
        RULES,
    ),
    "rota.not_a_leader": Refusal(
        422,
        _("Only a leader on duty of this unit can be planned."),
        _("Choose a person of the unit who holds the role of leader on duty."),
        RULES,
    ),
    "rota.planned_already": Refusal(
        409,
        _("A leader is planned for this unit and half day already."),
        _("Ask for a swap, or report the absence."),
        RULES,
    ),
    "rota.past": Refusal(409, _("This half day is over or has begun."), _("Choose a later half day."), RULES),
    "rota.not_yours": Refusal(
        403, _("This shift is another leader's."), _("Only the leader of the shift can do this."), RULES
    ),
    "rota.wrong_time": Refusal(
        409, _("This shift is not now."), _("Check in on the half day of the shift, at the hall."), RULES
    ),
    "rota.absent": Refusal(
        409,
        _("The absence from this shift is on record; it is the substitute's now."),
        _("Let the substitute check in and decide."),
        RULES,
    ),
    "rota.empty": Refusal(422, _("No shift of the unit is planned on these days."), _("Plan the shifts first."), RULES),
    "rota.no_swap": Refusal(
        409,
        _("These two shifts can't be swapped."),
        _("Ask for another shift of the same unit that has not begun."),
        RULES,
    ),
    "decision.registered": Refusal(
        409,
        _("This decision is registered already."),
        _("Open it in the list of decisions and assign the duty there."),
        "意见七（二）",
    ),
    "breach.unknown": Refusal(
        404,
        _("No report has this number together with this query password."),
        _("Both were shown when the report was sent."),
        "意见四（三）",
    ),
    "promise.not_published": Refusal(
        409, _("This promise is not in force."), _("Look up the promises in force."), "意见四（三）"
    ),
    "rule.already_read": Refusal(
        409,
        _("You have acknowledged this edition already."),
        _("Nothing more is asked of you until the rule is revised."),
        "意见六（三）",
    ),
    "period.ends_before": Refusal(422, _("The last day lies before the first."), _("Correct the days."), "—"),
    "budget.exists": Refusal(
        409, _("This heading is in the year's budget already."), _("Open the heading in the list."), "意见七（二）"
    ),
    "budget.exceeded": Refusal(
        409,
        _("More would be spent than was allotted."),
        _("Spend less, or wait for an allotment."),
        "预算法 第十三条",
    ),
    "budget.year_over": Refusal(
        409,
        _("The day lies outside the budget's year, or the year is over."),
        _("Use the budget of the right year; a mistake of a past year is corrected by a counter-entry."),
        "预算法 第十八条",
    ),
    "budget.document_used": Refusal(
        409,
        _("This document or voucher is entered already."),
        _("Compare the number with the list of entries."),
        "—",
    ),
    "budget.no_such_entry": Refusal(
        422,
        _("There is no such entry, or it has been corrected, or it is a correction itself."),
        _("Look up the number in the list of entries."),
        "—",
    ),
}
