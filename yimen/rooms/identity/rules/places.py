"""What must be true of names, windows and postings before they are written down."""

from collections.abc import Collection
from datetime import date

from yimen.ground.kernel.errors import Refused

COMPREHENSIVE = "comprehensive"
IMAGES = ("image/jpeg", "image/png")


def check_text(**texts: str) -> None:
    """Raises `reason.missing` for the first text that says nothing."""
    for name, text in texts.items():
        if not text.strip():
            raise Refused("reason.missing", field=name)


def check_ahead(day: date, today: date, field: str) -> None:
    """What moves powers can't be dated back: acts were done under the old state. Raises `day.past`."""
    if day < today:
        raise Refused("day.past", field=field, today=today.isoformat())


def check_open(closed_on: date | None, on: date) -> None:
    """Raises `window.closed`."""
    if closed_on is not None and closed_on <= on:
        raise Refused("window.closed", closed_on=closed_on.isoformat())


def check_shared(sort: str) -> None:
    """Only a comprehensive window is shared by organs; raises `window.not_comprehensive`."""
    if sort != COMPREHENSIVE:
        raise Refused("window.not_comprehensive")


def check_place(*, window: bool, section: bool) -> None:
    """A posting is to a window or to a section; raises `posting.one_place`."""
    if window == section:
        raise Refused("posting.one_place")


def check_serves(organ: int | None, serves: Collection[int]) -> None:
    """A person sits at a window that serves the own organ; raises `posting.other_organ`."""
    if organ is not None and serves and organ not in serves:
        raise Refused("posting.other_organ")


def check_photo(media_type: str) -> None:
    """Raises `photo.not_an_image`."""
    if media_type not in IMAGES:
        raise Refused("photo.not_an_image", media_type=media_type)
