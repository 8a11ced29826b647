"""Article 32: what may still be done with an application that has come in, and what its silence means. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from yimen.ground.kernel.errors import Refused
from yimen.rooms.cases.rules.lifecycle import State

# The receipt as it goes out by e-mail: without the query password.
MAILED = "receipt_by_mail"
_METHOD = re.compile(r"[a-z][a-z_-]{0,19}", re.ASCII)


def is_deemed_accepted(state: str, notice_due_on: date, today: date) -> bool:
    """第三十二条第一款第四项: not told within five working days → accepted from the day the materials came in.

    `notice_due_on` is the last day for telling; the case counts as accepted from the day after it.
    """
    return state == State.RECEIVED and today > notice_due_on


def check_demand(missing: Iterable[str], guide: Mapping[str, str]) -> None:
    """Only required materials of the published guide may be demanded (第三十一条、第七十二条第四项).

    `guide` maps material codes to their necessity. Raises `material.not_in_guide`, or `reason.missing` for an
    empty demand: a notice that asks for nothing tells nothing.
    """
    codes = list(missing)
    wrong = [code for code in codes if guide.get(code) != "required"]
    if wrong:
        raise Refused("material.not_in_guide", codes=wrong)
    if not codes:
        raise Refused("reason.missing", field="missing")


def check_first_notice(*, told_before: bool, accepted: bool, notice_due_on: date, today: date) -> None:
    """One notice, in time: raises `correction.too_late` or `correction.second_notice`.

    The lapse of the five days comes first, for then the case counts as accepted. (A case accepted within the five days
    is refused by the table of transitions.)
    """
    if accepted and today > notice_due_on:
        raise Refused("correction.too_late", due_on=notice_due_on.isoformat())
    if told_before:
        raise Refused("correction.second_notice")


def check_hold(codes: Collection[str], first_notice: Collection[str], *, notice_due_on: date, today: date) -> None:
    """Corrections that do not satisfy the notice are held: same codes, same five days, no new demand."""
    if today > notice_due_on:
        raise Refused("correction.too_late", due_on=notice_due_on.isoformat())
    outside = sorted(set(codes) - set(first_notice))
    if outside:
        raise Refused("correction.second_notice", codes=outside)


def check_may_refuse_acceptance(*, accepted: bool, notice_due_on: date, today: date) -> None:
    """After the five days the application counts as accepted; acceptance can't be refused any more."""
    if accepted and today > notice_due_on:
        raise Refused("acceptance.too_late", due_on=notice_due_on.isoformat())


def check_method(method: str) -> None:
    """A telling names how it was told: without that a paper would count as told and yet not be."""
    if not method.strip():
        raise Refused("reason.missing", field="method")


def method_word(method: str) -> str:
    """The method as the journal may hold it: a machine word, for it takes no free text."""
    return method if _METHOD.fullmatch(method) else "other"


def check_reason(reason: str, field: str = "reason") -> None:
    """A reason that the applicant will read must be given (第三十八条、第七十二条第七项)."""
    if not reason.strip():
        raise Refused("reason.missing", field=field)
