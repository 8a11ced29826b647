"""Ready texts for opinions and reasons: an organ's people write down once what they write every day.

They bind nobody: whoever takes one changes it, and the paper keeps its own words.
"""

from datetime import datetime
from functools import cache
from typing import Annotated, get_args

from annotated_types import MaxLen

from yimen.flows.frame import plain_verb
from yimen.flows.registry import case_verbs
from yimen.ground.kernel.errors import Refused
from yimen.rooms.documents import ready_texts
from yimen.rooms.documents.models import ReadyText
from yimen.rooms.identity.actor import Actor

Text = Annotated[str, MaxLen(ready_texts.LONGEST)]
Name = Annotated[str, MaxLen(40)]
# A shorter argument is a line (a number, an address), which nobody writes in sentences.
A_LINE = 200
# An applicant's own words, and a reason that must be given anew each time.
NOT_OFFERED = frozenset({"withdraw_application", "reveal_personal_data"})


@cache
def fields() -> tuple[tuple[str, str], ...]:
    """(verb, argument) of every argument of a case's verb that takes sentences."""
    found = []
    for verb in case_verbs().values():
        for name, parameter in verb.arguments.items():
            limits = [limit.max_length for limit in get_args(parameter.annotation) if isinstance(limit, MaxLen)]
            if verb.name in NOT_OFFERED or not limits:
                continue
            if limits[0] > A_LINE and get_args(parameter.annotation)[0] is str:
                found.append((verb.name, name))
    return tuple(found)


@plain_verb
def add_ready_text(*, step: Name, field: Name, text: Text, by: Actor, at: datetime) -> ReadyText:
    """Keep a text for a field of a step, for everybody of the own organ."""
    if (step, field) not in fields():
        raise Refused("ready_text.not_found")
    return ready_texts.add(step, field, text, by=by, at=at)


@plain_verb
def change_ready_text(key: int, *, text: Text, version: int | None = None, by: Actor, at: datetime) -> None:
    """Say it otherwise from now on; papers keep the words that they were made with."""
    ready_texts.change(key, text, version=version, by=by, at=at)


@plain_verb
def retire_ready_text(key: int, *, version: int | None = None, by: Actor, at: datetime) -> None:
    """Offer a text no more."""
    ready_texts.retire(key, version=version, by=by, at=at)
