"""The situation that an applicant told, in words, and what it charges."""

from dataclasses import dataclass

from yimen.rooms.cases.models import Case
from yimen.rooms.guides.queries import questions_of, texts_for
from yimen.rooms.guides.rules.situations import fitting


@dataclass(frozen=True, slots=True)
class Told:
    """The questions with their answers, and the charges and conditions of this situation ("": the guide says none)."""

    lines: list[tuple[str, str]]
    charges: str
    conditions: str


def told_in(case: Case) -> Told | None:
    """What the applicant told of the situation; None where nothing was asked or answered."""
    if not case.situation:
        return None
    asked = questions_of(case.item_version_id)
    told = fitting(asked, case.situation)
    words = {str(one["code"]): {str(a["code"]): str(a["text"]) for a in one["answers"]} for one in asked}
    lines = [(str(one["question"]), words[str(one["code"])].get(told.get(str(one["code"]), ""), "")) for one in asked]
    found = texts_for(case.item_version_id, case.situation)
    return Told(lines, found.charges, found.conditions)
