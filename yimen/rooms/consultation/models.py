"""Tables of the room."""

from django.db import models
from django.db.models import F, Q

from yimen.ground.engines.fields import EncryptedCharField
from yimen.ground.journal.models import Thing
from yimen.rooms.catalogue.models import Item
from yimen.rooms.consultation.rules.questions import Channel, State
from yimen.rooms.identity.models import Organ, Staff, User

CHANNELS = [(channel.value, channel.value) for channel in Channel]


class AnswerLimit(Thing):
    """答复时限 Within what time questions of a channel are answered, from a day on: the centre's own decision.

    Where there is none the legal parameter `answer_question` holds. `extension`: by how many units more, once; 0: not.
    """

    KIND = "answer_limit"
    channel = models.CharField(max_length=10, choices=CHANNELS)
    amount = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=20)
    extension = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateField()
    basis = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "valid_from"], name="answer_limit_starts_once"),
            models.CheckConstraint(condition=Q(unit__in=("working_days", "natural_days")), name="answer_limit_in_days"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.valid_from}"


class Question(Thing):
    """咨询 What somebody asked. Who asked lies sealed; title and text are the asker's words and stay in the house.

    `organ`: whose item it is about; empty: the consultation desk's. `responsible`: the person who answers for it, the
    first who took it (`first_asked`) until another accepted it. `limit`, `extension`: as they stood on the day of
    asking; `due_on` is stored for lists and counted anew by the clock when the calendar changes.
    """

    KIND = "question"
    number = models.CharField(max_length=40, unique=True)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in State], default=State.ASKED)
    title = models.CharField(max_length=200)
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="questions_asked")
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    name = EncryptedCharField(max_length=200, blank=True)
    contact = EncryptedCharField(max_length=200, blank=True)
    first_asked = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    responsible = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    offered_to = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    asked_on = models.DateField()
    limit = models.CharField(max_length=30)
    extension = models.PositiveSmallIntegerField(default=0, help_text="what may be added once, in the limit's unit")
    extended = models.BooleanField(default=False)
    extension_reason = models.TextField(blank=True)
    due_on = models.DateField()
    score = models.PositiveSmallIntegerField(null=True)
    rating = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["organ", "state", "due_on"], name="question_of_organ"),
            models.Index(fields=["responsible", "state"], name="question_of_person"),
            models.Index(fields=["offered_to"], name="question_offered", condition=Q(offered_to__isnull=False)),
            models.Index(fields=["user"], name="question_of_account", condition=Q(user__isnull=False)),
            models.Index(fields=["due_on"], name="question_open", condition=~Q(state="answered")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="asked", responsible=None) | (~Q(state="asked") & Q(responsible__isnull=False)),
                name="question_taken_has_a_person",
            ),
            models.CheckConstraint(
                condition=Q(offered_to=None) | (Q(state="taken") & ~Q(offered_to=F("responsible"))),
                name="question_offered_to_another",
            ),
            models.CheckConstraint(condition=Q(score=None) | Q(score__gte=1, score__lte=5), name="question_score"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """People know it by its number."""
        return self.number


class Round(models.Model):
    """A question with its answer; the second one is the follow-up."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_on = models.DateField(null=True)
    answered_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["answered_on"], name="round_answered")]
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="round_once_a_question"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=2), name="round_one_follow_up"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_on=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_on__isnull=False, answered_by__isnull=False),
                name="round_answered_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.number}"


class HandOver(models.Model):
    """移交 An offer to answer for a question: it counts when the receiver accepts it."""

    class Outcome(models.TextChoices):
        WAITING = "waiting"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        OVERTAKEN = "overtaken"  # the giver answered meanwhile

    question = models.ForeignKey(Question, models.CASCADE, related_name="hand_overs")
    giver = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    reason = models.TextField()
    offered_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING)
    settled_at = models.DateTimeField(null=True)
    decline_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["question"], condition=Q(outcome="waiting"), name="one_hand_over_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="hand_over_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.outcome}"


class Reveal(models.Model):
    """That the responsible person was shown who asked, and why; the journal's entry holds no free text."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="reveals")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.question_id} {self.at:%Y-%m-%d %H:%M}"


class Faq(Thing):
    """常见问题 An answer for everybody, without personal data; taken back it is no longer shown, but kept."""

    KIND = "faq"
    question = models.ForeignKey(Question, models.PROTECT, related_name="published")
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="faqs")
    title = models.CharField(max_length=200)
    text = models.TextField()
    answer = models.TextField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal_reason = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["item", "-id"], name="faq_of_item", condition=Q(withdrawn_at=None))]

    def __str__(self) -> str:
        return self.title


class FaqGram(models.Model):
    """The pieces of a published answer by which it is found (`rules.publishing.grams`); `title`: it stands there."""

    faq = models.ForeignKey(Faq, models.CASCADE, related_name="grams")
    gram = models.CharField(max_length=20)
    title = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["gram", "faq", "title"], name="faq_by_gram")]
        constraints = [models.UniqueConstraint(fields=["faq", "gram"], name="gram_once_a_faq")]

    def __str__(self) -> str:
        return self.gram
