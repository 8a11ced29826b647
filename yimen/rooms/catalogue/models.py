"""Tables of the catalogue."""

from django.db import models
from django.db.models import Q

from yimen.ground.journal.models import Thing
from yimen.rooms.catalogue.rules.file_rules import MOST_FILES
from yimen.rooms.identity.models import Organ, Staff


class Item(Thing):
    """事项 What a person or company can apply for. `code` is text of any scheme (rules §7.2)."""

    KIND = "item"
    code = models.CharField(max_length=120, unique=True)
    code_scheme = models.CharField(max_length=30, default="local")
    name = models.CharField(max_length=500)
    name_en = models.CharField(max_length=500, blank=True, help_text="for readers of English; `name` counts in law")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="items")
    kind = models.CharField(max_length=40, blank=True, help_text="行政许可 …, the words of the source")
    main_item = models.CharField(max_length=500, blank=True)
    base_code = models.CharField(max_length=50, blank=True)
    area_code = models.CharField(max_length=30, blank=True)
    organ_code_in_item = models.CharField(max_length=50, blank=True)
    basis = models.TextField(blank=True)
    # blank: a dict is "empty" to Django's forms, and most items have none.
    extra = models.JSONField(default=dict, blank=True, help_text="columns of an import that have no field yet")
    is_sample = models.BooleanField(default=False)
    search_words = models.TextField(blank=True, help_text="lines in small letters: see search_words.py")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """Items are known by their codes."""
        return self.code


