"""Tables of identity. Names of organs and people are data; nothing here knows a city."""

from datetime import date

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from yimen.ground.engines.fields import EncryptedCharField
from yimen.ground.journal.models import Thing
from yimen.rooms.identity.rules.roles import Role


class Organ(Thing):
    """部门 An organ (or a body) that is stationed in the centre. Imported ones stay unconfirmed until checked.

    `name` is the one of today; what was decided on another day asks `tenure` for the name of that day.
    """

    KIND = "organ"
    code = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    credit_code = models.CharField(max_length=50, blank=True, db_index=True)
    confirmed = models.BooleanField(default=True)
    of_centre = models.BooleanField(default=False, help_text="the centre itself, where it runs windows of its own")
    is_sample = models.BooleanField(default=False)
    # 垂直管理: who stands above it where the city does not; what the city would decide is then decided there.
    upper = models.CharField(max_length=200, blank=True)
    upper_basis = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """What everybody calls it: its code."""
        return self.code


class OrganName(models.Model):
    """A name of an organ from `valid_from` until the next one; the first one held from the beginning."""

    organ = models.ForeignKey(Organ, models.PROTECT, related_name="names")
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField(null=True)
    basis = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organ", "valid_from"], name="organ_name_once_a_day")]

    def __str__(self) -> str:
        return self.name


class Succession(models.Model):
    """职权承接 From 00:00 of `day` another organ exercises the powers of this one: all of them, or those over `items`.

    `staff`: account names of those who go with the powers; empty with `items` empty: everybody.
    """

    organ = models.ForeignKey(Organ, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Organ, models.PROTECT, related_name="taken_over")
    day = models.DateField()
    basis = models.CharField(max_length=300)
    items = models.JSONField(default=list, blank=True)
    staff = models.JSONField(default=list, blank=True)
    written_down = models.BooleanField(default=False, help_text="items and people carry the successor's key")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(organ=models.F("successor")), name="organ_succeeds_another"),
        ]

    def __str__(self) -> str:
        return f"{self.organ_id} → {self.successor_id} {self.day:%Y-%m-%d}"


class Section(Thing):
    """科室 A section of an organ; its licensing section (行政许可科) moves into the centre as a whole."""

    KIND = "section"
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="sections")
    name = models.CharField(max_length=200)
    is_licensing = models.BooleanField(default=False)
    named_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organ"], condition=models.Q(is_licensing=True), name="one_licensing_section_an_organ"
            ),
            models.UniqueConstraint(fields=["organ", "name"], name="section_name_once_an_organ"),
        ]

    def __str__(self) -> str:
        return self.name


class Hall(Thing):
    """大厅 A hall of the centre; a secondary platform (二级审批平台) is a kind of hall."""

    KIND = "hall"
    name = models.CharField(max_length=200, unique=True)
    address = models.CharField(max_length=300, blank=True)
    is_secondary_platform = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """Halls go by their names."""
        return self.name


class Window(Thing):
    """窗口 A place where applications are taken: belongs to a hall, serves one organ; a comprehensive one (综合窗口)
    is shared by the organs to which it was opened, and one without an organ is a stationed unit's."""

    KIND = "window"

    class Sort(models.TextChoices):
        ORDINARY = "ordinary"
        COMPREHENSIVE = "comprehensive"
        PLATFORM = "platform"

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="windows")
    number = models.CharField(max_length=20)
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="windows")
    sort = models.CharField(max_length=13, choices=Sort, default=Sort.ORDINARY)
    floor = models.CharField(max_length=40, blank=True)
    duties = models.TextField(blank=True)
    hours = models.CharField(max_length=200, blank=True)
    telephone = models.CharField(max_length=100, blank=True)
    complaint_telephone = models.CharField(max_length=100, blank=True)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True, help_text="the first day on which it is closed")

    class Meta:
        ordering = ["hall", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "number"], condition=models.Q(closed_on=None), name="window_number_once_a_hall"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hall} {self.number}"


class WindowOrgan(models.Model):
    """An organ to which a comprehensive window was opened, from `valid_from`."""

    window = models.ForeignKey(Window, models.PROTECT, related_name="shared")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="shares")
    valid_from = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["window", "organ"], name="window_shared_once_an_organ")]

    def __str__(self) -> str:
        return f"{self.window_id} {self.organ_id}"


