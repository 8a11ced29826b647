"""The source tree as the consistency tests see it: parsed modules, functions, the order of the import contracts."""

import ast
import configparser
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
PACKAGE = PROJECT / "yimen"


@dataclass(frozen=True)
class Module:
    """One Python file: `name` is its path from the project's root."""

    name: str
    text: str
    tree: ast.Module

    @property
    def length(self) -> int:
        return self.text.count("\n")


@functools.cache
def modules(under: str = "yimen") -> tuple[Module, ...]:
    """Every Python file below a folder of the project, migrations left out (they are generated)."""
    found = []
    for path in sorted((PROJECT / under).rglob("*.py")):
        if "migrations" not in path.parts:
            text = path.read_text("utf-8")
            found.append(Module(str(path.relative_to(PROJECT)), text, ast.parse(text)))
    return tuple(found)


def calls(module: Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))


def functions(module: Module) -> Iterator[tuple[str, int]]:
    """(file:line name, lines) of every function, nested ones too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{module.name}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def name_of(node: ast.expr) -> str:
    """The last name of `a.b.c` or `c`; "" for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def layers(contract: str) -> list[set[str]]:
    """The layers of an import contract from top to bottom; modules on one line are one set."""
    parser = configparser.ConfigParser()
    parser.read(PROJECT / ".importlinter", encoding="utf-8")
    lines = parser[f"importlinter:contract:{contract}"]["layers"].split("\n")
    return [{name.strip().strip("()") for name in line.split("|")} for line in lines if line.strip()]
