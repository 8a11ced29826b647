"""The one table of settings says what the program reads, and nothing that it doesn't."""

import ast
import re

from tests.consistency.tree import PROJECT, modules

# What `yimen run` tells its children; no setting, though the page names it.
INTERNAL = {"YIMEN_SUPERVISED"}
# Not ours: Django's own, and what a child process inherits.
FOREIGN = {"DJANGO_SETTINGS_MODULE", "PATH", "SYSTEMROOT", "LD_LIBRARY_PATH"}


def read_by_the_program() -> set[str]:
    """Every text that looks like a variable's name and stands in code, not in prose."""
    found: set[str] = set()
    for module in modules("yimen"):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value} & set(re.findall(r"^(?:YIMEN_[A-Z_]+|DATABASE_URL)$", node.value))
    return found


def in_the_table() -> set[str]:
    text = (PROJECT / "docs" / "operate" / "settings.md").read_text("utf-8")
    first_cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return {name for cell in first_cells for name in re.findall(r"`([A-Z_]+)`", cell)}


def test_every_setting_stands_in_the_table() -> None:
    assert read_by_the_program() - INTERNAL == in_the_table()


def test_pages_name_no_setting_that_is_none() -> None:
    known = in_the_table() | INTERNAL | FOREIGN | {"YIMEN_SHARED", "YIMEN_SCREENSHOTS"}
    wrong = {}
    for path in [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")]:
        if strange := set(re.findall(r"\bYIMEN_[A-Z_]*[A-Z]\b", path.read_text("utf-8"))) - known:
            wrong[path.name] = strange
    assert wrong == {}
