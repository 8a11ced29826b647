"""Types of the arguments that verbs of registers take: they tell the API, the pages and the scenarios what fits."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from annotated_types import Ge, Le, MaxLen
from pydantic import BeforeValidator, Field

from yimen.ground.kernel.errors import Refused
from yimen.rooms.catalogue.models import Item
from yimen.rooms.identity.models import Organ, Staff
from yimen.rooms.identity.queries import organ_by_code

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Of:
    """The argument is the key of a thing of this register (a label in scenarios)."""

    kind: str


@dataclass(frozen=True, slots=True)
class Upload:
    """The argument is the id of an upload."""


def _day(value: Any) -> Any:
    """A day as YYYY-MM-DD: pydantic would also take a number of seconds for one."""
    if isinstance(value, datetime) or not isinstance(value, date | str):
        raise ValueError("a day is written YYYY-MM-DD")
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("a day is written YYYY-MM-DD")
    return value


def _moment(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or "T" not in value:
        raise ValueError("a moment is written YYYY-MM-DDTHH:MM")
    return value


Word = Annotated[str, MaxLen(40)]
Name = Annotated[str, MaxLen(200)]
Line = Annotated[str, MaxLen(200)]
Url = Annotated[str, MaxLen(300)]
Text = Annotated[str, MaxLen(4000)]
Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=str), Field(strict=False)]
Moment = Annotated[datetime, BeforeValidator(_moment, json_schema_input_type=str), Field(strict=False)]
Count = Annotated[int, Ge(0), Le(1_000_000)]
OrganCode = Annotated[str, MaxLen(50), Of("organ")]
ItemCode = Annotated[str, MaxLen(120), Of("item")]
StaffName = Annotated[str, MaxLen(150), Of("staff")]
FileId = Annotated[str, MaxLen(64), Upload()]
Organs = Annotated[Sequence[OrganCode], MaxLen(200)]
Items = Annotated[Sequence[ItemCode], MaxLen(500)]
People = Annotated[Sequence[StaffName], MaxLen(200)]


def required(**texts: str) -> None:
    """Raises `reason.missing` naming the first text that says nothing."""
    for name, text in texts.items():
        if not text.strip():
            raise Refused("reason.missing", field=name)


def organ(code: str) -> Organ:
    """An organ by its code; raises `organ.unknown`."""
    return organ_by_code(code)


def item(code: str) -> Item:
    """An item by its code; raises `item.unknown`."""
    found = Item.objects.filter(code=code).select_related("organ").first() if "\x00" not in code else None
    if found is None:
        raise Refused("item.unknown", item=code[:120])
    return found


def items(codes: Sequence[str]) -> list[Item]:
    """Items by their codes, each once, in their order; raises `item.unknown`."""
    return [item(code) for code in dict.fromkeys(codes)]


def staff(username: str) -> Staff:
    """A person of the staff by the name of the account; raises `staff.unknown`."""
    found = Staff.objects.filter(user__username=username, active=True).select_related("organ", "user").first()
    if found is None:
        raise Refused("staff.unknown", staff=username[:150])
    return found
