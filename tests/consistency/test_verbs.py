"""One verb, one name: what flows define, roles grant."""

import ast
import inspect

from tests.consistency.tree import modules
from yimen.flows.registry import all_verbs
from yimen.rooms.identity.rules.roles import GRANTS

# Reading is granted like a verb but writes nothing, so it has no flow.
READS = ("view_",)


def granted() -> set[str]:
    return {verb for verbs in GRANTS.values() for verb in verbs if not verb.startswith(READS)}


def test_every_verb_of_the_flows_is_in_some_role() -> None:
    assert set(all_verbs()) - granted() == set()


def test_every_verb_that_a_role_holds_has_a_flow() -> None:
    """A long flow that opens its own transactions (import_items) is a plain function, not in the registry."""
    flows = {node.name for m in modules("yimen/flows") for node in m.tree.body if isinstance(node, ast.FunctionDef)}
    assert granted() - flows == set()


def test_write_functions_look_alike() -> None:
    """`def verb(thing, *, …, by, at)`: who and when are never guessed."""
    wrong = []
    for name, verb in all_verbs().items():
        parameters = inspect.signature(verb.function).parameters
        for frame in ("by", "at"):
            if frame not in parameters or parameters[frame].kind is not inspect.Parameter.KEYWORD_ONLY:
                wrong.append(f"{name}: {frame}")
    assert wrong == []


def test_every_verb_says_what_it_does() -> None:
    assert [name for name, verb in all_verbs().items() if not verb.summary] == []
