"""YAML text → plain values, with the traps of YAML 1.1 taken out."""

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.conf import settings

from yimen.faces.stories.scenario.values import Malformed

MOST_BYTES = 1_000_000


class _Loader(yaml.SafeLoader):
    """A safe loader that refuses a key written twice: the second would silently win."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _value in node.value:
            if key_node.tag != "tag:yaml.org,2002:merge" and isinstance(key_node, yaml.ScalarNode):
                if key_node.value in seen:
                    raise Malformed(f"line {key_node.start_mark.line + 1}: the key {key_node.value!r} stands twice")
                seen.add(key_node.value)
        return super().construct_mapping(node, deep)


def read_document(path: Path) -> dict[str, Any]:
    """The mapping that a file holds; `Malformed` for anything else, whatever its bytes."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Malformed(f"can't be read: {error.strerror or error}") from None
    if len(raw) > MOST_BYTES:
        raise Malformed(f"is larger than {MOST_BYTES} bytes")
    try:
        found = yaml.load(raw.decode("utf-8-sig"), _Loader)
    except UnicodeDecodeError:
        raise Malformed("is not UTF-8 text") from None
    except yaml.YAMLError as error:
        raise Malformed("is not YAML: " + " ".join(str(error).split())) from None
    except (RecursionError, ValueError, TypeError, OverflowError, AttributeError) as error:
        # Impossible dates, unhashable keys and endless nesting surface as plain Python errors.
        raise Malformed(f"is not YAML that can be understood: {error}") from None
    if not isinstance(found, dict):
        raise Malformed("must be a mapping with title, given and steps")
    return found


def only(found: Any, where: str, known: tuple[str, ...]) -> dict[str, Any]:
    """A mapping whose keys are all `known`; None is an empty one."""
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Malformed(f"{where} must be a mapping")
    # YAML 1.1 reads the key `on` as true and `off` as false.
    keys = {("on" if key is True else "off" if key is False else key): value for key, value in found.items()}
    for key in keys:
        if key not in known:
            raise Malformed(f"{where}: unknown key {key!r}; known are {', '.join(known)}")
    return keys


def text(value: Any, where: str) -> str:
    """A scalar as text: codes such as 001 or 2025 may come as numbers."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Malformed(f"{where} must be a word, not {value!r}")
    return str(value).strip()


def items_of(value: Any, where: str) -> list[Any]:
    """A list; a single word is a list of one, None an empty one."""
    if value is None:
        return []
    if isinstance(value, list):
        return value
    if isinstance(value, str | int):
        return [value]
    raise Malformed(f"{where} must be a list")


def day(value: Any, where: str) -> date:
    """A date, written as such or in quotes."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        raise Malformed(f"{where} must be a date such as 2025-01-20, not {value!r}") from None


def moment(value: Any, where: str) -> datetime:
    """Local time of the centre; YAML gives a text (no seconds), a datetime, or a date (its first minute)."""
    zone = ZoneInfo(settings.TIME_ZONE)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if not isinstance(value, datetime):
        try:
            value = datetime.fromisoformat(str(value).strip())
        except ValueError:
            raise Malformed(f"{where} must be a time such as 2025-01-20T10:00, not {value!r}") from None
    return value.astimezone(zone) if value.tzinfo else value.replace(tzinfo=zone)
