"""The shipped data of the sample centre, read once."""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yimen.flows.catalogue import MaterialText

FOLDER = Path(__file__).resolve().parents[3] / "data" / "sample"
SAMPLE = "样本"
SAMPLE_FACTS = (
    *("form_schema", "place", "directions", "hours", "telephone", "complaint_telephone", "valid_from"),
    *("file_rules", "visits", "quantity", "questions", "details"),
)
POST_QUESTION = {"question": "结果可以邮寄吗？", "answer": "可以，请在窗口登记收件地址（样本）。"}
NOT_SAID = "来源未载明（样本）"
LICENCE_LAW = "行政许可法"
EXTENSIONS: dict[str, dict[str, Any] | None] = {
    "none": None,
    "ordinary": {"max": 10, "approver": "organ_head", "basis": f"{LICENCE_LAW} 第四十二条第一款"},
    "government": {"max": 15, "approver": "government", "basis": f"{LICENCE_LAW} 第四十二条第二款（联合办理）"},
}


@dataclass(frozen=True, slots=True)
class OrganLine:
    """A unit; `source` says whether its name is a fact."""

    code: str
    name: str
    name_en: str
    group: str
    source: str


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item as the flows want it; `example` answers its form."""

    code: str
    organ: str
    name: str
    name_en: str
    kind: str
    for_organisations: bool
    guide: dict[str, Any]
    materials: tuple[MaterialText, ...]
    example: dict[str, Any]

    @property
    def required(self) -> list[str]:
        """Codes of the required materials."""
        return [m.code for m in self.materials if m.necessity == "required"]


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One act: `back` working days before the as-of day, at `clock` (HH:MM)."""

    back: int
    clock: str
    who: str
    verb: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Story:
    """One case from its receipt to where it stands."""

    title: str
    item: str
    by: str
    lacks: int
    steps: tuple[StoryStep, ...]


@cache
def _yaml(name: str) -> Any:
    # libyaml reads ten times faster than Python; a build without it reads the same.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((FOLDER / name).read_text(encoding="utf-8"), loader)


def organs() -> list[OrganLine]:
    """The units in the order of their codes."""
    with (FOLDER / "organs.csv").open(encoding="utf-8", newline="") as source:
        return [OrganLine(**row) for row in csv.DictReader(source)]


def situations() -> dict[str, list[dict[str, Any]]]:
    """{code of an item: the questions of its guide about the situation}."""
    found: dict[str, list[dict[str, Any]]] = _yaml("situations.yaml")
    return found


def details(item: ItemLine) -> dict[str, Any]:
    """The further fields of an item's guide: what every guide says, what those of its sort say, then its own."""
    told = _yaml("details.yaml")
    sorts = ["organisation" if item.for_organisations else "person"]
    sorts.append("immediate" if item.guide["review"] == "immediate" else "promised")
    if any(one["kind"] == "hearing" for one in item.guide["special_procedures"]):
        sorts.append("hearing")
    found: dict[str, Any] = dict(told["every"])
    for more in (*(told[sort] for sort in sorts), told["items"].get(item.code, {})):
        found |= more
    return found


def people() -> dict[str, Any]:
    """{surnames: text, given, companies, trades: lists}."""
    found: dict[str, Any] = _yaml("people.yaml")
    return found


def sample_file() -> bytes:
    """The page that stands for every electronic material."""
    return (FOLDER / "material.pdf").read_bytes()


def stories() -> list[Story]:
    """The cases, in the order of the file."""
    return [
        Story(
            title=entry["title"],
            item=entry["item"],
            by=entry["by"],
            lacks=entry.get("lacks", 0),
            steps=tuple(_step(*step) for step in entry["steps"]),
        )
        for entry in _yaml("cases.yaml")
    ]


def _step(back: int, hour: str, who: str, verb: str, arguments: dict[str, Any] | None = None) -> StoryStep:
    return StoryStep(back, hour, who, verb, arguments or {})


def items() -> list[ItemLine]:
    """The items with their guides, place and telephones left to whoever knows the windows."""
    more = _yaml("guides.yaml")
    named = [{**entry, "form": more["forms"][entry["form"]]} for entry in more["items"]]
    return [_item(entry) for entry in [*_yaml("items.yaml"), *named]]


@cache
def _english_names() -> dict[str, str]:
    """{code: name in English}, translated for this sample; no law and no guide gives them."""
    with (FOLDER / "names_en.csv").open(encoding="utf-8", newline="") as source:
        return {row["code"]: row["name_en"] for row in csv.DictReader(source)}


