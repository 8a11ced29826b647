"""公示 When a decision is made public, when not, and what of it (行政许可法 第五条第二款、第四十条). Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.identifiers import check_credit_code, check_resident_id, mask_name
from yimen.ground.kernel.lifecycle import Edge, Lifecycle


class Standing(StrEnum):
    """Where the publication of a decision stands."""

    WAITING = "waiting"
    PUBLISHED = "published"
    WITHHELD = "withheld"
    WITHDRAWN = "withdrawn"


# The three grounds of Article 5; what was published by mistake can be taken back as well.
Secrecy = Literal["state_secret", "trade_secret", "privacy"]
Ground = Literal["state_secret", "trade_secret", "privacy", "mistake"]
HIDDEN = (Standing.WITHHELD, Standing.WITHDRAWN)

PUBLISHING = Lifecycle(
    [
        Edge("publish_decision", Standing.WAITING, Standing.PUBLISHED, "第四十条"),
        Edge("publish_decision", Standing.WITHHELD, Standing.PUBLISHED, "第四十条"),
        Edge("publish_decision", Standing.WITHDRAWN, Standing.PUBLISHED, "第四十条"),
        Edge("correct_publication", Standing.PUBLISHED, Standing.PUBLISHED, "第四十条"),
        Edge("withhold_decision", Standing.WAITING, Standing.WITHHELD, "第五条第二款"),
        Edge("withdraw_publication", Standing.PUBLISHED, Standing.WITHDRAWN, "第五条第二款"),
    ]
)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who got or did not get the licence, as anyone may read it."""

    kind: str
    name: str
    credit_code: str


def public_holder(kind: str, name: str, id_number: str, *, on: date) -> Holder:
    """A natural person by the masked name alone; an enterprise by its name and, when it is one, its credit code.

    The number of an enterprise is published only when it is a credit code and can't be a citizen's number (one in
    thirty of those has the check digit of a credit code): whatever else was typed into that field stays here. `on`:
    the day of the decision.
    """
    if kind != "organisation":
        return Holder("person", mask_name(name), "")
    code = id_number.strip().upper()
    is_code = check_credit_code(code) is None and check_resident_id(code, today=on) is not None
    return Holder(kind, name, code if is_code else "")


def check_changed(before: dict[str, object], after: dict[str, object]) -> None:
    """A correction corrects something; raises `publication.unchanged`."""
    if before == after:
        raise Refused("publication.unchanged")
