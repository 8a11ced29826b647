"""Articles of Chinese laws as an English reader finds them: 行政许可法 第三十二条第一款第四项 → Administrative
Licensing Law, Article 32(1)(4). A Chinese reader gets the text as it stands, and so does everybody where a law has no
name here.
"""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from yimen.faces.web.words import is_chinese

LAWS: Mapping[str, str | Promise] = {
    "行政许可法": gettext_lazy("Administrative Licensing Law"),
    "行政复议法": gettext_lazy("Administrative Reconsideration Law"),
    "行政诉讼法": gettext_lazy("Administrative Litigation Law"),
}
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")}
_NUMBER = "[零一二三四五六七八九十百]+"
_ARTICLE = re.compile(f"第({_NUMBER})条(?:第({_NUMBER})款)?(?:第({_NUMBER})项)?")
_LAW = re.compile(rf"\s*({'|'.join(LAWS)})(?:（(\d{{4}})年(?:修订|修正)?）)?\s*(.*)")


def number(text: str) -> int:
    """三十二 → 32, 一百零一 → 101; up to 999. ValueError for anything else."""
    total, digit = 0, 0
    for c in text:
        if c in "百十":
            total += (digit or 1) * (100 if c == "百" else 10)
            digit = 0
        elif c in _DIGITS:
            digit = _DIGITS[c]
        else:
            raise ValueError(text)
    return total + digit


def articles(text: str) -> str:
    """Articles of the law that the page is about: 第三十六条 → Article 36; other words stay."""
    if is_chinese() or not text or _ARTICLE.sub("", text).strip("、和 "):
        return text
    return _counted(text)


def _counted(text: str) -> str:
    """第四十六条、第四十七条第二款 → Articles 46 and 47(2); "" without an article."""
    found = [
        str(number(a)) + "".join(f"({number(part)})" for part in parts if part) for a, *parts in _ARTICLE.findall(text)
    ]
    if len(found) > 1:
        return f"Articles {', '.join(found[:-1])} and {found[-1]}"
    return f"Article {found[0]}" if found else ""


def citation(text: str) -> str:
    """The citation in the reader's language."""
    match = _LAW.fullmatch(text)
    if is_chinese() or match is None:
        return text
    name, year, rest = match.groups()
    law = f"{LAWS[name]} ({year})" if year else str(LAWS[name])
    if _ARTICLE.sub("", rest).strip("、和 "):  # words that are not only articles
        return text
    counted = _counted(rest)
    return f"{law}, {counted}" if counted else law
