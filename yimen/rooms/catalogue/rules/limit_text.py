"""Time limits as guides write them ("20个工作日", "报告书60日；报告表30日") → amounts with units, never guessed.

All or nothing: a text with a part that is not understood gives no terms, because half a limit is a wrong limit. What is
understood but leaves a question to the legal office is flagged: a bare 日 or 天 has no unit (行政许可法 第八十二条
counts working days, other laws natural days), fractions, amounts beyond all sense, words that exclude something from
the count, and words before "…日内" that may name a kind of case or the day from which it is counted.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal

IMMEDIATE, DAYS, WORKING_DAYS, NATURAL_DAYS, HOURS = "immediate", "days", "working_days", "natural_days", "hours"
LONGEST = 400  # characters; a limit is a phrase, anything longer is prose
_SENSIBLE = 3_000  # days or hours; beyond it somebody must look

_NUMBER = r"(?:\d{1,5}(?:\.\d{1,2})?|[零〇一二两三四五六七八九十百千]{1,9}|半)"
_SAID = r"[(](?P<said>工作日|自然日|日历日)[)]"
_UNIT = (
    r"(?:[个個]?(?P<working>工作[日天])|[个個]?(?P<natural>自然[日天]|日历[日天])|[个個]?(?P<hours>小时)|(?P<days>[日天])"
    r"|(?=[(](?:工作日|自然日|日历日)[)]))"
)
_AMOUNT = re.compile(rf"(?P<number>{_NUMBER}){_UNIT}(?:{_SAID})?")
_SOON = re.compile(
    r"(?:即时|即刻|立即|立刻|马上|当场|现场)(?:办理|办结|办)(?:件|完毕)?|即办件?|即时|当场|立等可取|即来即办|随到随办"
)
_FROM_ACCEPTANCE = r"(?:自|从)?(?:受理|受理申请|申请受理)(?:之日|之时|当日)?(?:起算|起计算|起|后)[,，]?"
_BARE = re.compile(rf"^(?:{_FROM_ACCEPTANCE})?(?:在|于)?(?:不超过|不多于|最长|最多)?$")
_TAIL = re.compile(r"^(?:之?内|以内)?(?:办理?完?[结毕]|完成|办理|作出(?:审批)?决定|作出许可决定)?$")
_NOTE = re.compile(r"^[(](?P<note>[^()\d]{1,60})[)]$")
_NOTED_ACCEPTANCE = re.compile(rf"^{_FROM_ACCEPTANCE}(?:计算)?$")
# A remark on the count, not a kind of case.
_REMARK = re.compile(r"不|除外|[自从]|起|含|另|期间|时间|其中|计|遇|如")
# "法定时限：20个工作日" says which limit it is, not for which cases.
_HEADING = re.compile(
    r"^(?:法定|承诺|法律)?(?:办结|办理|审批|审查)?(?:时限|期限|时间|限)(?:为|共|共计)?$|^(?:法定|承诺)(?:为)?$|^共计?$"
)
_LABEL = re.compile(
    rf"^(?P<label>[\w、,/·]{{2,40}}?)(?P<colon>:?)(?P<rest>(?:{_FROM_ACCEPTANCE})?(?:在|于)?(?:不超过|最长|最多)?)$"
)
_PART = re.compile(r"[;。\n]")
_LIST = re.compile(rf"(?<=[日天时内结])[,、](?=[^\d,、]{{0,40}}{_NUMBER}(?:个?工作|个?自然|个?日历|个?小时|[日天]))")
# Words that make of two limits one after the other, an exception or another starting point: for people to read.
_UNSURE = re.compile(
    r"工作日|自然日|延长|至|到|[-~—–]|×|每|后\d|后[一二两三四五六七八九十]|前|次|(?<!受理)(?<!申请)之日起|期满|届满|加|另"
)
# Before an amount these make no kind of case of what they stand in: rough amounts, prose about who must act, another
# starting point, and the stages of one case, whose limits add up.
_NO_KIND = re.compile(
    r"约|近$|不少|至少|超过|多于|第$|^第.{1,6}条|除$|应当|应[于在]|必须|起|后$|[一两二三四五六七八九十]个$|\d|的$"
    r"|(?:受理|审查|审核|决定|公示|送达|告知|初审|复审|预审|勘查|勘验|踏勘|核查|评审|制证|发证|收到|提交)$"
)
_EXCLUDES = re.compile(r"^(?:不含|不包括|不包含|不计|除)(?:[^:]{1,40}?)(?:外|的时间|时间|期间)?[,:]?(?:共计?)?$")
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_STEPS = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True, slots=True)
class LimitTerm:
    """One amount. `amount` is None for `immediate`; `applies_to` names the kind of case it is for, None: all."""

    amount: int | float | None
    unit: str
    applies_to: str | None = None


@dataclass(frozen=True, slots=True)
class LimitText:
    """What a text says: `flagged` sends it to the legal office; without terms the text is all there is."""

    text: str
    terms: tuple[LimitTerm, ...]
    flagged: bool


def parse_limit(text: str) -> LimitText:
    """Read one text; nothing raises. No terms: not understood, or empty."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if not plain or len(plain) > LONGEST:
        return LimitText(text, (), True)
    found: list[LimitTerm] = []
    flagged = False
    for part in _parts(plain):
        read = _read(part)
        if read is None:
            return LimitText(text, (), True)
        found.append(read[0])
        flagged |= read[1]
    if any(term.applies_to and _HEADING.match(term.applies_to) for term in found):
        if len(found) == 1:
            return LimitText(text, (replace(found[0], applies_to=None),), flagged)
        flagged = True  # the statutory and the promised limit in one text: which of them is meant?
    several = len(found) > 1 and len({term.applies_to for term in found}) < len(found)
    return LimitText(text, () if several else tuple(found), flagged or several or not found)


