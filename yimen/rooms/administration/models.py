"""Tables of the committee's work: what is asked, met about, led, owed, promised, ruled, announced and spent."""

from django.db import models
from django.db.models import F, Q

from yimen.ground.engines.fields import EncryptedCharField
from yimen.ground.journal.models import Thing
from yimen.rooms.identity.models import Organ, Staff, Window


class Coordination(Thing):
    """协调 One unit asks another for something, with a day for the answer. `asker` None: the committee asks."""

    KIND = "coordination"
    asker = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="+")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+")
    matter = models.TextField()
    about = models.CharField(max_length=40, blank=True, help_text="number of a case")
    asked_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=12)
    answer = models.TextField(blank=True)
    answered_on = models.DateField(null=True)
    escalation = models.TextField(blank=True)
    escalated_on = models.DateField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    closing = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.matter[:40]


class Meeting(Thing):
    """会议 A meeting of a unit's leadership on window work, or a joint one of several units."""

    KIND = "meeting"
    kind = models.CharField(max_length=20)
    organs = models.ManyToManyField(Organ, related_name="+")
    on = models.DateField()
    place = models.CharField(max_length=200, blank=True)
    agenda = models.JSONField()
    state = models.CharField(max_length=12)
    attended = models.JSONField(default=list)
    absent = models.JSONField(default=list)
    minutes = models.TextField(blank=True)
    cancelled_because = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "state", "on"], name="meeting_held")]

    def __str__(self) -> str:
        return f"{self.on} {' '.join(self.agenda)[:40]}"


class MeetingDecision(models.Model):
    """One thing that a meeting decided: whose it is and by when."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decided")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    owner = models.ForeignKey(Organ, models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    evidence = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="meeting_decision_number")]

    def __str__(self) -> str:
        return self.text[:40]


class Leader(Thing):
    """分管责任人 The person of a unit's leadership who answers for its window work, from a day on."""

    KIND = "leader"
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organ"], condition=Q(valid_to=None), name="one_leader_a_unit"),
            models.UniqueConstraint(fields=["organ", "valid_from"], name="leader_begins_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="leader_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organ} {self.staff}"


class ManagementTerm(Thing):
    """管理期限 A term that no law establishes, as this centre has set it from a day on."""

    KIND = "management_term"
    name = models.CharField(max_length=40)
    amount = models.PositiveIntegerField()
    valid_from = models.DateField()
    basis = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "valid_from"], name="management_term_begins_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.amount}"


class Rota(Thing):
    """带班表 A unit's shifts of these days are public from now on."""

    KIND = "rota"
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="rota_ends_later"),
        ]

    def __str__(self) -> str:
        return f"{self.organ} {self.valid_from}"


class Shift(Thing):
    """带班 Who leads at a unit's windows on a half day, and who instead when that person is not there."""

    KIND = "shift"
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+")
    on = models.DateField()
    half = models.CharField(max_length=10)
    leader = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    substitute = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    published = models.BooleanField(default=False)
    hall = models.CharField(max_length=200, blank=True)
    checked_in_at = models.DateTimeField(null=True)
    stood_in_at = models.DateTimeField(null=True, help_text="when the substitute checked in")
    absence_at = models.DateTimeField(null=True)
    absence = models.TextField(blank=True)
    swap_with = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organ", "on", "half"], name="one_shift_a_half_day"),
            models.CheckConstraint(
                condition=Q(substitute=None) | ~Q(substitute=F("leader")), name="substitute_is_another"
            ),
        ]
        indexes = [models.Index(fields=["on", "half"], name="shift_by_day")]

    def __str__(self) -> str:
        return f"{self.on} {self.half} {self.leader}"


