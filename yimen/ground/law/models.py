"""Tables of the law. Actors are the journal's text ids."""

from django.db import models
from django.db.models import F, Q


class Confirmed(models.Model):
    """Entered by one person; counts only when another has confirmed it."""

    class State(models.TextChoices):
        ENTERED = "entered"
        CONFIRMED = "confirmed"
        REPLACED = "replaced"

    state = models.CharField(max_length=10, choices=State.choices, default=State.ENTERED)
    entered_by = models.CharField(max_length=64)
    entered_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=64, blank=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


def _two_persons(name: str) -> models.CheckConstraint:
    """What is (or was) in force has been confirmed by somebody else than the person who entered it."""
    confirmed = Q(confirmed_at__isnull=False) & ~Q(confirmed_by="") & ~Q(confirmed_by=F("entered_by"))
    return models.CheckConstraint(name=name, condition=Q(state="entered") | confirmed)


class YearNotice(Confirmed):
    """The State Council's notice of a year's holidays: `days` is JSON text `[{"day", "is_workday", "name"}, …]`.

    A second notice for a year (2015, 2019 and 2020 had one) is entered whole and replaces the first.
    """

    year = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=80)
    url = models.CharField(max_length=300, blank=True)
    days = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["year"], condition=Q(state="confirmed"), name="law_one_confirmed_notice_a_year"
            ),
            models.CheckConstraint(condition=Q(year__gte=1990, year__lte=2100), name="law_notice_year_in_calendar"),
            _two_persons("law_notice_two_persons"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.number}"


class EmergencyDay(Confirmed):
    """A day that a local emergency takes from the calendar, or gives back to work, with the decision that says so."""

    day = models.DateField()
    is_workday = models.BooleanField(default=False)
    name = models.CharField(max_length=80)
    basis = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day"], condition=Q(state="confirmed"), name="law_one_confirmed_emergency_a_day"
            ),
            _two_persons("law_emergency_two_persons"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class LegalParameter(models.Model):
    """A limit or choice of the law, valid from one day to another (both included)."""

    key = models.CharField(max_length=60)
    amount = models.PositiveSmallIntegerField(null=True)
    unit = models.CharField(max_length=20, help_text="working_days, natural_days, hours, months or choice")
    text = models.CharField(max_length=60, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    basis = models.CharField(max_length=200)
    confidence = models.CharField(max_length=10, help_text="found in the law's text, or known")
    shipped = models.BooleanField(default=False, help_text="comes with the product and follows its releases")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "valid_from"], name="law_parameter_starts_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="law_parameter_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.valid_from}"


class Revision(models.Model):
    """One row. Its number changes whenever a day or a parameter does: processes cache what they read by it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="law_one_revision")]

    def __str__(self) -> str:
        return str(self.number)