def _item(entry: dict[str, Any]) -> ItemLine:
    named = [m if isinstance(m, dict) else {"name": m} for m in entry["materials"]]
    guide = {
        "statutory_limit": entry["statutory_limit"],
        "promised_limit": entry["promised_limit"],
        "review": entry.get("review", "examine_and_approve"),
        "extension": _extension(entry),
        "special_procedures": [_special(kind, entry) for kind in entry["special"]],
        "form_schema": _schema(entry["form"]),
        "validity_years": entry.get("validity_years"),
        "visits": 1,
        "questions": [POST_QUESTION],
        "texts": _texts(entry),
        "sources": _sources(entry),
    }
    return ItemLine(
        code=entry["code"],
        organ=entry["organ"],
        name=entry["name"],
        name_en=_english_names()[entry["code"]],
        kind=entry["kind"],
        for_organisations=entry["applicant"] == "organisation",
        guide=guide,
        materials=tuple(_material(number, m) for number, m in enumerate(named, 1)),
        example={f["name"]: f["example"] for f in entry["form"]},
    )


def _material(number: int, entry: dict[str, Any]) -> MaterialText:
    """A line of the list; originals and copies as the source's own words say it, the rest by materials.yaml."""
    name = entry["name"]
    habit = next(line for line in _yaml("materials.yaml") if any(word in name for word in line["words"]))
    copies, files = re.search(r"(\d+)份", name), habit["files"]
    original, copy = "原件" in name, "复印件" in name
    return MaterialText(
        f"M{number:02}",
        name,
        "optional" if entry.get("optional") else "required",
        form="original_and_copy" if original and copy else "original" if original else "copy" if copy else "",
        copies=int(copies[1]) if copies else None,
        issuer=habit["issuer"],
        file_kinds=files["kinds"],
        max_bytes=files["max_mb"] * 1024 * 1024,
        max_files=files["max_files"],
    )


def _extension(entry: dict[str, Any]) -> dict[str, Any] | None:
    """One of EXTENSIONS by name, or what another law says, written out."""
    said = entry["extension"]
    return said if isinstance(said, dict) else EXTENSIONS[said]


def _special(kind: str | dict[str, str], entry: dict[str, Any]) -> dict[str, str]:
    if isinstance(kind, dict):
        return kind
    article = "第四十六条、第四十七条" if kind == "hearing" else "第四十五条"
    return {"kind": kind, "basis": entry.get(f"special_{kind}_basis") or f"{LICENCE_LAW} {article}"}


def _schema(fields: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {f["name"]: _property(f) for f in fields},
        "required": [f["name"] for f in fields if not f.get("optional")],
        "additionalProperties": False,
        "x-order": [f["name"] for f in fields],
    }


def _property(entry: dict[str, Any]) -> dict[str, Any]:
    kind = entry.get("type", "string")
    formats = ("date", "region", "money", "credit-code")
    found: dict[str, Any] = {"title": entry["title"], "type": "string" if kind in formats else kind}
    if kind in formats:
        found["format"] = kind
    found["examples"] = [entry["example"]]
    if "enum" in entry:
        return {**found, "enum": entry["enum"]}
    if kind == "string":
        found |= {"minLength": 1, "maxLength": entry.get("max", 200)}
    return found | {limit: entry[limit] for limit in ("minimum", "maximum") if limit in entry}


def _texts(entry: dict[str, Any]) -> dict[str, str]:
    return {
        "statutory_basis": entry.get("statutory_basis", NOT_SAID),
        "conditions": "\n".join(entry.get("conditions", ["符合法律、法规规定的条件（样本）"])),
        "procedure": "\n".join(entry.get("procedure", ["申请", "受理", "审查", "核准", "送达"])),
        "charges": entry.get("charges", "不收费（样本）"),
        "result_name": entry["result_name"],
        "quantity": "没有数量限制（样本）",
        "directions": "由中心正门进入，按楼层指示牌到窗口（样本）",
        "hours": "工作日 08:30-12:00 13:30-17:30（样本）",
        "telephone": "0000-0000000（样本）",
        "complaint_telephone": "0000-0000001（样本）",
    }


def _sources(entry: dict[str, Any]) -> dict[str, str]:
    """Field → where its fact comes from; 样本 for what nobody published."""
    source = entry["source"]
    told = ("statutory_basis", "charges")
    stated = {name: entry.get(f"{name}_source", source) if name in entry else SAMPLE for name in told}
    procedure = source if "procedure" in entry else f"{LICENCE_LAW} 第二十九条至第四十四条"
    bases = dict.fromkeys(_special(kind, entry)["basis"] for kind in entry["special"])
    extension = _extension(entry)
    found = {
        **stated,
        "statutory_limit": entry.get("statutory_source", source),
        "promised_limit": SAMPLE if entry.get("promised_sample") else source,
        "conditions": entry.get("conditions_source", source) if "conditions" in entry else SAMPLE,
        "procedure": procedure,
        "materials": entry.get("materials_source", source),
        "result_name": entry.get("result_source", source),
        "extension": str(extension["basis"]) if extension else "",
        "special_procedures": "；".join(bases),
        "validity_years": entry.get("validity_source", ""),
        **dict.fromkeys(SAMPLE_FACTS, SAMPLE),
    }
    return {name: text for name, text in found.items() if text}


@cache
def questions() -> list[dict[str, Any]]:
    """What the public asks in the sample, with the steps of each."""
    found: list[dict[str, Any]] = _yaml("questions.yaml")
    return found
