"""What situations and disclosure sets say."""

from yimen.ground.kernel.refusal import Refusal
from yimen.ground.kernel.text import gettext_noop as _

LAW = "行政许可法"

REFUSALS: dict[str, Refusal] = {
    "situation.invalid": Refusal(
        422,
        _("The questions don't fit the guide: they name a material that is not in its list, or a longer limit."),
        _("Complete the fields named: materials of the list, two to six answers, limits in the guide's own unit."),
        f"{LAW} 第三十条、第四十二条",
    ),
    "situation.unanswered": Refusal(
        422,
        _("Some of the questions about your situation are not answered."),
        _("Answer all of them, or none: then the whole list of materials counts."),
        f"{LAW} 第三十条",
    ),
    "situation.unknown_answer": Refusal(
        422,
        _("The guide has no such question or no such answer."),
        _("Choose one of the answers that the guide in force gives."),
        f"{LAW} 第三十条",
    ),
    "disclosure.unknown_field": Refusal(
        422,
        _("A set of what must be public names at least one field, and only fields that such a thing has."),
        _("Choose among the fields of items, windows or organs."),
        "意见三（四）",
    ),
    "disclosure.exists": Refusal(
        409, _("There is a disclosure set with this name already."), _("Choose another name."), "意见三（四）"
    ),
    "disclosure.in_past": Refusal(
        422, _("A disclosure set begins today at the earliest."), _("Choose today or a later day."), f"{LAW} 第五条"
    ),
    "disclosure.active": Refusal(
        409,
        _("The set has its first day already, or another one begins on that day."),
        _("Choose another day, or define a new set."),
        "意见三（四）",
    ),
}
