"""Tables of messages."""

from django.db import models

from yimen.ground.engines.fields import EncryptedCharField


class Delivery(models.Model):
    """One attempt series to bring a document to an address by a channel.

    `document_number`: the paper that goes along, "" for a plain reminder. `tells`: for the law the paper is told when
    the carrier takes this letter; otherwise it is a copy of what was told in another way.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        TAKEN = "taken"
        FAILED = "failed"

    subject = models.CharField(max_length=120, db_index=True)
    document_number = models.CharField(max_length=80)
    tells = models.BooleanField(default=True)
    channel = models.CharField(max_length=20)
    address = EncryptedCharField(max_length=254)
    title = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    proof = models.CharField(max_length=200, blank=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [models.Index(fields=["next_try_at"], name="delivery_waiting", condition=models.Q(state="waiting"))]
        constraints = [
            models.UniqueConstraint(
                fields=["document_number", "channel"],
                name="one_copy_of_a_paper",
                condition=models.Q(tells=False) & ~models.Q(document_number=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_number} by {self.channel}: {self.state}"
