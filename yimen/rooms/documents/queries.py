"""Reads of documents."""

from collections.abc import Collection

from django.db.models import Exists, Max, OuterRef

from yimen.rooms.documents.models import Document, ReadyText, Rendering

# How far back the worker looks for papers without a PDF; older ones get theirs at the first download.
LOOK_BACK = 2000


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


def rendering(number: str) -> Rendering | None:
    """The PDF of a paper, if it was made."""
    return Rendering.objects.filter(number=number).first()


def renderings(numbers: Collection[str]) -> dict[str, str]:
    """{number: sha256} of those papers that were made as PDF."""
    return dict(Rendering.objects.filter(number__in=list(numbers)).values_list("number", "sha256"))


def is_withdrawn(number: str) -> bool:
    """Whether a paper was replaced before it was told; a receipt, which has no row here, never is."""
    return Document.objects.filter(number=number, withdrawn=True).exists()


def to_copy(limit: int) -> list[Document]:
    """Told papers of which nobody has yet asked whether a copy goes out by e-mail, the oldest first."""
    told = Document.objects.filter(copied=False, withdrawn=False, told_at__isnull=False)
    return list(told.order_by("id")[:limit])


def without_rendering(limit: int) -> list[Document]:
    """The oldest of the latest papers that have no PDF yet; at most `limit`."""
    newest = Document.objects.aggregate(newest=Max("id"))["newest"] or 0
    made = Rendering.objects.filter(number=OuterRef("number"))
    recent = Document.objects.filter(id__gt=newest - LOOK_BACK, withdrawn=False)
    return list(recent.filter(~Exists(made)).order_by("id")[:limit])


def ready_texts(organ_id: int | None, step: str = "") -> list[ReadyText]:
    """What an organ's people offer each other, by field and in the order of writing; of one step, or of all."""
    found = ReadyText.objects.filter(organ_id=organ_id or 0, retired_at__isnull=True)
    return list((found.filter(step=step) if step else found).order_by("step", "field", "id")[:1000])
