"""Drafts: what an applicant saves on the way. A draft is no application and has no number. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from yimen.ground.kernel.errors import Refused

KEEP = timedelta(days=30)
WARN_BEFORE = timedelta(days=3)
MOST_DRAFTS = 50
MOST_FILES = 10
MOST_CHARACTERS = 400_000


def ends_at(saved_at: datetime) -> datetime:
    """When a draft that was saved at this moment is thrown away."""
    return saved_at + KEEP


def is_ending(expires_at: datetime, at: datetime) -> bool:
    """Whether it is time to warn."""
    return expires_at - WARN_BEFORE <= at


def merged(content: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    """The content with what one page says: {who, answers, materials} → {name: value}; None takes a value out.

    Raises `draft.too_many_files` when a material would have more than ten files.
    """
    whole = {key: dict(content.get(key) or {}) for key in ("who", "answers", "materials")}
    for key, values in part.items():
        for name, value in values.items():
            whole[key][name] = value
    for key, values in whole.items():
        whole[key] = {name: value for name, value in values.items() if value is not None}
    crowded = [code for code, files in whole["materials"].items() if len(files) > MOST_FILES]
    if crowded:
        raise Refused("draft.too_many_files", limit=MOST_FILES)
    return whole
