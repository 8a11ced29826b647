"""情形 The questions about the applicant's situation on a form: what is asked, what was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yimen.faces.web.forms import FieldError
from yimen.rooms.guides.rules.situations import fitting

PREFIX = "s."

type Questions = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as `parts/situation.html` draws it; `chosen` is the code of an answer or ""."""

    id: str
    name: str
    question: str
    answers: list[tuple[str, str]]
    chosen: str
    error: str = ""


def asked(questions: Questions, told: Mapping[str, str], errors: Mapping[str, str] | None = None) -> list[Asked]:
    """The questions with what was answered and what is wrong with it (by id)."""
    return [
        Asked(
            f"situation-{n}",
            PREFIX + str(one["code"]),
            str(one["question"]),
            [(str(answer["code"]), str(answer["text"])) for answer in one["answers"]],
            told.get(str(one["code"]), ""),
            (errors or {}).get(f"situation-{n}", ""),
        )
        for n, one in enumerate(questions)
    ]


def typed(sent: Mapping[str, Any], questions: Questions) -> dict[str, str]:
    """The answers of a form or an address; one that the guide does not know counts as none."""
    given = {str(one["code"]): str(sent.get(PREFIX + str(one["code"]), "")) for one in questions}
    return fitting(questions, given)


def errors_of(questions: Questions, told: Mapping[str, str]) -> list[FieldError]:
    """A line for each question that is not answered."""
    return [
        FieldError(f"situation-{n}", _("Choose one: %(question)s") % {"question": str(one["question"])})
        for n, one in enumerate(questions)
        if str(one["code"]) not in told
    ]
