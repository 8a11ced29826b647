"""What import-linter can't see: foreign keys, writes in faces, clocks in rules, look-ups by name."""

import ast
import sys

import pytest
from django.apps import apps

from tests.consistency.tree import Module, calls, layers, modules, name_of

MANAGER_WRITES = {"create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "acreate", "asave"}
CLOCKS = {"now", "utcnow", "today", "localtime", "localdate"}
# The journal alone asks the clock: when an entry was recorded, whatever `at` says.
MAY_ASK_THE_CLOCK = {"yimen/ground/journal/actions.py"}


def rank(package: str) -> int | None:
    """How high a package of ours stands (bottom is 0); None for Django's own apps."""
    order = ["data", *(f"ground.{n}" for layer in reversed(layers("ground")) for n in sorted(layer))]
    heights = {name: 0 for name in order}
    for height, layer in enumerate(reversed(layers("rooms")), start=1):
        heights |= {f"rooms.{name}": height for name in layer}
    return heights.get(package.removeprefix("yimen.")) if package.startswith("yimen.") else None


def test_foreign_keys_point_down_the_order_of_the_rooms() -> None:
    wrong = []
    for model in apps.get_models():
        own = rank(model._meta.app_config.name)
        for field in model._meta.get_fields():
            target = field.related_model if field.is_relation and field.concrete else None
            if own is None or target is None or target is model:
                continue
            home = target._meta.app_config
            if home.name.startswith("yimen.") and home is not model._meta.app_config and not rank(home.name) < own:
                wrong.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    assert wrong == []


def test_the_journal_has_no_foreign_keys() -> None:
    for model in apps.get_app_config("journal").get_models():
        assert [f.name for f in model._meta.get_fields() if f.is_relation] == []


def _writes(call: ast.Call) -> bool:
    """Does this call look like a write of a model or a queryset? (dict.update and cache.delete(key) do not.)"""
    if not isinstance(call.func, ast.Attribute):
        return False
    verb, chain = call.func.attr, {name_of(n) for n in ast.walk(call.func.value) if isinstance(n, ast.expr)}
    if verb in MANAGER_WRITES:
        return True
    if verb in ("save", "delete"):
        return not call.args
    return verb == "update" and (bool(chain & {"objects", "filter", "exclude", "all"}) or bool(call.keywords))


def test_faces_write_through_flows_only() -> None:
    found = [
        f"{m.name}:{c.lineno} .{name_of(c.func)}()" for m in modules("yimen/faces") for c in calls(m) if _writes(c)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("Case.objects.filter(pk=1).update(state='x')", True),
        ("case.save()", True),
        ("case.save(update_fields=['state'])", True),
        ("case.materials.create(code='x')", True),
        ("Case.objects.filter(pk=1).delete()", True),
        ("facts.update({'a': 1})", False),
        ("cache.delete('key')", False),
        ("accept_application(number, by=by, at=at)", False),
    ],
)
def test_a_write_in_a_face_would_be_caught(source: str, caught: bool) -> None:
    assert any(_writes(call) for call in calls(Module("x", source, ast.parse(source)))) is caught


def _asks_the_clock(module: Module) -> list[str]:
    found = []
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in CLOCKS
            and name_of(node.value)
            in (
                "datetime",
                "date",
                "timezone",
                "dt",
            )
        ):
            bare = node.attr in ("now", "utcnow", "today")
            if bare or not any(call.func is node and call.args for call in calls(module)):
                found.append(f"{module.name}:{node.lineno} {node.attr}")
        if isinstance(node, ast.ImportFrom) and node.module == "time" and {a.name for a in node.names} & {"time"}:
            found.append(f"{module.name}:{node.lineno} time.time")
    return found


def test_no_clock_below_the_flows() -> None:
    """`at` comes from the faces; a rule or an action that asks the clock can't be told as a story."""
    found = [
        line
        for m in (*modules("yimen/rooms"), *modules("yimen/ground"), *modules("yimen/facts"))
        if m.name not in MAY_ASK_THE_CLOCK
        for line in _asks_the_clock(m)
    ]
    assert found == []


def test_the_kernel_needs_the_standard_library_only() -> None:
    foreign = []
    for module in modules("yimen/ground/kernel"):
        for node in ast.walk(module.tree):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                if name.partition(".")[0] not in {*sys.stdlib_module_names, "stdnum"} and not name.startswith(
                    "yimen.ground.kernel"
                ):
                    foreign.append(f"{module.name}:{node.lineno} {name}")
    assert foreign == []


def test_no_models_by_name() -> None:
    """`get_model` hides a dependency from the import contracts; only migrations need it."""
    assert [f"{m.name}:{c.lineno}" for m in modules() for c in calls(m) if name_of(c.func) == "get_model"] == []
