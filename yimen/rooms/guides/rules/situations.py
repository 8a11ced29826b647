"""情形 A few questions decide which materials, limits and fees apply to one of us (行政许可法 第三十条、第三十一条).

A situation is {"code", "question", "answers": [{"code", "text", "materials": {code: required|optional|not_needed},
"statutory_limit", "promised_limit", "charges", "conditions"}]}. Answers only choose among what the version's list
names; the order in which they are given never matters: of two answers about one material the one that asks for more
counts, of two limits the shorter one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.term import Term

NOT_NEEDED, OPTIONAL, REQUIRED = "not_needed", "optional", "required"
STRENGTH = {NOT_NEEDED: 0, OPTIONAL: 1, REQUIRED: 2}
MOST_QUESTIONS, FEWEST_ANSWERS, MOST_ANSWERS = 6, 2, 6
LIMITS = ("statutory_limit", "promised_limit")

type Situations = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Terms:
    """What a version asks for and promises: {code: necessity} of its materials, both limits, its two texts."""

    guide: Mapping[str, str]
    statutory_limit: str
    promised_limit: str
    charges: str = ""
    conditions: str = ""


def problems(situations: Situations, version: Terms) -> list[str]:
    """What is wrong, as paths such as `kind.new.materials.M1`; an empty list is fine."""
    wrong = [] if len(situations) <= MOST_QUESTIONS else ["situations"]
    codes = [str(one["code"]) for one in situations]
    wrong += sorted({code for code in codes if codes.count(code) > 1 or not code.strip()})
    for one in situations:
        answers = [str(answer["code"]) for answer in one["answers"]]
        if not FEWEST_ANSWERS <= len(answers) <= MOST_ANSWERS or len(set(answers)) < len(answers):
            wrong.append(f"{one['code']}.answers")
        if not str(one["question"]).strip():
            wrong.append(f"{one['code']}.question")
        for answer in one["answers"]:
            wrong += [f"{one['code']}.{answer['code']}.{field}" for field in _answer_problems(answer, version)]
    return wrong


def _answer_problems(answer: Mapping[str, Any], version: Terms) -> list[str]:
    wrong = [] if str(answer["code"]).strip() and str(answer["text"]).strip() else ["text"]
    for code, effect in (answer.get("materials") or {}).items():
        if code not in version.guide or effect not in STRENGTH:
            wrong.append(f"materials.{code}")
    return wrong + [name for name in LIMITS if answer.get(name) and not _fits(answer[name], name, version)]


def _fits(text: str, name: str, version: Terms) -> bool:
    """A limit of an answer has the unit of the version's own and is never longer (行政许可法 第四十二条)."""
    try:
        own, law, new = Term.parse(getattr(version, name)), Term.parse(version.statutory_limit), Term.parse(text)
    except ValueError:
        return False
    same = new.unit == own.unit and new.amount <= own.amount
    return same and (new.unit != law.unit or new.amount <= law.amount)


def check_answers(situations: Situations, answers: Mapping[str, str]) -> None:
    """Raises `situation.unknown_answer` (a question or an answer that the version does not have), then
    `situation.unanswered` (facts: questions)."""
    known = {str(one["code"]): {str(a["code"]) for a in one["answers"]} for one in situations}
    unknown = sorted(q for q, answer in answers.items() if answer not in known.get(q, ()))
    if unknown:
        raise Refused("situation.unknown_answer", questions=[q[:40] for q in unknown])
    left = [question for question in known if question not in answers]
    if left:
        raise Refused("situation.unanswered", questions=left)


def fitting(situations: Situations, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers that the version knows, in the order of its questions: a draft may hold older ones."""
    known = {str(one["code"]): {str(a["code"]) for a in one["answers"]} for one in situations}
    return {question: answers[question] for question in known if answers.get(question) in known[question]}


def personal(situations: Situations, answers: Mapping[str, str], version: Terms) -> Terms:
    """The version's terms for one who gave these answers; raises as `check_answers`. A material that is not needed
    stands no more in `guide`."""
    check_answers(situations, answers)
    chosen = [
        answer for one in situations for answer in one["answers"] if str(answer["code"]) == answers[str(one["code"])]
    ]
    effects: dict[str, str] = {}
    for answer in chosen:
        for code, effect in (answer.get("materials") or {}).items():
            effects[code] = max(effects.get(code, effect), effect, key=STRENGTH.__getitem__)
    guide = {code: effects.get(code, necessity) for code, necessity in version.guide.items()}
    statutory = _shortest(version.statutory_limit, [answer.get("statutory_limit") for answer in chosen])
    promised = _shortest(version.promised_limit, [answer.get("promised_limit") for answer in chosen])
    return Terms(
        guide={code: necessity for code, necessity in guide.items() if necessity != NOT_NEEDED},
        statutory_limit=statutory,
        promised_limit=_not_longer(promised, statutory),
        charges=_texts(chosen, "charges") or version.charges,
        conditions=_texts(chosen, "conditions", first=version.conditions),
    )


def _shortest(own: str, others: Sequence[str | None]) -> str:
    terms = [Term.parse(text) for text in others if text]
    return str(min(terms, key=lambda term: term.amount)) if terms else own


def _not_longer(promised: str, statutory: str) -> str:
    """A promise in the unit of a shortened statutory limit follows it down."""
    try:
        promise, law = Term.parse(promised), Term.parse(statutory)
    except ValueError:
        return promised
    return statutory if promise.unit == law.unit and promise.amount > law.amount else promised


def _texts(chosen: Sequence[Mapping[str, Any]], field: str, first: str = "") -> str:
    """The texts of the chosen answers below each other, in the order of the questions."""
    lines = [first, *(str(answer.get(field) or "") for answer in chosen)]
    return "\n".join(line for line in lines if line.strip())
