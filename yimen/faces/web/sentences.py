"""The journal and the papers of a case as sentences that people read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yimen.faces.web import desk_words
from yimen.faces.web.register_words import value_words
from yimen.faces.web.words import day_words
from yimen.facts.casefile import Step
from yimen.rooms.documents.models import Document
from yimen.rooms.identity.rules.roles import Role

# What each verb did, said afterwards. `%(…)s` are completed by `_details`.
DONE = {
    "submit_application": gettext_lazy("The application was received with: %(materials)s."),
    "accept_application": gettext_lazy("Accepted; to be decided by %(promised)s (promise), by law by %(statutory)s."),
    "deem_accepted": gettext_lazy(
        "Nobody asked for corrections within five working days: by law accepted as of %(accepted)s."
    ),
    "request_correction": gettext_lazy("Corrections were asked for: %(missing)s."),
    "correct_on_the_spot": gettext_lazy("Corrected at the counter: %(materials)s."),
    "declare_not_required": gettext_lazy("The applicant was told that no permit is needed."),
    "refuse_acceptance": gettext_lazy("Acceptance was refused; the applicant was told why."),
    "submit_correction": gettext_lazy("Corrections came in: %(materials)s."),
    "hold_correction_incomplete": gettext_lazy("The corrections did not satisfy the notice: %(missing)s."),
    "void_receipt": gettext_lazy("It was asked to void the receipt."),
    "confirm_void": gettext_lazy("A second person confirmed: the receipt is void."),
    "record_telling": gettext_lazy("The paper %(document)s was told: %(method)s."),
    "render_document": gettext_lazy("The paper %(document)s was made as a PDF and signed."),
    "invite_supplement": gettext_lazy("The applicant was invited to supplement (voluntary)."),
    "examine_case": gettext_lazy("Examined; opinion: %(opinion)s."),
    "return_to_examiner": gettext_lazy("Returned to the examiner."),
    "approve_case": gettext_lazy("Decided: %(decision)s."),
    "start_special_procedure": gettext_lazy(
        "Special procedure began: %(kind)s; the clocks stand still from the next day."
    ),
    "end_special_procedure": gettext_lazy("Special procedure ended: %(kind)s; the clocks run again."),
    "extend_case": gettext_lazy("The statutory limit was extended by %(days)s working days, to %(statutory)s."),
    "withdraw_application": gettext_lazy("The applicant withdrew the application."),
    "terminate_case": gettext_lazy("Handling was terminated."),
    "apply_order": gettext_lazy("The change order %(order)s took effect. Running cases: %(treatment)s."),
    "issue_certificate": gettext_lazy("The certificate %(certificate)s was issued."),
    "deliver_result": gettext_lazy("The result was handed out: %(method)s."),
    "archive_case": gettext_lazy("The case was archived."),
    "reveal_personal_data": gettext_lazy("Numbers of the applicant were shown in clear: %(fields)s (%(purpose)s)."),
    "publish_decision": gettext_lazy("The decision was published."),
    "withhold_decision": gettext_lazy("The decision was kept from publication: %(ground)s."),
    "withdraw_publication": gettext_lazy("The publication of the decision was taken back: %(ground)s."),
    "correct_publication": gettext_lazy("The publication of the decision was corrected."),
    "recompute_deadlines": gettext_lazy("The calendar changed; the days were computed anew."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as a sentence. `by`: who did it, in words; `head`: the seal's number or None."""

    at: datetime
    sentence: str
    by: str
    head: int | None


def of_history(steps: Sequence[Step], names: Mapping[str, str]) -> list[Told]:
    """Every entry as a sentence; `names`: {material code: name}."""
    return [
        Told(step.entry.at, _sentence(step.entry.verb, step.entry.facts, names), _by(step), step.entry.head)
        for step in steps
    ]


def _by(step: Step) -> str:
    role = str(desk_words.ROLES.get(step.entry.role, step.entry.role))
    # A persona is named after its role; saying it twice helps nobody.
    if not step.who or step.who == step.entry.role:
        return role if step.entry.role != Role.CLOCK else _("by law")
    return f"{step.who} · {role}"


