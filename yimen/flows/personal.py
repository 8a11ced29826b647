"""Personal data: shown in clear only for a reason, looked up only by who knows the number or the whole name already.

个人信息保护法 第六条 (the least that the purpose needs), 第五十一条 (limits of access), 第五十四条 (audit).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from annotated_types import MaxLen, MinLen

from yimen.flows.frame import case_verb, plain_verb
from yimen.ground.kernel.identifiers import mask, mask_email
from yimen.rooms.cases import queries
from yimen.rooms.cases.actions import disclosure
from yimen.rooms.cases.models import Case
from yimen.rooms.identity.actions import note_look_up
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Applicant
from yimen.rooms.identity.queries import with_number

Shown = Annotated[Sequence[Literal["id_number", "phone", "email"]], MinLen(1), MaxLen(3)]
Purpose = Literal["contact", "verify_identity", "draw_up_paper", "correct_record", "other"]
MOST_FOUND = 5


@case_verb
def reveal_personal_data(
    case: Case, *, fields: Shown, purpose: Purpose, reason: Annotated[str, MaxLen(500)], by: Actor, at: datetime
) -> None:
    """Show numbers of the applicant in clear, once: the answer carries them as `disclosed`.

    The journal keeps who, which fields and the purpose, never the values; the reason stands in an erasable row.
    """
    shown = disclosure.reveal(case, columns=sorted(set(fields)), purpose=purpose, reason=reason, by=by, at=at)
    case.disclosed = shown  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Found:
    """An applicant found in the records: the name, the numbers masked, and the key by which a hand-in takes them."""

    record: int
    name: str
    kind: str
    id_number: str
    phone: str
    email: str


def masked(applicant: Applicant) -> Found:
    """What a window sees of a record."""
    return Found(
        applicant.pk,
        applicant.name,
        applicant.kind,
        mask(applicant.id_number),
        mask(applicant.phone),
        mask_email(applicant.email),
    )


@plain_verb
def look_up_applicant(
    *, field: Literal["id_number", "phone", "name"], text: Annotated[str, MaxLen(200)], by: Actor, at: datetime
) -> list[Found]:
    """Applicants of the own organ's cases with exactly this number or name, the latest record first; five at most.

    Found or not, it is journalled, with a keyed hash of what was looked for.
    """
    records = with_number(queries.applicants_of_organ(by.organ_id), field, text)
    latest = {(row.id_number_index, row.name): row for row in reversed(records)}
    found = sorted(latest.values(), key=lambda row: -row.pk)[:MOST_FOUND]
    note_look_up(field, text, found=len(found), by=by, at=at)
    return [masked(row) for row in found]


def record_of_own_organ(key: int, by: Actor) -> Found | None:
    """A record again, masked, for who may see it; None for any other key."""
    row = queries.applicants_of_organ(by.organ_id).filter(pk=key).first()
    return masked(row) if row else None
