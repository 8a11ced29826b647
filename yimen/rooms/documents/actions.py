"""Verbs of documents, called inside the verbs of other rooms (which leave the journal entry)."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from yimen.ground.engines import sql
from yimen.rooms.documents.models import Document, Rendering


def next_number(series: str) -> int:
    """The next number of a series, from 1; the row is held until the transaction ends, so none is lost or doubled."""
    return int(
        sql.value(
            "INSERT INTO documents_numbersequence (series, last) VALUES (%s, 1)"
            " ON CONFLICT (series) DO UPDATE SET last = documents_numbersequence.last + 1 RETURNING last",
            series,
        )
    )


def draw_up(
    kind: str,
    subject: str,
    base_number: str,
    data: dict[str, Any],
    *,
    at: datetime,
    told_by: str | None,
    proof: str = "",
) -> int:
    """A paper numbered "BASE/KIND" ("BASE/KIND-2" for the second of its kind); returns its key.

    No national layout of document numbers is established (rules §7.3), so it follows the case's number.
    """
    count = 0
    if kind in REPEATABLE:
        count = Document.objects.filter(Q(subject=subject) & Q(kind=kind)).count()
    number = f"{base_number}/{kind}" + (f"-{count + 1}" if count else "")
    return sql.insert(
        Document,
        kind=kind,
        number=number,
        subject=subject,
        data=data,
        made_at=at,
        told_at=at if told_by else None,
        told_by=told_by or "",
        proof=proof,
    )


# Papers of which a case may have several.
REPEATABLE = frozenset({"correction", "held_correction", "supplement", "special_procedure", "special_procedure_end"})


def withdraw_untold(kind: str, subject: str) -> None:
    """A paper of this kind that was saved but never told is replaced by the next one."""
    Document.objects.filter(kind=kind, subject=subject, told_at__isnull=True, withdrawn=False).update(withdrawn=True)


def tell(document: Document, *, method: str, proof: str, at: datetime) -> None:
    """The moment from which the paper counts; told once."""
    Document.objects.filter(pk=document.pk, told_at__isnull=True).update(told_at=at, told_by=method, proof=proof)
    document.told_at, document.told_by, document.proof = at, method, proof


def mark_copied(document: Document) -> bool:
    """Note that its copy by e-mail is settled; False when somebody else was first."""
    return Document.objects.filter(pk=document.pk, copied=False).update(copied=True) == 1


def keep_rendering(number: str, kind: str, *, template_version: int, sha256: str, at: datetime) -> Rendering:
    """Note the PDF of a paper; a second one is an IntegrityError, so that there is one for ever."""
    return Rendering.objects.create(
        number=number, kind=kind, template_version=template_version, sha256=sha256, made_at=at
    )
