"""A model field whose value lies sealed in the database (`crypto`), for the ORM and for `engines/sql.py` alike."""

from typing import Any

from django.db import models
from django.db.models.lookups import Exact

from yimen.ground.engines.crypto import seal, unseal


class EncryptedCharField(models.TextField):
    """Text that is clear in Python and sealed in its column. `max_length` counts the clear text.

    It can be asked whether it is empty, and nothing else: the same text is sealed anew each time, so equality would
    always be false. Keep a blind index beside it where it must be found.
    """

    @property
    def place(self) -> str:
        """The associated data's "model.field"."""
        return f"{self.model._meta.label}.{self.name}"

    def get_prep_value(self, value: Any) -> Any:
        """Sealed on its way in, whichever way."""
        return seal(str(value), self.place) if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """Opened on its way out."""
        return unseal(value, self.place) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """`exact` with "" and `isnull`; FieldError for everything else."""
        if lookup_name == "exact":
            return _OnlyEmpty
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def get_transform(self, lookup_name: str) -> Any:
        """None: no function of a sealed text means anything."""
        return None


class _OnlyEmpty(Exact):
    def get_prep_lookup(self) -> Any:
        if self.rhs != "":
            raise TypeError("a sealed value can't be looked for; use its blind index")
        return ""
