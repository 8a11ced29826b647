"""What can be switched off: every edge of the lifecycle, every refusal, every rule of the clocks.

A mutant of code is a changed copy of one function's syntax tree; `apply` puts its code into the live functions, so that
everybody who holds a reference to them runs the changed rule.
"""

import ast
import gc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType

from yimen.rooms.cases.rules.lifecycle import CASEWORK

PACKAGE = Path(__file__).resolve().parents[2] / "yimen"

# Where a refusal is a rule of casework: each `raise` and each call of a check is taken away in turn.
REFUSING = (
    "rooms/cases/rules/receipt.py",
    "rooms/cases/rules/deadlines.py",
    "rooms/cases/rules/decision.py",
    "rooms/cases/policy.py",
    "rooms/cases/actions/receipt.py",
    "rooms/cases/actions/examination.py",
    "rooms/cases/actions/clocks.py",
    "rooms/cases/actions/outcome.py",
    "rooms/catalogue/queries.py",
    "flows/intake.py",
    "flows/frame.py",
    "ground/kernel/lifecycle.py",
)
# Where the clocks are: every comparison, sum, constant and condition is changed in turn.
CLOCKS = {
    "ground/kernel/clock.py": (
        "_gaps",
        "_excluded",
        "_working",
        "_run_out",
        "_roll",
        "_minutes",
        "_reach",
        "_left_today",
        "_hours",
        "_provisional",
        "due",
    ),
    "ground/kernel/calendar.py": ("Calendar.after", "Calendar.on_or_after", "Calendar.count", "Calendar.is_workday"),
    "rooms/cases/rules/deadlines.py": None,
    "rooms/cases/rules/receipt.py": None,
    "rooms/cases/rules/decision.py": None,
    "rooms/cases/policy.py": ("_in_scope", "_holds"),
    "rooms/cases/queries.py": ("clock_values", "deemed_acceptance", "as_the_law_sees", "pauses_of"),
    "rooms/cases/actions/_write.py": ("settle",),
    "rooms/cases/actions/receipt.py": (
        "notice_due_on",
        "_correction_outcome",
        "submit_correction",
        "request_correction",
    ),
    "rooms/cases/actions/examination.py": ("approve", "_decide"),
    "rooms/cases/actions/clocks.py": None,
    "rooms/cases/actions/outcome.py": ("_ended",),
    "facts/cases.py": ("clock_facts",),
    "flows/clock.py": ("tick",),
}
# Arguments whose loss is a lost rule.
DROPPED = (
    "pauses",
    "extra",
    "extension_days",
    "office_hours",
    "replace",
    "promise_broken_on",
    "complete_at",
    "undecided",
)
COMPARISONS = {
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}


@dataclass(frozen=True)
class Mutant:
    """`name` says what is changed and does not depend on line numbers; `kind` is edge, refusal or clock."""

    name: str
    kind: str
    file: str = ""
    lines: tuple[int, int] = (0, 0)
    span: tuple[int, int] = (0, 0)  # of the whole function
    code: CodeType | None = None
    edge: tuple[str, str, str] = ("", "", "")

    def apply(self) -> None:
        """Change the running program (of a forked child). RuntimeError when no live function took the change."""
        if self.code is None:
            del CASEWORK._targets[self.edge]
            return
        changed = {(c.co_qualname, c.co_firstlineno): c for c in _codes(self.code)}
        taken = 0
        for thing in gc.get_objects():
            if isinstance(thing, FunctionType) and thing.__code__.co_filename == self.code.co_filename:
                new = changed.get((thing.__code__.co_qualname, thing.__code__.co_firstlineno))
                if new is not None and new.co_freevars == thing.__code__.co_freevars:
                    thing.__code__ = new
                    taken += 1
        if not taken:
            raise RuntimeError(f"nothing took the change: {self.name}")


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def all_mutants() -> list[Mutant]:
    """Every mutant, edges first; names are unique."""
    found = [
        Mutant(f"edge {verb} from {source or '-'} {outcome}".rstrip(), "edge", edge=(verb, source, outcome))
        for verb, source, outcome in CASEWORK._targets
    ]
    for file in REFUSING:
        found += _of_file(file, None, "refusal")
    for file, functions in CLOCKS.items():
        found += _of_file(file, functions, "clock")
    unique: dict[str, Mutant] = {}
    for mutant in found:
        name, count = mutant.name, 2
        while name in unique:
            name, count = f"{mutant.name} #{count}", count + 1
        unique[name] = Mutant(**{**mutant.__dict__, "name": name})
    return list(unique.values())


