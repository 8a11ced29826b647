"""Words of what stands in the way of publishing a guide, and the page on which each is mended."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yimen.faces.web.register_words import fact_words
from yimen.rooms.catalogue.rules.versions import Problem

FIELDS = {
    "subject": _("Licensing subject"),
    "authorisation": _("Authorisation of a window head"),
    "situations": _("Questions about the situation"),
    "valid_from": _("First day"),
    "basis": _("Basis"),
    "name": _("Name of the item"),
    "number": _("Number of the window"),
    "organ": _("Organ"),
    "duties": _("Duties"),
    "floor": _("Floor"),
    "name_en": _("Name in English"),
    "credit_code": _("Unified social credit code"),
}
REASONS = {
    "missing": _("missing"),
    "not_a_term": _("can't be read as a time limit"),
    "longer_than_statutory": _("can end later than the law allows, on some days of the calendar at least"),
    "code_missing": _("a material has no code"),
    "code_twice": _("the code stands twice"),
    "name_missing": _("has no name"),
    "necessity_unknown": _("neither required nor optional"),
    "not_an_object": _("can't be read"),
    "unknown": _("is not known"),
    "not_a_number_of_days": _("is not a number of days from 1 to 366"),
    "kind_missing": _("the kind is missing"),
    "kind_twice": _("the kind stands twice"),
    "basis_missing": _("a kind beyond Article 45 needs the law that names it"),
    "leaves_a_gap": _("days without any version lie before it"),
    "not_disclosed": _("must be public and says nothing"),
    "not_in_force": _("none is in force on that day"),
}
# Registers in which what is missing is entered.
REGISTERS = {"subject": "subject", "authorisation": "authorisation"}
# Nothing of the version itself: it is changed elsewhere, or another first day is chosen.
ELSEWHERE = frozenset({"valid_from", "name", "organ"})


def field_words(field: str, kind: str = "version") -> str:
    """The name of a field; of a path such as `sources.conditions` or `materials.M1` both parts."""
    head, _dot, rest = field.partition(".")
    said = str(FIELDS.get(head) or fact_words(kind, head))
    return f"{said}：{fact_words(kind, rest)}" if rest else said


def reason_words(problem: Problem) -> str:
    """Why; a path within the questions about the situation stays one."""
    return str(REASONS.get(problem.reason, problem.reason))


def mended_at(problem: Problem, key: str, verbs: list[str]) -> str:
    """The page where somebody who may do these `verbs` mends a problem of a version; "": there is none."""
    head = problem.field.partition(".")[0]
    if head in REGISTERS:
        return reverse("register", args=[REGISTERS[head]])
    if head in ELSEWHERE:
        return ""
    verb = "set_situations" if head == "situations" else "change_item_version"
    if verb in verbs:
        return reverse("register_do", args=["version", key, verb])
    copying = f"{reverse('register_new', args=['version', 'copy_item_version'])}?source={key}"
    return copying if "copy_item_version" in verbs else ""