class UserManager(BaseUserManager["User"]):
    """Accounts are made by `flows/setup.py`; Django's own commands use the same two functions."""

    def create_user(self, username: str, password: str | None = None) -> "User":
        user = self.model(username=username)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account: what signs in. Who it is, is told by its staff or applicant row."""

    username = models.CharField(max_length=150, unique=True)
    # Where a forgotten password is sent; allauth keeps which addresses are confirmed.
    email = models.EmailField(max_length=254, blank=True)
    is_active = models.BooleanField(default=True)
    is_persona = models.BooleanField(default=False, help_text="a demonstration account, refused in production")
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "username"

    def __str__(self) -> str:
        return self.username


class Staff(Thing):
    """A person who works in or for the centre. At which window and in which section: its postings."""

    KIND = "staff"
    user = models.OneToOneField(User, models.PROTECT, related_name="staff")
    name = models.CharField(max_length=100)
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="staff")
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "staff"

    def __str__(self) -> str:
        return self.name


class StaffRole(models.Model):
    """One role that a person holds; scope is the person's organ."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="roles")
    role = models.CharField(max_length=30, choices=[(r.value, r.value) for r in Role])
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True, help_text="the last day")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "role"], condition=models.Q(valid_to=None), name="role_once_a_person"
            )
        ]

    def __str__(self) -> str:
        return self.role

    def holds_on(self, day: date) -> bool:
        """Whether the person holds the role on this day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class Posting(models.Model):
    """派驻 Where a person works from `starts` to `ends`, both days included: at a window, or in a section."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="postings")
    window = models.ForeignKey(Window, models.PROTECT, null=True, related_name="postings")
    section = models.ForeignKey(Section, models.PROTECT, null=True, related_name="postings")
    starts = models.DateField()
    ends = models.DateField(null=True)
    photo = models.CharField(max_length=64, blank=True, help_text="id of the upload that shows the face on the badge")

    class Meta:
        indexes = [
            models.Index(fields=["staff", "starts"], name="posting_of_staff"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(window=None, section__isnull=False) | models.Q(window__isnull=False, section=None),
                name="posting_to_one_place",
            ),
            models.CheckConstraint(
                condition=models.Q(ends=None) | models.Q(ends__gte=models.F("starts")), name="posting_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.starts:%Y-%m-%d}"


class Applicant(models.Model):
    """申请人 A natural person or an organisation, as named in an application.

    Numbers and addresses lie sealed and are found by their blind indexes; the name stays clear, for lists and
    decisions show it. An index is written with its value (`rules.applicants.folded`).
    """

    class Kind(models.TextChoices):
        PERSON = "person"
        ORGANISATION = "organisation"

    class IdKind(models.TextChoices):
        RESIDENT_ID = "resident_id"
        CREDIT_CODE = "credit_code"
        OTHER = "other"

    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="applicants")
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=200)
    id_kind = models.CharField(max_length=12, choices=IdKind, default=IdKind.RESIDENT_ID)
    id_number = EncryptedCharField(max_length=50, blank=True)
    phone = EncryptedCharField(max_length=30, blank=True)
    email = EncryptedCharField(max_length=254, blank=True)
    id_number_index = models.CharField(max_length=64, blank=True)
    phone_index = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["id_number_index", "name"], name="applicant_by_id_number"),
            models.Index(fields=["phone_index"], name="applicant_by_phone", condition=~models.Q(phone_index="")),
            models.Index(fields=["name"], name="applicant_by_name"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(id_number="", id_number_index="")
                | (~models.Q(id_number="") & ~models.Q(id_number_index="")),
                name="applicant_id_number_is_indexed",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """代办授权 A mandate: an account acts for an enterprise, which is known by its credit code (GB 32100).

    A window enters the owner after it has seen the licence; owners invite members and agents, who accept. `items`
    limits the mandate to these codes of items; empty: all. `organ`: whose window entered the owner; what an owner hands
    on keeps it, so that the same windows can end it.
    """

    class Kind(models.TextChoices):
        OWNER = "owner"
        MEMBER = "member"
        AGENT = "agent"

    credit_code = models.CharField(max_length=18)
    enterprise = models.CharField(max_length=200)
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    kind = models.CharField(max_length=10, choices=Kind)
    items = models.JSONField(default=list, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["credit_code"], name="membership_by_enterprise")]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code", "user"], condition=models.Q(revoked_at=None), name="one_mandate_an_account"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="mandate_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.kind}"


class Disclosure(models.Model):
    """Personal data of an applicant that somebody of the staff was shown in clear, and why.

    The journal's entry names this row and holds no free text; the reason stands here, where it can be erased.
    """

    applicant = models.ForeignKey(Applicant, models.PROTECT, related_name="disclosures")
    subject = models.CharField(max_length=120, db_index=True, help_text="the journal's name of the case")
    columns = models.JSONField(help_text="names of the columns that were shown")
    purpose = models.CharField(max_length=20)
    reason = models.TextField(blank=True)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="disclosures")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.subject} {self.at:%Y-%m-%d %H:%M}"


class Token(models.Model):
    """An API token of an account: only its SHA-256 is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user} until {self.expires_at:%Y-%m-%d %H:%M}"


class Centre(models.Model):
    """行政服务中心 The centre itself: one row. Its name and area are data, so the code knows no city."""

    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    area_code = models.CharField(max_length=6, help_text="GB/T 2260 code, first part of every case number")
    address = models.CharField(max_length=300, blank=True)
    telephone = models.CharField(max_length=50, blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_centre_a_database")]

    def __str__(self) -> str:
        return self.name
