"""Reading from the store. Whoever asks names the owners whose files may be seen."""

import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from yimen.ground.files.models import Upload
from yimen.ground.kernel.errors import Refused

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_PUBLIC_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


def find(public_id: str, owners: Collection[str]) -> Upload:
    """The upload, if one of `owners` ("staff:12", …) made it; Refused(`file.unknown`) otherwise, and for any junk."""
    found = find_all([public_id], owners)
    if public_id not in found:
        raise Refused("file.unknown", file=public_id[:40])
    return found[public_id]


def find_all(public_ids: Iterable[str], owners: Collection[str]) -> dict[str, Upload]:
    """{public_id: upload} of those that exist and belong to `owners`; one query however many are asked for."""
    sound = {public_id for public_id in public_ids if _PUBLIC_ID.fullmatch(public_id)}
    if not sound:
        return {}
    return {u.public_id: u for u in Upload.objects.filter(public_id__in=sound, owner__in=list(owners))}


def path_of(sha256: str) -> Path:
    """Where these bytes lie: FILES_DIR/aa/bb/sha256. ValueError for anything that is not a lower-case SHA-256."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a SHA-256 in hex")
    return Path(settings.FILES_DIR) / sha256[:2] / sha256[2:4] / sha256


def open_file(sha256: str) -> BinaryIO:
    """The stored bytes, open for reading; FileNotFoundError when they are gone."""
    return path_of(sha256).open("rb")
