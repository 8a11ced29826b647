"""Verbs of certificates, called inside the verbs of casework (which leave the journal entry)."""

from datetime import date

from yimen.ground.engines import sql
from yimen.ground.kernel.numbering import certificate_number
from yimen.rooms.certificates.models import Certificate
from yimen.rooms.documents.actions import next_number
from yimen.rooms.identity.tenure import names_on


def _years_later(day: date, years: int) -> date:
    """The last day of a validity of whole years: the eve of the anniversary."""
    try:
        anniversary = day.replace(year=day.year + years)
    except ValueError:  # 29 February
        anniversary = date(day.year + years, 3, 1)
    return date.fromordinal(anniversary.toordinal() - 1)


def issue(
    *,
    area_code: str,
    holder_kind: str,
    holder_name: str,
    item_code: str,
    item_name: str,
    organ_id: int,
    validity_years: int | None,
    ground: str,
    day: date,
) -> str:
    """A valid certificate of `day`; returns its number."""
    number = certificate_number(area_code, day, next_number(f"certificate:{area_code}:{day:%Y%m%d}"))
    sql.insert(
        Certificate,
        number=number,
        holder_kind=holder_kind,
        holder_name=holder_name,
        item_code=item_code,
        item_name=item_name,
        organ_id=organ_id,
        organ_name=names_on(organ_id, day)[0],
        issued_on=day,
        valid_to=_years_later(day, validity_years) if validity_years else None,
        ground=ground,
    )
    return number
