"""Two windows on one draft: neither overwrites the other. A page says which version it was made from; when the other
window changed the same page meanwhile, both texts are shown and the person chooses."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yimen.faces.web import schema_form, schema_steps, wizard
from yimen.faces.web.forms import version_of
from yimen.faces.web.wizard import Page, Wizard

QUIET = "quiet"
# What a page sends beside the answers.
FRAME = ("csrfmiddlewaretoken", "version", "base", QUIET, "request_key")


def _part(page: Page, content: Mapping[str, Any]) -> dict[str, Any]:
    """What the draft holds of this page now, as the page would send it."""
    if page.kind == "who":
        return {"who": {name: content["who"].get(name, "") for name in wizard.WHO}}
    if page.kind == "situation":
        return {"situation": {name: content["situation"].get(name) for name in page.names}}
    return {"answers": {name: content["answers"].get(name) for name in page.names}}


def base_of(page: Page, content: Mapping[str, Any]) -> str:
    """A short hash of what the page was filled with."""
    text = json.dumps(_part(page, content), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def changed_elsewhere(request: HttpRequest, open_: Wizard, page: Page, part: dict[str, Any]) -> bool:
    """Whether another window changed this page after the sent one was made, to something else than it says."""
    if open_.draft is None or version_of(request) in (None, open_.draft.version) or page.kind == "material":
        return False
    same = _part(page, open_.content) == part
    return not same and request.POST.get("base", "") != base_of(page, open_.content)


def ask(request: HttpRequest, open_: Wizard, page: Page, part: dict[str, Any]) -> HttpResponse:
    """Both texts beside each other (409); nothing is saved until the person has chosen."""
    if QUIET in request.POST:
        return render(request, "draft/saved.html", {"elsewhere": True}, status=409)
    lines = _lines(open_, page, _part(page, open_.content), part)
    kept = [(name, value) for name, values in request.POST.lists() if name not in FRAME for value in values]
    path = open_.url(page.id)
    context = {
        **open_.frame(page),
        "base": base_of(page, open_.content),
        "lines": lines,
        "kept": kept,
        "path": f"{path}?from={wizard.CHECK}" if request.GET.get("from") == wizard.CHECK else path,
    }
    return render(request, "draft/two_tabs.html", context, status=409)


def _lines(open_: Wizard, page: Page, theirs: dict[str, Any], mine: dict[str, Any]) -> list[dict[str, Any]]:
    """{label, mine, theirs} of every answer that differs."""
    pairs = []
    if page.kind == "who":
        saved = {line["id"]: line["value"] for line in wizard.who_lines(theirs["who"])}
        pairs = [(line["label"], line["value"], saved[line["id"]]) for line in wizard.who_lines(mine["who"])]
    elif page.kind == "situation":
        told = [{k: v for k, v in part["situation"].items() if v} for part in (mine, theirs)]
        both = [wizard.situation_lines(open_.questions, answers) for answers in told]
        pairs = [(m["label"], m["value"], t["value"]) for m, t in zip(*both, strict=True)]
    else:
        known, _required = schema_steps.properties(open_.version.form_schema, {**open_.answers, **mine["answers"]})
        for name in page.names:
            schema = known.get(name, {})
            typed, saved_text = (schema_form.shown(schema, part["answers"].get(name)) for part in (mine, theirs))
            pairs.append((schema_form.title_of(name, schema), typed, saved_text))
    empty = _("not answered")
    return [{"label": label, "mine": m or empty, "theirs": t or empty} for label, m, t in pairs if m != t]
