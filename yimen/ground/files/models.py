"""Tables of files. No foreign keys upward: the owner is the journal's text id."""

from django.db import models


class Upload(models.Model):
    """A file handed in by somebody: `public_id` is what pages and the API name, `sha256` where the bytes lie."""

    public_id = models.CharField(max_length=32, unique=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    owner = models.CharField(max_length=64, help_text='"staff:12", "applicant:7", or "session:HASH"')
    uploaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
