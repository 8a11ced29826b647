"""Words of licensing subjects, window authorisations and special seals."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "subject": (
        _("Licensing subject"),
        _("Licensing subjects"),
        _("Enter each organ that may decide; without one no guide can be published and nothing decided."),
    ),
    "authorisation": (
        _("Window authorisation"),
        _("Window authorisations"),
        _("Authorisations appear here as soon as the head of an organ signs one; without one no window head decides."),
    ),
    "seal": (
        _("Special seal"),
        _("Special seals"),
        _("Seals of the organs for decisions and vouchers appear here, each with its register of use."),
    ),
}
VERBS = {
    "register_subject": _("Enter a licensing subject"),
    "change_subject": _("Change the record of the subject"),
    "end_subject": _("End the power of the subject"),
    "authorise_window": _("Authorise a window head"),
    "revoke_authorisation": _("Revoke the authorisation"),
    "register_seal": _("Enter a seal"),
    "hand_over_seal": _("Hand the seal over"),
    "retire_seal": _("Retire the seal"),
}
WARNINGS = {
    "end_subject": _("From that day on the organ can’t decide any more, and no guide of its items can be published."),
    "authorise_window": _("The authorisation is published at once, with the name of the person."),
    "revoke_authorisation": _("From that day on the person can’t sign decisions under it. What was decided stands."),
    "retire_seal": _("From that day on nothing is made under this seal. Its register of use stays."),
}
QUESTIONS = {
    "register_subject.organ": (_("Which organ?"), _("The organ that decides, not the centre.")),
    "register_subject.kind": (_("By what right does it decide?"), ""),
    "register_subject.items": (_("Which items?"), _("Leave empty for all items of the organ.")),
    "entrusted_by": (_("Entrusted by"), _("The organ in whose name it decides; only for an entrustment.")),
    "announcement": (
        _("Where was the entrustment announced?"),
        _("An entrustment counts only once it is announced (Administrative Licensing Law, Article 24)."),
    ),
    "announced_on": (_("Announced on"), _("Leave empty for today.")),
    "end_subject.on": (_("From which day may it no longer decide?"), ""),
    "revoke_authorisation.on": (_("From which day on?"), _("Leave empty for today, at once.")),
    "retire_seal.on": (_("From which day on?"), ""),
    "authorise_window.staff": (_("Who is authorised?"), _("A person of your organ.")),
    "authorise_window.text": (_("Text of the authorisation"), ""),
    "register_seal.kind": (_("What is the seal for?"), ""),
    "register_seal.name": (_("What does the seal say?"), ""),
    "keeper": (_("Keeper"), _("A person of the organ.")),
}
FACTS = {
    "subject.kind": _("By what right"),
    "subject.items": _("Items (none: all of the organ)"),
    "entrusted_by": _("Entrusted by"),
    "announcement": _("Announced in"),
    "announced_on": _("Announced on"),
    "ended_on": _("No longer in force from"),
    "given_by": _("Signed by"),
    "seal.kind": _("Used for"),
    "keeper": _("Keeper"),
    "use_count": _("Times used"),
    "uses": _("Register of use"),
    "case": _("Case"),
    "document": _("Paper"),
    "at": _("When"),
}
VALUES = {
    "kind.statutory": _("by law (own statutory power)"),
    "kind.authorised": _("authorised by law or regulation"),
    "kind.entrusted": _("entrusted by another organ"),
    "statutory": _("by law (own statutory power)"),
    "authorised": _("authorised by law or regulation"),
    "entrusted": _("entrusted by another organ"),
    "kind.approval": _("Seal for decisions"),
    "kind.acceptance": _("Seal for acceptance"),
    "state.coming": _("not yet in force"),
    "state.in_force": _("in force"),
    "state.past": _("no longer in force"),
}
GROUPS = ((_("Who may decide"), ("subject", "authorisation", "seal")),)
