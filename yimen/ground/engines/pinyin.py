"""How Chinese sounds in Latin letters (pypinyin). Imported lazily: its dictionaries cost tens of megabytes, and only
writing an item needs them."""


def syllables(text: str) -> list[str]:
    """The syllables of `text` in small letters without tones ("取水许可" → qu shui xu ke); what is not Chinese is
    left out."""
    from pypinyin import Style, lazy_pinyin

    return [s.lower() for s in lazy_pinyin(text, style=Style.NORMAL, errors="ignore", v_to_u=False)]


def sounds(text: str) -> tuple[str, str]:
    """(all syllables together, their first letters); two empty texts when nothing is Chinese."""
    found = syllables(text)
    return "".join(found), "".join(s[0] for s in found)
