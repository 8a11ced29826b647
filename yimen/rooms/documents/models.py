"""Tables of documents."""

from django.db import models

from yimen.rooms.identity.models import Organ


class NumberSequence(models.Model):
    """The next number of a series ("case:371500:20261124", "document:受理:2026"). Rolled-back numbers come back."""

    series = models.CharField(max_length=80, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series}={self.last}"


class Document(models.Model):
    """文书 One paper: what it says is `data` (JSON object) laid out by `kind` and `template_version`.

    It exists for the law from its *telling* (`told_at`): handed over and signed, taken by the carrier, posted with
    a number. A saved paper that nobody was told stops nothing.
    """

    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=80, unique=True)
    subject = models.CharField(max_length=120, db_index=True)
    template_version = models.PositiveSmallIntegerField(default=1)
    data = models.JSONField()
    made_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    told_by = models.CharField(max_length=20, blank=True, help_text="method of the telling")
    proof = models.CharField(max_length=200, blank=True)
    withdrawn = models.BooleanField(default=False, help_text="replaced before it was told")
    copied = models.BooleanField(default=False, help_text="a copy by e-mail was queued, or none is wanted")

    class Meta:
        indexes = [
            models.Index(
                fields=["id"],
                name="document_to_copy",
                condition=models.Q(copied=False, withdrawn=False, told_at__isnull=False),
            )
        ]
        constraints = [
            # 行政许可法 第三十二条第一款第四项: all corrections at once, so one correction notice stands in a case.
            models.UniqueConstraint(
                fields=["subject"],
                name="one_correction_notice_a_case",
                condition=models.Q(kind="correction", withdrawn=False),
            )
        ]

    def __str__(self) -> str:
        return self.number


class Rendering(models.Model):
    """A paper as a PDF, made once: `sha256` names its bytes in the file store and stands in the journal.

    `number` is the document's number, or "CASE/receipt", "CASE/receipt_80mm", "CASE/certificate" of papers that have
    no row of their own here. So it is text and no foreign key.
    """

    number = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=40)
    template_version = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.number


class ReadyText(models.Model):
    """常用语 A text that an organ's people keep for opinions and reasons; whoever takes it still changes it.

    `step` is the verb and `field` its argument. A retired one is offered no more; papers that used it keep their words.
    """

    organ = models.ForeignKey(Organ, models.PROTECT, related_name="ready_texts")
    step = models.CharField(max_length=40)
    field = models.CharField(max_length=40)
    text = models.TextField()
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["organ", "step", "field"],
                name="ready_text_offered",
                condition=models.Q(retired_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.step}.{self.field} {self.pk}"
