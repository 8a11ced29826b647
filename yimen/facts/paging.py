"""Pages by key: the last row shown names its day and its id, and the next page begins after it."""

from datetime import date


def read_key(after: str) -> tuple[date, int] | None:
    """`2026-03-14_217` → (day, id); None for a key that is none, which begins at the top."""
    day, _, key = after.partition("_")
    try:
        return (date.fromisoformat(day), int(key)) if key.isascii() and key.isdigit() and len(key) < 19 else None
    except ValueError:
        return None


def write_key(day: date, key: int) -> str:
    """The key of a row."""
    return f"{day.isoformat()}_{key}"
