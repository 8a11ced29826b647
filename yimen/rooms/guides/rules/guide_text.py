"""What the columns of somebody's list say about a guide: limits, materials, charges. Understood, or left as text and
flagged; never guessed. The list's own columns stay beside the item in any case.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from yimen.rooms.catalogue.rules.columns import fold
from yimen.rooms.catalogue.rules.limit_text import DAYS, IMMEDIATE, parse_limit

MOST_MATERIALS, LONGEST_MATERIAL, LONGEST_NOTE = 200, 300, 500
# fmt: off
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "statutory_limit": ("法定时限", "法定办结时限", "法定办理时限", "法定期限", "statutory_limit"),
    "promised_limit": ("承诺时限", "承诺办结时限", "承诺办理时限", "承诺期限", "promised_limit"),
    "statutory_unit": ("法定时限单位", "法定办结时限单位", "statutory_unit"),
    "promised_unit": ("承诺时限单位", "承诺办结时限单位", "promised_unit"),
    "materials": ("申请材料", "材料名称", "申报材料", "办理材料", "所需材料", "材料清单", "materials"),
    "charges": ("收费标准", "收费情况", "收费依据及标准", "收费标准及依据", "收费", "charges"),
    "is_charged": ("是否收费",),
}
# fmt: on
_FIELD_OF = {fold(heading): name for name, headings in HEADINGS.items() for heading in headings}
_AMOUNT = re.compile(r"\d{1,5}(?:\.0{1,2})?", re.ASCII)
_NUMBERED = re.compile(r"^\s*(?:[(（]?\d{1,3}[)）]|\d{1,3}[、.．](?!\d)|[①-⑳])\s*")
_CHARGED = {"否": "不收费", "是": "收费"}


@dataclass(frozen=True, slots=True)
class GuideText:
    """What goes into the draft. `flags`: "heading：text" of what was not understood, for the legal office."""

    statutory_limit: str = ""
    promised_limit: str = ""
    charges: str = ""
    materials: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """The flags as a remark on the draft."""
        text = "；".join(self.flags)
        return f"导入待核：{text}"[:LONGEST_NOTE] if text else ""


def guide_text(cells: Mapping[str, str]) -> GuideText:
    """What {heading: text} says about the guide; nothing when the list has no such column."""
    found: dict[str, tuple[str, str]] = {}
    for heading, text in cells.items():
        name = _FIELD_OF.get(fold(heading))
        if name and text.strip():
            found.setdefault(name, (heading, text.strip()))
    if not found:
        return GuideText()
    flags: list[str] = []
    limits = {name: _limit(found, name, flags) for name in ("statutory_limit", "promised_limit")}
    materials = _materials(found, flags)
    charged = found.get("is_charged", ("", ""))[1]
    charges = found.get("charges", ("", ""))[1] or _CHARGED.get(charged, charged)
    return GuideText(**limits, charges=charges, materials=materials, flags=tuple(flags))


def _limit(found: Mapping[str, tuple[str, str]], name: str, flags: list[str]) -> str:
    """The limit as a Term's text; "" and a flag for anything that leaves a question."""
    if name not in found:
        return ""
    heading, text = found[name]
    unit = found.get(name.replace("limit", "unit"), ("", ""))[1]
    whole = f"{text}{unit}" if unit and _AMOUNT.fullmatch(text) else text
    read = parse_limit(whole)
    term = read.terms[0] if len(read.terms) == 1 else None
    if term is None or read.flagged or term.applies_to or term.unit in (DAYS, IMMEDIATE):
        flags.append(f"{heading}：{whole}")
        return ""
    return f"{term.amount} {term.unit}"


def _materials(found: Mapping[str, tuple[str, str]], flags: list[str]) -> tuple[str, ...]:
    """One at each semicolon or line, without its number, each once."""
    if "materials" not in found:
        return ()
    heading, text = found["materials"]
    parts = [_NUMBERED.sub("", part).strip(" 。") for part in re.split(r"[;；\n\r]+", text)]
    names = tuple(dict.fromkeys(part for part in parts if part))
    if len(names) > MOST_MATERIALS or any(len(name) > LONGEST_MATERIAL for name in names):
        flags.append(f"{heading}：{text[:100]}…")
        return ()
    return names
