"""Reads of identity."""

import hashlib
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from yimen.ground.engines.crypto import blind_indexes
from yimen.ground.kernel.errors import Refused
from yimen.ground.law import queries as law
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import (
    Applicant,
    Centre,
    Membership,
    Organ,
    Posting,
    Staff,
    Token,
    User,
    Window,
    WindowOrgan,
)
from yimen.rooms.identity.rules import organs
from yimen.rooms.identity.rules.applicants import folded
from yimen.rooms.identity.rules.mandates import Mandate
from yimen.rooms.identity.rules.reach import NOTHING_MORE, Reach
from yimen.rooms.identity.rules.roles import Role
from yimen.rooms.identity.tenure import tenure

NO_CENTRE = Centre(id=1, name="行政服务中心", name_en="Administrative Service Centre", area_code="000000")


@lru_cache(maxsize=64)
def _centre(database: str) -> Centre:
    return Centre.objects.first() or NO_CENTRE


def centre() -> Centre:
    """The centre's own row, kept in the process (it changes with a restart); a nameless one before set-up."""
    return _centre(str(connection.settings_dict["NAME"]))


def forget_centre() -> None:
    """Read the centre's row anew (set-up, tests)."""
    _centre.cache_clear()


def staff_rows(on: date) -> QuerySet[Staff]:
    """People of the staff with all that `actor_of_staff` reads: two queries, whatever the number."""
    return Staff.objects.select_related("organ", "user").prefetch_related("roles").annotate(**_of_the_day(on, "pk"))


def _of_the_day(on: date, staff: str) -> dict[str, Subquery]:
    """The window at which a person works on a day, its sort, and the revision of the law's data."""
    at_window = Posting.objects.filter(on_day(on), staff=OuterRef(staff), window__isnull=False)
    newest = at_window.order_by("-starts", "-id")
    return {
        "posted": Subquery(newest.values("window")[:1]),
        "posted_sort": Subquery(newest.values("window__sort")[:1]),
        "law_revision": law.revision_subquery(),
    }


