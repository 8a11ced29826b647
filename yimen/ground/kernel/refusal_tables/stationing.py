"""Stationed units, platforms, units that move in, function adjustments."""

from yimen.ground.kernel.refusal import Refusal
from yimen.ground.kernel.text import gettext_noop as _

ONE, TWO, THREE, ADJUST = "意见三（一）", "意见三（二）", "意见三（三）", "意见二（二）"

REFUSALS: dict[str, Refusal] = {
    "items.missing": Refusal(422, _("No item is named."), _("Name at least one item."), "—"),
    # stationed units
    "station.exists": Refusal(
        409, _("There is a stationed unit of this name already."), _("Open that unit, or correct the name."), THREE
    ),
    "station.deadline_missing": Refusal(
        422,
        _("A monopoly or public-service body that belongs to an organ needs a day by which it is decoupled."),
        _("Enter the last day for the decoupling."),
        THREE,
    ),
    "station.not_affiliated": Refusal(
        422,
        _("This unit belongs to no organ, so there is nothing to decouple."),
        _("Name the organ it belongs to, or leave the deadline out."),
        THREE,
    ),
    "station.decoupled": Refusal(409, _("This unit was decoupled before."), _("Nothing needs to be done."), THREE),
    "station.in_future": Refusal(
        422,
        _("The decoupling can’t be entered before it has happened."),
        _("Enter the day on which it happened."),
        THREE,
    ),
    "station.left": Refusal(
        409, _("This unit has left the centre."), _("Register the unit anew if it has come back."), THREE
    ),
    "window.taken": Refusal(
        409,
        _("This window serves an organ or another unit."),
        _("Choose a window that was registered without an organ."),
        THREE,
    ),
    # secondary platforms
    "platform.other_item": Refusal(
        422, _("An item named here is not one of this organ."), _("Name items that the organ decides."), ONE
    ),
    "platform.exists": Refusal(
        409,
        _("An item named here is on a platform already, or an application for it waits for a decision."),
        _("Wait for the decision, or leave the item out."),
        ONE,
    ),
    "platform.days": Refusal(422, _("The last day lies before the first."), _("Correct the days."), ONE),
    "platform.ended": Refusal(409, _("This platform has ended by that day."), _("Nothing needs to be done."), ONE),
    "platform.not_approved": Refusal(
        409,
        _("This platform has no leave to receive this item on this day."),
        _("Send the applicant to the window of the centre, or online."),
        ONE,
    ),
    # units that move in
    "onboarding.exists": Refusal(409, _("This unit has an open checklist already."), _("Go on with that one."), TWO),
    "onboarding.no_steps": Refusal(422, _("The checklist has no steps."), _("Write at least one step."), TWO),
    "onboarding.closed": Refusal(409, _("This checklist is closed."), _("Nothing needs to be done."), TWO),
    "onboarding.unknown_step": Refusal(
        422, _("The checklist has no step of this number."), _("Look up the number of the step."), TWO
    ),
    "onboarding.step_done": Refusal(409, _("This step was done before."), _("Choose another step."), TWO),
    "onboarding.in_future": Refusal(
        422, _("A step can’t be done on a day to come."), _("Enter the day on which it was done."), TWO
    ),
    "onboarding.steps_open": Refusal(
        409, _("Steps of the checklist are open."), _("Complete the steps with their evidence first."), TWO
    ),
    "onboarding.not_in": Refusal(
        409,
        _("The three-in board does not agree: items, people or powers are not wholly in the centre."),
        _("Look at the board to see what is missing."),
        TWO,
    ),
    # function adjustments
    "adjustment.other_item": Refusal(
        422, _("An item named here is not one of this organ."), _("Name items that the organ decides."), ADJUST
    ),
    "adjustment.other_section": Refusal(
        422, _("The section belongs to another organ."), _("Name a section of this organ."), ADJUST
    ),
    "adjustment.no_consent": Refusal(
        409,
        _("The organ concerned has not agreed to the proposal yet."),
        _("Ask the head of the organ to agree first."),
        ADJUST,
    ),
    "adjustment.upper_level_decides": Refusal(
        409,
        _("This organ is vertically managed: its upper level decides, not the city."),
        _("Send the proposal to the upper level and enter its decision."),
        ADJUST,
    ),
    "adjustment.not_vertical": Refusal(
        409,
        _("This organ is not vertically managed: the city government decides."),
        _("Ask the city government."),
        ADJUST,
    ),
    "adjustment.too_late": Refusal(
        409,
        _("The effective day of the proposal is past: powers don’t change in the past."),
        _("Propose it anew with a day to come."),
        ADJUST,
    ),
    "section.not_posted": Refusal(
        403,
        _("This item was merged into a section in which you are not posted."),
        _("Leave the case to a person of that section."),
        ADJUST,
    ),
}
