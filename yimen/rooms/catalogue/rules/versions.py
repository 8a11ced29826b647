"""May this version of a guide be published? (行政许可法 第三十条、第四十二条、第四十五条)"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from yimen.ground.kernel.term import Term
from yimen.rooms.identity.rules.roles import Role

# Article 45: what does not count towards the limit, when a law requires it.
SPECIAL_PROCEDURES = frozenset(
    {"hearing", "tender", "auction", "inspection", "testing", "quarantine", "appraisal", "expert_review"}
)
# 第四十二条 names the head of the organ or the government; another law may name another person of the staff.
EXTENSION_APPROVERS = frozenset(Role) - {Role.APPLICANT, Role.AGENT, Role.SYSTEM, Role.CLOCK}
NECESSITIES = frozenset({"required", "optional"})


class Problem(NamedTuple):
    """One thing wrong with one field. A flag may be published; anything else may not."""

    field: str
    reason: str
    is_flag: bool = False


def special_kind(entry: str | Mapping[str, Any]) -> str:
    """The kind of an entry of `special_procedures`, which is a text or {"kind", "basis"}."""
    return entry if isinstance(entry, str) else str(entry.get("kind", ""))


def check_version(
    *,
    statutory_limit: str,
    promised_limit: str,
    materials: Sequence[tuple[str, str, str]],
    extension: Mapping[str, Any] | None,
    special_procedures: Sequence[str | Mapping[str, Any]],
) -> list[Problem]:
    """Everything that is wrong; an empty list is fine. `materials` are (code, name, necessity)."""
    return [
        *_check_limits(statutory_limit, promised_limit),
        *_check_materials(materials),
        *_check_extension(extension),
        *_check_special_procedures(special_procedures),
    ]


def _term(text: str) -> Term | None:
    try:
        return Term.parse(text)
    except ValueError:
        return None


def _check_limits(statutory_limit: str, promised_limit: str) -> list[Problem]:
    """Both limits are terms; a promise longer than the law is flagged (days of different units can't be compared)."""
    problems = []
    terms = {"statutory_limit": statutory_limit, "promised_limit": promised_limit}
    parsed = {field: _term(text) for field, text in terms.items()}
    for field, text in terms.items():
        if not text:
            problems.append(Problem(field, "missing"))
        elif parsed[field] is None:
            problems.append(Problem(field, "not_a_term"))
    statutory, promised = parsed["statutory_limit"], parsed["promised_limit"]
    if statutory and promised and statutory.unit == promised.unit and promised.amount > statutory.amount:
        problems.append(Problem("promised_limit", "longer_than_statutory", is_flag=True))
    return problems


def _check_materials(materials: Sequence[tuple[str, str, str]]) -> list[Problem]:
    problems = []
    for code, times in Counter(code for code, _, _ in materials).items():
        if not code:
            problems.append(Problem("materials", "code_missing"))
        elif times > 1:
            problems.append(Problem(f"materials.{code}", "code_twice"))
    for code, name, necessity in materials:
        if not name.strip():
            problems.append(Problem(f"materials.{code}", "name_missing"))
        if necessity not in NECESSITIES:
            problems.append(Problem(f"materials.{code}", "necessity_unknown"))
    return problems


def _check_extension(extension: object) -> list[Problem]:
    """None: none is provided. Else {"max": days > 0, "approver": a role of the staff, "basis"?: text}."""
    if extension is None:
        return []
    if not isinstance(extension, Mapping):
        return [Problem("extension", "not_an_object")]
    most = extension.get("max")
    problems = [Problem(f"extension.{key}", "unknown") for key in extension if key not in ("max", "approver", "basis")]
    if isinstance(most, bool) or not isinstance(most, int) or not 0 < most <= 366:
        problems.append(Problem("extension.max", "not_a_number_of_days"))
    if extension.get("approver") not in EXTENSION_APPROVERS:
        problems.append(Problem("extension.approver", "unknown"))
    return problems


def _check_special_procedures(entries: Sequence[str | Mapping[str, Any]]) -> list[Problem]:
    """The eight kinds of Article 45; another kind only with the law or administrative regulation that names it."""
    problems = []
    for kind, times in Counter(special_kind(entry) for entry in entries).items():
        if not kind:
            problems.append(Problem("special_procedures", "kind_missing"))
        elif times > 1:
            problems.append(Problem(f"special_procedures.{kind}", "kind_twice"))
    for entry in entries:
        kind = special_kind(entry)
        basis = "" if isinstance(entry, str) else str(entry.get("basis") or "").strip()
        if kind and kind not in SPECIAL_PROCEDURES and not basis:
            problems.append(Problem(f"special_procedures.{kind}", "basis_missing"))
    return problems
