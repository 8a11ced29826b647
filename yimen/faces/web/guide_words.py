"""What a guide says in the reader's words: the steps of its procedure, its facts with their sources, the remedies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yimen.faces.web import words
from yimen.faces.web.citations import citation
from yimen.faces.web.flow_picture import Column, Picture, draw
from yimen.ground.law import queries as law
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.catalogue.rules.procedure import ISSUE, NOTICE, OF_VERSION, Procedure, Step
from yimen.rooms.catalogue.terms import procedure_of

SAMPLE = "样本"  # how `ItemVersion.sources` marks what nobody published
LAW = "行政许可法"
TITLES: Mapping[str, str | Promise] = {
    "hand_in": gettext_lazy("Hand in"),
    "look": gettext_lazy("Materials are looked at"),
    "examine": gettext_lazy("Examination"),
    "approve": gettext_lazy("Approval"),
    "decide_at_once": gettext_lazy("Decision at once"),
    "deliver": gettext_lazy("Handing over"),
}
# Field of a version → what it is called in the list of sources.
FACTS: Mapping[str, str | Promise] = {
    "statutory_limit": gettext_lazy("Statutory limit"),
    "promised_limit": gettext_lazy("Promised limit"),
    "statutory_basis": gettext_lazy("Legal basis"),
    "conditions": gettext_lazy("Conditions"),
    "materials": gettext_lazy("Materials"),
    "file_rules": gettext_lazy("Files that are taken"),
    "procedure": gettext_lazy("Procedure"),
    "charges": gettext_lazy("Charges"),
    "result_name": gettext_lazy("Result"),
    "validity_years": gettext_lazy("Validity"),
    "extension": gettext_lazy("Extension"),
    "special_procedures": gettext_lazy("Special procedures"),
    "form_schema": gettext_lazy("Questions of the form"),
    "quantity": gettext_lazy("Quantity"),
    "visits": gettext_lazy("Visits"),
    "place": gettext_lazy("Place"),
    "directions": gettext_lazy("How to get there"),
    "hours": gettext_lazy("Hours"),
    "telephone": gettext_lazy("Telephone"),
    "complaint_telephone": gettext_lazy("Complaint telephone"),
    "questions": gettext_lazy("Frequent questions"),
    "details": gettext_lazy("Further facts of the guide"),
    "valid_from": gettext_lazy("In force from"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """The legal parameters that a guide names, as they stand on a day: (amount, unit, basis); part of a cache's key."""

    notice: tuple[int, str, str]
    issue: tuple[int, str, str]
    reconsideration: tuple[int, str, str]
    litigation: tuple[int, str, str]
    reconsideration_organ: str


class Basis(NamedTuple):
    """What an article is the basis of, and the article."""

    what: str
    article: str


def limits_on(day: date, revision: int) -> Limits:
    """The parameters on `day`; no query while the revision is known to this process."""
    found = {}
    for key in (NOTICE, ISSUE, "reconsideration", "litigation"):
        row = law.parameter(key, day, revision=revision)
        found[key] = (row.amount or 0, row.unit, row.basis)
    organ = law.parameter("reconsideration_organ", day, revision=revision).text
    return Limits(found[NOTICE], found[ISSUE], found["reconsideration"], found["litigation"], organ)


def flow(way: Procedure, limits: Limits) -> dict[str, Any]:
    """{columns, limits, beside, back, picture}: the words of the steps, and the picture that is drawn of them."""
    columns = [_column(step, limits) for step in way.steps]
    during = [number for number, step in enumerate(way.steps) if step.limit == OF_VERSION]
    said, beside = _limit_words(way), _beside(way)
    back = _("to correct, once")
    picture: Picture = draw(columns, (during[0], during[-1]), said, beside, back)
    return {"columns": columns, "limits": said, "beside": beside, "during": during, "picture": picture}


def _column(step: Step, limits: Limits) -> Column:
    ends: tuple[tuple[str, str], ...] = ()
    if step.limit == NOTICE:
        when = _("within %(limit)s; what is missing is told once") % {"limit": _amount(limits.notice)}
    elif step.limit == ISSUE:
        when = _("within %(limit)s of the decision") % {"limit": _amount(limits.issue)}
    elif step.limit == OF_VERSION:
        when = _("within the limit below")
    else:
        when = _("online at any hour, or at the window")
    if step.other_ends and step.limit == OF_VERSION:
        ends = ((_("granted"), "green"), (_("refused"), "red"))
    who = _("You") if step.who == "applicant" else words.word(words.ROLES, step.who)
    return Column(str(TITLES[step.key]), who, when, ends)


