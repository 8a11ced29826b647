"""The papers of a case as PDF: which there are, who may have them, and what each says.

A paper is named "CASE/NAME": its document's number, or CASE/receipt, CASE/receipt_80mm and CASE/certificate. The
wording stands in `yimen/data/documents`, one Typst file a kind; here are only the facts that fill it.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from yimen.ground.engines import qr
from yimen.ground.engines.press import Sheet
from yimen.ground.engines.secrets import query_password
from yimen.ground.kernel.errors import Refused
from yimen.ground.law import queries as law
from yimen.rooms.cases import queries
from yimen.rooms.cases.models import Case
from yimen.rooms.cases.rules.receipt import MAILED
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.certificates.models import Certificate
from yimen.rooms.certificates.queries import of_ground
from yimen.rooms.documents import queries as documents
from yimen.rooms.documents.models import Document
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.queries import centre
from yimen.rooms.identity.rules.roles import Role
from yimen.rooms.identity.tenure import names_on

TEMPLATES = Path(__file__).resolve().parents[1] / "data" / "documents"
TEMPLATE_VERSION = 1
RECEIPTS = ("receipt", "receipt_80mm")
CERTIFICATE = "certificate"
# How many of the latest certificates and receipts the worker makes ahead; the others wait for their first download.
LATEST = 100
SAMPLE, PREVIEW = "样本", "预览"
# Everything that a template may ask for and that most papers do not say.
_UNSAID: dict[str, Any] = {
    "reason": "",
    "reasons": "",
    "note": "",
    "text": "",
    "basis": "",
    "kind": "",
    "days": None,
    "competent_organ": "",
    "decision": "",
    "missing": [],
    "remedies": None,
    "expected_end_on": "",
    "authorisation": "",
    "seal": "",
    "in_name_of": "",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of a case; `document` or `certificate` is the row that it shows, neither for a receipt."""

    case: Case
    name: str
    kind: str
    made_at: datetime
    template_version: int = TEMPLATE_VERSION
    document: Document | None = None
    certificate: Certificate | None = None

    @property
    def number(self) -> str:
        """The name under which it is downloaded."""
        return f"{self.case.number}/{self.name}"

    @property
    def told_at(self) -> datetime | None:
        """When the applicant was told; a receipt and a certificate count by being handed out."""
        return self.document.told_at if self.document else self.made_at


def of_document(document: Document) -> Paper:
    """The paper of a document of a case; raises `case.not_found` for one of anything else."""
    case = queries.load(document.subject.removeprefix("case:"))
    return _of_document(case, document)


def _of_document(case: Case, document: Document) -> Paper:
    name = document.number.removeprefix(f"{case.number}/")
    return Paper(case, name, document.kind, document.made_at, document.template_version, document=document)


def load(number: str) -> Paper:
    """A paper by its number, whoever asks; raises `case.not_found`."""
    case_number, _, name = number[:80].replace("\x00", "").rpartition("/")
    case = queries.load(case_number)
    found = _named(case, name)
    if found is None:
        raise Refused("case.not_found", number=number[:40])
    return found


def _named(case: Case, name: str) -> Paper | None:
    if name in RECEIPTS:
        return Paper(case, name, name, case.received_at)
    if name == MAILED:
        return Paper(case, name, name, case.received_at)
    if name == CERTIFICATE:
        certificate = of_ground(f"case:{case.number}")
        return _of_certificate(case, certificate) if certificate else None
    number = f"{case.number}/{name}"
    document = Document.objects.filter(subject=f"case:{case.number}", number=number, withdrawn=False).first()
    return _of_document(case, document) if document else None


def _of_certificate(case: Case, certificate: Certificate) -> Paper:
    day = timezone.make_aware(datetime.combine(certificate.issued_on, datetime.min.time()))
    return Paper(case, CERTIFICATE, CERTIFICATE, day, certificate=certificate)


def find(number: str, actor: Actor) -> Paper:
    """A paper that the actor may have; raises `case.not_found` for any other.

    An applicant has what was told; a receipt, which carries the query password, is for the applicant and for the
    windows that take applications.
    """
    case_number, _, _name = number[:80].replace("\x00", "").rpartition("/")
    if not queries.visible_to(actor).filter(number=case_number).exists():
        raise Refused("case.not_found", number=number[:40])
    paper = load(number)
    if not _may_have(actor, paper):
        raise Refused("case.not_found", number=number[:40])
    return paper


def find_told(number: str) -> Paper:
    """A paper for whoever has opened the case with its query password; raises `case.not_found` for an untold one."""
    paper = load(number)
    if paper.told_at is None:
        raise Refused("case.not_found", number=number[:40])
    return paper


def _may_have(actor: Actor, paper: Paper) -> bool:
    if paper.kind in RECEIPTS:
        return "submit_application" in actor.verbs
    return paper.told_at is not None or works_on(actor, paper.case)


def works_on(actor: Actor, case: Case) -> bool:
    """Staff see a paper before it is told: they hand it out."""
    duties = set(actor.roles) - {Role.APPLICANT, Role.AGENT}
    return actor.staff_id is not None and bool(duties) and case.submitted_by_id != actor.user_id


def of_case(case: Case, actor: Actor) -> list[Paper]:
    """Every paper of a case that the actor may have: receipts, documents in their order, the certificate."""
    drawn_up = Document.objects.filter(subject=f"case:{case.number}", withdrawn=False).order_by("id")
    found = [Paper(case, name, name, case.received_at) for name in RECEIPTS]
    found += [_of_document(case, document) for document in drawn_up]
    certificate = of_ground(f"case:{case.number}")
    found += [_of_certificate(case, certificate)] if certificate else []
    return [paper for paper in found if _may_have(actor, paper)]