class Suspension(models.Model):
    """暂停受理 From `starts` to `until` nobody can apply for the item; running cases go on. `lifted_from`: resumed."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="suspensions")
    starts = models.DateField()
    until = models.DateField(null=True, help_text="the last day; null: until it is resumed")
    lifted_from = models.DateField(null=True)
    reason = models.TextField()
    basis = models.CharField(max_length=300)

    class Meta:
        ordering = ["item", "starts", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("starts")),
                name="suspension_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.starts}"


class VersionState(models.TextChoices):
    """A draft is being written, the legal office has checked a checked one, a published version is law for its days, a
    withdrawn one never was."""

    DRAFT = "draft"
    CHECKED = "checked"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class ItemVersion(Thing):
    """One published (or drafted) text of an item's guide, in force from `valid_from` to `valid_to` inclusive.

    `number` counts the texts of an item, `version` the changes of this row.
    """

    KIND = "version"

    class Review(models.TextChoices):
        EXAMINE_AND_APPROVE = "examine_and_approve"
        IMMEDIATE = "immediate"

    item = models.ForeignKey(Item, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    organ = models.ForeignKey(
        Organ, models.PROTECT, null=True, related_name="+", help_text="who decides under it; null: the item's organ"
    )
    supervising_organ = models.ForeignKey(
        Organ,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="事中事后监管 who supervises afterwards; null: not said",
    )
    drafted_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    checked_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    check_note = models.CharField(max_length=500, blank=True)
    review = models.CharField(max_length=20, choices=Review, default=Review.EXAMINE_AND_APPROVE)
    approver = models.CharField(max_length=30, default="window_head", help_text="role that approves")
    # Empty = not known yet (an imported item); publishing refuses it.
    statutory_limit = models.CharField(max_length=30, blank=True, help_text="a kernel Term as text; empty: unknown")
    promised_limit = models.CharField(max_length=30, blank=True)
    statutory_basis = models.CharField(max_length=300, blank=True)
    extension = models.JSONField(null=True, help_text='{"max": 10, "approver": "organ_head", "basis": …} or null')
    special_procedures = models.JSONField(
        default=list, help_text='kinds of Article 45, or {"kind": …, "basis": …} where another law names one'
    )
    form_schema = models.JSONField(default=dict, help_text="JSON Schema (2020-12) of the application form")
    conditions = models.TextField(blank=True)
    procedure = models.TextField(blank=True)
    charges = models.TextField(blank=True)
    place = models.CharField(max_length=300, blank=True)
    hours = models.CharField(max_length=200, blank=True)
    telephone = models.CharField(max_length=100, blank=True)
    complaint_telephone = models.CharField(max_length=100, blank=True)
    result_name = models.CharField(max_length=200, blank=True)
    validity_years = models.PositiveSmallIntegerField(null=True)
    visits = models.PositiveSmallIntegerField(
        null=True, help_text="到场次数 times that somebody must come; null: not said"
    )
    quantity = models.CharField(max_length=200, blank=True, help_text="数量 how many are granted (第三十条)")
    directions = models.CharField(max_length=300, blank=True, help_text="how to find the place")
    questions = models.JSONField(default=list, help_text='常见问题 [{"question": …, "answer": …}]')
    sources = models.JSONField(default=dict, help_text="field → source of the fact; 样本 where there is none")

    class Meta:
        ordering = ["item", "number"]
        # The search asks of every item which version is in force: these columns alone answer it.
        indexes = [models.Index(fields=["item", "state", "valid_from", "valid_to"], name="version_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="version_number_once_an_item"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=models.F("valid_from")),
                name="version_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(state=VersionState.PUBLISHED)
                | Q(valid_from__isnull=False) & ~Q(statutory_limit="") & ~Q(promised_limit=""),
                name="published_version_has_days_and_limits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.code} v{self.number}"

    @property
    def deciding_organ(self) -> Organ:
        """Who decides on what is handed in under this version."""
        return self.organ or self.item.organ


class Material(models.Model):
    """材料 What the guide asks the applicant for: `required` or `optional`, nothing else can be demanded.

    `file_kinds`, `max_bytes` and `max_files` say which files stand for it (`rules/file_rules.py`); the defaults are
    what the store takes of any file.
    """

    class Necessity(models.TextChoices):
        REQUIRED = "required"
        OPTIONAL = "optional"

    class Form(models.TextChoices):
        """What is handed in at a window; empty: the guide doesn't say."""

        ORIGINAL = "original"
        COPY = "copy"
        BOTH = "original_and_copy"
        ELECTRONIC = "electronic"

    version = models.ForeignKey(ItemVersion, models.CASCADE, related_name="materials")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=300)
    necessity = models.CharField(max_length=10, choices=Necessity, default=Necessity.REQUIRED)
    note = models.CharField(max_length=500, blank=True)
    form = models.CharField(max_length=20, choices=Form, blank=True)
    copies = models.PositiveSmallIntegerField(null=True, help_text="sheets or sets at a window; null: not said")
    issuer = models.CharField(max_length=200, blank=True, help_text="出具机构 who makes it out")
    file_kinds = models.JSONField(default=list, help_text="words of file_rules.KINDS; empty: all of them")
    max_bytes = models.PositiveBigIntegerField(null=True, help_text="of one file; null: what the store takes")
    max_files = models.PositiveSmallIntegerField(default=MOST_FILES)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="material_code_once_a_version"),
            models.CheckConstraint(condition=Q(max_files__gte=1), name="material_takes_a_file"),
        ]

    def __str__(self) -> str:
        return self.name


class ImportRun(models.Model):
    """One reading of a catalogue file. `finished` false: it was interrupted; reading the file again completes it.

    `mapping` {column: field} as it was given. `upload`: the file that the worker is to read (its public id)."""

    file_name = models.CharField(max_length=300)
    file_sha256 = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    finished = models.BooleanField(default=False)
    actor = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    upload = models.CharField(max_length=32, blank=True)

    def __str__(self) -> str:
        return self.file_name


class QuarantinedRow(models.Model):
    """A row that could not be taken: kept whole, with the reason, until somebody mends it.

    `fingerprint` is the hash of its cells and of how often they came before in the same file: the same file read
    twice leaves one row here, two equal bad lines in one file leave two.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="quarantine")
    line = models.PositiveIntegerField()
    raw = models.JSONField()
    fingerprint = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=60)
    detail = models.CharField(max_length=500, blank=True)
    resolved_at = models.DateTimeField(null=True)
    dismissed = models.CharField(max_length=500, blank=True, help_text="why it will never be taken; it waits no more")

    class Meta:
        indexes = [models.Index(fields=["resolved_at", "reason"], name="quarantine_waiting")]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"
