"""许可主体 Who may be a licensing subject (行政许可法 第二十二条至第二十四条). Pure."""

from datetime import date
from enum import StrEnum

from yimen.ground.kernel.errors import Refused


class Kind(StrEnum):
    """By its own statutory power, authorised by a law or regulation, or entrusted by another organ."""

    STATUTORY = "statutory"
    AUTHORISED = "authorised"
    ENTRUSTED = "entrusted"


BASES = {
    Kind.STATUTORY: "行政许可法 第二十二条",
    Kind.AUTHORISED: "行政许可法 第二十三条",
    Kind.ENTRUSTED: "行政许可法 第二十四条",
}


def check_entruster(kind: Kind, *, named: bool, is_itself: bool) -> None:
    """第二十四条: an entrustment names its entruster, another organ; nothing else has one."""
    if (kind == Kind.ENTRUSTED) != named or is_itself:
        raise Refused("subject.entruster", kind=str(kind))


def check_is_administrative(*, of_centre: bool, authorised_organisation: bool) -> None:
    """第二十四条第一款: entrusted is another *administrative organ*: not the centre, not an organisation that a
    regulation authorised."""
    if of_centre or authorised_organisation:
        raise Refused("subject.not_administrative")


def check_own_power(*, holds: bool, only_entrusted: bool) -> None:
    """第二十四条第一款、第三款: an organ entrusts within its own power; what was entrusted goes no further."""
    if only_entrusted:
        raise Refused("subject.no_sub_delegation")
    if not holds:
        raise Refused("subject.entruster_without_power")


def announced_on(announcement: str, day: date | None, today: date) -> date | None:
    """第二十四条第二款: the day from which an entrustment is announced. Without an announcement there is none; unless
    told it is today. Raises `subject.announced_later` for a day to come."""
    if not announcement.strip():
        if day is not None:
            raise Refused("reason.missing", field="announcement")
        return None
    if day is not None and day > today:
        raise Refused("subject.announced_later", announced_on=day.isoformat())
    return day or today
