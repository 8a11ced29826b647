"""Every register and each of its verbs can be found, read and used by people."""

from pathlib import Path

import yaml

from yimen.faces.web import register_words
from yimen.facts.registers.base import all_kinds
from yimen.flows.registry import register_verbs

ROOT = Path(__file__).parents[2]


def every_verb() -> list[str]:
    return [name for kind in all_kinds() for name in register_verbs(kind)]


def test_every_register_has_words_and_a_place() -> None:
    kinds = set(all_kinds())
    assert kinds == set(register_words.joined("KINDS"))
    assert kinds == {kind for _heading, names in register_words.groups() for kind in names}


def test_every_verb_and_question_has_words() -> None:
    verbs, asked = register_words.joined("VERBS"), register_words.joined("QUESTIONS")
    missing = [verb for verb in every_verb() if verb not in verbs]
    for kind in all_kinds():
        for verb in register_verbs(kind).values():
            missing += [
                f"{verb.name}.{name}"
                for name in verb.arguments
                if name not in asked and f"{verb.name}.{name}" not in asked
            ]
    assert missing == []


def test_every_verb_is_told_by_a_scenario() -> None:
    told = set()
    for file in (ROOT / "scenarios").rglob("*.yaml"):
        steps = yaml.safe_load(file.read_text("utf-8"))["steps"]
        told |= {step.get("do") for step in steps}
    assert sorted(set(every_verb()) - told) == []


def test_the_columns_of_a_list_are_facts() -> None:
    from scripts.make_docs import facts_of

    wrong = {n: [c for c in k.columns if c not in facts_of(k)] for n, k in all_kinds().items()}
    assert {name: columns for name, columns in wrong.items() if columns} == {}
