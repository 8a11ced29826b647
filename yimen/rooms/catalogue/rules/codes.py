"""What a code says about itself. Real lists carry junk; a code is told apart, never a reason to lose a row.

Layouts: rules §7.2 (reconstructed from real codes; GB/T 39554.1 itself could not be read).
"""

import re
from enum import StrEnum

from yimen.ground.kernel.identifiers import check_credit_code


class OrganCode(StrEnum):
    """Kinds of text found where an organ's code should be."""

    MISSING = "missing"
    CREDIT_CODE = "credit_code"  # GB 32100, 18 characters, check digit right
    BAD_CREDIT_CODE = "bad_credit_code"  # 17 to 19 characters of the right look that fail the check
    ORGANISATION_CODE = "organisation_code"  # GB 11714, 8 characters and a check, used until 2015
    AREA_CODE = "area_code"  # 6, 9 or 12 digits of a region put in its place
    DAMAGED = "damaged"  # a spreadsheet made a number of it
    JUNK = "junk"  # 1111111111111111 and anything else


class ItemScheme(StrEnum):
    """Layouts of item codes."""

    NATIONAL_12 = "national_12"  # 基本编码
    NATIONAL_31 = "national_31"  # 实施编码
    NATIONAL_33 = "national_33"  # 业务办理项编码
    LETTERS_10 = "letters_10"  # 国办函〔2016〕108号: XK + 5 + 3
    SICHUAN = "sichuan"
    HUBEI = "hubei"
    DERIVED = "derived"  # made by the import for a list without codes
    LOCAL = "local"


DERIVED_PREFIX = "import:"

_ORGANISATION_CODE = re.compile(r"[0-9A-Z]{8}-?[0-9X]", re.ASCII)
_AREA_CODE = re.compile(r"[1-8]\d(?:\d{4}|\d{7}|\d{10})", re.ASCII)
_LIKE_CREDIT_CODE = re.compile(r"[0-9A-Z]{17,19}", re.ASCII)
_EXPONENT = re.compile(r"[+-]?\d(?:[.,]\d+)?E\+?\d{1,3}", re.ASCII | re.IGNORECASE)
_ROUNDED = re.compile(r"\d{15}0{3,}", re.ASCII)
_FORMULA_TEXT = re.compile(r'="(.*)"')
_SCHEMES = (
    (ItemScheme.NATIONAL_31, re.compile(r"[0-9A-HJ-NP-RTUWXY]{18}[1-7]\d{12}", re.ASCII)),
    (ItemScheme.NATIONAL_33, re.compile(r"[0-9A-HJ-NP-RTUWXY]{18}[1-7]\d{14}", re.ASCII)),
    (ItemScheme.NATIONAL_12, re.compile(r"\d{12}", re.ASCII)),
    (ItemScheme.HUBEI, re.compile(r"42\d{14}", re.ASCII)),
    (ItemScheme.LETTERS_10, re.compile(r"[A-Z]{2}\d{7}[\dY]", re.ASCII)),
    # base code - (sequence) - area - office - organ - version - option; 国家 bases are a letter and a number
    (ItemScheme.SICHUAN, re.compile(r"(?:51\d\w{4,}|[A-Z]-\d{6})-[\w-]{12,}", re.ASCII)),
    (ItemScheme.DERIVED, re.compile(re.escape(DERIVED_PREFIX) + r"[0-9a-f]{24}", re.ASCII)),
)


def classify_organ_code(text: str) -> OrganCode:
    """The kind of an organ's code; small letters count as capitals."""
    code = text.strip().upper()
    if not code:
        return OrganCode.MISSING
    if is_damaged(code):
        return OrganCode.DAMAGED
    if check_credit_code(code) is None:
        return OrganCode.CREDIT_CODE
    if len(set(code.replace("-", ""))) == 1:
        return OrganCode.JUNK
    if _LIKE_CREDIT_CODE.fullmatch(code):
        return OrganCode.BAD_CREDIT_CODE
    if _ORGANISATION_CODE.fullmatch(code) and _organisation_check(code):
        return OrganCode.ORGANISATION_CODE
    return OrganCode.AREA_CODE if _AREA_CODE.fullmatch(code) else OrganCode.JUNK


def _organisation_check(code: str) -> bool:
    """GB 11714: weights 3 7 9 10 5 8 4 2 over eight characters, 11 less the remainder; 10 is X, 11 is 0."""
    body, check = code.replace("-", "")[:8], code[-1]
    total = sum(w * int(c, 36) for w, c in zip((3, 7, 9, 10, 5, 8, 4, 2), body, strict=True))
    return "0X987654321"[total % 11] == check


def guess_scheme(code: str) -> ItemScheme:
    """The layout of an item's code, `local` when it is none that is known."""
    return next((scheme for scheme, pattern in _SCHEMES if pattern.fullmatch(code)), ItemScheme.LOCAL)


def is_damaged(code: str) -> bool:
    """True when a spreadsheet turned the code into a number and lost digits of it.

    3.30104741801091E20 shows it; so do 18 and more digits that are all zero after the fifteenth, the last one that a
    spreadsheet keeps.
    """
    return bool(_EXPONENT.fullmatch(code) or _ROUNDED.fullmatch(code))


def mend(code: str) -> str:
    """The code without what spreadsheets put around a text: a leading apostrophe, `="…"`, a `$` at either end.

    Digits are never guessed; see `is_damaged`.
    """
    code = code.strip()
    formula = _FORMULA_TEXT.fullmatch(code)
    return (formula[1] if formula else code).strip().lstrip("'’‘").strip("$").strip()
