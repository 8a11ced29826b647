"""The further fields of a guide (GB/T 39046) in the reader's words, by the section of the page that shows them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yimen.faces.web import register_words, words
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.guides.queries import codes, detail_of, files_of, further_fields

SAMPLE = "样本"
# Section of the page → its plain fields, in the order of the page. What is a list of records has a place of its own.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "conditions": ("service_objects", "themes"),
    "procedure": (
        *("handling_forms", "is_online", "online_url", "is_bookable", "is_express", "handling_scope"),
        *("statutory_note", "promised_note", "visits_note", "national_kind", "local_kind"),
    ),
    "charges": ("is_payable_online",),
    "where": ("handling_organ", "co_organs", "jurisdiction", "consultation"),
    "basis": ("subject_nature", "exercise_level", "power_division", "power_content", "system_level"),
    "remedies": ("supervision",),
}
NOTES = ("made_out_within", "how_to", "use", "place", "source")
NOTE_LABELS: Mapping[str, str | Promise] = {
    "made_out_within": gettext_lazy("Made out within:"),
    "how_to": gettext_lazy("How to fill it in:"),
    "use": gettext_lazy("What it is used for:"),
    "place": gettext_lazy("Where to get it:"),
    "source": gettext_lazy("Where it comes from:"),
}
# The words of the standard's tables for readers of English; the Chinese of each is the standard's own.
CODES: Mapping[str, str | Promise] = {
    "subject_nature.1": gettext_lazy("statutory organ"),
    "subject_nature.2": gettext_lazy("authorised organisation"),
    "subject_nature.3": gettext_lazy("entrusted organisation"),
    "subject_nature.9": gettext_lazy("other"),
    "exercise_level.1": gettext_lazy("national"),
    "exercise_level.2": gettext_lazy("provincial"),
    "exercise_level.3": gettext_lazy("city"),
    "exercise_level.4": gettext_lazy("county"),
    "exercise_level.5": gettext_lazy("township"),
    "exercise_level.6": gettext_lazy("village"),
    "exercise_level.7": gettext_lazy("by levels"),
    "service_objects.1": gettext_lazy("natural persons"),
    "service_objects.2": gettext_lazy("enterprises"),
    "service_objects.3": gettext_lazy("public institutions"),
    "service_objects.4": gettext_lazy("social organisations"),
    "service_objects.5": gettext_lazy("administrative organs"),
    "service_objects.6": gettext_lazy("other"),
    "handling_forms.1": gettext_lazy("at the window"),
    "handling_forms.2": gettext_lazy("on a computer"),
    "handling_forms.3": gettext_lazy("on a mobile phone"),
    "handling_forms.4": gettext_lazy("by courier"),
    "handling_forms.9": gettext_lazy("other"),
    "handling_scope.全国": gettext_lazy("in the whole country"),
    "handling_scope.跨省": gettext_lazy("in several provinces"),
    "handling_scope.跨市": gettext_lazy("in several cities"),
    "handling_scope.跨县": gettext_lazy("in several counties"),
    "national_kind.1": gettext_lazy("done at once"),
    "national_kind.2": gettext_lazy("done within a promised limit"),
    "national_kind.9": gettext_lazy("other"),
}

FILE_KINDS: Mapping[str, str | Promise] = {
    "blank_form": gettext_lazy("Blank form"),
    "sample": gettext_lazy("Filled-in sample"),
    "result_sample": gettext_lazy("Sample of the result"),
}


class Fact(NamedTuple):
    """A field that says something: what it is called, its lines, the address that it links to, whether to mark it."""

    label: str
    lines: Sequence[str]
    url: str = ""
    sample: bool = False


class Details(NamedTuple):
    """What the page shows beyond the version. `sections`: {section: facts}; an empty one is not in it."""

    sections: Mapping[str, Sequence[Fact]]
    situations: Sequence[Mapping[str, Any]]
    results: Sequence[Mapping[str, str]]
    before: Sequence[Mapping[str, Any]]
    after: Sequence[Mapping[str, Any]]
    fees: Sequence[Mapping[str, str]]
    procedure_limits: Sequence[Mapping[str, str]]
    notes: Mapping[str, Sequence[Fact]]
    files: Mapping[str, Sequence[Mapping[str, Any]]]
    commitment: Mapping[str, str] | None
    tolerance: Mapping[str, Any] | None


def details_of(version: ItemVersion) -> Details:
    """What a version says further, ready to be shown; nothing of it is empty."""
    detail = detail_of(version)
    said = further_fields(detail)
    marked = version.sources.get("details") == SAMPLE
    services = [{**one, "kind_words": service_kind(one)} for one in said.get("services", [])]
    found = {section: [_fact(n, said[n], marked) for n in names if n in said] for section, names in SECTIONS.items()}
    return Details(
        sections={section: facts for section, facts in found.items() if facts},
        situations=detail.situations if detail else [],
        results=said.get("results", []),
        before=[one for one in services if one["when"] == "before"],
        after=[one for one in services if one["when"] == "after"],
        fees=said.get("fees", []),
        procedure_limits=[
            {**one, "kind": words.word(words.PROCEDURES, one["kind"])} for one in said.get("procedure_limits", [])
        ],
        notes={one["code"]: _notes(one) for one in said.get("material_notes", [])},
        files=_files(version, said.get("files")),
        commitment=said.get("commitment"),
        tolerance=_tolerance(version, said.get("tolerance")),
    )


def _fact(name: str, value: Any, marked: bool) -> Fact:
    lines = [_line(name, one) for one in (value if isinstance(value, list) else [value])]
    return Fact(
        register_words.fact_words("version", name),
        lines,
        url=web_address(value) if name == "online_url" else "",
        sample=marked and not any(SAMPLE in line for line in lines),
    )


def _line(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return code_words(name, str(value)) if name in codes() else str(value)


def code_words(table: str, code: str) -> str:
    """A code of the standard in words; one that is not in its table as it is."""
    return str(CODES.get(f"{table}.{code}") or codes().get(table, {}).get(code, code))


def web_address(text: str) -> str:
    """The address when it is one of the web; empty for anything else, which is never linked."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in ("http", "https") and parts.netloc else ""


def service_kind(service: Mapping[str, Any]) -> str:
    """What kind of body renders a service; empty where none is needed."""
    kind = service.get("kind", "none")
    return "" if kind == "none" else register_words.value_words("kind", kind)


def _notes(note: Mapping[str, str]) -> list[Fact]:
    return [Fact(str(NOTE_LABELS[name]), [note[name]]) for name in NOTES if note.get(name)]


def _files(version: ItemVersion, said: Sequence[Mapping[str, Any]] | None) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """{code of a material, "" for the result: its files in words}."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in files_of(version.pk) if said else ():
        label = one["title"] or str(FILE_KINDS[one["kind"]])
        shown = {"key": one["file"], "label": label, "name": one["name"], "size": filesizeformat(one["size"])}
        found.setdefault(one["material"], []).append(shown)
    return found


def _tolerance(version: ItemVersion, said: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Names of the materials that may follow, and within how long."""
    if not said:
        return None
    names = {m.code: m.name for m in version.materials.all()}
    limit = ngettext("%(n)d day", "%(n)d days", said["days"]) % {"n": said["days"]}
    return {**said, "limit": limit, "names": [names.get(code, code) for code in said["materials"]]}
