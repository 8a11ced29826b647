"""What a scenario file says, checked and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


class Malformed(Exception):
    """The file does not follow the format; the message says where and what."""


@dataclass(frozen=True)
class ItemGiven:
    """An item with one published version; limits are Terms as text. `subject`, `authorised`: False where who may decide
    has lapsed."""

    code: str
    name: str
    organ: str
    statutory_limit: str
    promised_limit: str
    review: str
    approver: str
    materials: tuple[tuple[str, str, str], ...]
    extension: Mapping[str, Any] | None
    special_procedures: tuple[Any, ...]
    valid_from: date
    valid_to: date | None
    subject: bool = True
    authorised: bool = True


@dataclass(frozen=True)
class PersonGiven:
    """A person under `staff`; `organ` empty: of no organ."""

    roles: tuple[str, ...]
    organ: str
    authorised: bool = True


@dataclass(frozen=True)
class Given:
    """The centre in which a story happens."""

    organs: Mapping[str, str]
    items: tuple[ItemGiven, ...]
    staff: Mapping[str, PersonGiven]
    days_off: tuple[date, ...] = ()
    days_at_work: tuple[date, ...] = ()
    office_hours: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """`then`: facts of a case, or of a thing of the register `kind`, by its label `case`, as (dotted name, expected
    value); `at` None: the time of the step before."""

    case: str
    facts: tuple[tuple[str, Any], ...]
    at: datetime | None = None
    kind: str = ""

    @property
    def what(self) -> str:
        """How the report names it."""
        return f"{self.kind} {self.case}".strip()


@dataclass(frozen=True)
class Step:
    """One entry under `steps`: a verb (`do`), checks, or both."""

    position: int
    at: datetime | None = None
    by: str = ""
    do: str = ""
    case: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    refused: str = ""
    version: int | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()

    @property
    def place(self) -> str:
        """How the report names it."""
        return f"step {self.position}"


@dataclass(frozen=True)
class Scenario:
    """One file."""

    title: str
    clauses: tuple[str, ...]
    basis: str
    given: Given
    steps: tuple[Step, ...]
