"""The pages that are made from the code say what the code says; links between documents lead somewhere."""

import re

from scripts import make_docs
from tests.consistency.tree import PROJECT


def test_generated_pages_are_current() -> None:
    assert make_docs.stale() == [], "run scripts/make_docs.py"


def test_readme_is_short() -> None:
    assert (PROJECT / "README.md").read_text("utf-8").count("\n") <= 120


def test_adrs_are_short() -> None:
    long = {p.name: p.read_text("utf-8").count("\n") for p in (PROJECT / "docs" / "adr").glob("*.md")}
    assert {name: lines for name, lines in long.items() if lines > 20} == {}


def test_links_lead_somewhere() -> None:
    broken = []
    for path in [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
            if "://" not in target and not (path.parent / target).exists():
                broken.append(f"{path.relative_to(PROJECT)}: {target}")
    assert broken == []