def on_day(on: date, start: str = "starts", end: str = "ends") -> Q:
    """The condition that a day lies within the days of a row."""
    return Q(**{f"{start}__lte": on}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": on}))


def actor_of_staff(staff: Staff, *, at: datetime | None = None) -> Actor:
    """The actor that a person of the staff is at a moment (the present one unless told).

    Roles, windows and organs are those of the day: what was approved for midnight holds at midnight.
    """
    day = timezone.localdate(at)
    if not hasattr(staff, "law_revision"):
        staff = staff_rows(day).get(pk=staff.pk)
    known: Any = staff
    organ = staff.organ
    steps = tenure(known.law_revision or 0).steps
    reach = NOTHING_MORE
    if organ and steps:
        key = organs.employer(steps, organ.pk, staff.user.username, day)
        organ = organ if key == organ.pk else Organ.objects.get(pk=key)
        reach = Reach(organs.taken_over(steps, key, day), organs.given_away(steps, key, day))
    if known.posted_sort == Window.Sort.COMPREHENSIVE:
        shared = WindowOrgan.objects.filter(window_id=known.posted, valid_from__lte=day).values_list("organ", flat=True)
        reach = replace(reach, shared=frozenset(shared))
    return Actor(
        id=f"staff:{staff.pk}",
        name=staff.name,
        roles=tuple(dict.fromkeys(Role(r.role) for r in staff.roles.all() if r.holds_on(day))),
        organ_id=organ.pk if organ else None,
        organ_code=organ.code if organ else "",
        staff_id=staff.pk,
        user_id=staff.user_id,
        window_id=known.posted,
        window_sort=known.posted_sort or "",
        reach=reach,
    )


def actor_of_user(user: User, *, at: datetime | None = None) -> Actor:
    """Staff act with their roles; every other account is an applicant, with the mandates that hold at `at`."""
    day = timezone.localdate(at)
    staff = staff_rows(day).filter(user=user, active=True).first()
    return actor_of_staff(staff, at=at) if staff else _applicant(user, at)


def _applicant(user: User, at: datetime | None) -> Actor:
    # Read when first asked for: most pages ask about no case.
    mandates: Any = SimpleLazyObject(lambda: mandates_of(user.pk, timezone.localdate(at))) if at else ()
    return Actor(id=f"user:{user.pk}", name=user.username, roles=(Role.APPLICANT,), user_id=user.pk, mandates=mandates)


def organ_by_code(code: str) -> Organ:
    """An organ by its code or credit code; raises `organ.unknown`."""
    organ = Organ.objects.filter(code=code).first() or Organ.objects.filter(credit_code=code).first()
    if organ is None:
        raise Refused("organ.unknown", organ=code)
    return organ


def applicants_of(user_id: int) -> list[Applicant]:
    """The applicants for which an account has acted, latest first."""
    return list(Applicant.objects.filter(user_id=user_id).order_by("-id"))


def actor_of_token(text: str, *, at: datetime) -> Actor | None:
    """The actor of a bearer token; None when it is unknown or expired, its account closed, or a persona outside demo
    mode. Three queries at most."""
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    found = Token.objects.filter(digest=digest, expires_at__gt=at, user__is_active=True)
    day = timezone.localdate(at)
    with_staff = found.select_related("user__staff__organ").prefetch_related("user__staff__roles")
    token: Any = with_staff.annotate(**_of_the_day(day, "user__staff")).first()
    if token is None or (token.user.is_persona and not settings.DEMO):
        return None
    staff: Any = getattr(token.user, "staff", None)
    if staff is None:
        return _applicant(token.user, at)
    staff.posted, staff.posted_sort, staff.law_revision = token.posted, token.posted_sort, token.law_revision
    return actor_of_staff(staff, at=at) if staff.active else None


def actor_of_username(username: str) -> Actor:
    """The actor of an open account by its name (command line); raises `account.unknown`."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise Refused("account.unknown", username=username[:150])
    return actor_of_user(user)


def with_number(applicants: QuerySet[Applicant], field: str, text: str) -> list[Applicant]:
    """Those of `applicants` whose `field` (id_number, phone, name) is exactly this, latest first, a hundred at most."""
    if field == "name":
        name = " ".join(text.split())
        return list(applicants.filter(name=name).order_by("-id")[:100]) if name else []
    indexes = blind_indexes(folded(field, text), field)
    if indexes == [""]:
        return []
    return list(applicants.filter(**{f"{field}_index__in": indexes}).order_by("-id")[:100])


def mandates_of(user_id: int, on: date) -> tuple[Mandate, ...]:
    """The accepted mandates of an account that hold on this day."""
    held = Membership.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=on),
        user_id=user_id,
        accepted_at__isnull=False,
        revoked_at=None,
        valid_from__lte=on,
    ).order_by("id")
    return tuple(Mandate(m.pk, m.credit_code, m.kind, tuple(m.items)) for m in held)


def enterprise_indexes(mandate: Mandate) -> list[str]:
    """The blind indexes that an applicant's row of the mandate's enterprise may carry."""
    return blind_indexes(folded("id_number", mandate.credit_code), "id_number")


def not_revoked(mandate: Mandate) -> QuerySet[Membership]:
    """The mandate's row while it stands: whoever was revoked a moment ago is out at once, whatever he opened before."""
    return Membership.objects.filter(pk=mandate.key, revoked_at=None)


def memberships_of(user_id: int) -> QuerySet[Membership]:
    """What an account is invited to or acts for, latest first."""
    return Membership.objects.filter(user_id=user_id, revoked_at=None).order_by("-id")


def members_of(credit_code: str) -> QuerySet[Membership]:
    """Everybody who acts for an enterprise or is invited to, owners first."""
    return (
        Membership.objects.filter(credit_code=credit_code, revoked_at=None)
        .select_related("user", "organ")
        .order_by("-kind", "id")
    )


def may_end_at_window(membership: Membership, actor: Actor) -> bool:
    """Whether this person may end a mandate over the counter: at a window of the organ that entered it, or of the
    centre's own. An agent is of the staff, but no window."""
    if actor.organ_id is None or not {Role.WINDOW_CLERK, Role.WINDOW_HEAD} & set(actor.roles):
        return False
    if membership.organ_id == actor.organ_id:
        return True
    return Organ.objects.filter(pk=actor.organ_id, of_centre=True).exists()
