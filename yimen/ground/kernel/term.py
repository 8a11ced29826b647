"""A term: an amount of time and the unit that the law counts it in. A limit without its unit means nothing."""

import re
from dataclasses import dataclass
from enum import StrEnum

_PATTERN = re.compile(r"\s*(\d{1,5})\s+([a-z_]+)\s*", re.ASCII)


class Unit(StrEnum):
    """Working days are the unit of the Licensing Law (行政许可法 第八十二条); other statutes count natural days."""

    WORKING_DAYS = "working_days"
    NATURAL_DAYS = "natural_days"
    HOURS = "hours"


_MOST = {Unit.WORKING_DAYS: 3660, Unit.NATURAL_DAYS: 3660, Unit.HOURS: 8784}


@dataclass(frozen=True, slots=True)
class Term:
    """`amount` whole units; 0 is the day itself. ValueError beyond 3,660 days or 8,784 hours."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if isinstance(self.amount, bool) or not isinstance(self.amount, int):
            raise ValueError(f"a term is a whole number, not {self.amount!r}")
        object.__setattr__(self, "unit", Unit(self.unit))
        if not 0 <= self.amount <= _MOST[self.unit]:
            raise ValueError(f"a term of {self.unit} lies between 0 and {_MOST[self.unit]}, not {self.amount}")

    @classmethod
    def parse(cls, text: str) -> "Term":
        """`"20 working_days"` → Term; ValueError for anything else."""
        match = _PATTERN.fullmatch(text)
        if match is None:
            raise ValueError(f"not a term: {text!r}; write for example '20 working_days'")
        return cls(int(match[1]), Unit(match[2]))

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"
