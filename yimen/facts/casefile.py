"""The file of one case as its staff read it: what came in, what was done, by whom, and what may be done now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from yimen.facts.papers import works_on
from yimen.ground.journal import queries as journal
from yimen.ground.kernel.errors import Refused
from yimen.rooms.cases import policy, queries
from yimen.rooms.cases.models import Case, CaseMaterial, Hand, Publication, SpecialProcedure
from yimen.rooms.cases.rules.lifecycle import CASEWORK, State
from yimen.rooms.cases.rules.publication import PUBLISHING
from yimen.rooms.catalogue.terms import VersionTerms
from yimen.rooms.documents.models import Document
from yimen.rooms.documents.queries import papers_of
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Applicant, Organ, Staff

NEVER_OFFERED = frozenset({"submit_application", "deem_accepted", "apply_order"})


@dataclass(frozen=True, slots=True)
class Offer:
    """A verb that this actor holds here. `barred`: the code of the refusal that would come now, "" when none would."""

    verb: str
    barred: str = ""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All rows of one case, read once. `case` is as the law sees it at the moment of reading."""

    case: Case
    terms: VersionTerms
    organ: Organ
    applicant: Applicant
    materials: Sequence[CaseMaterial]
    hands: Sequence[Hand]
    papers: Sequence[Document]
    procedures: Sequence[SpecialProcedure]
    demanded: Sequence[str]
    open_demands: Sequence[str]
    void_asked_by: int | None
    publication: Publication | None

    @property
    def told_correction(self) -> bool:
        """Whether the one correction notice was told."""
        return any(p.kind == "correction" and p.told_at for p in self.papers)


def read(number: str, actor: Actor, at: datetime) -> CaseFile:
    """The file of a case within the actor's scope; raises `case.not_found` for any other."""
    if not queries.visible_to(actor).filter(number=number[:40].replace("\x00", "")).exists():
        raise Refused("case.not_found", number=number[:40])
    case = queries.as_the_law_sees(queries.load(number), at)
    demands = list(case.demands.order_by("id").values_list("code", "is_open"))
    asked = getattr(case, "void_request", None)
    return CaseFile(
        case=case,
        terms=queries.terms_of(case),
        organ=case.deciding_organ,
        applicant=case.applicant,
        materials=list(case.materials.order_by("id")),
        hands=list(case.hands.select_related("staff").order_by("id")),
        papers=papers_of(f"case:{case.number}"),
        procedures=list(case.special_procedures.order_by("starts_on", "id")),
        demanded=list(dict.fromkeys(code for code, _open in demands)),
        open_demands=[code for code, is_open in demands if is_open],
        publication=queries.publication_of(case) if case.decided_on else None,
        void_asked_by=asked.asked_by_id if asked and asked.confirmed_at is None else None,
    )


def offers(file: CaseFile, actor: Actor, at: datetime) -> list[Offer]:
    """The verbs that leave the present state and that the actor holds for this case, in the order of the law."""
    verbs = [v for v in CASEWORK.verbs_from(file.case.state) if v not in NEVER_OFFERED]
    if any(paper.told_at is None for paper in file.papers):
        verbs.append("record_telling")
    if file.publication:
        verbs += PUBLISHING.verbs_from(file.publication.standing)
    return [
        Offer(verb, _barred(verb, file, actor, at))
        for verb in verbs
        if may(actor, verb, file) and _fits(verb, file, actor)
    ]


def may(actor: Actor, verb: str, file: CaseFile) -> bool:
    """Whether the actor holds `verb` for this case."""
    try:
        policy.permit(actor, verb, file.case)
    except Refused:
        return False
    return True


def _fits(verb: str, file: CaseFile, actor: Actor) -> bool:
    """Whether the verb has anything to work on in this case; the rules themselves decide when it is done."""
    case, terms = file.case, file.terms
    at_once = case.state == State.ACCEPTED and terms.immediate
    open_kinds = [p.kind for p in file.procedures if p.ends_on is None]
    extension = terms.extension
    return {
        "request_correction": not file.told_correction,
        "hold_correction_incomplete": file.told_correction,
        "submit_correction": bool(file.open_demands) or any(p.kind == "supplement" for p in file.papers),
        "void_receipt": file.void_asked_by is None,
        "confirm_void": file.void_asked_by is not None,
        "examine_case": not at_once,
        "approve_case": case.state == State.EXAMINED or at_once,
        "start_special_procedure": bool(set(terms.special_procedures) - set(open_kinds)),
        "end_special_procedure": bool(open_kinds),
        "extend_case": bool(extension and extension["approver"] in actor.roles) and case.extension_days == 0,
    }.get(verb, True)


def _barred(verb: str, file: CaseFile, actor: Actor, at: datetime) -> str:
    if verb == "approve_case":
        own = {hand.act for hand in file.hands if hand.staff_id == actor.staff_id}
        if Hand.Act.EXAMINE in own or (file.terms.immediate and Hand.Act.ACCEPT in own):
            return "separation.same_person"
        if file.case.paused_since is not None:
            return "special_procedure.open"
    if verb == "confirm_void" and file.void_asked_by == actor.staff_id:
        return "separation.same_person"
    late = file.case.statutory_due_on is not None and timezone.localdate(at) > file.case.statutory_due_on
    if late and verb in ("extend_case", "start_special_procedure"):
        return "extension.too_late" if verb == "extend_case" else "special_procedure.too_late"
    return ""


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the history with the name of who acted ("" for the clock and for applicants)."""

    entry: journal.Row
    who: str
    by_staff: bool


def history(number: str) -> list[Step]:
    """The journal of a case, oldest first, with the names of the staff; three queries."""
    rows = journal.history(f"case:{number}")
    names = staff_names(row.actor for row in rows)
    return [Step(row, names.get(row.actor, ""), row.actor.startswith("staff:")) for row in rows]


def staff_names(actors: Iterable[str]) -> dict[str, str]:
    """{"staff:12": name} of those actors that are staff."""
    keys = {int(a[6:]) for a in actors if a.startswith("staff:") and a[6:].isdigit()}
    return {f"staff:{pk}": name for pk, name in Staff.objects.filter(pk__in=keys).values_list("pk", "name")}


def paper(number: str, actor: Actor) -> tuple[Document, Case]:
    """A paper of a case within the actor's scope; raises `case.not_found` for any other, and for an untold one unless
    the actor is of the staff that hands it out."""
    found = Document.objects.filter(number=number[:80].replace("\x00", "")).first()
    case = None
    if found and found.subject.startswith("case:"):
        case = (
            queries.visible_to(actor)
            .filter(number=found.subject[5:])
            .select_related("item_version__item", "applicant", "deciding_organ")
            .first()
        )
    if found is None or case is None or (found.told_at is None and not works_on(actor, case)):
        raise Refused("case.not_found", number=number[:40])
    return found, case


def material(number: str, key: int, actor: Actor) -> CaseMaterial:
    """A material with a file, of a case within the actor's scope; raises `case.not_found` for any other."""
    cases = queries.visible_to(actor).filter(number=number[:40].replace("\x00", ""))
    found = CaseMaterial.objects.filter(case__in=cases, pk=key).exclude(file="").first()
    if found is None:
        raise Refused("case.not_found", number=number[:40])
    return found
