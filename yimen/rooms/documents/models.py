"""Tables of documents."""

from django.db import models


class NumberSequence(models.Model):
    """The next number of a series ("case:371500:20261124", "document:受理:2026"). Rolled-back numbers come back."""

    series = models.CharField(max_length=80, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series}={self.last}"


class Document(models.Model):
    """One paper: what it says is `data` (JSON object) laid out by `kind` and `template_version`."""

    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=80, unique=True)
    subject = models.CharField(max_length=120, db_index=True)
    template_version = models.PositiveSmallIntegerField(default=1)
    data = models.JSONField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.number
