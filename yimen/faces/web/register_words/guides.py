"""Words of situations, the further fields of guides and disclosure sets."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "disclosure_set": (
        _("Disclosure set"),
        _("Disclosure sets"),
        _("The fields that must be public; a version with an empty one can't be published."),
    ),
}
PAGES = {"disclosure_set": ("disclosures", _("What must be public"), ("activate_disclosure_set",))}
VERBS = {
    "set_situations": _("Set the questions about the situation"),
    "describe_guide": _("Describe further fields"),
    "define_disclosure_set": _("Define a disclosure set"),
    "activate_disclosure_set": _("Put the set in force"),
}
WARNINGS = {
    "activate_disclosure_set": _("From its first day on no guide with an empty field of this set can be published."),
}
_FIELDS = {
    "situations": _("Questions about the situation"),
    "subject_nature": _("Nature of the subject"),
    "exercise_level": _("Level at which the power is exercised"),
    "power_division": _("Division of powers"),
    "power_content": _("What is exercised"),
    "jurisdiction": _("Jurisdiction"),
    "handling_organ": _("Handling body"),
    "co_organs": _("Bodies that handle it together"),
    "handling_scope": _("Where it can be handled"),
    "handling_forms": _("Ways of handling"),
    "service_objects": _("Whom it serves"),
    "themes": _("Themes"),
    "statutory_note": _("About the statutory limit"),
    "promised_note": _("About the promised limit"),
    "visits_note": _("About the visits"),
    "consultation": _("Ways to ask"),
    "supervision": _("Ways to complain"),
    "is_online": _("Handled online"),
    "is_bookable": _("Can be booked"),
    "is_payable_online": _("Can be paid online"),
    "is_express": _("Sent by courier"),
    "online_url": _("Address online"),
    "system_level": _("Level of the system"),
    "local_kind": _("Kind of case here"),
    "national_kind": _("Kind of case in the national list"),
    "results": _("Results"),
    "services": _("Services before and after"),
    "fees": _("Fees"),
    "procedure_limits": _("Limits of special procedures"),
    "material_notes": _("More about the materials"),
    "files": _("Forms and samples to download"),
    "commitment": _("Commitment instead of proof"),
    "tolerance": _("Materials that may follow"),
}
QUESTIONS = {
    **{name: (words, "") for name, words in _FIELDS.items()},
    "situations.code": (_("Short code of the question"), ""),
    "answers": (_("Answers"), _("Two to six.")),
    "fields": (_("Fields"), _("One name a line.")),
    "applies_to": (_("What it applies to"), ""),
    "validity": (_("Valid for"), ""),
    "when": (_("Before or after?"), ""),
    "has_window": (_("Has it a window in the hall?"), ""),
    "amount": (_("Amount"), ""),
    "reduction": (_("Who pays less"), ""),
    "limit": (_("Limit"), ""),
    "made_out_within": (_("Made out within"), ""),
    "how_to": (_("How to fill it in"), ""),
    "use": (_("What it is used for"), ""),
    "days": (_("Days"), ""),
    "files": (
        _("Forms and samples to download"),
        _("One for the same material takes the place of the older one; the others stay."),
    ),
}
FACTS = {
    **_FIELDS,
    "fields": _("Fields"),
    "applies_to": _("What it applies to"),
    "active_from": _("In force from"),
    "active": _("In force today"),
    "situation": _("Situation"),
    "validity": _("Valid for"),
    "when": _("Before or after?"),
    "by": _("By whom"),
    "has_window": _("Has it a window in the hall?"),
    "amount": _("Amount"),
    "reduction": _("Who pays less"),
    "limit": _("Limit"),
    "made_out_within": _("Made out within"),
    "how_to": _("How to fill it in"),
    "use": _("What it is used for"),
    "days": _("Days"),
    "answers": _("Answers"),
}
VALUES = {
    "applies_to.item": _("Items"),
    "applies_to.window": _("Windows"),
    "applies_to.organ": _("Organs"),
    "not_needed": _("not needed"),
    "when.before": _("before"),
    "when.after": _("after"),
    "kind.intermediary": _("intermediary"),
    "kind.utility": _("utility"),
    "kind.none": _("neither"),
    "kind.blank_form": _("Blank form"),
    "kind.sample": _("Filled-in sample"),
    "kind.result_sample": _("Sample of the result"),
}
GROUPS = ((_("The catalogue"), ("disclosure_set",)),)
