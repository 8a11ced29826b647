"""Reads of documents."""

from yimen.rooms.documents.models import Document


def papers_of(subject: str) -> list[Document]:
    """Every paper of a subject in the order in which they were made, withdrawn ones left out."""
    return list(Document.objects.filter(subject=subject, withdrawn=False).order_by("id"))


def first_untold(subject: str, number: str | None = None) -> Document | None:
    """The untold paper `number`, else the oldest that waits for its telling, a correction notice first."""
    waiting = Document.objects.filter(subject=subject, told_at__isnull=True, withdrawn=False).order_by("id")
    if number is not None:
        return waiting.filter(number=number).first()
    return waiting.filter(kind="correction").first() or waiting.first()


def correction_notice(subject: str) -> Document | None:
    """The correction notice of a case, told or not."""
    return Document.objects.filter(subject=subject, kind="correction", withdrawn=False).first()
