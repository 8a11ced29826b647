"""Codes of organisations (GB 32100) and of citizens (GB 11643): what a checksum can tell, and no more."""

from datetime import date

_CREDIT = {letter: value for value, letter in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_CREDIT_WEIGHTS = tuple(3**i % 31 for i in range(17))
_CITIZEN_WEIGHTS = tuple(2 ** (17 - i) % 11 for i in range(17))
_CITIZEN_CHECK = "10X98765432"
_DIGITS = frozenset("0123456789")


def check_credit_code(text: str) -> str | None:
    """None when `text` is a unified social credit code (统一社会信用代码), else `length`, `alphabet` or `check_digit`.

    Small letters count as capitals; whoever stores the code folds it.
    """
    text = text.upper() if text.isascii() else text
    if len(text) != 18:
        return "length"
    values = [_CREDIT.get(letter, -1) for letter in text]
    if min(values) < 0:
        return "alphabet"
    total = sum(w * v for w, v in zip(_CREDIT_WEIGHTS, values, strict=False))
    return None if (31 - total % 31) % 31 == values[17] else "check_digit"


def check_resident_id(text: str, *, today: date) -> str | None:
    """None when `text` can be a citizen's number, else `length`, `alphabet`, `date`, `future` or `check_digit`.

    Never judged by region: codes of dissolved counties live on in real numbers. Small x counts as X.
    """
    if len(text) != 18:
        return "length"
    if not _DIGITS.issuperset(text[:17]) or text[17] not in "0123456789Xx":
        return "alphabet"
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return "date"
    if born > today:
        return "future"
    total = sum(w * int(d) for w, d in zip(_CITIZEN_WEIGHTS, text, strict=False))
    return None if _CITIZEN_CHECK[total % 11] == text[17].upper() else "check_digit"


def mask(text: str) -> str:
    """The ends only, for display: `110***********002X`, `138****5678`, `张*丰`, `张*`."""
    size = len(text)
    if size < 3:
        return text[:1] + "*" * (size - 1) if size > 1 else "*" * size
    head, tail = (3, 4) if size >= 11 else (2, 2) if size >= 7 else (1, 1)
    return text[:head] + "*" * (size - head - tail) + text[-tail:]


def mask_name(text: str) -> str:
    """A natural person's name for the public: the first character and one star, whatever the length: `张*`."""
    return text.strip()[:1] + "*"


def mask_email(text: str) -> str:
    """The domain stays, of the name the ends only: `z****n@example.org`."""
    name, at, domain = text.rpartition("@")
    return mask(name) + at + domain if at else mask(text)
