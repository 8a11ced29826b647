"""What one refusal code means; the codes themselves stand in `refusals` and in the tables that it joins."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """`status`: HTTP; `sentence` says what is wrong, `advice` what to do next (msgids); `basis`: the article."""

    status: int
    sentence: str
    advice: str
    basis: str
