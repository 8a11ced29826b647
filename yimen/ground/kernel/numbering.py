"""Numbers that people read aloud, with a check digit (ISO 7064 MOD 11,10), and the secret that goes with them."""

import hmac
import re
from datetime import date
from hashlib import sha256

# No 0/O, 1/I/L: a password is read from paper and typed.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_PASSWORD_LENGTH = 10
_AREA = re.compile(r"[0-9]{6}")
_CASE = re.compile(r"([0-9]{6})-([0-9]{8})-([0-9]{4,12})-([0-9])")
_CERTIFICATE = re.compile(r"([0-9]{6})-C([0-9]{8})-([0-9]{4,12})-([0-9])")


def _check_digit(digits: str) -> int:
    """ISO 7064 MOD 11,10: finds every single wrong digit and nearly every swap of two neighbours."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10


def _parts(area: str, day: date, sequence: int) -> tuple[str, str, str]:
    if not _AREA.fullmatch(area):
        raise ValueError(f"an area has six digits, not {area!r}")
    if not 0 < sequence < 10**12:
        raise ValueError(f"a sequence starts at 1, not {sequence}")
    return area, f"{day:%Y%m%d}", f"{sequence:04d}"


def _holds(match: re.Match[str] | None) -> bool:
    return match is not None and _check_digit(match[1] + match[2] + match[3]) == int(match[4])


def case_number(area: str, day: date, sequence: int) -> str:
    """`("371500", 2026-11-24, 12)` → `371500-20261124-0012-7`; the sequence starts anew each day and may grow."""
    parts = _parts(area, day, sequence)
    return "-".join((*parts, str(_check_digit("".join(parts)))))


def check_case_number(text: str) -> bool:
    """Whether `text` has the form of a case number and its check digit fits."""
    return _holds(_CASE.fullmatch(text))


def certificate_number(area: str, day: date, sequence: int) -> str:
    """`371500-C20261124-0012-7`: like a case number, with a C so that nobody takes one for the other."""
    region, when, running = _parts(area, day, sequence)
    return f"{region}-C{when}-{running}-{_check_digit(region + when + running)}"


def check_certificate_number(text: str) -> bool:
    """Whether `text` has the form of a certificate number and its check digit fits."""
    return _holds(_CERTIFICATE.fullmatch(text))


def question_number(area: str, day: date, sequence: int) -> str:
    """`371500-Z20261124-0012-7`: like a case number, with a Z (咨询) so that nobody takes one for the other."""
    region, when, running = _parts(area, day, sequence)
    return f"{region}-Z{when}-{running}-{_check_digit(region + when + running)}"


def document_number(prefix: str, year: int, sequence: int) -> str:
    """`("聊政许准", 2026, 12)` → `聊政许准〔2026〕12号`, the form of GB/T 9704: no leading zeros."""
    if sequence < 1:
        raise ValueError(f"a sequence starts at 1, not {sequence}")
    return f"{prefix}〔{year:04d}〕{sequence}号"


def query_password(key: bytes, number: str) -> str:
    """Ten characters that open the public page of `number`; nobody without `key` can guess them. Not stored."""
    value = int.from_bytes(hmac.digest(key, number.encode(), sha256))
    letters = []
    for _ in range(_PASSWORD_LENGTH):
        value, index = divmod(value, len(_ALPHABET))
        letters.append(_ALPHABET[index])
    return "".join(letters)


def check_query_password(key: bytes, number: str, text: str) -> bool:
    """Compares in constant time; small letters, spaces and hyphens are forgiven."""
    typed = text.upper().replace(" ", "").replace("-", "")
    return hmac.compare_digest(typed.encode("utf-8", "replace"), query_password(key, number).encode())
