"""Invented people and companies with right check digits; the same seed gives the same ones."""

from random import Random
from typing import Any

from yimen.flows.intake import ApplicantData
from yimen.ground.kernel.identifiers import check_credit_code

# A region that GB/T 2260 does not have: none of these numbers is anybody's.
REGION = "379999"
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(2 ** (17 - i) % 11 for i in range(17))


class People:
    """Draws names and numbers, each number once."""

    def __init__(self, random: Random, names: dict[str, Any]) -> None:
        self._random, self._names = random, names
        self._count = 0
        self._full = [last + given for last in names["surnames"] for given in names["given"]]
        random.shuffle(self._full)

    def name(self) -> str:
        """A person's name, each once: two namesakes on one case would look like one person with two hands."""
        return self._full.pop()

    def applicant(self, *, organisation: bool) -> ApplicantData:
        """A new applicant; telephones begin with 100, which no mobile does."""
        self._count += 1
        phone = f"100{self._random.randrange(10**8):08}"
        if organisation:
            name = self._random.choice(self._names["companies"]) + self._random.choice(self._names["trades"])
            return ApplicantData(f"{name}（样本）", "organisation", "credit_code", credit_code(self._count), phone)
        return ApplicantData(self.name(), "person", "resident_id", resident_id(self._random, self._count), phone)


def resident_id(random: Random, number: int) -> str:
    """A citizen's number of the region that does not exist."""
    body = f"{REGION}{random.randrange(1955, 2001)}{random.randrange(1, 13):02}{random.randrange(1, 29):02}{number:03}"
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(_WEIGHTS, body, strict=True)) % 11]


def credit_code(number: int) -> str:
    """A unified social credit code of the region that does not exist."""
    body = f"91{REGION}MA{number:07}"
    return next(body + letter for letter in _CREDIT if check_credit_code(body + letter) is None)
