"""Every no has a code of the one table, a status, a basis and a Chinese sentence."""

import ast
import re

from scripts import messages
from tests.consistency.tree import calls, modules, name_of
from yimen.ground.kernel.refusals import REFUSALS

# The codes that the contract of the scenarios names.
CONTRACT = [
    "permission.denied",
    "separation.same_person",
    "transition.not_allowed",
    "correction.second_notice",
    "correction.too_late",
    "acceptance.too_late",
    "material.not_in_guide",
    "reason.missing",
    "special_procedure.not_in_item",
    "special_procedure.too_late",
    "extension.not_provided",
    "extension.already_used",
    "extension.too_late",
    "extension.too_long",
    "extension.wrong_approver",
    "item.not_in_force",
    "conflict.stale",
    "idempotency.reused",
]


def raised() -> list[tuple[str, str]]:
    """(place, code) of every literal `Refused("code")` of the tree."""
    return [
        (f"{module.name}:{call.lineno}", call.args[0].value)
        for module in modules()
        for call in calls(module)
        if name_of(call.func) == "Refused"
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    ]


def test_every_code_that_is_raised_is_in_the_table() -> None:
    assert len(raised()) > 20
    assert [(place, code) for place, code in raised() if code not in REFUSALS] == []


def test_a_fact_of_a_refusal_is_not_called_code() -> None:
    """`Refused("x", code=…)` is a TypeError: the code is the first argument."""
    assert [
        f"{module.name}:{call.lineno}"
        for module in modules()
        for call in calls(module)
        if name_of(call.func) == "Refused" and call.args and any(k.arg == "code" for k in call.keywords)
    ] == []


def test_the_codes_of_the_contract_exist() -> None:
    assert set(CONTRACT) - set(REFUSALS) == set()


def test_no_code_is_dead() -> None:
    """A code stands as a literal somewhere beside the table."""
    others = "\n".join(m.text for m in modules() if not m.name.endswith("kernel/refusals.py"))
    assert [code for code in REFUSALS if f'"{code}"' not in others] == []


def test_codes_are_nouns_with_reasons_and_have_a_status() -> None:
    assert [code for code in REFUSALS if not re.fullmatch(r"[a-z_]+\.[a-z_]+", code)] == []
    assert [code for code, r in REFUSALS.items() if not 400 <= r.status < 600] == []
    assert [code for code, r in REFUSALS.items() if not (r.sentence and r.advice and r.basis)] == []


def test_every_refusal_speaks_chinese() -> None:
    chinese = {m.id: m.string for m in messages.stored() if isinstance(m.id, str)}
    silent = [code for code, r in REFUSALS.items() if not (chinese.get(r.sentence) and chinese.get(r.advice))]
    assert silent == []
