"""Drafts: what an applicant saves on the way. A draft is no application and has no number. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from yimen.rooms.catalogue.rules.file_rules import FileRule, check_number

KEEP = timedelta(days=30)
WARN_BEFORE = timedelta(days=3)
MOST_DRAFTS = 50
MOST_CHARACTERS = 400_000


def ends_at(saved_at: datetime) -> datetime:
    """When a draft that was saved at this moment is thrown away."""
    return saved_at + KEEP


def is_ending(expires_at: datetime, at: datetime) -> bool:
    """Whether it is time to warn."""
    return expires_at - WARN_BEFORE <= at


def merged(content: Mapping[str, Any], part: Mapping[str, Any], rules: Mapping[str, FileRule]) -> dict[str, Any]:
    """The content with what one page says: {who, situation, answers, materials} → {name: value}; None takes
    a value out.

    Raises `material.too_many_files` when a material that the page speaks of would have more files than its rule (by
    code; one without is judged as where a guide says nothing) allows.
    """
    whole = {key: dict(content.get(key) or {}) for key in ("who", "situation", "answers", "materials")}
    before = {code: len(files) for code, files in whole["materials"].items()}
    for key, values in part.items():
        for name, value in values.items():
            whole[key][name] = value
    for key, values in whole.items():
        whole[key] = {name: value for name, value in values.items() if value is not None}
    for code in part.get("materials", {}):
        number = len(whole["materials"].get(code, ()))
        if number > before.get(code, 0):  # taking one away is never refused
            check_number(rules.get(code, FileRule()), code, number)
    return whole
