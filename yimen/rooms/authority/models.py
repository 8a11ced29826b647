"""Tables of the room: each row holds on days, so that who might decide is told for every day."""

from django.db import models
from django.db.models import F, Q

from yimen.ground.journal.models import Thing
from yimen.rooms.authority.rules.days import Span
from yimen.rooms.authority.rules.subjects import Kind
from yimen.rooms.catalogue.models import Item
from yimen.rooms.identity.models import Organ, Staff


class Dated(Thing):
    """Holds from `valid_from` to `valid_to`, both included; from `ended_on` on no longer, whatever was written."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    ended_on = models.DateField(null=True, help_text="the first day without it")
    reason = models.TextField(blank=True, help_text="why it was changed or ended last")

    class Meta:
        abstract = True

    @property
    def span(self) -> Span:
        """Its days."""
        return Span(self.valid_from, self.valid_to, self.ended_on)


class LicensingSubject(Dated):
    """许可主体 An organ that may decide, since when and on which basis (行政许可法 第二十二条至第二十四条).

    `all_items`: over every item of the organ; else over those of `items`. An entrusted one counts from `announced_on`.
    """

    KIND = "subject"
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="licensing_subjects")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    basis = models.TextField()
    all_items = models.BooleanField(default=True)
    entrusted_by = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="entrustments")
    announcement = models.CharField(max_length=300, blank=True, help_text="where the entrustment was announced")
    announced_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["organ", "valid_from"], name="subject_of_organ")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="entrusted", entrusted_by__isnull=False)
                | (~Q(kind="entrusted") & Q(entrusted_by__isnull=True)),
                name="subject_entrusted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(entrusted_by=None) | ~Q(entrusted_by=F("organ")), name="subject_entrusted_by_another"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="subject_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=(Q(announcement="") & Q(announced_on=None))
                | (~Q(announcement="") & Q(announced_on__isnull=False)),
                name="subject_announced_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.organ.name


class SubjectItem(models.Model):
    """An item over which a subject decides, where it is not all of its organ's."""

    licensing = models.ForeignKey(LicensingSubject, models.CASCADE, related_name="items")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["licensing", "item"], name="subject_item_once")]

    def __str__(self) -> str:
        return f"{self.licensing_id} {self.item_id}"


class Authorisation(Dated):
    """窗口授权 The head of an organ authorises a person of its window, in writing, to decide ordinary items."""

    KIND = "authorisation"
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="authorisations")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="authorisations")
    given_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    document_number = models.CharField(max_length=100)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["staff", "valid_from"], name="authorisation_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="authorisation_ends_after_start"
            ),
            models.CheckConstraint(condition=~Q(document_number=""), name="authorisation_in_writing"),
        ]

    def __str__(self) -> str:
        return self.document_number


class AuthorisedItem(models.Model):
    """An item that an authorisation names."""

    authorisation = models.ForeignKey(Authorisation, models.CASCADE, related_name="items")
    item = models.ForeignKey(Item, models.PROTECT, related_name="authorised")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["authorisation", "item"], name="authorised_item_once")]

    def __str__(self) -> str:
        return f"{self.authorisation_id} {self.item_id}"


class Seal(Dated):
    """审批专用章、受理专用章 A special seal of an organ's window: for decisions, or for the vouchers of Article 32."""

    KIND = "seal"

    class Sort(models.TextChoices):
        APPROVAL = "approval"
        ACCEPTANCE = "acceptance"

    organ = models.ForeignKey(Organ, models.PROTECT, related_name="seals")
    name = models.CharField(max_length=200)
    sort = models.CharField(max_length=10, choices=Sort)
    keeper = models.ForeignKey(Staff, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organ", "sort"], condition=Q(ended_on=None), name="one_seal_in_use_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return self.name


class SealUse(models.Model):
    """用印登记 A paper that was made under a seal; written with the paper, never changed."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="used")
    case_number = models.CharField(max_length=40)
    document = models.CharField(max_length=80, unique=True)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["case_number"], name="seal_used_in_case")]

    def __str__(self) -> str:
        return self.document