def _sentence(verb: str, facts: Mapping[str, Any], names: Mapping[str, str]) -> str:
    template = DONE.get(verb)
    return str(template) % _details(facts, names) if template else verb


def _details(facts: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    method = facts.get("method", "")
    return {
        "materials": _listed(facts.get("materials"), names),
        "missing": _listed(facts.get("missing"), names),
        "promised": _day(facts.get("promised_due_on")),
        "statutory": _day(facts.get("statutory_due_on")),
        "accepted": _day(facts.get("accepted_on")),
        "opinion": str(desk_words.OPINIONS.get(facts.get("opinion", ""), "")),
        "decision": str(desk_words.OPINIONS.get(facts.get("decision", ""), "")),
        "kind": str(desk_words.KINDS.get(facts.get("kind", ""), facts.get("kind", ""))),
        "method": str(desk_words.DELIVERY.get(method) or desk_words.METHODS.get(method, method)),
        "days": str(facts.get("days", "")),
        "order": str(facts.get("order", "")),
        "treatment": value_words("running", str(facts.get("treatment", ""))),
        "document": str(facts.get("document", "")),
        "certificate": str(facts.get("certificate", "")),
        "fields": _(", ").join(str(desk_words.SHOWN.get(name, name)) for name in facts.get("fields", ())),
        "ground": str(desk_words.GROUNDS.get(facts.get("basis", ""), "")),
        "purpose": str(desk_words.PURPOSES.get(facts.get("purpose", ""), "")),
    }


def _listed(codes: Any, names: Mapping[str, str]) -> str:
    if not isinstance(codes, list) or not codes:
        return _("no materials")
    return _(", ").join(names.get(str(code), str(code)) for code in codes)


def _day(text: Any) -> str:
    try:
        return day_words(date.fromisoformat(str(text)))
    except ValueError:
        return _("not yet known")


def of_paper(paper: Document, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a paper says, as (what, text) in the order in which it is read; empty facts are left out."""
    data = paper.data
    missing = "\n".join(
        names.get(m["code"], m["code"]) + (f"：{m['reason']}" if m.get("reason") else "")
        for m in data.get("missing", ())
    )
    lines = [
        (_("What is decided"), str(desk_words.OPINIONS.get(data.get("decision", ""), ""))),
        (_("Materials asked for"), missing),
        (_("Note"), data.get("note", "")),
        (_("Reason"), data.get("reason", "")),
        (_("Reasons"), data.get("reasons", "")),
        (_("What would help"), data.get("text", "")),
        (_("Competent organ"), data.get("competent_organ", "")),
        (_("Special procedure"), str(desk_words.KINDS.get(data.get("kind", ""), data.get("kind", "")))),
        (_("Working days it will need"), str(data.get("days", ""))),
        (_("Expected to end on"), _day(data["expected_end_on"]) if data.get("expected_end_on") else ""),
        (_("Promised day of decision"), _day(data["promised_due_on"]) if "promised_due_on" in data else ""),
        (_("Statutory day of decision"), _day(data["statutory_due_on"]) if "statutory_due_on" in data else ""),
        (_("Legal basis"), data.get("basis", "")),
        (_("Signed under the authorisation"), data.get("authorisation", "")),
        (_("Special seal"), data.get("seal", "")),
        (_("Remedies"), _remedies(data.get("remedies"))),
    ]
    return [(what, text) for what, text in lines if text]


def _remedies(found: Any) -> str:
    """The two remedies against a refusal, as 行政许可法 第三十八条 wants them told."""
    if not isinstance(found, dict):
        return ""
    whom = {
        "government": gettext_lazy("the people’s government at the same level"),
        "government_or_superior": gettext_lazy("the people’s government at the same level or the superior organ"),
    }
    organ = found.get("reconsideration_organ", "")
    text = _(
        "You may apply to %(organ)s for administrative reconsideration within %(days)s days of receiving this "
        "decision, or bring an action before the people’s court within %(months)s months."
    ) % {
        "organ": whom.get(organ, organ),
        "days": found.get("reconsideration_days", ""),
        "months": found.get("litigation_months", ""),
    }
    return f"{text}\n{found.get('basis', '')}"
