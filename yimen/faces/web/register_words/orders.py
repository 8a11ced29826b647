"""Words of change orders."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "order": (
        _("Change order"),
        _("Change orders"),
        _("Orders of the State Council, the province, a law or the city that change items appear here."),
    ),
}
VERBS = {
    "draft_order": _("Draft an order"),
    "change_order": _("Change the order"),
    "check_order": _("Check the order"),
    "approve_order": _("Approve the order"),
    "withdraw_order": _("Withdraw the order"),
    "take_effect": _("The order takes effect"),
}
WARNINGS = {
    "approve_order": _(
        "The order is published at once. On its day items and running cases change as its lines say; nobody needs to do"
        " anything more."
    ),
}
QUESTIONS = {
    "issuing_organ": (_("Issuing organ"), _("As the document names it.")),
    "level": (_("Level"), ""),
    "issued_on": (_("Day of issue"), ""),
    "effective_on": (_("Takes effect on"), _("From 00:00 of this day.")),
    "changes": (_("Changes"), _("One line for each item.")),
    "action": (_("What happens"), ""),
    "into": (_("Items that take its place"), _("Codes, for merge and split.")),
    "version": (_("Checked version"), _("The text that is in force from then on.")),
    "running": (_("Running cases"), ""),
    "draft_order.text": (_("Text of the order"), ""),
    "change_order.text": (_("Text of the order"), ""),
}
FACTS = {
    "level": _("Level"),
    "issuing_organ": _("Issuing organ"),
    "issued_on": _("Day of issue"),
    "effective_on": _("Takes effect on"),
    "takes_effect_on": _("In effect from"),
    "approved_by": _("Approved by"),
    "applied": _("All running cases treated"),
    "treated": _("Cases treated"),
    "changes": _("Changes"),
    "action": _("What happens"),
    "into": _("Items that take its place"),
    "running": _("Running cases"),
    "running_cases": _("Cases that run now"),
}
VALUES = {
    "approved": _("Approved"),
    "in_force": _("In force"),
    "state_council": _("State Council"),
    "province": _("Province"),
    "law": _("Law or regulation"),
    "city": _("City"),
    "action.add": _("Added"),
    "action.cancel": _("Abolished"),
    "action.merge": _("Merged"),
    "action.split": _("Split"),
    "action.delegate": _("Delegated"),
    "action.change": _("Changed"),
    "running.finish": _("Finish under the old version"),
    "running.terminate": _("Are terminated, with a notice"),
    "running.move": _("Move to the new version or item"),
}
GROUPS = ((_("Change orders"), ("order",)),)
