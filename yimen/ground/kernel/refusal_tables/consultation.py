"""What questions of the public and their answers say."""

from yimen.ground.kernel.refusal import Refusal
from yimen.ground.kernel.text import gettext_noop as _

FIRST_ASKED = "意见四（三）“首问负责制”"

REFUSALS: dict[str, Refusal] = {
    "question.has_owner": Refusal(
        409,
        _("Somebody has taken this question already and is responsible for it."),
        _("Ask that person to hand it over to you."),
        FIRST_ASKED,
    ),
    "question.not_responsible": Refusal(
        403,
        _("Only the person who is responsible for this question can do this."),
        _("Take the question first if nobody has, or ask the responsible person to hand it over."),
        FIRST_ASKED,
    ),
    "question.hand_over_waits": Refusal(
        409,
        _("This question is already offered to somebody who has not answered yet."),
        _("Wait until the offer is accepted or declined; meanwhile you stay responsible."),
        FIRST_ASKED,
    ),
    "question.unfit_receiver": Refusal(
        422,
        _("A question is handed over to another person who answers questions."),
        _("Choose somebody else of a window, a section or the consultation desk."),
        FIRST_ASKED,
    ),
    "question.not_offered": Refusal(
        403,
        _("This question is not offered to you."),
        _("Only the person to whom it is offered accepts or declines it."),
        FIRST_ASKED,
    ),
    "question.no_extension": Refusal(
        409,
        _("The time for this answer can't be extended (any more)."),
        _("Answer now, even if only in part; a late answer is better than none."),
        "—",
    ),
    "question.asked_again": Refusal(
        409,
        _("You have asked once more already."),
        _("Ask a new question if something else is not clear."),
        "—",
    ),
    "question.rated": Refusal(409, _("This answer has been rated already."), _("Thank you; nothing is missing."), "—"),
    "question.not_answered": Refusal(
        409,
        _("This question has no answer yet."),
        _("Publish it when it has been answered."),
        "—",
    ),
    "question.personal_data": Refusal(
        422,
        _("The text holds personal data: an identity number, a telephone, an e-mail address or who asked."),
        _("Write it so that nobody can be recognised, then publish it."),
        "个人信息保护法 第二十五条",
    ),
    "answer_limit.exists": Refusal(
        409,
        _("This channel has a limit from that day already."),
        _("Choose another day."),
        "—",
    ),
}
