"""Three insert-only tables. Triggers refuse every change (see `guards`); nothing here has a foreign key."""

from django.db import models
from django.db.models import Q


class Entry(models.Model):
    """One verb that happened. Written by `actions.record` only, in the transaction of the verb.

    `facts` is canonical JSON **text**: `jsonb` would reorder keys and the digest would no longer hold.
    `digest` is the leaf hash (64 hex) of the content without the id, which the database only gives at the insert;
    sealing hashes the content again with the id, so a signed head binds both.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(help_text="when it happened in law")
    recorded_at = models.DateTimeField(help_text="when the server wrote it down")
    verb = models.CharField(max_length=64)
    subject = models.CharField(max_length=120, help_text="kind:number, as case:371500-20261124-0012-7")
    actor = models.CharField(max_length=64)
    role = models.CharField(max_length=64)
    organ = models.CharField(max_length=64)
    facts = models.TextField()
    digest = models.CharField(max_length=64)
    request_key = models.CharField(max_length=120, null=True)  # noqa: DJ001  NULL: no key, so not unique
    request_hash = models.CharField(max_length=64, null=True)  # noqa: DJ001

    class Meta:
        db_table = "journal_entry"
        indexes = [models.Index(fields=["subject"], name="journal_entry_subject")]
        constraints = [
            # The idempotency key of a request lives in the entry: the same transaction, so never half there.
            models.UniqueConstraint(
                fields=["actor", "request_key"], condition=Q(request_key__isnull=False), name="journal_entry_request"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.verb} {self.subject}"


class Leaf(models.Model):
    """The place of an entry under a head. `hash` (64 hex) is the leaf hash of the content with the entry's id."""

    entry_id = models.BigIntegerField(primary_key=True)
    head_id = models.BigIntegerField()
    position = models.IntegerField(help_text="0-based")
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "journal_leaf"
        constraints = [models.UniqueConstraint(fields=["head_id", "position"], name="journal_leaf_place")]


class Head(models.Model):
    """A signed statement: these `count` leaves have this `root`, after the head whose content hashes to `previous`.

    Ids count from 1 without a gap, so two sealers that race want the same id and one of them starts again.
    """

    id = models.BigIntegerField(primary_key=True)
    previous = models.CharField(max_length=64, unique=True, help_text='hex; "" for the first')
    count = models.IntegerField()
    total = models.BigIntegerField(help_text="leaves under this head and all before it")
    root = models.CharField(max_length=64)
    at = models.DateTimeField()
    key = models.CharField(max_length=16, help_text="id of the public key")
    signature = models.CharField(max_length=128)

    class Meta:
        db_table = "journal_head"


class Thing(models.Model):
    """A row of a register: it has a key, a version that counts its changes, and one journal entry for each of them.

    `KIND` is the register's word ("order"): the label of scenarios, the path of the API, the first half of its
    subject. Written by `actions.enter` and `actions.change` only.
    """

    KIND = ""
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    @property
    def key(self) -> str:
        """What faces and the journal call it."""
        return str(self.pk)

    @property
    def subject(self) -> str:
        """The journal's name of it."""
        return f"{self.KIND}:{self.key}"[:120]
