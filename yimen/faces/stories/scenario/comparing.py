"""Compares what a story expects with the facts of a case."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

_MISSING = object()


def find(facts: Any, name: str) -> Any:
    """The value under a dotted name; `KeyError` with the part that is not there. Lists are entered by position."""
    found = facts
    for part in name.split("."):
        if isinstance(found, Mapping):
            found = found.get(part, _MISSING)
        elif isinstance(found, list | tuple) and part.isdecimal() and int(part) < len(found):
            found = found[int(part)]
        else:
            found = _MISSING
        if found is _MISSING:
            raise KeyError(part)
    return found


def same(expected: Any, actual: Any) -> bool:
    """Equality as a reader of the file means it: dates may stand in quotes, moments are local and to the minute,
    a mapping is compared in the keys that it names."""
    if isinstance(actual, datetime):
        return _moment(expected) == _local(actual)
    if isinstance(actual, date):
        return _day(expected) == actual
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        return all(key in actual and same(value, actual[key]) for key, value in expected.items())
    if isinstance(expected, list) and isinstance(actual, list | tuple):
        return len(expected) == len(actual) and all(map(same, expected, actual))
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(actual, str) and isinstance(expected, int | float | date):
        return str(expected) == actual
    return bool(expected == actual)


def shown(value: Any) -> str:
    """A value as the file would write it."""
    if isinstance(value, datetime):
        return _local(value).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {shown(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(shown, value)) + "]"
    return str(value)


def _local(moment: datetime) -> datetime:
    zone = ZoneInfo(settings.TIME_ZONE)
    local = moment.astimezone(zone) if moment.tzinfo else moment
    return local.replace(second=0, microsecond=0, tzinfo=None)


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return _local(value)
    try:
        return _local(datetime.fromisoformat(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
