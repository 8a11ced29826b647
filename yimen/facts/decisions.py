"""公示 The decisions that anyone may read, and for the staff which are not public yet.

Public reads touch the table of publications alone (and the certificates' public check): what is not published there
can't be found, neither by a filter nor by a search.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from yimen.facts.paging import read_key, write_key
from yimen.ground.kernel.errors import Refused
from yimen.ground.kernel.identifiers import check_credit_code
from yimen.rooms.cases import queries
from yimen.rooms.cases.models import Publication
from yimen.rooms.cases.rules.publication import HIDDEN, Standing
from yimen.rooms.certificates import queries as certificates
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ

PAGE = 20
LONGEST = 100
_NUMBER = re.compile(r"[0-9]{6}-[0-9-]+\Z", re.ASCII)
RESULTS = ("granted", "refused")


def _clean(text: str) -> str:
    return text.replace("\x00", "").strip()[:LONGEST]


def _says(text: str) -> Q:
    """A number or a credit code is looked up by its index; words go through the rows, the newest first."""
    if _NUMBER.match(text):
        return Q(number__gte=text, number__lt=f"{text}~")
    if check_credit_code(text) is None:
        return Q(credit_code=text.upper())
    enterprise = Q(holder_kind="organisation", holder__icontains=text)
    return enterprise | Q(item_name__icontains=text) | Q(organ_name__icontains=text) | Q(organ_name_en__icontains=text)


def published(
    *, text: str = "", organ: str = "", result: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[Publication]:
    """Published decisions, the last published first. `text`: item, organ, number of the case, enterprise or its code.

    A natural person can't be searched for: the names here are masked, and the search looks at enterprises only.
    """
    rows = Publication.objects.filter(standing=Standing.PUBLISHED)
    if text := _clean(text):
        rows = rows.filter(_says(text))
    if organ := _clean(organ):
        rows = rows.filter(organ_code=organ)
    if result in RESULTS:
        rows = rows.filter(result=result)
    if since:
        rows = rows.filter(decided_on__gte=since)
    if until:
        rows = rows.filter(decided_on__lte=until)
    return rows.order_by("-published_on", "-id")


def page(rows: QuerySet[Publication], *, after: str = "", size: int = PAGE) -> tuple[list[Publication], str]:
    """(rows, key of the next page or ""). `after`: a key that an earlier page gave; a wrong one begins at the top."""
    if mark := read_key(after):
        day, key = mark
        rows = rows.filter(Q(published_on__lt=day) | Q(published_on=day, id__lt=key))
    found = list(rows[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return found[:size], write_key(last.published_on, last.pk) if last and last.published_on else ""


def find(number: str) -> Publication:
    """One published decision by the number of its case; raises `publication.not_found`, `publication.withdrawn`.

    A decision that waits or was never published answers as one that does not exist.
    """
    row = Publication.objects.filter(number=_clean(number)[:40]).first()
    if row is None or row.standing in (Standing.WAITING, Standing.WITHHELD):
        raise Refused("publication.not_found", number=number[:40])
    if row.standing == Standing.WITHDRAWN:
        raise Refused("publication.withdrawn", number=row.number)
    return row


def certificate_of(row: Publication, today: date) -> Mapping[str, object] | None:
    """What the public check says of the certificate that a granted decision led to; None when there is none yet."""
    found = certificates.of_ground(f"case:{row.number}")
    return certificates.public_view(found.number, today) if found else None


def organs() -> list[Organ]:
    """The organs with published decisions, for the filter."""
    theirs = Publication.objects.filter(standing=Standing.PUBLISHED, organ_code=OuterRef("code"))
    return list(Organ.objects.filter(Exists(theirs)))


# What the staff see of it: name of the list → (condition, order).
LISTS: Mapping[str, tuple[Q, tuple[str, str]]] = {
    "waiting": (Q(standing=Standing.WAITING), ("due_on", "id")),
    "hidden": (Q(standing__in=HIDDEN), ("-due_on", "-id")),
    "published_late": (Q(standing=Standing.PUBLISHED, published_on__gt=F("due_on")), ("-due_on", "-id")),
}


def of_staff(actor: Actor, name: str) -> QuerySet[Publication]:
    """A list of `LISTS` within what the actor may see."""
    condition, order = LISTS[name]
    mine = Publication.objects.filter(condition, case__in=queries.visible_to(actor))
    return mine.select_related("case__deciding_organ", "case__item_version__item", "set_by").order_by(*order)


def staff_page(actor: Actor, name: str, *, after: str = "", size: int = PAGE) -> tuple[list[Publication], str]:
    """(rows, key of the next page or "") of a list, by the last day of publishing; one query."""
    rows = of_staff(actor, name)
    if mark := read_key(after):
        day, key = mark
        side = "gt" if name == "waiting" else "lt"
        rows = rows.filter(Q(**{f"due_on__{side}": day}) | Q(**{"due_on": day, f"id__{side}": key}))
    found = list(rows[: size + 1])
    return found[:size], f"{found[size - 1].due_on}_{found[size - 1].pk}" if len(found) > size else ""


def counts(actor: Actor, at: datetime) -> dict[str, int]:
    """{name of a list: how many rows}, and "late": how many of those that wait have passed their last day."""
    numbers = {name: of_staff(actor, name).order_by().count() for name in LISTS}
    late = of_staff(actor, "waiting").filter(due_on__lt=timezone.localdate(at))
    return {**numbers, "late": late.order_by().count()}
