"""The way of an application as a guide shows it before there is a case: steps, who takes them, by when. Pure.

One truth with the lifecycle of cases (`rooms/cases/rules/lifecycle.py`), which lies above this room: every step names
the lifecycle's verbs that take it and their outcomes, and `tests/consistency/test_procedure.py` walks them through the
lifecycle's table and through the grants of the roles. A step that a case could not go fails that test.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from yimen.rooms.catalogue.rules.versions import special_kind
from yimen.rooms.identity.rules.roles import Role

# What a step must be done by: a legal parameter (`ground/law`), or the version's own two limits.
NO_LIMIT, OF_VERSION = "", "version"
NOTICE, ISSUE = "correction_notice", "issue_certificate"


class Act(NamedTuple):
    """A verb of the lifecycle, and which of its outcomes ("" where it has one)."""

    verb: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `acts` lead from the step before to the next, `other_ends` are what may come instead of the last act.

    `limit`: NOTICE, ISSUE, OF_VERSION or NO_LIMIT.
    """

    key: str
    who: str
    acts: tuple[Act, ...]
    other_ends: tuple[Act, ...] = ()
    limit: str = NO_LIMIT


class Pause(NamedTuple):
    """A special procedure that stops the clocks, and the law that provides it."""

    kind: str
    basis: str


class Extension(NamedTuple):
    """How far the statutory limit may be extended (days of its own unit), and by whom."""

    days: int
    approver: str
    basis: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """The whole way. The version's limits (Terms as text) run over the steps whose limit is OF_VERSION."""

    steps: tuple[Step, ...]
    promised_limit: str
    statutory_limit: str
    pauses: tuple[Pause, ...]
    extension: Extension | None


HAND_IN = Step("hand_in", Role.APPLICANT, (Act("submit_application"),))
LOOK = Step(
    "look", Role.WINDOW_CLERK, (Act("accept_application"),), other_ends=(Act("request_correction"),), limit=NOTICE
)
EXAMINE = Step("examine", Role.EXAMINER, (Act("examine_case"),), limit=OF_VERSION)
DELIVER = Step("deliver", Role.WINDOW_CLERK, (Act("issue_certificate"), Act("deliver_result")), limit=ISSUE)


def procedure(
    *,
    immediate: bool,
    approver: str,
    promised_limit: str,
    statutory_limit: str,
    special_procedures: Sequence[str | Mapping[str, Any]] = (),
    extension: Mapping[str, Any] | None = None,
) -> Procedure:
    """The way of one version: decided at once (第三十四条第二款), or one examines and another approves."""
    grant, refuse = ("grant_at_once", "refuse_at_once") if immediate else ("grant", "refuse")
    decide = Step(
        "decide_at_once" if immediate else "approve",
        approver,
        (Act("approve_case", grant),),
        other_ends=(Act("approve_case", refuse),),
        limit=OF_VERSION,
    )
    return Procedure(
        steps=(HAND_IN, LOOK, decide, DELIVER) if immediate else (HAND_IN, LOOK, EXAMINE, decide, DELIVER),
        promised_limit=promised_limit,
        statutory_limit=statutory_limit,
        pauses=tuple(Pause(special_kind(entry), _basis(entry)) for entry in special_procedures),
        extension=Extension(int(extension["max"]), str(extension["approver"]), str(extension.get("basis") or ""))
        if extension
        else None,
    )


def _basis(entry: str | Mapping[str, Any]) -> str:
    return "" if isinstance(entry, str) else str(entry.get("basis") or "")
