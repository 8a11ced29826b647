"""Who may decide what, as anyone may read it: subjects and window authorisations of a day, the ended ones too."""

from datetime import date
from typing import NamedTuple

from django.db.models import Q, QuerySet

from yimen.rooms.authority.models import Authorisation, LicensingSubject
from yimen.rooms.authority.queries import in_force, organs_with, subjects_on
from yimen.rooms.identity.models import Organ

PAGE = 30
LISTS = ("now", "coming", "past")


class Page(NamedTuple):
    """Rows of a list, the key of the next page or "", and the organs for the filter."""

    rows: list[LicensingSubject] | list[Authorisation]
    following: str
    organs: list[Organ]


def _narrowed[M: (LicensingSubject, Authorisation)](
    rows: QuerySet[M], now: QuerySet[M], name: str, organ: str, on: date
) -> QuerySet[M]:
    over = Q(valid_to__lt=on) | Q(ended_on__lte=on)
    found = now if name == "now" else rows.filter(over) if name == "past" else rows.exclude(over | Q(pk__in=now))
    return found.filter(organ__code=organ) if organ else found


def _paged[M: (LicensingSubject, Authorisation)](rows: QuerySet[M], after: str) -> tuple[list[M], str]:
    if after.isascii() and after.isdigit() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.prefetch_related("items__item").order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].key if len(found) > PAGE else ""


def subjects(*, name: str, organ: str, on: date, after: str = "") -> Page:
    """Licensing subjects that are in force on a day ("now"), to come (not announced yet, too), or past."""
    rows = _narrowed(LicensingSubject.objects.all(), subjects_on(on), name, _clean(organ), on)
    found, following = _paged(rows.select_related("organ", "entrusted_by"), after)
    return Page(found, following, organs_with(LicensingSubject.objects.all()))


def authorisations(*, name: str, organ: str, on: date, after: str = "") -> Page:
    """The same of window authorisations."""
    now = Authorisation.objects.filter(in_force(on))
    rows = _narrowed(Authorisation.objects.all(), now, name, _clean(organ), on)
    found, following = _paged(rows.select_related("organ", "staff", "given_by"), after)
    return Page(found, following, organs_with(Authorisation.objects.all()))


def _clean(text: str) -> str:
    return text.replace("\x00", "").strip()[:50]
