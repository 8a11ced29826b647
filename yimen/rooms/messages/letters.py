"""What letters say: in Chinese first, then in English, for nobody knows in which language an address reads.

No letter holds a query password or an identity number; a paper goes along as its PDF.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils import dateformat, translation
from django.utils.translation import gettext as _

LANGUAGES = ("zh-hans", "en")
PAPERS: dict[str, Callable[[], str]] = {
    "acceptance": lambda: _("Notice of acceptance"),
    "correction": lambda: _("Correction notice"),
    "held_correction": lambda: _("Notice: correction incomplete"),
    "not_required": lambda: _("Notice: no permit needed"),
    "not_accepted": lambda: _("Notice of non-acceptance"),
    "supplement": lambda: _("Invitation to supplement"),
    "special_procedure": lambda: _("Notice of a special procedure"),
    "special_procedure_end": lambda: _("Notice: special procedure ended"),
    "extension": lambda: _("Notice of extension"),
    "decision": lambda: _("Decision"),
    "termination": lambda: _("Notice of termination"),
}


@dataclass(frozen=True, slots=True)
class About:
    """The case that a letter is about; `url`: where its applicant finds it."""

    number: str
    item: str
    url: str
    centre: str


def _day(day: date) -> str:
    chinese = (translation.get_language() or "").startswith("zh")
    return str(dateformat.format(day, "Y年n月j日" if chinese else "j F Y"))


def _both(title: Callable[[], str], body: Callable[[], str]) -> tuple[str, str]:
    titles, bodies = [], []
    for language in LANGUAGES:
        with translation.override(language):
            titles.append(title())
            bodies.append(body())
    return " · ".join(titles), "\n\n————\n\n".join(bodies)


def _foot(about: About) -> str:
    foot = _(
        "Progress and all papers: %(url)s\n"
        "This letter was sent by a machine; nobody reads an answer to it. We never send a query password by e-mail.\n"
        "%(centre)s"
    )
    return foot % {"url": about.url, "centre": about.centre}


def paper(kind: str, about: About) -> tuple[str, str]:
    """(title, body) of the copy of a paper that was told."""
    name = PAPERS.get(kind, lambda: _("Paper"))
    facts = {"item": about.item, "number": about.number}

    def body() -> str:
        text = _("There is a new paper about your application for “%(item)s” (%(number)s): %(paper)s. It is attached.")
        return text % {**facts, "paper": name()} + "\n\n" + _foot(about)

    return _both(lambda: f"{name()} {about.number}", body)


def receipt(about: About, *, received_on: date, notice_due_on: date) -> tuple[str, str]:
    """(title, body) of the dated receipt; `notice_due_on`: the last day for accepting or asking for corrections."""

    def body() -> str:
        text = _(
            "On %(day)s we received your application for “%(item)s” (%(number)s). The dated receipt is attached; it "
            "proves that the materials came in, not that they were accepted.\n"
            "By %(due)s the window accepts the application or tells you everything that is missing; otherwise it "
            "counts as accepted."
        )
        facts = {"item": about.item, "number": about.number, "day": _day(received_on), "due": _day(notice_due_on)}
        return text % facts + "\n\n" + _foot(about)

    return _both(lambda: _("Receipt %(number)s") % {"number": about.number}, body)


def correction(about: About, missing: list[str], note: str) -> tuple[str, str]:
    """(title, body) of a correction notice that counts once a carrier has taken it; `missing`: a line a material."""
    lines = "\n".join([*(f"· {line}" for line in missing), *([note] if note else [])])

    def body() -> str:
        text = _("Your application for “%(item)s” (%(number)s) needs corrections; the notice is attached:")
        return text % {"item": about.item, "number": about.number} + f"\n{lines}\n\n" + _foot(about)

    return _both(lambda: f"{_('Correction notice')} {about.number}", body)


def draft_ends(item: str, expires_on: date, *, url: str, centre: str) -> tuple[str, str]:
    """(title, body) of the warning that a draft ends."""

    def body() -> str:
        text = _(
            "You have begun an application but not handed it in: %(item)s.\n"
            "The draft is kept until %(day)s. Sign in, open “My cases” and go on, or it will be thrown away:\n"
            "%(url)s\n"
            "This letter was sent by a machine; nobody reads an answer to it.\n"
            "%(centre)s"
        )
        return text % {"item": item, "day": _day(expires_on), "url": url, "centre": centre}

    return _both(lambda: _("Your draft ends soon: %(item)s") % {"item": item}, body)


def answered(number: str, answer: str, *, url: str, centre: str) -> tuple[str, str]:
    """(title, body) of the answer to a question; the question itself stays in the house."""

    def body() -> str:
        text = _(
            "Your question %(number)s has been answered:\n\n%(answer)s\n\n"
            "With the number and the query password you can ask once more and say how satisfied you are: %(url)s\n"
            "This letter was sent by a machine; nobody reads an answer to it. We never send a query password by "
            "e-mail.\n"
            "%(centre)s"
        )
        return text % {"number": number, "answer": answer, "url": url, "centre": centre}

    return _both(lambda: _("Answer to your question %(number)s") % {"number": number}, body)


def without_paper() -> str:
    """Added when the PDF could not be made in time."""
    return _both(
        lambda: "",
        lambda: _("The PDF could not be made in time; you find the paper at the address above."),
    )[1]