class Decision(Thing):
    """政府决定 A decision of the government that lays duties on units; the founding document is the first."""

    KIND = "decision"
    title = models.CharField(max_length=200)
    document_number = models.CharField(max_length=80)
    issuing_organ = models.CharField(max_length=200)
    issued_on = models.DateField()
    text = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuing_organ", "document_number"],
                condition=~Q(document_number=""),
                name="decision_is_registered_once",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Duty(Thing):
    """责任 What a decision asks of a unit. `organ` None: of the committee itself."""

    KIND = "duty"
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="duties")
    clause = models.CharField(max_length=40, blank=True)
    text = models.TextField()
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(null=True)
    state = models.CharField(max_length=12)
    report = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    reported_on = models.DateField(null=True)
    reported_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    returned_because = models.TextField(blank=True)
    confirmed_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_on"], name="duty_open")]

    def __str__(self) -> str:
        return f"{self.clause} {self.text[:40]}".strip()


class Promise(Thing):
    """服务承诺 What a unit, or one of its windows, promises to whoever comes."""

    KIND = "promise"
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+")
    window = models.ForeignKey(Window, models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    measure = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12)
    made_by = models.CharField(max_length=64)
    published_on = models.DateField(null=True)
    withdrawn_because = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "organ"], name="promise_published")]

    def __str__(self) -> str:
        return self.text[:40]


class Breach(Thing):
    """违诺反映 Somebody says that a promise was broken. The contact lies sealed."""

    KIND = "breach"
    promise = models.ForeignKey(Promise, models.PROTECT, related_name="breaches")
    number = models.CharField(max_length=40, unique=True)
    what = models.TextField()
    contact = EncryptedCharField(max_length=100, blank=True)
    reported_on = models.DateField()
    state = models.CharField(max_length=12)
    answer = models.TextField(blank=True)
    answered_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.number

    @property
    def key(self) -> str:
        """The number: what the public knows it by."""
        return self.number


class Rule(Thing):
    """内部制度 A rule of the house for its staff; `edition` counts its texts."""

    KIND = "rule"
    title = models.CharField(max_length=200)
    text = models.TextField()
    valid_from = models.DateField()
    edition = models.PositiveSmallIntegerField(default=1)

    def __str__(self) -> str:
        return self.title


class RuleText(models.Model):
    """What an earlier edition of a rule said."""

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="earlier")
    edition = models.PositiveSmallIntegerField()
    text = models.TextField()
    valid_from = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "edition"], name="rule_text_once_an_edition")]


class Reading(models.Model):
    """Somebody of the staff has read an edition of a rule."""

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="readings")
    edition = models.PositiveSmallIntegerField()
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "edition", "staff"], name="read_once_an_edition")]


class Announcement(Thing):
    """公告 What the centre tells the public, for its days."""

    KIND = "announcement"
    title = models.CharField(max_length=200)
    text = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    pinned = models.BooleanField(default=False)
    published_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["valid_from"], name="announcement_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="announcement_ends_later"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Budget(Thing):
    """经费 One heading of the centre's budget for a year. `allotted` and `spent` are the sums of its entries."""

    KIND = "budget"
    year = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=100)
    planned = models.DecimalField(max_digits=14, decimal_places=2)
    allotted = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    spent = models.DecimalField(max_digits=14, decimal_places=2, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "heading"], name="budget_heading_once_a_year"),
            models.CheckConstraint(condition=Q(spent__lte=F("allotted")), name="budget_not_exceeded"),
            models.CheckConstraint(condition=Q(spent__gte=0, planned__gt=0), name="budget_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.heading}"


class BudgetEntry(models.Model):
    """An allotment or a payment; a wrong one gets a counter-entry, for nothing is edited."""

    class Kind(models.TextChoices):
        ALLOTMENT = "allotment"
        SPENDING = "spending"

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    on = models.DateField()
    document = models.CharField(max_length=80, help_text="number of the document or voucher")
    what = models.CharField(max_length=200, blank=True)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="correction")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["budget", "number"], name="budget_entry_number"),
            models.UniqueConstraint(
                fields=["budget", "kind", "document"],
                condition=Q(corrects=None),
                name="budget_document_once",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None, amount__gt=0) | Q(corrects__isnull=False, amount__lt=0),
                name="budget_counter_entry_is_negative",
            ),
        ]
