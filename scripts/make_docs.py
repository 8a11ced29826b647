"""Writes docs/refusals.md and docs/verbs.md from the code.

scripts/make_docs.py            write both pages
scripts/make_docs.py --check    exit 1 when one of them is not what the code says
"""

import argparse
import dataclasses
import inspect
import os
import sys
import types
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))
DOCS = PROJECT / "docs"
WORDS = {
    "str": "text",
    "int": "integer",
    "bool": "true or false",
    "dict": "object",
    "datetime": "moment",
    "Any": "object",
}


def prepare() -> None:
    """Django for a command that opens no database; harmless when it is set up already."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
    os.environ.setdefault("YIMEN_MODE", "demo")
    import django

    django.setup()


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") or " " for cell in line) + " |" for line in lines)


def refusals() -> str:
    """The page of every refusal code."""
    from scripts import messages
    from yimen.ground.kernel.refusals import REFUSALS

    chinese = {m.id: m.string for m in messages.stored() if isinstance(m.id, str)}
    rows = [
        [
            f"`{code}`",
            str(r.status),
            f"{chinese.get(r.sentence) or '—'}<br>{chinese.get(r.advice) or '—'}",
            f"{r.sentence}<br>{r.advice}",
            r.basis,
        ]
        for code, r in sorted(REFUSALS.items())
    ]
    return (
        "# Refusals 拒绝代码\n\n"
        "How the house says no. A code never changes its meaning; pages show its sentence, the API answers\n"
        "`application/problem+json` with `code` and `status`. Made by `scripts/make_docs.py` from\n"
        "`yimen/ground/kernel/refusals.py`.\n\n"
        + table(["code", "status", "中文", "English", "basis 依据"], rows)
        + "\n"
    )


def kind(annotation: Any) -> str:
    """An annotation as words for people: `[text or {code, reason}]`."""
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return kind(inside[0])
    if origin is typing.Literal:
        return " or ".join(f"`{value}`" for value in inside)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(kind(part) for part in inside if part is not type(None))
    if origin and origin is not dict and "Mapping" not in str(origin):
        return f"[{kind(inside[0])}]" if inside else "[…]"
    if typing.is_typeddict(annotation):
        return "{" + ", ".join(annotation.__annotations__) + "}"
    if dataclasses.is_dataclass(annotation):
        return "{" + ", ".join(field.name for field in dataclasses.fields(annotation)) + "}"
    name = getattr(origin or annotation, "__name__", str(annotation))
    return WORDS.get(name, "object" if "Mapping" in name else name)


def arguments(parameters: dict[str, inspect.Parameter]) -> str:
    """`name: kind`, one a line, optional ones with a question mark as in the contract of the scenarios."""
    lines = []
    for name, parameter in parameters.items():
        optional = parameter.default is not inspect.Parameter.empty
        lines.append(f"`{name}{'?' if optional else ''}`: {kind(parameter.annotation)}")
    return "<br>".join(lines) or "—"


def states(verb: str) -> str:
    """From where to where a verb leads in a case, with the articles."""
    from yimen.rooms.cases.rules.lifecycle import CASEWORK

    ways: dict[tuple[str, str], list[str]] = {}
    for edge in CASEWORK.edges:
        if edge.verb == verb:
            target = "unchanged" if edge.target == edge.source else str(edge.target)
            ways.setdefault((target, edge.basis), []).append(str(edge.source))
    return "<br>".join(f"{', '.join(dict.fromkeys(s))} → {target} ({basis})" for (target, basis), s in ways.items())


def registers(row: Callable[[str, Any, str], list[str]], header: list[str]) -> str:
    """A section for each register: its verbs, and the names of its facts as its docstring tells them."""
    from yimen.facts.registers.base import all_kinds
    from yimen.flows.registry import register_verbs

    parts = []
    for name, described in all_kinds().items():
        lines = [f"### `{name}`\n", inspect.getdoc(described.facts) or ""]
        own = register_verbs(name).values()
        if own:
            rows = [row(v.name, v, ("enters one. " if v.makes else "") + v.summary) for v in own]
            lines.append("\n" + table(header, rows))
        lines.append("\nFacts: " + ", ".join(f"`{fact}`" for fact in facts_of(described)) + ".")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def facts_of(described: Any) -> list[str]:
    """The keys of the dict that a `facts` function returns, read from its source."""
    import ast
    import textwrap

    tree = ast.parse(textwrap.dedent(inspect.getsource(described.facts)))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict)]
    keys = found[-1].value.keys if found else []  # type: ignore[union-attr]
    return [key.value for key in keys if isinstance(key, ast.Constant)]


def verbs() -> str:
    """The page of every verb."""
    from yimen.flows.registry import all_verbs
    from yimen.rooms.identity.rules.roles import GRANTS

    def row(name: str, summary: str, own: str) -> list[str]:
        roles = ", ".join(str(role) for role, held in GRANTS.items() if name in held)
        return [f"`{name}`", summary, own, roles or "—", states(name)]

    of_cases, others = [], []
    for name, verb in all_verbs().items():
        if verb.kind:
            continue
        is_case = verb.subject == "case" or name == "submit_application"
        (of_cases if is_case else others).append(row(name, verb.summary, arguments(verb.arguments)))
    header = ["verb", "what it does", "arguments", "roles", "states (行政许可法)"]
    return (
        "# Verbs 动作\n\n"
        "Every write of the house is one of these: a function of `yimen/flows`, a permission, a word of the journal\n"
        "and (verbs of a case) `POST /api/v1/cases/{number}/{verb}` and a step of a scenario. Every verb also takes\n"
        "who (`by`) and when (`at`); a question mark marks what may be left out. Made by `scripts/make_docs.py`.\n\n"
        "## Verbs of a case\n\n"
        + table(header, of_cases)
        + "\n\n## Other verbs\n\n"
        + table(header[:-1], [cells[:-1] for cells in others])
        + "\n\n## Registers\n\n"
        "What the law and the committee keep on record. A step of a scenario names the record by the register's word\n"
        "(`order: O`), the API by `/api/v1/registers/{word}/{key}`; a verb that enters one is\n"
        "`POST /api/v1/registers/{word}/{verb}`, one that acts on it `POST /api/v1/registers/{word}/{key}/{verb}`.\n"
        "Facts are compared by `then: {order: O, state: published}`; organs, items and people go by their own codes\n"
        "and names (`then: {organ: O1, …}`).\n\n"
        + registers(lambda name, verb, words: row(name, words, arguments(verb.arguments))[:-1], header[:-1])
        + "\n"
    )


PAGES: dict[str, Callable[[], str]] = {"refusals.md": refusals, "verbs.md": verbs}


def stale() -> list[str]:
    """Names of the pages that are not what the code says."""
    return [n for n, make in PAGES.items() if not (DOCS / n).exists() or (DOCS / n).read_text("utf-8") != make()]


def main(given: list[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(description="Write docs/refusals.md and docs/verbs.md from the code.")
    parser.add_argument("--check", action="store_true", help="exit 1 when a page is stale")
    options = parser.parse_args(given)
    prepare()
    if options.check:
        for name in (found := stale()):
            print(f"docs/{name} is stale: run scripts/make_docs.py", file=sys.stderr)
        return 1 if found else 0
    for name, make in PAGES.items():
        (DOCS / name).write_text(make(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
