"""Tables of casework. What happened is rows; the case row holds its present state and its stored due days."""

from django.db import models
from django.db.models import Q

from yimen.ground.engines.fields import EncryptedCharField
from yimen.rooms.cases.rules.lifecycle import ACCEPTED_STATES, State
from yimen.rooms.cases.rules.publication import Standing
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.documents.models import Document
from yimen.rooms.identity.models import Applicant, Organ, Staff, User, Window
from yimen.rooms.orders.models import Order
from yimen.rooms.orders.rules.orders import Running


class Case(models.Model):
    """办件 One application from receipt to archive. `version` counts its changes (guarded updates)."""

    class Channel(models.TextChoices):
        ONLINE = "online"
        WINDOW = "window"
        POST = "post"

    number = models.CharField(max_length=40, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=20, choices=[(s.value, s.value) for s in State])
    item_version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="cases")
    # Its index is the first of Meta.indexes.
    deciding_organ = models.ForeignKey(Organ, models.PROTECT, related_name="cases", db_index=False)
    handling_window = models.ForeignKey(Window, models.PROTECT, null=True, related_name="cases")
    applicant = models.ForeignKey(Applicant, models.PROTECT, related_name="cases")
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.ONLINE)
    form = models.JSONField(default=dict)
    situation = models.JSONField(default=dict, help_text="情形 {question: answer}; none: the whole list counts")

    received_at = models.DateTimeField()
    received_on = models.DateField()
    # The moment from which Article 32's five days run: receipt, or when all corrections had come in.
    complete_at = models.DateTimeField()
    correction_notice_due_on = models.DateField()
    accepted_at = models.DateTimeField(null=True)
    accepted_on = models.DateField(null=True)
    deemed_accepted = models.BooleanField(default=False)
    statutory_due_on = models.DateField(null=True)
    promised_due_on = models.DateField(null=True)
    promised_due_at = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False, help_text="a due day lies in a year without holiday notice")
    paused_since = models.DateField(null=True)
    extension_days = models.PositiveSmallIntegerField(default=0)
    # 行政许可案件规定 第九条: limits that were better for the applicant than those of the version it was moved to.
    kept_statutory_limit = models.CharField(max_length=30, blank=True, help_text="a Term as text; empty: the version's")
    kept_promised_limit = models.CharField(max_length=30, blank=True)
    ordered = models.BooleanField(default=False, help_text="a change order has treated it: see OrderTreatment")
    promise_broken_on = models.DateField(null=True, help_text="the promised day that passed undecided")
    decided_at = models.DateTimeField(null=True)
    decided_on = models.DateField(null=True)
    result = models.CharField(max_length=8, blank=True)
    reasons = models.TextField(blank=True)
    promise_kept = models.BooleanField(null=True)
    issue_due_on = models.DateField(null=True)
    delivered_on = models.DateField(null=True)
    delivery_method = models.CharField(max_length=12, blank=True)
    # The day on which handling ended: the decision, or another end (not accepted, withdrawn, terminated, voided …).
    ended_on = models.DateField(null=True)

    class Meta:
        indexes = [
            # The two orders of a list, newest first: of an organ and of all.
            models.Index(fields=["deciding_organ", "received_on", "id"], name="case_newest_of_organ"),
            models.Index(fields=["received_on", "id"], name="case_newest"),
            models.Index(
                fields=["ended_on", "deciding_organ"], name="case_ended_by_day", condition=Q(ended_on__isnull=False)
            ),
            # The few that are open are found by their state; no partial index: SQLite takes one only where the
            # statement says its condition word for word, and ours are parameters.
            models.Index(fields=["state", "deciding_organ", "promised_due_on"], name="case_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(result__in=["", "granted", "refused"]), name="case_result_is_granted_or_refused"
            ),
            models.CheckConstraint(
                condition=Q(accepted_on__isnull=False) | ~Q(state__in=[s.value for s in ACCEPTED_STATES]),
                name="case_accepted_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OrderTreatment(models.Model):
    """What a change order made of a case that was running on its day; one order treats a case once."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="treatments")
    order = models.ForeignKey(Order, models.PROTECT, related_name="treatments")
    treatment = models.CharField(max_length=10, choices=[(r.value, r.value) for r in Running])
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["order", "case"], name="order_treats_a_case_once")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.treatment}"


class CaseMaterial(models.Model):
    """A material handed in. A later one of the same code replaces the earlier; both stay."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="materials")
    code = models.CharField(max_length=40)
    file = models.CharField(max_length=64, blank=True, help_text="SHA-256 in the content store; empty: on paper")
    file_name = models.CharField(max_length=255, blank=True)
    handed_in_at = models.DateTimeField()
    superseded = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.code


class Hand(models.Model):
    """Whose hand did what: examiner and approver must differ, in every round (also kept by a trigger)."""

    class Act(models.TextChoices):
        ACCEPT = "accept"
        EXAMINE = "examine"
        APPROVE = "approve"
        RETURN = "return"

    case = models.ForeignKey(Case, models.PROTECT, related_name="hands")
    act = models.CharField(max_length=8, choices=Act)
    staff = models.ForeignKey(Staff, models.PROTECT)
    opinion = models.CharField(max_length=8, blank=True)
    reasons = models.TextField(blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.act} by {self.staff_id}"


class Demand(models.Model):
    """One material that a correction notice asks for; open until it is handed in, open again when held."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="demands")
    notice = models.ForeignKey(Document, models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    reason = models.CharField(max_length=500, blank=True)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "code"], name="demand_once_a_notice")]

    def __str__(self) -> str:
        return self.code


class SpecialProcedure(models.Model):
    """特别程序 A row that stops both clocks from the day after `starts_on` to `ends_on` (行政许可法 第四十五条)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="special_procedures")
    kind = models.CharField(max_length=40)
    basis = models.CharField(max_length=300, blank=True)
    expected_days = models.PositiveSmallIntegerField()
    expected_end_on = models.DateField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], name="one_open_procedure_a_kind", condition=Q(ends_on__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="procedure_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class Extension(models.Model):
    """延期 The one extension of a case (行政许可法 第四十二条)."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="extension")
    days = models.PositiveSmallIntegerField()
    reason = models.TextField()
    approved_by = models.ForeignKey(Staff, models.PROTECT)
    approved_on = models.DateField()

    def __str__(self) -> str:
        return f"+{self.days}"


class VoidRequest(models.Model):
    """A wrong receipt that one person asks to void and another confirms; the number is kept."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="void_request")
    reason = models.TextField()
    asked_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("asked_by")),
                name="void_takes_two_people",
            )
        ]

    def __str__(self) -> str:
        return self.reason


