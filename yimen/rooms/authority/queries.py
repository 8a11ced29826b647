"""Who may decide what on a day, and under which seal."""

from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from yimen.ground.engines import sql
from yimen.ground.law import queries as law
from yimen.rooms.authority.models import Authorisation, LicensingSubject, Seal
from yimen.rooms.catalogue.terms import on_forget
from yimen.rooms.identity.models import Organ


class Grounds(NamedTuple):
    """On what a decision of a day stands: keys, None where there is none. `in_name_of`: the entruster's."""

    subject: int | None = None
    in_name_of: int | None = None
    authorisation: int | None = None
    document_number: str = ""


_DAYS = (
    "{x}.valid_from <= %s AND ({x}.valid_to IS NULL OR {x}.valid_to >= %s)"
    " AND ({x}.ended_on IS NULL OR {x}.ended_on > %s)"
)
# Whoever revokes in the same second waits for the decision, or the decision for them: on PostgreSQL the rows on which a
# decision stands are held until its transaction ends, else it could be written down after its ground had gone.
_SUBJECT = (
    "SELECT s.id, s.entrusted_by_id FROM authority_licensingsubject s"
    f" WHERE s.organ_id = %s AND {_DAYS.format(x='s')}"
    " AND (s.kind <> 'entrusted' OR s.announced_on <= %s)"
    " AND (s.all_items OR EXISTS (SELECT 1 FROM authority_subjectitem si JOIN catalogue_item i ON i.id = si.item_id"
    " WHERE si.licensing_id = s.id AND i.code = %s)) ORDER BY s.all_items, s.id LIMIT 1"
)
_AUTHORISATION = (
    "SELECT a.id, a.document_number FROM authority_authorisation a"
    f" WHERE a.staff_id = %s AND {_DAYS.format(x='a')}"
    " AND EXISTS (SELECT 1 FROM authority_authoriseditem ai JOIN catalogue_item i ON i.id = ai.item_id"
    " WHERE ai.authorisation_id = a.id AND i.code = %s) ORDER BY a.id LIMIT 1"
)


@cache
def _grounds_text(vendor: str, with_person: bool) -> str:
    hold = " FOR SHARE" if vendor == "postgresql" else ""
    if not with_person:
        return _SUBJECT + hold
    subject, authorisation = f"({_SUBJECT}{hold}) AS s", f"({_AUTHORISATION}{hold}) AS a"
    return (
        "SELECT s.id, s.entrusted_by_id, a.id, a.document_number FROM (SELECT 1 AS one) AS o"
        f" LEFT JOIN {subject} ON 1 = 1 LEFT JOIN {authorisation} ON 1 = 1"
    )


def grounds(organ_id: int, item: str, on: date, *, person: int | None = None) -> Grounds:
    """On what a decision of an organ about an item stands on a day; with `person` (a key of the staff) also the
    authorisation of that person. One statement: it stands on the hot path of every decision."""
    day = connection.ops.adapt_datefield_value(on)
    given = [organ_id, day, day, day, day, item]
    if person is not None:
        given += [person, day, day, day, item]
    found = sql.rows(_grounds_text(connection.vendor, person is not None), *given)
    if not found:
        return Grounds()
    subject, in_name_of, *more = found[0]
    return Grounds(subject, in_name_of, *(more if more and more[0] else ()))


def in_force(on: date) -> Q:
    """The condition of a row on a day; an entrustment must also be announced (`subjects_on`)."""
    return Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gte=on)) & (Q(ended_on=None) | Q(ended_on__gt=on))


def subjects_on(on: date) -> QuerySet[LicensingSubject]:
    """The subjects that may decide on a day."""
    announced = ~Q(kind="entrusted") | Q(announced_on__lte=on)
    return LicensingSubject.objects.filter(in_force(on) & announced)


def covering(rows: QuerySet[LicensingSubject], item: str) -> QuerySet[LicensingSubject]:
    """Those of `rows` that are over an item (by its code)."""
    return rows.filter(Q(all_items=True) | Exists(_naming(item)))


def _naming(item: str) -> QuerySet[LicensingSubject]:
    return LicensingSubject.objects.filter(pk=OuterRef("pk"), items__item__code=item)


def authorised_people(item: str, on: date) -> list[tuple[int, str]]:
    """(key of the organ, user name) of those who are authorised for an item on a day; the organ is that of their own
    record, whatever successions have made of it."""
    rows = Authorisation.objects.filter(in_force(on), items__item__code=item, staff__organ__isnull=False)
    return list(rows.order_by().values_list("staff__organ_id", "staff__user__username"))


def organs_with(rows: "QuerySet[LicensingSubject] | QuerySet[Authorisation]") -> list[Organ]:
    """The organs that have a row among `rows`, for filters."""
    keys = rows.order_by().values("organ")
    return list(Organ.objects.filter(pk__in=keys).order_by("code"))  # type: ignore[misc]


class _Kept(NamedTuple):
    """What changes rarely and is asked for every paper, read again when a seal or an entrustment is entered."""

    seals: tuple[Seal, ...]
    entrusted: frozenset[int]


@lru_cache(maxsize=16)
def _kept(database: str, revision: int) -> _Kept:
    rows = LicensingSubject.objects.filter(entrusted_by__isnull=False)
    return _Kept(tuple(Seal.objects.order_by("id")), frozenset(rows.values_list("organ_id", flat=True)))


on_forget(_kept.cache_clear)


def _known(revision: int | None) -> _Kept:
    known = law.current_revision() if revision is None else revision
    return _kept(str(connection.settings_dict["NAME"]), known)


def seal_of(organ_id: int, sort: Seal.Sort, on: date, revision: int | None = None) -> Seal | None:
    """The seal of a kind under which an organ works on a day; no query when the law's `revision` is known."""
    for seal in _known(revision).seals:
        if seal.organ_id == organ_id and seal.sort == sort and seal.span.holds_on(on):
            return seal
    return None


def ever_entrusted(organ_id: int, revision: int | None = None) -> bool:
    """Whether another organ has ever entrusted this one; no query when the law's `revision` is known."""
    return organ_id in _known(revision).entrusted
