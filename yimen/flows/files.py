"""Files come in before the act that uses them: an upload is no act in law and leaves no journal entry."""

from datetime import datetime
from typing import Any

from yimen.ground.engines import limits
from yimen.ground.files import actions
from yimen.ground.files.models import Upload
from yimen.rooms.identity.actor import Actor


def upload_file(stream: Any, *, name: str, by: Actor, at: datetime) -> Upload:
    """Keep a file for its owner; `submit_application` and the corrections name it by its `public_id`.

    Raises `file.empty`, `file.too_large`, `file.wrong_type`, `rate.limited`. Not inside a transaction: disks are slow.
    """
    limits.count("upload", by.id, at=at)
    return actions.store_upload(stream, name=name, owner=by.id, at=at)
