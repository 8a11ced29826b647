"""Tables of identity. Names of organs and people are data; nothing here knows a city."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from yimen.ground.engines.fields import EncryptedCharField
from yimen.rooms.identity.rules.roles import Role


class Organ(models.Model):
    """部门 An organ (or a body) that is stationed in the centre. Imported ones stay unconfirmed until checked."""

    code = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    credit_code = models.CharField(max_length=50, blank=True, db_index=True)
    confirmed = models.BooleanField(default=True)
    of_centre = models.BooleanField(default=False, help_text="the centre itself, where it runs windows of its own")
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Hall(models.Model):
    """大厅 A hall of the centre; a secondary platform (二级审批平台) is a kind of hall."""

    name = models.CharField(max_length=200, unique=True)
    is_secondary_platform = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Window(models.Model):
    """窗口 A place where applications are taken: belongs to a hall, serves one organ."""

    hall = models.ForeignKey(Hall, models.PROTECT)
    number = models.CharField(max_length=20)
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="windows")

    class Meta:
        ordering = ["hall", "number"]
        constraints = [models.UniqueConstraint(fields=["hall", "number"], name="window_number_once_a_hall")]

    def __str__(self) -> str:
        return f"{self.hall} {self.number}"


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


class Staff(models.Model):
    """A person who works in or for the centre."""

    user = models.OneToOneField(User, models.PROTECT, related_name="staff")
    name = models.CharField(max_length=100)
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="staff")
    window = models.ForeignKey(Window, models.PROTECT, null=True, related_name="staff")
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "staff"

    def __str__(self) -> str:
        return self.name


class StaffRole(models.Model):
    """One role that a person holds; scope is the person's organ."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="roles")
    role = models.CharField(max_length=30, choices=[(r.value, r.value) for r in Role])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "role"], name="role_once_a_person")]

    def __str__(self) -> str:
        return self.role


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
