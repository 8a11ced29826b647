"""Who applies, as named in an application, and whether the numbers can be right. Pure."""

from dataclasses import dataclass, replace
from datetime import date

from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.identifiers import check_credit_code, check_resident_id

# What the applicant's row takes; PostgreSQL would answer a longer value with an error instead of a refusal.
LONGEST = {"name": 200, "id_number": 50, "phone": 30, "email": 254}


@dataclass(frozen=True, slots=True)
class ApplicantData:
    """An applicant as named in an application. `id_kind` empty: resident_id for a person, credit_code otherwise."""

    name: str
    kind: str = "person"
    id_kind: str = ""
    id_number: str = ""
    phone: str = ""
    email: str = ""


SHOWABLE = ("id_number", "phone", "email")
_COUNTRY = "86"


def folded(field: str, text: str) -> str:
    """How a value is written for its blind index: an identity number in capitals, a telephone as its digits."""
    if field == "phone":
        digits = "".join(letter for letter in text if letter.isdecimal() and letter.isascii())
        # +86 138… and 138… are one telephone.
        return digits[2:] if len(digits) == 13 and digits.startswith(_COUNTRY + "1") else digits
    return "".join(text.split()).upper()


def complete_applicant(data: ApplicantData, record: ApplicantData | None) -> ApplicantData:
    """`data` with what was left empty taken from a record; untouched when its own number names somebody else."""
    if record is None:
        return data
    if data.id_number and folded("id_number", data.id_number) != folded("id_number", record.id_number):
        return data
    return replace(
        data,
        name=data.name.strip() or record.name,
        id_kind=data.id_kind if data.id_number else record.id_kind,
        id_number=data.id_number or record.id_number,
        phone=data.phone or record.phone,
        email=data.email or record.email,
    )


def check_applicant(data: ApplicantData, today: date) -> ApplicantData:
    """The data with its `id_kind` filled in; raises `applicant.invalid` naming the field and what is wrong.

    GB 11643 and GB 32100: the check character must fit and a birth date must exist; never judged by region.
    """
    kind = data.id_kind or ("resident_id" if data.kind == "person" else "credit_code")
    name, number = data.name.strip(), data.id_number.strip().upper()
    if not name:
        raise Refused("applicant.invalid", field="name", problem="missing")
    for field, text in (("name", name), ("id_number", number), ("phone", data.phone), ("email", data.email)):
        if len(text.strip()) > LONGEST[field]:
            raise Refused("applicant.invalid", field=field, problem="too_long", limit=LONGEST[field])
    problem = None
    if number and kind == "resident_id":
        problem = check_resident_id(number, today=today)
    elif number and kind == "credit_code":
        problem = check_credit_code(number)
    if problem:
        raise Refused("applicant.invalid", field="id_number", problem=problem)
    return ApplicantData(name, data.kind, kind, number, data.phone.strip(), data.email.strip())