def without_rendering(limit: int) -> list[Paper]:
    """Papers that the worker should make next: documents, then the latest certificates and A4 receipts."""
    waiting = [of_document(d) for d in documents.without_rendering(limit) if d.subject.startswith("case:")]
    if len(waiting) < limit:
        recent = Certificate.objects.filter(ground__startswith="case:").order_by("-id")[:LATEST]
        numbers = [f"{ground[5:]}/{CERTIFICATE}" for ground in recent.values_list("ground", flat=True)]
        cases = Case.objects.order_by("-id")[:LATEST].values_list("number", flat=True)
        numbers += [f"{number}/receipt" for number in cases]
        made = documents.renderings(numbers)
        waiting += [load(number) for number in numbers if number not in made][: limit - len(waiting)]
    return waiting


@cache
def _templates() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(TEMPLATES.glob("*.typ"))}


def sheet(paper: Paper, *, preview: bool = False) -> Sheet:
    """The paper for the press. A preview says so across the page and bears no number."""
    data = contents(paper)
    if preview:
        data |= {"watermark": PREVIEW, "number": PREVIEW}
    return Sheet(
        files=_templates(),
        main=f"{'receipt' if paper.kind == MAILED else paper.kind}.typ",
        data=data,
        timestamp=int(paper.made_at.timestamp()),
        reason=data["organ"],
    )


def contents(paper: Paper) -> dict[str, Any]:
    """What the paper's template fills in: JSON values, days as ISO text ("" where there is none)."""
    data = {**_UNSAID, **_common(paper)}
    if paper.document:
        data |= _said(paper.document, queries.terms_of(paper.case).material_names)
        if data["in_name_of"]:
            # 第二十四条: an entrusted organ decides in the name of the one that entrusted it.
            entruster = names_on(data["in_name_of"], timezone.localdate(paper.made_at))[0]
            data |= {"in_name_of": data["organ"], "organ": entruster}
        if data["remedies"] is None and paper.kind in ("not_accepted", "not_required", "termination"):
            # These end the case as a refusal does, so the same remedies are told, by the law of their day.
            data["remedies"] = asdict(law.remedies(timezone.localdate(paper.made_at)))
    elif paper.certificate:
        data |= _certificate(paper.certificate)
    else:
        data |= _receipt(paper.case)
        if paper.kind == MAILED:
            data["password"] = ""  # an e-mail is read by whoever gets hold of it
    return data


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _common(paper: Paper) -> dict[str, Any]:
    case, house = paper.case, centre()
    version = ItemVersion.objects.get(pk=case.item_version_id)
    statutory_limit, promised_limit = queries.limits_of(case)
    return {
        "number": paper.number,
        "case_number": case.number,
        "centre": house.name,
        "organ": names_on(case.deciding_organ_id, timezone.localdate(paper.made_at))[0],
        "applicant": case.applicant.name,
        "organisation": case.applicant.kind == "organisation",
        "item": queries.terms_of(case).item_name,
        "received_on": _iso(case.received_on),
        "accepted_on": _iso(case.accepted_on),
        "made_on": _iso(timezone.localdate(paper.made_at)),
        "statutory_due_on": _iso(case.statutory_due_on),
        "promised_due_on": _iso(case.promised_due_on),
        "statutory_limit": statutory_limit,
        "promised_limit": promised_limit,
        "issue_due_on": _iso(case.issue_due_on),
        "telephone": version.telephone,
        "complaint_telephone": version.complaint_telephone,
        "result_name": version.result_name,
        "watermark": SAMPLE if settings.DEMO or house.is_sample else "",
    }


def _said(document: Document, names: Any) -> dict[str, Any]:
    """The document's own data; it wins over the case, whose days may have moved since."""
    missing = [
        {"name": names.get(m["code"], m["code"]), "reason": m.get("reason", "")}
        for m in document.data.get("missing", ())
    ]
    own = {name: "" if value is None else value for name, value in document.data.items()}
    return {**own, "missing": missing}


def _receipt(case: Case) -> dict[str, Any]:
    names = queries.terms_of(case).material_names
    # What came in with the application, not what was added later: the receipt is of that day.
    given = case.materials.filter(handed_in_at=case.received_at).order_by("id")
    url = f"{settings.SITE_URL}/track/"
    return {
        "password": query_password(case.number),
        "received_time": f"{timezone.localtime(case.received_at):%H:%M}",
        "channel": case.channel,
        "materials": [{"name": names.get(m.code, m.code), "file": m.file_name} for m in given],
        "correction_notice_due_on": _iso(_first_notice_due(case)),
        "url": url,
        "qr": qr.svg(url),
    }


def _first_notice_due(case: Case) -> date:
    """Five working days from receipt, also when the case's own day has moved with later corrections."""
    revision = getattr(case, "law_revision", None)
    limit = law.parameter("correction_notice", case.received_on, revision=revision).term
    return law.calendar(revision).after(case.received_on, limit.amount)


def _certificate(certificate: Certificate) -> dict[str, Any]:
    url = f"{settings.SITE_URL}/verify/{certificate.number}/"
    return {
        "certificate_number": certificate.number,
        "applicant": certificate.holder_name,
        "item": certificate.item_name,
        "organ": certificate.organ_name,
        "made_on": _iso(certificate.issued_on),
        "issued_on": _iso(certificate.issued_on),
        "valid_to": _iso(certificate.valid_to),
        "url": url,
        "qr": qr.svg(url),
    }
