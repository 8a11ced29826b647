"""Tables of certificates."""

from django.db import models

from yimen.rooms.identity.models import Organ


class Certificate(models.Model):
    """A licence, qualification or approval document (行政许可法 第三十九条)."""

    class State(models.TextChoices):
        VALID = "valid"
        REVOKED = "revoked"
        WITHDRAWN = "withdrawn"
        CANCELLED = "cancelled"

    number = models.CharField(max_length=60, unique=True)
    holder_kind = models.CharField(max_length=12)
    holder_name = models.CharField(max_length=200)
    item_code = models.CharField(max_length=120)
    item_name = models.CharField(max_length=500)
    organ = models.ForeignKey(Organ, models.PROTECT)
    organ_name = models.CharField(max_length=200, help_text="the organ's name on the day of issue")
    issued_on = models.DateField()
    valid_to = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.VALID)
    ground = models.CharField(max_length=120, db_index=True, help_text='"case:NUMBER", or the source of an import')

    def __str__(self) -> str:
        return self.number
