"""Keeps yimen/locale in step with the code: extracts msgids, updates the .po, compiles the .mo (no gettext needed).

    scripts/messages.py                  extract, update django.po, compile django.mo
    scripts/messages.py --missing        list the msgids that have no Chinese yet (JSON object, ready to fill in)
    scripts/messages.py --add FILE       take translations from JSON {msgid: 中文}; a plural goes by its singular
    scripts/messages.py --check          exit 1 when a msgid is untranslated or a file is out of step

English is the source, so there is one catalogue: zh_Hans. A msgid that left the code stays as obsolete (`#~`) and gets
its translation back when it returns; `--tidy` drops the obsolete ones.
"""

import argparse
import io
import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PROJECT = Path(__file__).resolve().parent.parent
SOURCE = PROJECT / "yimen"
PO = SOURCE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_noop": None,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# A fixed date: the file changes only when a message does.
STAMP = datetime(2026, 1, 1, tzinfo=UTC)
Key = tuple[str | None, str]


def key(message: Message) -> Key:
    """(context, singular msgid): what a translation belongs to."""
    singular = message.id if isinstance(message.id, str) else message.id[0]
    return message.context, singular


def sources() -> Iterator[tuple[str, bytes]]:
    """(path from the project's root, Python text to extract from) of every module and template."""
    from django.utils.translation.template import templatize

    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield str(path.relative_to(PROJECT)), path.read_bytes()
    for path in sorted(SOURCE.glob("faces/*/templates/**/*")):
        if path.suffix in (".html", ".txt"):
            yield str(path.relative_to(PROJECT)), templatize(path.read_text("utf-8"), origin=str(path)).encode()


def extracted() -> Catalog:
    """A catalogue of all msgids of the tree, untranslated."""
    catalog = Catalog(
        locale="zh_Hans",
        project="Yimen",
        version="0.1",
        charset="utf-8",
        creation_date=STAMP,
        revision_date=STAMP,
        fuzzy=False,
        msgid_bugs_address="see CONTRIBUTING.md",
        last_translator="the contributors of Yimen",
        language_team="Chinese (Simplified)",
        header_comment="# 一门：中文界面。Messages of Yimen in Chinese; made by scripts/messages.py.",
    )
    for name, text in sources():
        for _line, msgid, comments, context in extract("python", io.BytesIO(text), KEYWORDS, ("Translators:",)):
            catalog.add(msgid, locations=[(name, 0)], auto_comments=comments, context=context)
    return catalog


def stored() -> Catalog:
    """The catalogue on disk (an empty one when there is none)."""
    if not PO.exists():
        return Catalog(locale="zh_Hans")
    with PO.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def merged(given: dict[str, str] | None = None) -> Catalog:
    """Today's msgids with the translations on disk and those `given` ({singular msgid: Chinese})."""
    old, new = stored(), extracted()
    known = {key(m): m.string for m in (*old.obsolete.values(), *old) if m.id and m.string and any(m.string)}
    for message in new:
        if not message.id:
            continue
        text = (given or {}).get(key(message)[1]) or known.pop(key(message), "")
        known.pop(key(message), None)
        if isinstance(message.id, str):
            message.string = text if isinstance(text, str) else text[0]
        else:
            message.string = (text,) if isinstance(text, str) else text
    for (context, msgid), string in known.items():
        plain = string if isinstance(string, str) else string[0]
        new.obsolete[msgid] = Message(msgid, plain, context=context)
    return new


def untranslated(catalog: Catalog) -> list[str]:
    """Singular msgids without Chinese, in the order of the catalogue."""
    return [key(m)[1] for m in catalog if m.id and not (m.string and any(m.string))]


def po_bytes(catalog: Catalog, *, tidy: bool = False) -> bytes:
    """The text of the .po file."""
    out = io.BytesIO()
    write_po(out, catalog, width=120, sort_by_file=True, include_lineno=False, ignore_obsolete=tidy)
    return out.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    """The compiled catalogue."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def _write(path: Path, data: bytes) -> None:
    """Replaces the file in one step, so that a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    temporary.write_bytes(data)
    temporary.replace(path)


def problems() -> list[str]:
    """What is out of step, as sentences; empty when all is well."""
    now = merged()
    found = [f"untranslated: {msgid!r}" for msgid in untranslated(now)]
    if {key(m) for m in now if m.id} != {key(m) for m in stored() if m.id}:
        found.append("django.po is out of step with the code: run scripts/messages.py")
    if not MO.exists() or MO.read_bytes() != mo_bytes(stored()):
        found.append("django.mo is not what django.po compiles to: run scripts/messages.py")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(description="Messages of Yimen: extract, update, compile.")
    parser.add_argument("--missing", action="store_true", help="list the untranslated as a JSON object")
    parser.add_argument("--check", action="store_true", help="exit 1 when something is out of step")
    parser.add_argument("--add", type=Path, metavar="FILE", help="take translations from a JSON object")
    parser.add_argument("--tidy", action="store_true", help="drop obsolete messages")
    options = parser.parse_args(arguments)
    if options.missing:
        print(json.dumps(dict.fromkeys(untranslated(merged()), ""), ensure_ascii=False, indent=1))
        return 0
    if options.check:
        found = problems()
        print("\n".join(found), file=sys.stderr, end="\n" if found else "")
        return 1 if found else 0
    catalog = merged(json.loads(options.add.read_text("utf-8")) if options.add else None)
    _write(PO, po_bytes(catalog, tidy=options.tidy))
    _write(MO, mo_bytes(stored()))
    print(f"{len(catalog)} messages, {len(untranslated(catalog))} untranslated")
    return 0


if __name__ == "__main__":
    sys.exit(main())
