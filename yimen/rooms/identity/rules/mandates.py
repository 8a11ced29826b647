"""Mandates: whom an account acts for. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.identifiers import check_credit_code


@dataclass(frozen=True, slots=True)
class Mandate:
    """One accepted mandate of an account on the day of the act; `items` empty: every item."""

    key: int
    credit_code: str
    kind: str
    items: tuple[str, ...] = ()

    def covers(self, item: str) -> bool:
        """Whether the mandate reaches a case of this item."""
        return not self.items or item in self.items


def check_credit(text: str) -> str:
    """The enterprise's credit code in capitals; raises `applicant.invalid`."""
    code = "".join(text.split()).upper()
    problem = check_credit_code(code) if code else "missing"
    if problem:
        raise Refused("applicant.invalid", field="credit_code", problem=problem)
    return code


def check_term(items: Sequence[str], valid_to: date | None, today: date) -> list[str]:
    """The codes of items, each once; raises `input.invalid` for a mandate that has ended before it begins."""
    if valid_to is not None and valid_to < today:
        raise Refused("input.invalid", field="valid_to")
    return list(dict.fromkeys(code.strip() for code in items if code.strip()))
