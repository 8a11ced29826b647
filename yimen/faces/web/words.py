"""Machine words → words that people read. Everything here is a msgid; the Chinese is in yimen/locale."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import dateformat, timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from yimen.faces.web import desk_words as desk
from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.refusals import REFUSALS

type Words = Mapping[Any, str | Promise]

# One name on every page: these tables are the desks'.
STATES: Words = desk.STATES
PAPERS: Words = desk.PAPERS
ROLES: Words = desk.ROLES
CHANNELS: Words = desk.CHANNELS
PROCEDURES: Words = desk.KINDS
METHODS: Words = {**desk.METHODS, **desk.DELIVERY, "online": gettext_lazy("Shown on the page of the case")}

# Colour and icon (static/icons.svg) of a state: never colour alone.
TONES: Mapping[str, tuple[str, str]] = {
    "draft": ("grey", "draft"),
    "received": ("blue", "inbox"),
    "awaiting_correction": ("amber", "alert"),
    "not_required": ("grey", "stop"),
    "not_accepted": ("red", "cross"),
    "voided": ("grey", "stop"),
    "accepted": ("blue", "run"),
    "examined": ("blue", "eye"),
    "granted": ("green", "check"),
    "refused": ("red", "cross"),
    "withdrawn": ("grey", "back"),
    "terminated": ("grey", "stop"),
    "issued": ("green", "seal"),
    "delivered": ("green", "hand"),
    "archived": ("grey", "box"),
}
# What happened, as an applicant reads it in a history.
HAPPENED: Words = {
    "submit_application": gettext_lazy("Application received"),
    "correct_on_the_spot": gettext_lazy("Corrected on the spot"),
    "request_correction": gettext_lazy("Corrections asked for"),
    "submit_correction": gettext_lazy("Corrections handed in"),
    "hold_correction_incomplete": gettext_lazy("Corrections found incomplete"),
    "declare_not_required": gettext_lazy("Told that no licence is needed"),
    "refuse_acceptance": gettext_lazy("Not accepted"),
    "accept_application": gettext_lazy("Accepted"),
    "deem_accepted": gettext_lazy("Accepted by law, because no corrections were asked for in time"),
    "confirm_void": gettext_lazy("Receipt voided"),
    "apply_order": gettext_lazy("An order that changes the item took effect"),
    "invite_supplement": gettext_lazy("Voluntary supplement invited"),
    "approve_case": gettext_lazy("Decided"),
    "start_special_procedure": gettext_lazy("Special procedure started, clocks stopped"),
    "end_special_procedure": gettext_lazy("Special procedure ended, clocks run on"),
    "extend_case": gettext_lazy("Statutory limit extended"),
    "withdraw_application": gettext_lazy("Withdrawn by the applicant"),
    "terminate_case": gettext_lazy("Terminated"),
    "issue_certificate": gettext_lazy("Certificate made out"),
    "deliver_result": gettext_lazy("Result handed over"),
    "publish_decision": gettext_lazy("Decision made public"),
    "withdraw_publication": gettext_lazy("Publication taken back"),
    "correct_publication": gettext_lazy("Publication corrected"),
    "recompute_deadlines": gettext_lazy("Days counted anew after a change of the calendar"),
}
MANDATES: Words = {
    "owner": gettext_lazy("Owner"),
    "member": gettext_lazy("Member"),
    "agent": gettext_lazy("Agent with a mandate"),
}
CERTIFICATE_STATES: Words = {
    "valid": pgettext_lazy("certificate", "valid"),
    "expired": pgettext_lazy("certificate", "expired"),
    "revoked": pgettext_lazy("certificate", "revoked"),
    "withdrawn": pgettext_lazy("certificate", "withdrawn"),
    "cancelled": pgettext_lazy("certificate", "cancelled"),
}
# Where a page needs another sentence than the API; it says what to do, too.
_ON_PAGES: Words = {
    "idempotency.reused": gettext_lazy("You have already sent this form. Look at your cases before you send it again."),
}
PROBLEMS: Words = {
    "missing": gettext_lazy("Enter the name."),
    "too_long": gettext_lazy("It is too long."),
    "length": gettext_lazy("It must have 18 characters."),
    "alphabet": gettext_lazy("It holds a character that can't stand there."),
    "date": gettext_lazy("The date of birth in it does not exist."),
    "future": gettext_lazy("The date of birth in it lies in the future."),
    "check_digit": gettext_lazy("A digit is wrong or two are swapped: the check digit does not fit."),
}


@dataclass(frozen=True, slots=True)
class RefusalText:
    """A refusal in the reader's language."""

    sentence: str
    advice: str
    basis: str


def refusal_text(refusal: Refused) -> RefusalText:
    """Sentence, advice and basis of a refusal; an unknown code shows itself."""
    known = REFUSALS.get(refusal.code)
    if known is None:
        return RefusalText(refusal.code, "", "")
    sentence = str(_ON_PAGES.get(refusal.code) or _(known.sentence))
    problem = PROBLEMS.get(str(refusal.facts.get("problem", "")))
    if problem:
        sentence = f"{sentence} {problem}" if not is_chinese() else f"{sentence}{problem}"
    advice = "" if refusal.code in _ON_PAGES else _(known.advice)
    if "seconds" in refusal.facts:  # a limit: nobody reads the header that says when it ends
        minutes = max(1, math.ceil(int(refusal.facts["seconds"]) / 60))
        advice = ngettext("Try again in %(n)d minute.", "Try again in %(n)d minutes.", minutes) % {"n": minutes}
    return RefusalText(sentence, advice, "" if known.basis == "—" else known.basis)


def word(words: Words, key: Any) -> str:
    """The word for a machine word; the machine word itself where there is none."""
    return str(words.get(str(key), key))


def term_words(text: str) -> str:
    """`20 working_days` → "20 working days" in the reader's language; anything else unchanged."""
    match = re.fullmatch(r"(\d{1,6}) (working_days|natural_days|hours)", text or "", re.ASCII)
    if match is None:
        return text or ""
    n = int(match[1])
    if match[2] == "working_days":
        return ngettext("%(n)d working day", "%(n)d working days", n) % {"n": n}
    if match[2] == "natural_days":
        return ngettext("%(n)d natural day", "%(n)d natural days", n) % {"n": n}
    return ngettext("%(n)d office hour", "%(n)d office hours", n) % {"n": n}


def is_chinese() -> bool:
    """Whether the reader reads Chinese."""
    return (translation.get_language() or "zh").startswith("zh")


def day_words(value: date | datetime | None) -> str:
    """2026年3月14日 or 14 March 2026 (a moment: its local day); empty for None."""
    if value is None:
        return ""
    day = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    return dateformat.format(day, "Y年n月j日" if is_chinese() else "j F Y")


def month_words(value: date) -> str:
    """2026年3月 or March 2026: the month in which a day lies."""
    return dateformat.format(value, "Y年n月" if is_chinese() else "F Y")


def moment_words(value: datetime | None) -> str:
    """The day and the minute, local time."""
    if value is None:
        return ""
    return f"{day_words(value)} {timezone.localtime(value):%H:%M}"


def days_left_words(n: int | None) -> str:
    """`2` → "2 working days left", `0` → "today is the last day", `-3` → "3 working days late"; empty for None."""
    if n is None:
        return ""
    if n == 0:
        return _("today is the last day")
    if n > 0:
        return ngettext("%(n)d working day left", "%(n)d working days left", n) % {"n": n}
    return ngettext("%(n)d working day late", "%(n)d working days late", -n) % {"n": -n}
