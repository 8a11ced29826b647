"""Tables of the room."""

from django.db import models
from django.db.models import F, Q

from yimen.ground.journal.models import Thing
from yimen.rooms.catalogue.models import Item
from yimen.rooms.identity.models import Hall, Organ, Section, Staff, Window
from yimen.rooms.stationing.rules import adjustments, platforms


class Station(Thing):
    """进驻单位 A utility or an intermediary with a window and services of its own; no organ, so it decides nothing.

    One that belongs to an organ and holds a monopoly, or serves the public, has a day by which it is decoupled.
    """

    KIND = "station"

    class Sort(models.TextChoices):
        UTILITY = "utility"
        INTERMEDIARY = "intermediary"

    name = models.CharField(max_length=200, unique=True)
    sort = models.CharField(max_length=12, choices=Sort)
    services = models.JSONField(default=list)
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="stations", help_text="affiliated with")
    monopoly = models.BooleanField(default=False)
    decouple_by = models.DateField(null=True, db_index=True, help_text="the last day")
    decoupled_on = models.DateField(null=True)
    evidence = models.TextField(blank=True)
    stationed_on = models.DateField()
    left_on = models.DateField(null=True)
    left_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organ=None) | (Q(sort="intermediary") & Q(monopoly=False)) | Q(decouple_by__isnull=False),
                name="station_has_a_deadline",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StationWindow(models.Model):
    """A window that a stationed unit uses."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="windows")
    window = models.OneToOneField(Window, models.PROTECT, related_name="station")
    opened_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.station_id} {self.window_id}"


class Platform(Thing):
    """二级审批平台 Items that by leave of the city government are handled at their organ, as in the centre."""

    KIND = "platform"
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="platforms")
    items = models.JSONField(help_text="codes of items")
    reason = models.TextField()
    place = models.CharField(max_length=300)
    state = models.CharField(
        max_length=13, choices=[(s.value, s.value) for s in platforms.State], default=platforms.State.APPLIED.value
    )
    applied_on = models.DateField()
    opinion = models.CharField(max_length=10, blank=True)
    opinion_reasons = models.TextField(blank=True)
    document_number = models.CharField(max_length=200, blank=True)
    reasons = models.TextField(blank=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True, help_text="the last day")
    ended_on = models.DateField(null=True, help_text="the first day on which it is ended")
    end_reason = models.TextField(blank=True)
    hall = models.OneToOneField(Hall, models.PROTECT, null=True, related_name="platform")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="granted") | (Q(valid_from__isnull=False) & Q(hall__isnull=False)),
                name="platform_granted_has_hall",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="platform_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organ} {self.place}"


class Onboarding(Thing):
    """增设窗口 The checklist by which a unit moves in."""

    KIND = "onboarding"
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="onboardings")
    owner = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    due_on = models.DateField()
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organ"], condition=Q(closed_on=None), name="one_open_onboarding_an_organ")
        ]

    def __str__(self) -> str:
        return str(self.organ)


class OnboardingStep(models.Model):
    """One line of the checklist, done when there is evidence."""

    onboarding = models.ForeignKey(Onboarding, models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    evidence = models.TextField(blank=True)
    done_on = models.DateField(null=True)
    owner = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["onboarding", "number"], name="onboarding_step_once"),
            models.CheckConstraint(condition=Q(done_on=None) | ~Q(evidence=""), name="onboarding_done_has_evidence"),
        ]

    def __str__(self) -> str:
        return self.text


class Adjustment(Thing):
    """职能调整 A proposal of the establishment office: items go into a section, people get and lose roles on a day."""

    KIND = "adjustment"
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="adjustments")
    items = models.JSONField(help_text="codes of items")
    section = models.ForeignKey(Section, models.PROTECT, related_name="adjustments")
    posts = models.JSONField(default=list, help_text='[{"staff": key, "role": role, "change": "give" or "take"}]')
    powers = models.TextField(blank=True)
    reason = models.TextField()
    effective_on = models.DateField()
    state = models.CharField(
        max_length=9, choices=[(s.value, s.value) for s in adjustments.State], default=adjustments.State.PROPOSED.value
    )
    document_number = models.CharField(max_length=200, blank=True)
    decided_by = models.CharField(max_length=200, blank=True, help_text="the upper level, where it decided")
    evidence = models.TextField(blank=True)
    reasons = models.TextField(blank=True)
    decided_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.organ} {self.effective_on:%Y-%m-%d}"


class ItemSection(models.Model):
    """The section that handles an item from a day on: only who is posted there examines and decides."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="sections")
    section = models.ForeignKey(Section, models.PROTECT, related_name="items")
    valid_from = models.DateField()
    adjustment = models.ForeignKey(Adjustment, models.PROTECT, related_name="moved")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "valid_from"], name="item_section_once_a_day")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.section_id} {self.valid_from:%Y-%m-%d}"
