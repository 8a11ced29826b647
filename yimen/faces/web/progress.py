"""One case as its applicant reads it: where it is, what comes next and by when, why that day, what was told."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yimen.faces.web import sentences, words
from yimen.facts.cases import case_facts, days_left, why
from yimen.facts.situations import told_in
from yimen.ground.journal.queries import Row, history
from yimen.ground.kernel.clock import Line
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.queries import limits_of, publication_of, terms_of
from yimen.rooms.cases.rules.lifecycle import UNDECIDED
from yimen.rooms.documents.models import Document
from yimen.rooms.documents.queries import papers_of
from yimen.rooms.identity.models import Organ

# What only the house needs to know; the applicant reads the rest.
INWARD = frozenset(
    {
        "void_receipt",
        "examine_case",
        "return_to_examiner",
        "record_telling",
        "archive_case",
        "render_document",
        "withhold_decision",
    }
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened: when, what, by which organ or by whom."""

    at: datetime
    what: str
    by: str


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One day of "why this day?"."""

    day: date
    kind: str
    counted: str
    note: str
    tone: str


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock: its limit, its day, how far it is and the count day by day."""

    name: str
    limit: str
    due_on: date | None
    left: int | None
    late: bool
    lines: list[ClockLine]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that was told, with what it says."""

    name: str
    number: str
    told_at: datetime
    told_by: str
    says: list[tuple[str, str]]


def progress(case: Case, at: datetime) -> dict[str, Any]:
    """The context of the tracking page. `case` as loaded by `cases.queries.load`; nothing is written."""
    facts = case_facts(case, at)
    version = terms_of(case)
    papers = papers_of(f"case:{case.number}")
    return {
        "case": case,
        "facts": facts,
        "terms": version,
        "situation": told_in(case),
        "organ": case.deciding_organ,
        "steps": _steps(case, history(f"case:{case.number}")),
        "next": _next(facts),
        "clocks": clocks_of(case, facts, at),
        "papers": [_paper(p, version.material_names) for p in papers if p.told_at is not None],
        "supplement": any(p.kind == "supplement" and p.told_at for p in papers),
        "missing": _missing(papers, facts, version.material_names),
        "publication": publication_of(case) if case.decided_on else None,
        "notice_lines": day_by_day(why(case, "correction_notice")) if facts["state"] == "received" else [],
    }


def _steps(case: Case, rows: list[Row]) -> list[Step]:
    organs = dict(Organ.objects.filter(code__in={r.organ for r in rows if r.organ}).values_list("code", "name"))
    steps = [
        Step(row.at, _what(row), organs.get(row.organ) or words.word(words.ROLES, row.role))
        for row in rows
        if row.verb not in INWARD and row.facts.get("told") is not False
    ]
    if case.deemed_accepted and not any(row.verb == "deem_accepted" for row in rows) and case.accepted_at:
        steps.append(Step(case.accepted_at, words.word(words.HAPPENED, "deem_accepted"), _("by law")))
    return steps


def _what(row: Row) -> str:
    text = words.word(words.HAPPENED, row.verb)
    if row.verb == "approve_case":
        return f"{text}：{words.word(words.STATES, row.facts.get('state', ''))}"
    return text


def _next(facts: dict[str, Any]) -> str:
    """What happens next, and by when."""
    state = facts["state"]
    if facts["paused"]:
        return _("A special procedure is under way and the clocks stand still. When it ends, new days are shown here.")
    if state in ("accepted", "examined"):
        text = _("The organ decides: promised by %(promised)s, by law by %(statutory)s at the latest.")
        return text % {
            "promised": words.day_words(facts["promised_due_on"]),
            "statutory": words.day_words(facts["statutory_due_on"]),
        }
    by_day = {
        "received": (
            "correction_notice_due_on",
            _("By %(day)s the window accepts it or tells you what is missing; otherwise it counts as accepted."),
        ),
        "granted": ("issue_due_on", _("The certificate is made out and handed to you by %(day)s.")),
        "refused": ("issue_due_on", _("The decision with its reasons and remedies is handed to you by %(day)s.")),
        "issued": ("issue_due_on", _("The certificate is ready; it is handed to you by %(day)s.")),
    }
    if state in by_day:
        key, text = by_day[state]
        return text % {"day": words.day_words(facts[key]) or "—"}
    if state == "awaiting_correction":
        return _("Hand in what was asked for. When all of it is there, the window has five working days again.")
    return _("This case is closed. Nothing more is needed from you.")


def clocks_of(case: Case, facts: dict[str, Any], at: datetime) -> list[Clock]:
    """Both clocks of an accepted case, each explained day by day; none before acceptance."""
    if facts["accepted_on"] is None:
        return []
    statutory, promised = limits_of(case)
    running = facts["state"] in UNDECIDED
    names = (
        ("promised", _("Promised"), promised, facts["overdue"]),
        ("statutory", _("Statutory"), statutory, facts["statutory_overdue"]),
    )
    return [
        Clock(
            name=name,
            limit=words.term_words(limit),
            due_on=facts[f"{which}_due_on"],
            left=days_left(facts[f"{which}_due_on"], case, at) if running else None,
            late=late,
            lines=day_by_day(why(case, which), minutes=limit.endswith("hours")),
        )
        for which, name, limit, late in names
    ]


def day_by_day(lines: Any, *, minutes: bool = False) -> list[ClockLine]:
    """The lines of `facts.cases.why` in words."""
    return [_line(line, minutes) for line in lines]


def _line(line: Line, minutes: bool) -> ClockLine:
    kinds = {
        "workday": _("working day"),
        "makeup_workday": _("make-up working day"),
        "weekend": _("weekend"),
        "holiday": _("holiday"),
        "emergency": _("emergency day"),
    }
    notes = {
        "start": _("the count starts after this day"),
        "counted": "",
        "day_off": _("does not count"),
        "rolled": _("run out on a day off: the next working day counts"),
        "due": _("the due day"),
        "provisional": _("provisional: the holiday notice of that year is not out yet"),
    }
    said = line.note.split(" ")
    texts = []
    for note in said:
        if note.startswith("excluded:"):
            texts.append(_("excluded: %(kind)s") % {"kind": words.word(words.PROCEDURES, note.partition(":")[2])})
        elif notes.get(note, note):
            texts.append(notes.get(note, note))
    kind = kinds.get(str(line.kind), str(line.kind))
    if line.name and words.is_chinese():
        kind = f"{kind}（{line.name}）"
    counted = "" if line.counted is None else str(line.counted)
    if counted and minutes:
        counted = f"{line.counted} min"
    tone = "is-due" if "due" in said else "is-off" if line.counted is None and "start" not in said else ""
    return ClockLine(line.day, kind, counted, "；".join(texts) if words.is_chinese() else "; ".join(texts), tone)


def _paper(paper: Document, names: Any) -> Paper:
    return Paper(
        name=words.word(words.PAPERS, paper.kind),
        number=paper.number,
        told_at=paper.told_at or timezone.now(),
        told_by=words.word(words.METHODS, paper.told_by),
        says=sentences.of_paper(paper, names),
    )


def _missing(papers: list[Document], facts: dict[str, Any], names: Any) -> list[dict[str, str]]:
    """What is asked of the applicant now: {code, name, reason}; the latest told notice gives the reason."""
    if facts["state"] != "awaiting_correction":
        return []
    reasons: dict[str, str] = {}
    for paper in papers:
        if paper.told_at and paper.kind in ("correction", "held_correction"):
            reasons.update({m["code"]: m.get("reason", "") for m in paper.data.get("missing", ()) if m.get("reason")})
    return [{"code": c, "name": names.get(c, c), "reason": reasons.get(c, "")} for c in facts["missing"]]
