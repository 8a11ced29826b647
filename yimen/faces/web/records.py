"""An applicant found in the records, on the form of the counter: what it fills in says so and can be corrected."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yimen.flows.personal import Found, look_up_applicant, record_of_own_organ
from yimen.rooms.identity.actor import Actor

MAX_KEY = 2**62
# By what an applicant is found, the surest first.
SEARCHED: tuple[Literal["id_number", "phone", "name"], ...] = ("id_number", "phone", "name")


@dataclass(frozen=True, slots=True)
class OnForm:
    """The record that the form uses (None: none) and what the search came to, in words ("" without a search)."""

    record: Found | None = None
    words: str = ""
    filled: tuple[str, ...] = field(default=())

    @property
    def key(self) -> int | None:
        """As `submit_application` takes it."""
        return self.record.record if self.record else None

    def hint(self, name: str, typed: str) -> str:
        """What stands under a field that the record has something for."""
        if self.record is None or not getattr(self.record, name, ""):
            return ""
        if name in self.filled:
            return _("Filled in from the records; correct it if it is wrong.")
        if typed or name == "name":
            return ""
        shown = {"masked": getattr(self.record, name)}
        return _("In the records: %(masked)s. Leave it empty to take this, or type another.") % shown


def kept(request: HttpRequest, actor: Actor) -> OnForm:
    """The record that the form already used."""
    text = request.POST.get("record", "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return OnForm()
    return OnForm(record_of_own_organ(min(int(text), MAX_KEY), actor))


def looked_up(who: dict[str, str], actor: Actor, at: datetime) -> OnForm:
    """Searches by the number typed, else by the telephone or the whole name, and fills in what the one applicant has.

    Several people may have one telephone or one name; then nothing is filled in and nobody is told apart.
    """
    typed = [(name, who[name]) for name in SEARCHED if who[name]]
    if not typed:
        return OnForm(words=_("Type the identity number, the credit code, the telephone or the whole name first."))
    field, text = typed[0]
    found = look_up_applicant(field=field, text=text[:200], by=actor, at=at)
    if not found:
        return OnForm(words=_("Nothing in the records of your organ: type what the applicant tells you."))
    if field != "id_number" and len(found) > 1:
        return OnForm(words=_("Several applicants have this telephone or name: type the identity number."))
    record = found[0]
    filled = () if who["name"] else ("name",)
    who["name"] = who["name"] or record.name
    who["kind"] = record.kind
    return OnForm(record, _("Found in the records of your organ. Ask the applicant whether it still holds."), filled)