def _limit_words(way: Procedure) -> str:
    return _("From acceptance: promised %(promised)s, by law %(statutory)s") % {
        "promised": words.term_words(way.promised_limit),
        "statutory": words.term_words(way.statutory_limit),
    }


def _beside(way: Procedure) -> list[str]:
    """What may stop or lengthen the statutory limit."""
    notes = []
    if way.pauses:
        kinds = ("、" if words.is_chinese() else ", ").join(words.word(words.PROCEDURES, p.kind) for p in way.pauses)
        notes.append(
            _("Where the law requires it: %(kinds)s. The limits pause as long as it takes; you are told in writing.")
            % {"kinds": kinds}
        )
    if way.extension:
        unit = way.statutory_limit.rpartition(" ")[2]
        notes.append(
            _("May be extended once by %(limit)s by the %(approver)s; you are told why.")
            % {
                "limit": words.term_words(f"{way.extension.days} {unit}"),
                "approver": words.word(words.ROLES, way.extension.approver),
            }
        )
    return notes


def _amount(parameter: tuple[int, str, str]) -> str:
    amount, unit, _basis = parameter
    if unit == "months":
        return ngettext("%(n)d month", "%(n)d months", amount) % {"n": amount}
    return words.term_words(f"{amount} {unit}")


def remedies(limits: Limits) -> list[Basis]:
    """What somebody may do who does not accept a decision, each with its article."""
    government = limits.reconsideration_organ == "government"
    whom = _("the people's government") if government else _("the people's government or the organ above")
    return [
        Basis(
            _("Ask %(whom)s for reconsideration within %(limit)s of learning of the decision")
            % {"whom": whom, "limit": _amount(limits.reconsideration)},
            citation(limits.reconsideration[2]),
        ),
        Basis(
            _("Or go to court within %(limit)s of learning of the decision") % {"limit": _amount(limits.litigation)},
            citation(limits.litigation[2]),
        ),
    ]


def bases(version: ItemVersion, limits: Limits) -> list[Basis]:
    """Every article that carries this guide, with what it carries."""
    item_basis = [line for text in (version.item.basis,) for line in text.replace("；", "\n").splitlines()]
    way = procedure_of(version)
    found = [Basis(_("The item"), line.strip()) for line in item_basis if line.strip()]
    if version.statutory_basis and version.statutory_basis != version.item.basis:
        found.append(Basis(_("Statutory limit"), version.statutory_basis))
    found.append(Basis(_("Acceptance and correction"), limits.notice[2]))
    for pause in way.pauses:
        found.append(Basis(words.word(words.PROCEDURES, pause.kind), pause.basis or f"{LAW} 第四十五条"))
    if way.extension:
        found.append(Basis(_("Extension"), way.extension.basis or f"{LAW} 第四十二条"))
    found.append(Basis(_("Handing over the result"), limits.issue[2]))
    return [Basis(what, citation(article)) for what, article in found]


def questions(version: ItemVersion, limits: Limits) -> list[dict[str, str]]:
    """The guide's own questions, then three that the law answers for every item."""
    return [
        *version.questions,
        {
            "question": _("What if my materials are not complete?"),
            "answer": _(
                "You are told once, within %(limit)s, of everything that is missing. If nobody tells you in time, your "
                "application counts as accepted from the day it came in (Article 32)."
            )
            % {"limit": _amount(limits.notice)},
        },
        {
            "question": _("May somebody else apply for me?"),
            "answer": _("Yes, with a mandate, unless the law demands that you come yourself (Article 29)."),
        },
        {
            "question": _("May I be asked for anything else?"),
            "answer": _("No. Nothing beyond the list of materials may be demanded (Articles 31 and 72)."),
        },
    ]


def sources(version: ItemVersion) -> list[tuple[str, str]]:
    """(fact, where it comes from), in the order of the guide; what is not known here keeps its own name."""
    order = [*FACTS, *(name for name in version.sources if name not in FACTS)]
    return [(str(FACTS.get(name, name)), version.sources[name]) for name in order if version.sources.get(name)]


def samples(version: ItemVersion) -> frozenset[str]:
    """The facts that nobody published: they are marked where they stand."""
    return frozenset(name for name, source in version.sources.items() if source == SAMPLE)
