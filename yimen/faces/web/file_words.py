"""What a material's file rule says, in the reader's words."""

from collections.abc import Mapping

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yimen.faces.web.forms import FieldError
from yimen.faces.web.words import is_chinese, refusal_text
from yimen.ground.kernel.errors import Refused
from yimen.rooms.catalogue.rules.file_rules import EXTENSIONS, GROUPS, KINDS, FileRule

_WORDS: Mapping[str, str | Promise] = {
    "pdf": "PDF",
    "jpeg": "JPEG",
    "png": "PNG",
    "gif": "GIF",
    "tiff": "TIFF",
    "word": "Word",
    "sheet": "Excel",
    "slides": "PowerPoint",
    "ofd": "OFD",
    "text": gettext_lazy("plain text"),
}
_GROUP_WORDS: Mapping[str, str | Promise] = {
    "image": gettext_lazy("pictures"),
    "office": gettext_lazy("Office documents"),
}
FORMS: Mapping[str, str | Promise] = {
    "original": gettext_lazy("original"),
    "copy": gettext_lazy("copy"),
    "original_and_copy": gettext_lazy("original to show and a copy"),
    "electronic": gettext_lazy("electronic document"),
}


def form_words(form: str, copies: int | None) -> str:
    """`原件 2 份`; empty where the guide says neither."""
    number = ngettext("%(n)d copy or set", "%(n)d copies or sets", copies) % {"n": copies} if copies is not None else ""
    return " ".join(part for part in (str(FORMS.get(form, form)), number) if part)


def kind_words(kinds: tuple[str, ...]) -> str:
    """`PDF、图片` or `PDF, pictures`; a whole group has one word."""
    left, said = list(kinds or KINDS), []
    for kind in kinds or KINDS:
        group = next((g for g, members in GROUPS.items() if kind in members and set(members) <= set(left)), "")
        if group:
            left = [k for k in left if k not in GROUPS[group]]
            said.append(str(_GROUP_WORDS[group]))
        elif kind in left:
            said.append(str(_WORDS.get(kind, kind)))
    return ("、" if is_chinese() else ", ").join(said)


def most_bytes(rule: FileRule) -> int:
    """The largest file that is taken: the rule's, or the store's where that is less."""
    return min(rule.max_bytes or settings.MAX_UPLOAD_BYTES, int(settings.MAX_UPLOAD_BYTES))


def rule_words(rule: FileRule) -> str:
    """`PDF、图片，最多 3 个，每个不超过 10 MB`."""
    if rule.max_files == 1:
        text = _("%(kinds)s; one file of at most %(size)s")
    else:
        text = _("%(kinds)s; at most %(number)s files of at most %(size)s each")
    size = filesizeformat(most_bytes(rule)).replace(".0", "").replace("\xa0", " ")
    return text % {"kinds": kind_words(rule.kinds), "number": rule.max_files, "size": size}


def accepts(rule: FileRule) -> str:
    """For the attribute `accept` of an input: a help for choosing, never a check."""
    return ",".join(end for kind in rule.kinds or KINDS for end in EXTENSIONS.get(kind, ()))


def told(refusal: Refused, rule: FileRule | None) -> str:
    """The sentence of a refused file, with what its material takes."""
    sentence = refusal_text(refusal).sentence
    if rule is None or not refusal.code.startswith(("material.", "file.")):
        return sentence
    ends = "" if is_chinese() else " "
    return f"{sentence}{ends}{_('Taken for this material: %(rule)s.') % {'rule': rule_words(rule)}}"


def errors_of(refusal: Refused, rules: Mapping[str, FileRule], names: Mapping[str, str]) -> list[FieldError]:
    """One line for each file that a hand-in was refused for; none when the refusal is about something else."""
    found = []
    for error in refusal.facts.get("errors", ()) if refusal.code.startswith("material.") else ():
        code, file = str(error["material"]), str(error["file"])
        about = "：".join(part for part in (names.get(code, code), file) if part)
        found.append(FieldError(f"material-{code}", f"{about}：{told(Refused(error['problem']), rules.get(code))}"))
    return found
