"""Files come in before the act that uses them: an upload is no act in law and leaves no journal entry."""

from datetime import datetime
from typing import Any

from yimen.ground.engines import limits
from yimen.ground.files import actions
from yimen.ground.files.models import Upload
from yimen.rooms.catalogue.rules.file_rules import FileRule, HandedFile, check_file
from yimen.rooms.identity.actor import Actor


def upload_file(
    stream: Any, *, name: str, by: Actor, at: datetime, code: str = "", rule: FileRule | None = None
) -> Upload:
    """Keep a file for its owner; `submit_application` and the corrections name it by its `public_id`.

    `rule`: of the material `code` for which it is meant, where that is known. Raises `file.empty`, `file.too_large`,
    `file.wrong_type`, `file.macros`, `file.unpacks_too_far`, `material.file_kind`, `material.file_size`,
    `rate.limited`. Not inside a transaction: disks are slow.
    """
    limits.count("upload", by.id, at=at)

    def check(cleaned: str, media_type: str, size: int) -> None:
        if rule is not None:
            check_file(rule, HandedFile(code, cleaned, media_type, size))

    return actions.store_upload(stream, name=name, owner=by.id, at=at, check=check)
