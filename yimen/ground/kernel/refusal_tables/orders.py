"""What versions of guides, suspensions and change orders say."""

from yimen.ground.kernel.refusal import Refusal
from yimen.ground.kernel.text import gettext_noop as _

LAW = "行政许可法"
REVIEW = f"{LAW} 第二十条、第二十一条"

REFUSALS: dict[str, Refusal] = {
    "version.not_checked": Refusal(
        409,
        _("The legal office has not checked this version yet."),
        _("Ask the legal office to check the draft; what it has passed can be published."),
        "意见二（一）",
    ),
    "version.was_law": Refusal(
        409,
        _("This version has been law: it can be ended, not withdrawn."),
        _("Set its last day, today at the earliest."),
        f"{LAW} 第五条",
    ),
    "suspension.in_past": Refusal(
        422,
        _("A suspension begins today at the earliest and ends after it begins."),
        _("Choose today or a later day."),
        f"{LAW} 第八条",
    ),
    "suspension.exists": Refusal(
        409,
        _("The item is suspended on some of these days already."),
        _("Resume it first, or choose other days."),
        f"{LAW} 第八条",
    ),
    "suspension.none": Refusal(
        409, _("The item is not suspended."), _("Nothing needs to be resumed."), f"{LAW} 第八条"
    ),
    "order.incomplete": Refusal(
        422,
        _("The order can't be entered like this: a line says too little or does not fit what it does."),
        _("Complete the fields named for each item: the checked version, the items that take its place, the organ."),
        REVIEW,
    ),
    "order.item_twice": Refusal(
        422,
        _("An item stands twice in this order."),
        _("Write one line for each item."),
        REVIEW,
    ),
    "order.effective_in_past": Refusal(
        422,
        _("An order of the city can't take effect before it is approved."),
        _("Choose today or a later day."),
        f"{LAW} 第五条",
    ),
    "order.in_effect": Refusal(
        409,
        _("The order has taken effect: it can't be withdrawn any more."),
        _("Write another order that changes the items again."),
        REVIEW,
    ),
    "order.item_not_in_force": Refusal(
        409,
        _("An item of the order is not in force on the day before it takes effect."),
        _("Look up the item; an item that never was in force is added, not changed."),
        REVIEW,
    ),
    "order.no_target": Refusal(
        409,
        _("The item that takes the place of another is not in force on the day of the order."),
        _("Add it in the same order, or give its checked version."),
        REVIEW,
    ),
}
