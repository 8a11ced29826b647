"""Tables of change orders."""

from django.db import models
from django.db.models import Q

from yimen.ground.journal.models import Thing
from yimen.rooms.catalogue.models import Item, ItemVersion
from yimen.rooms.identity.models import Organ, Staff
from yimen.rooms.orders.rules.orders import Action, Level, Running, State


class Order(Thing):
    """变更决定 What the State Council, a province, a law or the city makes of items, from `effective_on`.

    `takes_effect_on` is set by the approval: `effective_on`, or the day of the approval when that lay in the past.
    """

    KIND = "order"
    document_number = models.CharField(max_length=200)
    issuing_organ = models.CharField(max_length=200)
    level = models.CharField(max_length=20, choices=[(v.value, v.value) for v in Level])
    issued_on = models.DateField()
    effective_on = models.DateField()
    title = models.CharField(max_length=200)
    text = models.TextField()
    url = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in State], default=State.DRAFT.value)
    organ = models.ForeignKey(
        Organ, models.PROTECT, null=True, related_name="+", help_text="of the drafter; null: none"
    )
    drafted_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    checked_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    check_note = models.CharField(max_length=500, blank=True)
    approved_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    takes_effect_on = models.DateField(null=True)
    applied_at = models.DateTimeField(null=True, help_text="every running case has been treated")
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-takes_effect_on"], name="order_by_effect")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="approved") | (Q(takes_effect_on__isnull=False) & Q(approved_at__isnull=False)),
                name="approved_order_has_its_day",
            ),
            # Who approves neither drafted nor checked, who checks did not draft (NULL: nobody yet).
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | (~Q(approved_by=models.F("drafted_by")) & ~Q(approved_by=models.F("checked_by"))),
                name="order_takes_other_people",
            ),
        ]

    def __str__(self) -> str:
        return self.document_number


class Change(models.Model):
    """One line of an order: what happens to one item, and to the cases that run under it.

    `starts` and `ended` are written by the approval: the version that begins, and [[key, last day before or null,
    whether it was withdrawn]] of those that ended, so that a withdrawal before the day puts everything back.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="changes")
    position = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=10, choices=[(a.value, a.value) for a in Action])
    item = models.ForeignKey(Item, models.PROTECT, related_name="order_changes")
    into = models.JSONField(default=list, help_text="codes of the items that take its place")
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="+", help_text="who decides from then on")
    version = models.ForeignKey(ItemVersion, models.PROTECT, null=True, related_name="+", help_text="the checked text")
    running = models.CharField(max_length=10, choices=[(r.value, r.value) for r in Running])
    note = models.CharField(max_length=500, blank=True)
    starts = models.ForeignKey(ItemVersion, models.PROTECT, null=True, related_name="+")
    moves_to = models.ForeignKey(ItemVersion, models.PROTECT, null=True, related_name="+")
    ended = models.JSONField(default=list)

    class Meta:
        ordering = ["order", "position"]
        constraints = [models.UniqueConstraint(fields=["order", "item"], name="item_once_an_order")]

    def __str__(self) -> str:
        return f"{self.action} {self.item_id}"
