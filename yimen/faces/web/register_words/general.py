"""Words that many registers share."""

from django.utils.translation import gettext_lazy as _

QUESTIONS = {
    "name": (_("Name"), ""),
    "reason": (_("Reason"), ""),
    "basis": (_("Legal basis"), _("Law, article and document number.")),
    "organ": (_("Organ"), ""),
    "organs": (_("Organs"), ""),
    "item": (_("Item"), ""),
    "items": (_("Items"), ""),
    "staff": (_("Person"), ""),
    "valid_from": (_("In force from"), ""),
    "valid_to": (_("In force until"), _("Leave empty when no end is set.")),
    "document_number": (_("Document number"), ""),
    "title": (_("Title"), ""),
    "text": (_("Text"), ""),
    "url": (_("Address on the internet"), ""),
    "evidence": (_("Evidence"), ""),
    "due_on": (_("Due on"), ""),
}
FACTS = {
    "state": _("State"),
    "name": _("Name"),
    "name_en": _("Name in English"),
    "code": _("Code"),
    "organ": _("Organ"),
    "organs": _("Organs"),
    "item": _("Item"),
    "items": _("Items"),
    "staff": _("Person"),
    "basis": _("Legal basis"),
    "reason": _("Reason"),
    "valid_from": _("In force from"),
    "valid_to": _("In force until"),
    "in_force": _("In force today"),
    "document_number": _("Document number"),
    "title": _("Title"),
    "text": _("Text"),
    "url": _("Address on the internet"),
    "evidence": _("Evidence"),
    "due_on": _("Due on"),
    "overdue": _("Overdue"),
}
VALUES = {
    "true": _("Yes"),
    "false": _("No"),
    "draft": _("Draft"),
    "published": _("published"),
    "open": _("Open"),
    "closed": _("Closed"),
}
KINDS = {
    "organ": (_("Organ"), _("Organs"), _("Organs of the centre appear here.")),
    "item": (_("Item"), _("Items"), _("Items of the catalogue appear here.")),
    "staff": (_("Person"), _("Staff"), _("People who work at the centre appear here.")),
}
GROUPS = ((_("The house"), ("organ", "item", "staff")),)