class Draft(models.Model):
    """草稿 What an applicant saved on the way to an application: no application yet, so it has no number and no clock.

    `content` is sealed JSON {"who": {…}, "answers": {…}, "materials": {code: [{"file", "name"}]}}. Handed in, the row
    keeps the number of the case and loses its content; at `expires_at` the row goes.
    """

    public_id = models.CharField(max_length=16, unique=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="drafts")
    item_version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="+")
    content = EncryptedCharField(blank=True)
    step = models.CharField(max_length=40, blank=True, help_text="the page on which to go on")
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    warned_at = models.DateTimeField(null=True)
    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="draft")

    class Meta:
        indexes = [models.Index(fields=["user", "-saved_at"], name="draft_of_user")]

    def __str__(self) -> str:
        return self.public_id


class Publication(models.Model):
    """公示 Where the publication of a decision stands; the row is made with the decision (行政许可法 第五条、第四十条).

    What anyone may read is copied here at the moment of publishing, and nothing else is: a natural person's name
    masked, an enterprise by name and credit code. Public pages read this table alone, so they can't show more.
    """

    case = models.OneToOneField(Case, models.PROTECT, related_name="publication")
    number = models.CharField(max_length=40, unique=True, help_text="the number of the case")
    version = models.PositiveIntegerField(default=1)
    standing = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in Standing], default=Standing.WAITING.value
    )
    due_on = models.DateField(help_text="the last day for publishing")
    published_on = models.DateField(null=True)
    corrected_on = models.DateField(null=True)
    item_code = models.CharField(max_length=120, blank=True)
    item_name = models.CharField(max_length=500, blank=True)
    organ_code = models.CharField(max_length=50, blank=True)
    organ_name = models.CharField(max_length=200, blank=True)
    organ_name_en = models.CharField(max_length=200, blank=True)
    holder_kind = models.CharField(max_length=12, blank=True)
    holder = models.CharField(max_length=200, blank=True)
    credit_code = models.CharField(max_length=18, blank=True)
    result = models.CharField(max_length=8, blank=True)
    decided_on = models.DateField(null=True)
    # Why it is not public, and who said so: read by the staff and by supervision, never published.
    basis = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True)
    set_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_on", "id"], name="publication_waiting", condition=Q(standing="waiting")),
            models.Index(fields=["-published_on", "-id"], name="publication_newest", condition=Q(standing="published")),
            models.Index(
                fields=["organ_code", "-published_on", "-id"],
                name="publication_of_organ",
                condition=Q(standing="published"),
            ),
            models.Index(fields=["credit_code"], name="publication_of_holder", condition=~Q(credit_code="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(standing="published") | (Q(published_on__isnull=False) & ~Q(holder="") & ~Q(result="")),
                name="publication_says_what_it_publishes",
            ),
            # Out of the public eye nothing stays that could be shown by mistake.
            models.CheckConstraint(
                condition=Q(standing="published") | Q(holder="", credit_code=""),
                name="publication_hides_the_rest",
            ),
            models.CheckConstraint(
                condition=~Q(standing__in=["withheld", "withdrawn"]) | ~Q(basis=""), name="publication_withheld_by_law"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.standing}"