def _parts(plain: str) -> list[str]:
    """One limit each: split at semicolons, and at commas after which another limit begins."""
    return [part.strip(",、") for whole in _PART.split(plain) for part in _LIST.split(whole) if part.strip(",、")]


def _read(part: str) -> tuple[LimitTerm, bool] | None:
    """(term, flagged) of a part with exactly one limit; None when a piece of it is not understood."""
    if part.startswith("(") and part.endswith(")") and part.count("(") == 1:
        part = part[1:-1]
    if soon := _SOON.fullmatch(part) or _labelled_soon(part):
        label = soon.groupdict().get("label")
        return LimitTerm(None, IMMEDIATE, label), False
    amounts = [match for match in _AMOUNT.finditer(part)]
    if not amounts:
        return None
    before, after = part[: amounts[0].start()], part[amounts[-1].end() :]
    together = "".join(match[0] for match in amounts) == part[amounts[0].start() : amounts[-1].end()]
    amount = _one(amounts) if together else None
    if amount is None or _UNSURE.search(before) or _UNSURE.search(after):
        return None
    kind_before, kind_after = _before(before, after), _after(after)
    if kind_before is None or kind_after is None:
        return None
    number, unit = amount
    doubtful = unit == DAYS or number != int(number) or number > _SENSIBLE or kind_before[1] or kind_after[1]
    value = int(number) if number == int(number) else float(number)
    return LimitTerm(value, unit, kind_before[0] or kind_after[0] or None), doubtful


def _labelled_soon(part: str) -> re.Match[str] | None:
    return re.fullmatch(rf"(?P<label>[\w、,/·]{{1,40}}):(?:{_SOON.pattern})", part)


def _before(text: str, after: str) -> tuple[str, bool] | None:
    """(kind of case or "", leaves a question) of what stands before the amount; None: not understood."""
    if _BARE.match(text):
        return "", False
    if _EXCLUDES.match(text):
        return "", True
    found = _LABEL.match(text)
    if found is None or _NO_KIND.search(found["label"]):
        return None
    # "变更10个工作日内": for changes, or within ten days of the change?
    return found["label"].removesuffix("为"), not found["colon"] and bool(re.match(r"之?内|以内", after))


def _after(text: str) -> tuple[str, bool] | None:
    """(kind of case or "", leaves a question) of what stands after the amount; None: not understood."""
    tail, bracket = re.fullmatch(r"([^(]*)(.*)", text).groups()  # type: ignore[union-attr]
    if not _TAIL.match(tail):
        return None
    if not bracket:
        return "", False
    note = _NOTE.match(bracket)
    if note is None:
        return None
    if _NOTED_ACCEPTANCE.match(note["note"]):
        return "", False
    return "" if _REMARK.search(note["note"]) else note["note"], True


def _one(amounts: list[re.Match[str]]) -> tuple[Decimal, str] | None:
    """The amount of "20个工作日" or of "0天2.0小时", where parts of zero say nothing; None for a real mixture."""
    read = [(_number(match["number"]), _unit(match)) for match in amounts]
    if any(number is None or unit is None for number, unit in read):
        return None
    telling = [(number, unit) for number, unit in read if number] or read[-1:]
    return telling[0] if len(telling) == 1 else None  # type: ignore[return-value]


def _unit(match: re.Match[str]) -> str | None:
    said = {"工作日": WORKING_DAYS, "自然日": NATURAL_DAYS, "日历日": NATURAL_DAYS}.get(match["said"] or "")
    if said:
        return said if match["days"] or not (match["working"] or match["natural"] or match["hours"]) else None
    if match["working"]:
        return WORKING_DAYS
    if match["natural"]:
        return NATURAL_DAYS
    return HOURS if match["hours"] else DAYS


def _number(text: str) -> Decimal | None:
    """Arabic or Chinese digits; None for what is no number ("十十")."""
    if text == "半":
        return Decimal("0.5")
    if text[0].isdigit() and text[0].isascii():
        return Decimal(text)
    total, digit, last_step = 0, None, 10_000
    for character in text:
        if character in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[character]
            continue
        step = _STEPS[character]
        if step >= last_step:
            return None
        total, digit, last_step = total + (1 if digit is None else digit) * step, None, step
    return Decimal(total + (digit or 0))
