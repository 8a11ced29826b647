"""Guides as PDF: made at the first download, kept under the hash of what they say.

A guide is no paper of a case: it is not signed and nobody is told, so nothing is journalled.
"""

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from yimen.facts.papers import TEMPLATES
from yimen.flows.papers import the_press
from yimen.ground.engines import press
from yimen.ground.kernel.errors import Refused

log = logging.getLogger("yimen.papers")
TEMPLATE_VERSION = 1
_FILES = ("guide.typ", "frame.typ")


def guide_pdf(data: Mapping[str, Any], *, version: int, made_on: date) -> Path:
    """The PDF/A of `data` (what `guide.typ` fills in), bearing the day `made_on`; another text is another file.

    Raises `document.being_made` (the press is busy), `document.not_made`.
    """
    text = json.dumps([TEMPLATE_VERSION, data], ensure_ascii=False, sort_keys=True)
    path = _folder() / f"{version}-{hashlib.sha256(text.encode()).hexdigest()[:32]}.pdf"
    if path.is_file():
        return path
    with the_press():
        if not path.is_file():  # somebody else had the press before us
            _keep(path, _printed(data, made_on))
    return path


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "guides"


def _printed(data: Mapping[str, Any], made_on: date) -> bytes:
    files = {name: (TEMPLATES / name).read_text("utf-8") for name in _FILES}
    moment = timezone.make_aware(datetime.combine(made_on, time()))
    sheet = press.Sheet(files, "guide.typ", data, int(moment.timestamp()))
    try:
        (printed,) = press.print_all([sheet], sign=None)
    except (press.PressFailed, OSError) as error:
        log.error("a guide was not made: %s", error)
        raise Refused("document.not_made", document="") from None
    if printed.error:
        log.error("a guide was not made: %s", printed.error)
        raise Refused("document.not_made", document="")
    return printed.pdf


def _keep(path: Path, pdf: bytes) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(pdf)
    os.replace(name, path)