def _of_file(file: str, functions: tuple[str, ...] | None, kind: str) -> Iterator[Mutant]:
    path = PACKAGE / file
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for name, function in _functions(tree, ""):
        if functions is not None and name not in functions:
            continue
        changes = _refusals(function) if kind == "refusal" else _operators(function)
        for node, told in changes:  # the tree is changed while the generator waits, and put back when it goes on
            code = compile(ast.fix_missing_locations(tree), str(path), "exec")
            yield Mutant(
                f"{file} {name}: {told}",
                kind,
                file=str(path),
                lines=(node.lineno, node.end_lineno or node.lineno),
                span=(function.lineno, function.end_lineno or function.lineno),
                code=code,
            )


def _functions(tree: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{prefix}{node.name}.")


def _bodies(function: ast.FunctionDef) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(function):
        for field in ("body", "orelse", "finalbody"):
            body = getattr(node, field, None)
            if isinstance(body, list):
                yield body


def _refusals(function: ast.FunctionDef) -> Iterator[tuple[ast.stmt, str]]:
    """Each `raise` and each bare call of a check, switched off."""
    for body in _bodies(function):
        for position, statement in enumerate(body):
            if not (isinstance(statement, ast.Raise) or _is_check(statement)):
                continue
            # `if 0:` keeps the names that the statement uses, so a closure stays the same closure.
            body[position] = ast.If(test=ast.Constant(0), body=[statement], orelse=[])
            ast.copy_location(body[position], statement)
            yield statement, f"without `{ast.unparse(statement)}`"
            body[position] = statement


CHECKS = ("check_", "_check", "permit", "settle", "role_for", "target")


def _is_check(statement: ast.stmt) -> bool:
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        return False
    called = ast.unparse(statement.value.func).rpartition(".")[2]
    return called.startswith(CHECKS[:2]) or called in CHECKS


def _operators(function: ast.FunctionDef) -> Iterator[tuple[ast.expr, str]]:
    """Each operator, number, truth value, condition and telling argument, changed."""
    skip = _left_alone(function)
    for node in ast.walk(function):
        if node in skip or not isinstance(node, ast.expr):
            continue
        before = ast.unparse(node)
        for undo in _changes(node):
            yield node, f"`{before}` → `{ast.unparse(node)}`"
            undo()


def _left_alone(function: ast.FunctionDef) -> set[ast.AST]:
    """Annotations, defaults, docstrings and what a refusal only tells are no rules."""
    roots: list[ast.AST] = [function.args, *function.decorator_list]
    roots += [node for node in ast.walk(function) if isinstance(node, ast.Raise | ast.Assert)]
    roots += [function.returns] if function.returns else []
    roots += [node.annotation for node in ast.walk(function) if isinstance(node, ast.AnnAssign)]
    return {node for root in roots for node in ast.walk(root)}


def _changes(node: ast.expr) -> Iterator["_Undo"]:
    if isinstance(node, ast.Compare):
        yield from _comparisons(node)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        yield _set(node, "op", ast.Sub() if isinstance(node.op, ast.Add) else ast.Add())
    elif isinstance(node, ast.BoolOp):
        yield _set(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield _set(node, "operand", ast.UnaryOp(ast.Not(), node.operand))
    elif isinstance(node, ast.IfExp):
        yield _set(node, "test", ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield _set(node, "value", not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield _set(node, "value", node.value + 1)
    elif isinstance(node, ast.Call):
        yield from _dropped(node)


def _comparisons(node: ast.Compare) -> Iterator["_Undo"]:
    for position, operator in enumerate(node.ops):
        for other in COMPARISONS.get(type(operator), ()):
            changed = [*node.ops]
            changed[position] = other()
            yield _set(node, "ops", changed)


def _dropped(node: ast.Call) -> Iterator["_Undo"]:
    if ast.unparse(node.func).rpartition(".")[2] in ("max", "min") and len(node.args) == 2:
        yield _set(node, "func", ast.Name({"max": "min", "min": "max"}[ast.unparse(node.func)], ast.Load()))
    for keyword in node.keywords:
        if keyword.arg in DROPPED:
            yield _set(node, "keywords", [k for k in node.keywords if k is not keyword])


class _Undo:
    """Puts back what a change replaced."""

    def __init__(self, node: ast.AST, field: str, old: object) -> None:
        self._put = (node, field, old)

    def __call__(self) -> None:
        setattr(*self._put)


def _set(node: ast.AST, field: str, value: object) -> _Undo:
    old = getattr(node, field)
    setattr(node, field, value)
    return _Undo(node, field, old)
