"""Which column of somebody's list holds what. The words are those of lists in use (`rules.md` §7.5 and real files)."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Field → headings, the surest first: where a list has two of them, the earlier one wins and the other stays an extra.
# fmt: off
HEADINGS: dict[str, tuple[str, ...]] = {
    "code": (
        "item_code", "事项编码", "业务办理项编码", "实施编码", "实施清单编码", "实施清单编号", "事项代码", "事项编号",
        "权力编码", "职权编码", "权责编码", "task_code", "task_handle_item", "code", "编码",
    ),
    "base_code": ("base_code", "basic_code", "基本编码", "基本目录编码", "基本目录编号", "catalog_code"),
    "name": (
        "item_name", "事项名称", "业务办理项名称", "办理项名称", "实施清单名称", "许可事项", "许可事项名称", "项目名称",
        "权力名称", "职权名称", "task_name", "intermediary_service", "中介服务事项", "中介服务名称", "中介服务事项名称",
        "服务名称", "approval_item", "审批事项", "审批事项名称", "事项", "名称", "name", "title",
    ),
    "organ": (
        "department", "dept", "dept_name", "department_name", "部门", "部门名称", "实施主体", "实施主体名称",
        "实施机关", "实施部门", "审批部门", "审批机关", "主管部门", "责任部门", "责任单位", "实施单位",
        "单位", "单位名称",
        "implementing_agency", "agency", "agency_name", "organ", "organ_name", "org_name", "organization",
    ),
    "organ_code": (
        "org_code_in_item", "org_code", "organ_code", "agency_code", "dept_code", "department_code", "实施主体编码",
        "实施主体代码", "部门编码", "部门代码", "统一社会信用代码", "组织机构代码", "credit_code",
    ),
    "kind": (
        "item_type", "type_name", "事项类型", "事项类别", "权力类型", "职权类型", "权力类别", "类型", "类别", "kind",
        "type",
    ),
    "main_item": ("main_item", "主项", "主项名称", "大项名称", "事项主项", "主项目名称"),
    "area_code": ("area_code", "区划代码", "行政区划代码", "行政区划编码", "区域编码", "行政区划", "region_code"),
    "basis": (
        "legal_basis", "legal_basis_short", "设定依据", "法律依据", "实施依据", "法定依据", "依据", "basis", "by_law",
    ),
}
# fmt: on
INTERMEDIARY_HEADINGS = frozenset({"intermediaryservice", "中介服务事项", "中介服务名称", "中介服务事项名称"})
INTERMEDIARY_KIND = "中介服务"
# First columns of the report of an import: a mended report can be imported again, and they say nothing of the item.
REPORT_HEADINGS = ("line", "outcome", "reason", "explanation")


class BadMapping(ValueError):
    """A mapping that can't be understood; the text says what."""


def fold(heading: str) -> str:
    """A heading without case, spaces, remarks in brackets and full-width forms: `Item Code（必填）*` → `itemcode`."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    text = re.sub(r"\([^()]*\)", "", text)
    return "".join(c for c in text if c.isalnum())


_FIELD_OF: dict[str, tuple[str, int]] = {
    fold(heading): (name, rank) for name, headings in HEADINGS.items() for rank, heading in enumerate(headings)
}


def known_headings(cells: Sequence[str]) -> int:
    """How many different fields these headings name: the measure by which a header row is found."""
    return len({_FIELD_OF[key][0] for cell in cells if (key := fold(cell)) in _FIELD_OF})


def parse_mapping(text: str) -> dict[str, str]:
    """`column=field,column=field`, one pair a line, or a JSON object → {column: field}; field `-` keeps it an extra."""
    text = text.lstrip("\ufeff").strip()
    if text.startswith("{"):
        try:
            pairs = list(json.loads(text).items())
        except (ValueError, AttributeError) as error:
            raise BadMapping(str(error)) from error
    else:
        parts = [part.strip() for part in re.split(r"[\n,，]", text)]
        pairs = [part.rpartition("=")[::2] for part in parts if part and not part.startswith("#")]
    mapping = {}
    for column, name in pairs:
        if not isinstance(name, str) or not column.strip():
            raise BadMapping(f"{column}={name}")
        name = name.strip()
        if name not in HEADINGS and name != "-":
            raise BadMapping(f"{column}={name}: {', '.join(HEADINGS)}, -")
        mapping[column.strip()] = name
    return mapping


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands (`at`: field → position), which positions are extras, what the mapping named in vain."""

    header: tuple[str, ...]
    at: Mapping[str, int]
    extras: tuple[int, ...]
    is_intermediary: bool = False
    not_found: tuple[str, ...] = ()


def find_columns(header: Sequence[str], mapping: Mapping[str, str] | None = None) -> Columns:
    """The columns of a list with this header; `mapping` ({column: field}) goes before the known headings."""
    given = {fold(column): name for column, name in (mapping or {}).items()}
    folded = [fold(heading) for heading in header]
    at: dict[str, int] = {}
    for position, key in enumerate(folded):
        if key in given and given[key] != "-":
            at.setdefault(given[key], position)
    claims = [
        (rank, position, name)
        for position, key in enumerate(folded)
        if key not in given and key in _FIELD_OF
        for name, rank in [_FIELD_OF[key]]
    ]
    for _rank, position, name in sorted(claims):
        at.setdefault(name, position)
    own = len(REPORT_HEADINGS) if tuple(header[: len(REPORT_HEADINGS)]) == REPORT_HEADINGS else 0
    return Columns(
        header=tuple(header),
        at=at,
        extras=tuple(p for p in range(own, len(folded)) if p not in at.values()),
        is_intermediary="name" in at and folded[at["name"]] in INTERMEDIARY_HEADINGS,
        not_found=tuple(column for column in mapping or {} if fold(column) not in folded),
    )
