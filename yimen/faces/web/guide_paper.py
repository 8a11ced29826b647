"""What a guide says on paper, in the reader's language: the facts that `guide.typ` fills in."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from yimen.faces.web import file_words, guide_words
from yimen.faces.web.templatetags.house import named, second_name
from yimen.faces.web.words import day_words, is_chinese, term_words
from yimen.facts.papers import SAMPLE
from yimen.ground.engines import qr
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.catalogue.queries import materials
from yimen.rooms.identity.queries import centre

type Section = dict[str, Any]


def contents(version: ItemVersion, limits: guide_words.Limits) -> dict[str, Any]:
    """JSON values for the press; what is not stated is said so."""
    house, item, organ = centre(), version.item, version.deciding_organ
    url = f"{settings.SITE_URL}/items/{quote(item.code, safe='/')}/"
    language = translation.get_language() or settings.LANGUAGE_CODE
    day = day_words(version.valid_from) if version.valid_from else ""
    return {
        "language": "en" if language.startswith("en") else "zh",
        "watermark": SAMPLE if settings.DEMO or house.is_sample or item.is_sample else "",
        "centre": house.name if is_chinese() or not house.name_en else house.name_en,
        "title": str(named(item)),
        "second_title": str(second_name(item) or ""),
        "kind": item.kind or _("administrative licence"),
        "organ": str(named(organ)),
        "code": item.code,
        "qr": qr.svg(url),
        "qr_words": _("The guide of today"),
        "footer": _("In force from %(day)s") % {"day": day},
        "sections": [*_facts(version), _materials(version), *_law(version, limits)],
        "note": _("The guide as it was when downloaded; what counts is the page: %(url)s") % {"url": url},
    }


def _stated(text: str) -> str:
    return text.strip() or _("not stated")


def _facts(version: ItemVersion) -> list[Section]:
    visits = _("not stated") if version.visits is None else str(version.visits)
    rows = [
        [_("Promised limit"), term_words(version.promised_limit)],
        [_("Statutory limit"), term_words(version.statutory_limit)],
        [_("Charges"), _stated(version.charges)],
        [_("Visits"), visits],
        [_("Result"), _stated(version.result_name)],
        [_("Quantity"), _stated(version.quantity)],
        [_("Place"), _stated(version.place)],
        [_("How to get there"), _stated(version.directions)],
        [_("Hours"), _stated(version.hours)],
        [_("Telephone"), _stated(version.telephone)],
        [_("Complaint telephone"), _stated(version.complaint_telephone)],
    ]
    return [
        {"title": _("At a glance"), "rows": rows},
        {"title": _("Conditions"), "text": _stated(version.conditions)},
        {"title": _("Procedure"), "text": _stated(version.procedure)},
    ]


def _materials(version: ItemVersion) -> Section:
    found = materials(version)
    if not found:
        return {"title": _("Materials"), "text": _("No materials are needed.")}
    lines = []
    for one in found:
        form = file_words.form_words(one.form, one.copies)
        more = "\n".join(text for text in (form, one.issuer, one.note) if text)
        needed = _("required") if one.necessity == "required" else _("optional")
        lines.append([f"{one.name}\n{more}".strip(), needed])
    return {"title": _("Materials"), "heads": [_("No."), _("Material"), _("Needed?")], "list": lines}


def _law(version: ItemVersion, limits: guide_words.Limits) -> list[Section]:
    bases = "\n".join(f"{basis.what}: {basis.article}" for basis in guide_words.bases(version, limits))
    remedies = "\n".join(f"{remedy.what} ({remedy.article})" for remedy in guide_words.remedies(limits))
    return [{"title": _("Legal basis"), "text": _stated(bases)}, {"title": _("Not satisfied?"), "text": remedies}]
