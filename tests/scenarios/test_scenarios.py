"""Every shipped scenario holds, and together they show what the contract asks for."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from yimen.faces.stories.scenario.reading import read_scenario
from yimen.faces.stories.scenario.running import run_file
from yimen.rooms.cases.rules.lifecycle import CASEWORK

FOLDER = Path(__file__).resolve().parents[2] / "scenarios"
FILES = sorted(FOLDER.rglob("*.yaml"))
# Codes that the contract of the scenarios says must exist.
CONTRACT_CODES = (
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
)


def _param(path: Path) -> Any:
    clauses = read_scenario(path).clauses
    return pytest.param(path, id=str(path.relative_to(FOLDER)), marks=[pytest.mark.clause(c) for c in clauses])


@pytest.mark.parametrize("path", [_param(path) for path in FILES])
def test_scenario_holds(path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        assert run_file(path, lambda line: None) == ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_scenario_names_its_clauses_and_its_law(path: Path) -> None:
    scenario = read_scenario(path)
    assert scenario.clauses and scenario.basis
    assert any("一" <= letter <= "鿿" for letter in scenario.title)


def test_every_verb_of_a_case_and_every_code_of_the_contract_is_shown() -> None:
    steps = [step for path in FILES for step in read_scenario(path).steps]
    done = {step.do for step in steps if not step.refused}
    assert {edge.verb for edge in CASEWORK.edges} - {"deem_accepted", "apply_order"} <= done
    assert set(CONTRACT_CODES) <= {step.refused for step in steps}
