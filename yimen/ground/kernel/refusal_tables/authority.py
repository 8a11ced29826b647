"""What the registers of those who may decide say."""

from yimen.ground.kernel.refusal import Refusal
from yimen.ground.kernel.text import gettext_noop as _

LAW = "行政许可法"
ENTRUST = f"{LAW} 第二十四条"
WINDOW = "意见二（三）“一般审批事项由窗口负责人签批”"
SEAL = "意见二（三）审批专用章"

REFUSALS: dict[str, Refusal] = {
    "subject.not_in_force": Refusal(
        409,
        _("The organ is not entered as a licensing subject in force for this item on this day, so it can't decide."),
        _("Ask the legal office to enter the organ with its legal basis; if its power has ended, hand the case over."),
        f"{LAW} 第二十二条至第二十四条",
    ),
    "subject.entruster": Refusal(
        422,
        _("An entrustment names another organ that entrusts; no other kind of subject has one."),
        _("Name the entrusting organ, or choose another kind of subject."),
        ENTRUST,
    ),
    "subject.not_administrative": Refusal(
        422,
        _("Licensing can be entrusted to an administrative organ only."),
        _("Choose an administrative organ: neither the centre itself nor an authorised organisation is one."),
        f"{ENTRUST}第一款",
    ),
    "subject.no_sub_delegation": Refusal(
        409,
        _("The entrusting organ holds this power only by entrustment and can't pass it on."),
        _("Ask the organ whose own power it is to entrust."),
        f"{ENTRUST}第三款",
    ),
    "subject.entruster_without_power": Refusal(
        409,
        _("The entrusting organ is no licensing subject of its own for these items on the first day."),
        _("Enter the power of the entrusting organ first, or correct items and days."),
        f"{ENTRUST}第一款",
    ),
    "subject.announced_later": Refusal(
        422,
        _("The day of the announcement has not come yet."),
        _("Enter the announcement when it has been published."),
        f"{ENTRUST}第二款",
    ),
    "subject.overlap": Refusal(
        409,
        _("This organ is entered already for the same items on some of these days."),
        _("Change or end the record that is there, or choose other items or days."),
        f"{LAW} 第二十二条至第二十四条",
    ),
    "authority.missing": Refusal(
        409,
        _("No written authorisation in force names you for this item today, so you can't sign the decision."),
        _("Ask the head of your organ for an authorisation, or hand the case to somebody who holds one."),
        WINDOW,
    ),
    "authority.ended": Refusal(
        409,
        _("This record has been ended already."),
        _("Enter a new one if the power, the authorisation or the seal is to hold again."),
        "—",
    ),
    "authorisation.other_organ": Refusal(
        422,
        _("This person does not belong to your organ."),
        _("Authorise a person of your own organ."),
        WINDOW,
    ),
    "authorisation.revoked_in_past": Refusal(
        422,
        _("An authorisation can't be revoked for a day that has passed: what was decided under it stands."),
        _("Revoke it from today on, or from a later day."),
        WINDOW,
    ),
    "seal.other_organ": Refusal(
        422,
        _("The keeper of a seal is a person of its organ."),
        _("Choose a person of that organ."),
        SEAL,
    ),
    "seal.same_keeper": Refusal(409, _("This person keeps the seal already."), _("Choose another person."), SEAL),
    "seal.exists": Refusal(
        409,
        _("The organ has a seal of this kind in use."),
        _("Retire that one first."),
        SEAL,
    ),
}
